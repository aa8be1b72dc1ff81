import { blockOf, isPortType, portNodes, portTypes, roundsOf, withValues } from './blocks.ts';
import { freshId, freshName } from './fresh.ts';
import type { BlockDefinition, DocumentNode, Drawing, ExposedField, Note, Wire } from './schema.ts';
import { endKey } from './scope.ts';

/** From the end of one passage to the beginning of the next. */
const gap = 272;

export interface Unfolded<D extends Drawing> {
  readonly document: D;
  /** Ids of the nodes that took the place of the instance. */
  readonly unfolded: readonly string[];
  /** `exposed`, speaking of those nodes where it spoke of the instance. */
  readonly exposed: ExposedField[];
}

/**
 * Puts what is inside an instance in its place, once for every passage, with the values that the instance gives. What
 * stands to its right makes room. Undefined for a node that is no instance. `exposed` are the fields that the drawing
 * itself exposes, where it is the inside of a block.
 */
export function unfoldNode<D extends Drawing>(
  drawing: D,
  id: string,
  exposed: readonly ExposedField[] = [],
): Unfolded<D> | undefined {
  const instance = drawing.nodes.find((node) => node.id === id);
  const block = instance && blockOf(drawing.blocks, instance.type);
  return instance && block && new Unfolding(drawing, instance, block).result(exposed);
}

/** Original id → copy, for one passage. */
type Copies = ReadonlyMap<string, DocumentNode>;

class Unfolding<D extends Drawing> {
  private readonly drawing: D;
  private readonly instance: DocumentNode;
  private readonly block: BlockDefinition;
  private readonly passages: readonly Copies[];
  private readonly width: number;
  private readonly ids: Set<string>;
  private readonly names: Set<string>;
  private readonly wireIds: Set<string>;

  constructor(drawing: D, instance: DocumentNode, block: BlockDefinition) {
    this.drawing = drawing;
    this.instance = instance;
    this.block = block;
    const others = drawing.nodes.filter((node) => node !== instance);
    this.ids = new Set(others.map((node) => node.id));
    this.names = new Set(others.map((node) => node.name));
    this.wireIds = new Set(drawing.wires.map((wire) => wire.id));
    const nodes = withValues(drawing.blocks, block, instance.params).filter(({ type }) => !isPortType(type));
    const xs = nodes.map(({ position }) => position.x);
    this.width = nodes.length === 0 ? 0 : Math.max(...xs) - Math.min(...xs) + gap;
    this.passages = Array.from({ length: roundsOf(instance.params) }, (_, round) =>
      this.copies(nodes, round),
    );
  }

  private copies(nodes: readonly DocumentNode[], round: number): Copies {
    const { position, name, frozen } = this.instance;
    const left = Math.min(...nodes.map((node) => node.position.x));
    const top = Math.min(...nodes.map((node) => node.position.y));
    const copies = new Map<string, DocumentNode>();
    for (const node of nodes) {
      const copy: DocumentNode = {
        ...node,
        id: freshId(node.type.startsWith('block:') ? 'block' : node.type, this.ids),
        name: freshName(`${name}_${node.name}`, this.names),
        position: {
          x: position.x + node.position.x - left + round * this.width,
          y: position.y + node.position.y - top,
        },
        ...(frozen && { frozen }),
      };
      this.ids.add(copy.id);
      this.names.add(copy.name);
      copies.set(node.id, copy);
    }
    for (const [original, { weightsOf, ...copy }] of copies) {
      const owner = weightsOf === undefined ? undefined : copies.get(weightsOf)?.id;
      copies.set(original, owner === undefined ? copy : { ...copy, weightsOf: owner });
    }
    return copies;
  }

