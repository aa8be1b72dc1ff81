import { sameShape } from '../../../declaration/tensor-type.ts';
import type { OpCall, Tensor } from '../../../ops/contract.ts';
import { type Computation, type Twins, twinsOf } from './computation.ts';
import type { DrawnLayer } from './drawing.ts';
import { pieceLayer } from './piece-program.ts';

/** What stands on the canvas for one or more calls. */
export interface Unit {
  readonly layer: DrawnLayer;
  /** The call whose layer it is; undefined for a piece of several. */
  readonly call: OpCall | undefined;
}

type FoundUnits =
  | { readonly units: readonly Unit[] }
  | { readonly units: undefined; readonly missing: readonly OpCall[] };

/**
 * A model for whose calls there are not layers for all: those that have none become pieces, each a small program in the
 * engine's ops. On wires the first axis is that of the samples; what lies otherwise between two calls stays within one
 * piece. The same model read for another number of rows says which tensors those are.
 */
export class Pieces {
  private readonly first: Computation;
  private readonly twins: Twins;
  private readonly other: Computation;
  private readonly layerOf: (call: OpCall) => DrawnLayer | undefined;
  private readonly makers = new Map<Tensor, OpCall>();
  private readonly places: ReadonlyMap<OpCall, number>;

  /** Undefined where the two differ in more than sizes. */
  static of(
    first: Computation,
    other: Computation,
    layerOf: (call: OpCall) => DrawnLayer | undefined,
  ): Pieces | undefined {
    const twins = twinsOf(first, other);
    return twins && new Pieces(first, other, twins, layerOf);
  }

  private constructor(
    first: Computation,
    other: Computation,
    twins: Twins,
    layerOf: (call: OpCall) => DrawnLayer | undefined,
  ) {
    this.first = first;
    this.other = other;
    this.twins = twins;
    this.layerOf = layerOf;
    this.places = new Map(first.calls.map((call, at) => [call, at]));
    for (const call of first.calls) for (const y of Object.values(call.outputs)) this.makers.set(y, call);
  }

  /** In an order in which they can be computed; the calls that cannot stand on the canvas even so, where there are any. */
  units(wanted: ReadonlySet<Tensor>): FoundUnits {
    const apart = new Set<OpCall>();
    const together = new Groups<OpCall>();
    for (;;) {
      const found = this.needed(wanted, apart);
      for (const call of found.keys()) this.joinOffWires(call, found, together);
      const cycles = this.cycles(found, together);
      if (cycles.length === 0) {
        this.joinOnlyReaders(found, together, wanted);
        return this.drawn(found, together, wanted);
      }
      for (const cycle of cycles) {
        for (const call of cycle) {
          apart.add(call);
          together.join(cycle[0] as OpCall, call);
        }
      }
    }
  }

  /** The calls that lead to what is wanted, each with its layer; without one for those of pieces. */
  private needed(
    wanted: ReadonlySet<Tensor>,
    apart: ReadonlySet<OpCall>,
  ): Map<OpCall, DrawnLayer | undefined> {
    const tensors = new Set(wanted);
    const found: [OpCall, DrawnLayer | undefined][] = [];
    for (const call of this.first.calls.toReversed()) {
      if (!Object.values(call.outputs).some((output) => tensors.has(output))) continue;
      const layer = apart.has(call) ? undefined : this.layerOf(call);
      const fits =
        layer !== undefined &&
        Object.values(layer.layer.wires).every((tensor) => this.travels(tensor)) &&
        layer.outputs.every((tensor) => this.travels(tensor));
      found.unshift([call, fits ? layer : undefined]);
      const read = fits ? Object.values(layer.layer.wires) : this.reads(call);
      for (const tensor of read) tensors.add(tensor);
    }
    return new Map(found);
  }

  /** Whether a wire may carry it: samples first, each with sizes that do not hang on how many there are. */
  private travels(tensor: Tensor): boolean {
    const isOfRows = tensor.shape.length >= 2 && tensor.shape[0] === this.first.rows;
    const twin = this.twins.tensors.get(tensor);
    if (twin === undefined || !isOfRows) return isOfRows;
    return twin.shape[0] === this.other.rows && sameShape(tensor.shape.slice(1), twin.shape.slice(1));
  }

  /** What a call reads that is computed. */
  private reads({ inputs }: OpCall): Tensor[] {
    return Object.values(inputs).filter(
      (input): input is Tensor => input !== undefined && this.first.held(input) === undefined,
    );
  }

  private joinOffWires(
    call: OpCall,
    found: ReadonlyMap<OpCall, DrawnLayer | undefined>,
    together: Groups<OpCall>,
  ): void {
    if (found.get(call) !== undefined) return;
    for (const input of this.reads(call)) {
      const maker = this.makers.get(input);
      if (maker !== undefined && !this.travels(input)) together.join(maker, call);
    }
  }

  /** Each group with the groups that it reads from. */
  private edges(
    found: ReadonlyMap<OpCall, DrawnLayer | undefined>,
    together: Groups<OpCall>,
  ): Map<OpCall, Set<OpCall>> {
    const edges = new Map<OpCall, Set<OpCall>>();
    for (const [call, layer] of found) {
      const group = together.of(call);
      const from = edges.get(group) ?? new Set();
      edges.set(group, from);
      for (const tensor of layer === undefined ? this.reads(call) : Object.values(layer.layer.wires)) {
        const maker = this.makers.get(tensor);
        if (maker !== undefined && together.of(maker) !== group) from.add(together.of(maker));
      }
    }
    return edges;
  }

