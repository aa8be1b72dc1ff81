import type { DocumentNode, Wire } from '../../../document/schema.ts';
import { documentLimits } from '../../../document/schema.ts';
import { endKey } from '../../../document/scope.ts';
import { wiresBy } from './placement.ts';

/** The same part of a network at several places. */
export interface Repeat {
  /** Nodes of it, one after the other in the order of computation. */
  readonly size: number;
  /** Where it stands; those of one run follow each other, each computing on what came out of the one before. */
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

/** Fewer layers are no structure worth a block: where they follow each other, and where they stand apart. */
const fewestLayers = { inRow: 3, apart: 4 };
/** Nodes and wires that a block must make fewer, or it only hides them. */
const leastSaved = 2;
/** Longer parts are not looked for. */
const mostNodes = 400;

interface Tensor {
  readonly end: Wire['from'];
  readonly key: string;
  /** −1 for what comes from outside. */
  readonly maker: number;
  lastRead: number;
}

interface Step {
  /** What the node is, without names. */
  readonly own: string;
  readonly reads: readonly { readonly port: string; readonly tensor: Tensor }[];
  readonly makes: readonly Tensor[];
  /** What is read here for the last time. */
  readonly ends: readonly Tensor[];
}

/** A part that begins at one node, as it is made longer. */
interface Growing {
  readonly start: number;
  readonly labels: Map<string, number>;
  readonly inputs: Wire['from'][];
  /** Tensors made in it that are read behind it. */
  open: number;
  form: number;
}

/** What is known of a node, which may stand for many. */
export interface About {
  readonly layers: number;
  /** Words of its name; of a block those that the names of all nodes in it begin with. */
  readonly path: readonly string[];
}

/**
 * The part that saves most nodes, and wires to them, where it is drawn once: it comes in several places, computes the same in
 * each, and hands on a single tensor. Parts that are modules of their own by their names count twice: that is how whoever
 * made the network cut it.
 */
export function findRepeat(
  body: readonly DocumentNode[],
  wires: readonly Wire[],
  about: (node: DocumentNode) => About,
): Repeat | undefined {
  const steps = stepsOf(body, wires);
  let growing = body.map((_, start): Growing => ({ start, labels: new Map(), inputs: [], open: 0, form: 0 }));
  let best: { readonly repeat: Repeat; readonly worth: number } | undefined;
  const longest = Math.min(mostNodes, Math.floor(body.length / 2));
  for (let size = 1; size <= longest && growing.length > 1; size++) {
    const forms = new Map<string, Growing[]>();
    const numbers = new Map<string, number>();
    for (const part of growing) {
      const step = steps[part.start + size - 1];
      if (step === undefined) continue;
      const form = `${part.form} ${grownBy(part, step)}`;
      part.form = numbers.get(form) ?? numbers.size;
      numbers.set(form, part.form);
      const alike = forms.get(form);
      if (alike === undefined) forms.set(form, [part]);
      else alike.push(part);
    }
    growing = [];
    for (const alike of forms.values()) {
      if (alike.length < 2) continue;
      growing.push(...alike);
      const repeat = repeatOf(alike, size, steps);
      if (repeat === undefined) continue;
      const parts = repeat.runs.flat().map(({ start }) => body.slice(start, start + size).map(about));
      const fewest = repeat.chained === undefined ? fewestLayers.apart : fewestLayers.inRow;
      const layers = parts[0]?.reduce((sum, one) => sum + one.layers, 0) ?? 0;
      const wires = repeat.runs.reduce((sum, [first]) => sum + (first?.inputs.length ?? 0), 0);
      const saved = (parts.length - 1) * size - wires;
      if (layers < fewest || saved < leastSaved) continue;
      const modules = new Set(parts.map((part) => sharedPath(part.map(({ path }) => path)).join('/')));
      const worth = modules.size === parts.length ? 2 * saved : saved;
      if (worth > (best?.worth ?? 0)) best = { repeat, worth };
    }
    growing.sort((a, b) => a.start - b.start);
  }
  return best?.repeat;
}

function stepsOf(body: readonly DocumentNode[], wires: readonly Wire[]): Step[] {
  const places = new Map(body.map(({ id }, at) => [id, at]));
  const tensors = new Map<string, Tensor>();
  for (const { from, to } of wires) {
    const key = endKey(from);
    const reader = places.get(to.node) ?? body.length;
    const known = tensors.get(key);
    if (known === undefined)
      tensors.set(key, { end: from, key, maker: places.get(from.node) ?? -1, lastRead: reader });
    else known.lastRead = Math.max(known.lastRead, reader);
  }
  const into = wiresBy(wires, ({ to }) => to.node);
  const made = body.map((): Tensor[] => []);
  const ended = body.map((): Tensor[] => []);
  for (const tensor of tensors.values()) {
    made[tensor.maker]?.push(tensor);
    ended[tensor.lastRead]?.push(tensor);
  }
  return body.map(({ id, type, params }, at) => ({
    own: JSON.stringify([type, Object.entries(params).toSorted(([a], [b]) => (a < b ? -1 : 1))]),
    reads: (into.get(id) ?? [])
      .map(({ from, to }) => ({ port: to.port, tensor: tensors.get(endKey(from)) as Tensor }))
      .toSorted((a, b) => (a.port < b.port ? -1 : 1)),
    makes: made[at] ?? [],
    ends: ended[at] ?? [],
  }));
}

/** Takes one node more in; hands back what is said of it, equal for parts that compute the same. */
function grownBy(part: Growing, { own, reads, makes, ends }: Step): string {
  const said = reads.map(({ port, tensor }) => {
    if (tensor.maker >= part.start) return `${port} ${tensor.maker - part.start}.${tensor.end.port}`;
    const label = part.labels.get(tensor.key) ?? part.labels.size;
    if (label === part.labels.size) part.inputs.push(tensor.end);
    part.labels.set(tensor.key, label);
    return `${port} from ${label}`;
  });
  for (const { maker } of ends) if (maker >= part.start) part.open--;
  part.open += makes.length;
  return `${own} ${said.join(' ')}`;
}

function repeatOf(alike: readonly Growing[], size: number, steps: readonly Step[]): Repeat | undefined {
  const found: Occurrence[] = [];
  let port: string | undefined;
  for (const { start, open, inputs } of alike) {
    const output = steps[start + size - 1]?.makes.find(({ lastRead }) => lastRead >= start + size)?.end;
    const isBehind = start >= (found.at(-1)?.start ?? -size) + size;
    if (open !== 1 || output === undefined || !isBehind || (port ?? output.port) !== output.port) continue;
    port = output.port;
    found.push({ start, inputs: [...inputs], output });
  }
  if (found.length < 2) return undefined;
  const runs: Occurrence[][] = [];
  let chained: number | undefined;
  for (const one of found) {
    const run = runs.at(-1);
    const before = run?.at(-1);
    const input = before && follows(before, one, size, steps);
    const isNext = input !== undefined && (chained ?? input) === input;
    if (run !== undefined && isNext && run.length < documentLimits.repeat) {
      chained = input;
      run.push(one);
    } else runs.push([one]);
  }
  return { size, runs, chained };
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
  const isSame = one.inputs.every(
    (from, at) => at === input || endKey(from) === endKey(before.inputs[at] as Wire['from']),
  );
  return input >= 0 && isSame ? input : undefined;
}

/** Words that all paths begin with. */
export function sharedPath([first = [], ...others]: readonly (readonly string[])[]): readonly string[] {
  const apart = first.findIndex((word, at) => others.some((path) => path[at] !== word));
  return apart < 0 ? first : first.slice(0, apart);
}
