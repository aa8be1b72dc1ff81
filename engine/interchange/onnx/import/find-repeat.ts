import type { DocumentNode, Wire } from '../../../document/schema.ts';
import { documentLimits } from '../../../document/schema.ts';
import { endKey } from '../../../document/scope.ts';
import { seamsOf } from './seams.ts';
import { type Growing, Grown, type Step, stepsOf } from './steps.ts';

/** The same part of a network at several places, but for what the fields of its nodes say. */
export interface Repeat {
  /** Nodes of it, one after the other in the order of computation. */
  readonly size: number;
  /** Where it stands; those of one run follow each other, each computing the same on what came out of the one before. */
  readonly runs: readonly (readonly Occurrence[])[];
  /** Which of the inputs takes what came out of the one before; undefined where nothing follows. */
  readonly chained: number | undefined;
}

export interface Occurrence {
  readonly start: number;
  /** Tensors that come in, in the order in which they are first read. */
  readonly inputs: readonly Wire['from'][];
  /** The one tensor that goes out. */
  readonly output: Wire['from'];
}

/** A part of fewer nodes, holding fewer layers, is no structure. */
const fewest = { nodes: 2, layers: 2 };
/** Nodes and wires that a block must make fewer, or it only hides them. */
const leastSaved = 2;
/** Longer parts are not looked for: no picture holds them. In a network of thousands of nodes they are shorter still. */
const mostNodes = { inPart: 200, looked: 2 ** 17, always: 32 };

/** What is known of a node, which may stand for many. */
export interface About {
  readonly layers: number;
  /** How deep blocks lie in each other in it. */
  readonly depth: number;
  /** Words of its name; of a block those that the names of all nodes in it begin with. */
  readonly path: readonly string[];
  /** Equal for nodes of one type whose fields say the same. */
  readonly values: string;
}

/** What speaks for drawing a part once. */
export interface Merit {
  /** Every place where it stands is a module of its own by the names of its nodes. */
  readonly isModule: boolean;
  /** How often it stands by itself: what always comes in runs of one length and is no residual branch stands there in runs. */
  readonly occurrences: number;
  /** Nodes of it. */
  readonly size: number;
  /** Nodes that there are fewer at the top, less wires that there are more to one. */
  readonly removed: number;
}

/** The part that is best by `worth`, whose first numbers count most; of equal ones of one size that which begins earlier. */
export function findRepeat(
  body: readonly DocumentNode[],
  wires: readonly Wire[],
  about: (node: DocumentNode) => About,
  worth: (merit: Merit) => readonly number[],
  isAllowed: (repeat: Repeat) => boolean,
): Repeat | undefined {
  const steps = stepsOf(body, wires);
  const isSeam = seamsOf(body, steps);
  const known = body.map(about);
  const looking: Looking = { steps, known };
  let growing = body.flatMap((_, start) => (isSeam[start] ? [new Grown().begin(start)] : []));
  let best: { readonly repeat: Repeat; readonly worth: readonly number[] } | undefined;
  const longest = Math.min(
    mostNodes.inPart,
    Math.max(mostNodes.always, Math.floor(mostNodes.looked / body.length)),
    Math.floor(body.length / 2),
  );
  for (let size = 1; size <= longest && growing.length > 1; size++) {
    const forms = new Map<number, Growing[]>();
    const grown = new Grown();
    for (const part of growing) {
      const at = part.start + size - 1;
      const step = steps[at];
      if (step === undefined) continue;
      grown.grow(part, step, at);
      const alike = forms.get(part.form);
      if (alike === undefined) forms.set(part.form, [part]);
      else alike.push(part);
    }
    growing = [];
    for (const alike of forms.values()) {
      if (alike.length < 2) continue;
      growing.push(...alike);
      if (size < fewest.nodes) continue;
      const places = placesOf(alike, size, steps, isSeam);
      // Runs and names are looked at only where they could make it the best.
      const most = { isModule: true, occurrences: places.length, size, removed: places.length * size };
      if (places.length < 2 || (best !== undefined && !isMore(worth(most), best.worth))) continue;
      const repeat = repeatOf(places, size, looking);
      const merit = meritOf(repeat, places, looking);
      if (merit === undefined) continue;
      const own = worth(merit);
      if ((best === undefined || isMore(own, best.worth)) && isAllowed(repeat)) best = { repeat, worth: own };
    }
    growing.sort((a, b) => a.start - b.start);
  }
  return best?.repeat;
}

interface Looking {
  readonly steps: readonly Step[];
  readonly known: readonly About[];
}

function isMore(one: readonly number[], other: readonly number[]): boolean {
  const differing = one.findIndex((number, at) => number !== other[at]);
  return differing >= 0 && (one[differing] as number) > (other[differing] as number);
}