  /** Calls that must be one piece, since a piece of some of them would read what is made of its own results. */
  private cycles(found: ReadonlyMap<OpCall, DrawnLayer | undefined>, together: Groups<OpCall>): OpCall[][] {
    const groups = stronglyConnected(this.edges(found, together)).filter((groups) => groups.length > 1);
    return groups.map((cycle) => {
      const members = new Set(cycle);
      return [...found.keys()].filter((call) => members.has(together.of(call)));
    });
  }

  /** A piece whose results one other piece alone reads is part of it: that makes no cycle. */
  private joinOnlyReaders(
    found: ReadonlyMap<OpCall, DrawnLayer | undefined>,
    together: Groups<OpCall>,
    wanted: ReadonlySet<Tensor>,
  ): void {
    const isPiece = new Set(
      [...found].flatMap(([call, layer]) => (layer === undefined ? [together.of(call)] : [])),
    );
    const isResult = new Set(
      [...wanted].flatMap((tensor) => this.makers.get(tensor) ?? []).map((call) => together.of(call)),
    );
    const readers = new Map<OpCall, Set<OpCall>>();
    for (const [group, from] of this.edges(found, together))
      for (const one of from) readers.set(one, (readers.get(one) ?? new Set()).add(group));
    for (const [group, by] of readers) {
      const [reader] = by;
      if (
        by.size === 1 &&
        reader !== undefined &&
        isPiece.has(group) &&
        isPiece.has(reader) &&
        !isResult.has(group)
      )
        together.join(reader, group);
    }
  }

  private drawn(
    found: ReadonlyMap<OpCall, DrawnLayer | undefined>,
    together: Groups<OpCall>,
    wanted: ReadonlySet<Tensor>,
  ): FoundUnits {
    const members = new Map<OpCall, OpCall[]>();
    for (const call of found.keys())
      members.set(together.of(call), [...(members.get(together.of(call)) ?? []), call]);
    const readers = new Map<Tensor, Set<OpCall>>();
    for (const [call, layer] of found) {
      const group = together.of(call);
      for (const tensor of layer === undefined ? this.reads(call) : Object.values(layer.layer.wires))
        readers.set(tensor, (readers.get(tensor) ?? new Set()).add(group));
    }
    const missing: OpCall[] = [];
    const units: Unit[] = [];
    for (const group of inOrder(this.edges(found, together), (one) =>
      this.lastPlace(members.get(one) ?? []),
    )) {
      const calls = members.get(group) as OpCall[];
      const own = found.get(calls[0] as OpCall);
      if (own !== undefined) {
        units.push({ layer: own, call: calls[0] });
        continue;
      }
      const isResult = (tensor: Tensor): boolean =>
        wanted.has(tensor) || [...(readers.get(tensor) ?? [])].some((reader) => reader !== group);
      const layer = pieceLayer(calls, this.first, this.twins, isResult);
      if ('missing' in layer) missing.push(...layer.missing);
      else units.push({ layer, call: undefined });
    }
    return missing.length > 0 ? { units: undefined, missing } : { units };
  }

  private readonly lastPlace = (calls: readonly OpCall[]): number =>
    Math.max(...calls.map((call) => this.places.get(call) ?? 0));
}

/** Things that belong together; each group goes by one of them. */
class Groups<T> {
  private readonly parents = new Map<T, T>();

  of(one: T): T {
    let root = one;
    for (let up = this.parents.get(root); up !== undefined; up = this.parents.get(root)) root = up;
    if (root !== one) this.parents.set(one, root);
    return root;
  }

  join(a: T, b: T): void {
    const [first, second] = [this.of(a), this.of(b)];
    if (first !== second) this.parents.set(second, first);
  }
}

/** Tarjan's components (Depth-first search and linear graph algorithms, 1972), without recursion. */
function stronglyConnected<T>(edges: ReadonlyMap<T, ReadonlySet<T>>): T[][] {
  const numbers = new Map<T, number>();
  const lowest = new Map<T, number>();
  const open: T[] = [];
  const isOpen = new Set<T>();
  const found: T[][] = [];
  for (const root of edges.keys()) {
    if (numbers.has(root)) continue;
    const path: { readonly one: T; readonly rest: Iterator<T> }[] = [];
    const enter = (one: T): void => {
      numbers.set(one, numbers.size);
      lowest.set(one, numbers.get(one) as number);
      open.push(one);
      isOpen.add(one);
      path.push({ one, rest: (edges.get(one) ?? new Set<T>()).values() });
    };
    enter(root);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const { one, rest } = top;
      const next = rest.next();
      const lower = (to: number): unknown => lowest.set(one, Math.min(lowest.get(one) as number, to));
      if (!next.done) {
        if (!numbers.has(next.value)) enter(next.value);
        else if (isOpen.has(next.value)) lower(numbers.get(next.value) as number);
        continue;
      }
      path.pop();
      const below = path.at(-1)?.one;
      if (below !== undefined)
        lowest.set(below, Math.min(lowest.get(below) as number, lowest.get(one) as number));
      if (lowest.get(one) !== numbers.get(one)) continue;
      const component = open.splice(open.indexOf(one));
      for (const member of component) isOpen.delete(member);
      found.push(component);
    }
  }
  return found;
}

/** Each behind those that it reads from, else by its place. */
function inOrder<T>(edges: ReadonlyMap<T, ReadonlySet<T>>, placeOf: (one: T) => number): T[] {
  const order: T[] = [];
  const known = new Set<T>();
  const sorted = [...edges.keys()].toSorted((a, b) => placeOf(a) - placeOf(b));
  for (const start of sorted) {
    const stack = [start];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const before = [...(edges.get(top) ?? [])].filter((one) => !known.has(one));
      if (before.length > 0 && !known.has(top)) {
        stack.push(...before);
        continue;
      }
      if (!known.has(top)) order.push(top);
      known.add(top);
      stack.pop();
    }
  }
  return order;
}