  result(exposed: readonly ExposedField[]): Unfolded<D> {
    const { drawing, instance } = this;
    const copies = this.passages.flatMap((passage) => [...passage.values()]);
    const more = Math.max(0, this.passages.length * this.width - gap);
    const makeRoom = (node: DocumentNode): DocumentNode =>
      node.position.x > instance.position.x + gap / 2
        ? { ...node, position: { x: node.position.x + more, y: node.position.y } }
        : node;
    return {
      document: {
        ...drawing,
        nodes: drawing.nodes.flatMap((node) => (node === instance ? copies : [makeRoom(node)])),
        wires: [...this.outerWires(), ...this.passages.flatMap((_, round) => this.innerWires(round))],
        ...this.notes(),
      },
      unfolded: copies.map(({ id }) => id),
      exposed: this.movedExposure(exposed),
    };
  }

  /** Those inside come out once, beside the first passage. */
  private notes(): Pick<Drawing, 'notes'> {
    const { drawing, block, instance } = this;
    if (block.notes === undefined) return {};
    const inside = block.nodes.filter(({ type }) => !isPortType(type)).map(({ position }) => position);
    const dx = instance.position.x - Math.min(...inside.map(({ x }) => x));
    const dy = instance.position.y - Math.min(...inside.map(({ y }) => y));
    const ids = new Set(drawing.notes?.map(({ id }) => id));
    const moved = block.notes.map((note): Note => {
      const id = freshId('note', ids);
      ids.add(id);
      return { ...note, id, position: { x: note.position.x + dx, y: note.position.y + dy } };
    });
    return { notes: [...(drawing.notes ?? []), ...moved] };
  }

  private outerWires(): Wire[] {
    const { instance } = this;
    return this.drawing.wires.flatMap((wire) => {
      if (wire.to.node === instance.id) return [];
      if (wire.from.node !== instance.id) return [wire];
      const from = this.outputSource(this.passages.length - 1, wire.from.port);
      return from === undefined ? [] : [{ ...wire, from }];
    });
  }

  private innerWires(round: number): Wire[] {
    return this.block.wires.flatMap((wire) => {
      const target = this.passages[round]?.get(wire.to.node);
      const from = target && this.source(round, wire.from);
      if (target === undefined || from === undefined) return [];
      const id = freshId('wire', this.wireIds);
      this.wireIds.add(id);
      return [{ id, from, to: { node: target.id, port: wire.to.port } }];
    });
  }

  /** What an output inside comes from, in the drawing around the instance. */
  private source(round: number, { node, port }: Wire['from']): Wire['from'] | undefined {
    const copy = this.passages[round]?.get(node);
    if (copy !== undefined) return { node: copy.id, port };
    const at = portNodes(this.block, 'input').findIndex(({ id }) => id === node);
    const output = portNodes(this.block, 'output')[at];
    if (at === -1) return undefined;
    if (round > 0 && output !== undefined) return this.outputSource(round - 1, output.id);
    const into = endKey({ node: this.instance.id, port: node });
    return this.drawing.wires.find(({ to }) => endKey(to) === into)?.from;
  }

  private outputSource(round: number, port: string): Wire['from'] | undefined {
    const isPort = this.block.nodes.some(({ id, type }) => id === port && type === portTypes.output);
    const wire = isPort ? this.block.wires.find(({ to }) => to.node === port) : undefined;
    return wire && this.source(round, wire.from);
  }

  private movedExposure(exposed: readonly ExposedField[]): ExposedField[] {
    return exposed.map((one) => ({
      ...one,
      fields: one.fields.flatMap((binding) => {
        if (binding.node !== this.instance.id) return [binding];
        const inner = this.block.exposed.find(({ name }) => name === binding.field)?.fields ?? [];
        return this.passages.flatMap((passage) =>
          inner.flatMap(({ node, field, times = 1 }) => {
            const copy = passage.get(node);
            const factor = times * (binding.times ?? 1);
            return copy === undefined
              ? []
              : [{ node: copy.id, field, ...(factor !== 1 && { times: factor }) }];
          }),
        );
      }),
    }));
  }
}