/** Where parts of one form stand behind each other, begin and end at seams and hand on a single tensor. */
function placesOf(
  alike: readonly Growing[],
  size: number,
  steps: readonly Step[],
  isSeam: readonly boolean[],
): Growing[] {
  const places: Growing[] = [];
  let port: string | undefined;
  for (const part of alike) {
    const { start, open } = part;
    const isBehind = start >= (places.at(-1)?.start ?? -size) + size;
    if (open !== 1 || !isSeam[start + size] || !isBehind) continue;
    const output = outputOf(part, size, steps);
    if (output === undefined || (port ?? output.port) !== output.port) continue;
    port = output.port;
    places.push(part);
  }
  return places;
}

const outputOf = ({ start }: Growing, size: number, steps: readonly Step[]): Wire['from'] | undefined =>
  steps[start + size - 1]?.makes.find(({ lastRead }) => lastRead >= start + size)?.end;

function repeatOf(places: readonly Growing[], size: number, { steps, known }: Looking): Repeat {
  const runs: Occurrence[][] = [];
  let chained: number | undefined;
  for (const part of places) {
    const { start, inputs } = part;
    const one = { start, inputs: [...inputs.values()], output: outputOf(part, size, steps) as Wire['from'] };
    const run = runs.at(-1);
    const before = run?.at(-1);
    const input = before && follows(before, one, size, steps);
    const isNext = input !== undefined && (chained ?? input) === input;
    const isFull = run?.length === documentLimits.repeat;
    if (run !== undefined && isNext && !isFull && isSame(start - size, start, size, known)) {
      chained = input;
      run.push(one);
    } else runs.push([one]);
  }
  return { size, runs, chained };
}

/** Whether the nodes of two parts of one form say the same in their fields. */
function isSame(one: number, other: number, size: number, known: readonly About[]): boolean {
  for (let at = 0; at < size; at++) if (known[one + at]?.values !== known[other + at]?.values) return false;
  return true;
}

/** Undefined where it is no structure, or saves too little to be one. */
function meritOf(
  { size, runs }: Repeat,
  places: readonly Growing[],
  { steps, known }: Looking,
): Merit | undefined {
  const parts = places.map(({ start }) => known.slice(start, start + size));
  const layers = parts[0]?.reduce((sum, one) => sum + one.layers, 0) ?? 0;
  const depth = Math.max(...(parts[0] ?? []).map((one) => one.depth));
  const entering = runs.reduce((sum, [first]) => sum + (first?.inputs.length ?? 0), 0);
  const saved = (parts.length - 1) * size - entering;
  if (layers < fewest.layers || saved < leastSaved || depth >= documentLimits.blockDepth) return undefined;
  const modules = new Set(parts.map((part) => placeOf(part.map(({ path }) => path)).join('/')));
  const isInRuns = runs.length > 1 && runs.every((run) => run.length === runs[0]?.length);
  const isBranch = (steps[places[0]?.start ?? 0]?.reads[0]?.tensor.readers ?? 0) > 1;
  return {
    isModule: modules.size === parts.length && !modules.has(''),
    occurrences: isInRuns && !isBranch ? runs.length : parts.length,
    size,
    removed: parts.length * size - entering,
  };
}

/** The input by which one takes what comes out of the other and goes nowhere else, all else being the same for both. */
function follows(
  before: Occurrence,
  one: Occurrence,
  size: number,
  steps: readonly Step[],
): number | undefined {
  if (one.start !== before.start + size) return undefined;
  const key = endKey(before.output);
  const handedOn = steps[one.start - 1]?.makes.find((tensor) => tensor.key === key);
  if (handedOn === undefined || handedOn.lastRead >= one.start + size) return undefined;
  const input = one.inputs.findIndex((from) => endKey(from) === key);
  const isSameElse = one.inputs.every(
    (from, at) => at === input || endKey(from) === endKey(before.inputs[at] as Wire['from']),
  );
  return input >= 0 && isSameElse ? input : undefined;
}

/** Words that all paths begin with. */
export function sharedPath([first = [], ...others]: readonly (readonly string[])[]): readonly string[] {
  const apart = first.findIndex((word, at) => others.some((path) => path[at] !== word));
  return apart < 0 ? first : first.slice(0, apart);
}

/** What the names of nodes begin with: `layer2.0` of nodes that are all in that one, `layer2` of nodes all over the list of that name. */
export function placeOf(paths: readonly (readonly string[])[]): readonly string[] {
  const shared = sharedPath(paths);
  return shared.length > 0
    ? shared
    : sharedPath(paths.map(([first]) => (first === undefined ? [] : [first.replace(/\.\d+$/, '')])));
}
