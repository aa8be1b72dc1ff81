import { type Text, text } from '../declaration/text.ts';
import { blockType, declarationOf, isPortType, nodePorts, portTypes } from './blocks.ts';
import { freshId, freshName } from './fresh.ts';
import type { BlockDefinition, DocumentNode, Drawing, ExposedField, Wire } from './schema.ts';
import { endKey } from './scope.ts';
import { ancestors, descendants, topologyOf } from './topology.ts';

/** Distance from a block's ports to what stands between them, with room for what wires say, and from one port to the next. */
const portDistance = { input: 224, output: 272 };
const portSpacing = 96;
const grid = 16;

export interface Folded<D extends Drawing> {
  readonly document: D;
  /** Id of the node that took the place of the others. */
  readonly instance: string;
  /** `exposed`, speaking of the new block where it spoke of nodes that are in it now. */
  readonly exposed: ExposedField[];
}

/**
 * Makes a block of nodes and puts an instance of it in their place. Every output that a wire brings in, and every input
 * that has none, becomes a named input; what a wire takes out, and what nothing takes, an output. A sentence says why it
 * cannot be. `exposed` are the fields that the drawing itself exposes, where it is the inside of a block.
 */
export function foldNodes<D extends Drawing>(
  drawing: D,
  ids: ReadonlySet<string>,
  name: string,
  exposed: readonly ExposedField[] = [],
): Folded<D> | { readonly refusal: Text } {
  const refusal = whyNot(drawing, ids);
  if (refusal !== undefined) return { refusal };
  return new Folding(drawing, ids, name).result(exposed);
}

function whyNot(drawing: Drawing, ids: ReadonlySet<string>): Text | undefined {
  const inside = drawing.nodes.filter(({ id }) => ids.has(id));
  if (inside.length === 0)
    return text('Select the layers that the block is to hold.', '请先选择要放进块里的层。');
  const outsider = inside.find(({ type }) => {
    const category = declarationOf(drawing.blocks, type)?.category;
    return category === 'data' || category === 'loss' || isPortType(type);
  });
  if (outsider !== undefined) {
    return text(
      `"${outsider.name}" cannot go into a block: data, losses and a block's own ports stay where they are. Select without it.`,
      `“${outsider.name}”不能放进块：数据、损失和块自身的端口须留在原处。请不要选中它。`,
    );
  }
  const sharing = drawing.nodes.find(
    ({ id, weightsOf }) => weightsOf !== undefined && ids.has(id) !== ids.has(weightsOf),
  );
  if (sharing !== undefined) {
    const owner = drawing.nodes.find(({ id }) => id === sharing.weightsOf)?.name ?? sharing.weightsOf;
    return text(
      `"${sharing.name}" uses the weights of "${owner}", so both must be in the block or neither.`,
      `“${sharing.name}”共用“${owner}”的权重，两者须同时在块内或块外。`,
    );
  }
  const topology = topologyOf(drawing);
  const [before, behind] = [ancestors(topology, ...ids), descendants(topology, ...ids)];
  const between = drawing.nodes.find(({ id }) => !ids.has(id) && before.has(id) && behind.has(id));
  return between === undefined
    ? undefined
    : text(
        `"${between.name}" lies between the selected layers, so the block would feed itself; select it too.`,
        `“${between.name}”位于所选层之间，块会连到自己；请把它一并选中。`,
      );
}

class Folding<D extends Drawing> {
  private readonly drawing: D;
  private readonly ids: ReadonlySet<string>;
  private readonly inside: readonly DocumentNode[];
  private readonly block: BlockDefinition;
  private readonly instance: DocumentNode;
  private readonly outer: Wire[] = [];
  private readonly taken: Set<string>;
  private readonly wireIds: Set<string>;
  private readonly portNames = new Set<string>();

  constructor(drawing: D, ids: ReadonlySet<string>, name: string) {
    this.drawing = drawing;
    this.ids = ids;
    this.inside = drawing.nodes.filter((node) => ids.has(node.id));
    this.taken = new Set(this.inside.map((node) => node.id));
    this.wireIds = new Set(drawing.wires.map((wire) => wire.id));
    const id = freshId('block', new Set(drawing.blocks.map((block) => block.id)));
    this.block = {
      id,
      name: freshName(name, new Set(drawing.blocks.map((block) => block.name))),
      nodes: [],
      wires: drawing.wires.filter(({ from, to }) => ids.has(from.node) && ids.has(to.node)),
      exposed: [],
    };
    this.instance = {
      id: freshId('block', new Set(drawing.nodes.map((node) => node.id))),
      type: blockType(id),
      name: freshName(name, new Set(drawing.nodes.map((node) => node.name))),
      position: middleOf(this.inside),
      params: {},
    };
  }

  result(exposed: readonly ExposedField[]): Folded<D> {
    const { drawing, block, instance, ids } = this;
    block.nodes.push(...this.inputs(), ...this.inside, ...this.outputs());
    const rest = drawing.wires.filter(({ from, to }) => !ids.has(from.node) && !ids.has(to.node));
    const first = this.inside[0];
    const nodes = drawing.nodes.flatMap((node) =>
      node === first ? [instance] : ids.has(node.id) ? [] : [node],
    );
    const moved = this.movedExposure(exposed);
    return {
      document: { ...drawing, nodes, wires: [...rest, ...this.outer], blocks: [...drawing.blocks, block] },
      instance: instance.id,
      exposed: moved,
    };
  }

  private inputs(): DocumentNode[] {
    const { drawing, ids } = this;
    const ports = new Map<string, DocumentNode>();
    for (const { from, to } of drawing.wires) {
      if (ids.has(from.node) || !ids.has(to.node)) continue;
      const known = ports.get(endKey(from));
      const port = known ?? this.port('input', ports.size);
      ports.set(endKey(from), port);
      this.block.wires.push(this.wire({ node: port.id, port: 'x' }, to));
      if (known === undefined) this.outer.push(this.wire(from, { node: this.instance.id, port: port.id }));
    }
    for (const to of this.openInputs()) {
      const port = this.port('input', ports.size);
      ports.set(`open ${endKey(to)}`, port);
      this.block.wires.push(this.wire({ node: port.id, port: 'x' }, to));
    }
    return [...ports.values()];
  }

  private openInputs(): Wire['to'][] {
    const { drawing } = this;
    const wired = new Set(drawing.wires.map(({ to }) => endKey(to)));
    return this.inside.flatMap((node) =>
      nodePorts(drawing.blocks, node)
        .inputs.filter(({ optional }) => optional !== true)
        .map(({ name }) => ({ node: node.id, port: name }))
        .filter((to) => !wired.has(endKey(to))),
    );
  }

  private outputs(): DocumentNode[] {
    const { drawing, ids } = this;
    const ports = new Map<string, DocumentNode>();
    const portOf = (from: Wire['from']): DocumentNode => {
      const port = ports.get(endKey(from)) ?? this.port('output', ports.size);
      if (!ports.has(endKey(from))) this.block.wires.push(this.wire(from, { node: port.id, port: 'x' }));
      ports.set(endKey(from), port);
      return port;
    };
    for (const { from, to } of drawing.wires) {
      if (ids.has(from.node) && !ids.has(to.node))
        this.outer.push(this.wire({ node: this.instance.id, port: portOf(from).id }, to));
    }
    const leading = new Set(drawing.wires.map(({ from }) => from.node));
    for (const node of this.inside) {
      if (leading.has(node.id)) continue;
      for (const { name } of nodePorts(drawing.blocks, node).outputs) portOf({ node: node.id, port: name });
    }
    return [...ports.values()];
  }

  private port(side: 'input' | 'output', at: number): DocumentNode {
    const xs = this.inside.map(({ position }) => position.x);
    const ys = this.inside.map(({ position }) => position.y);
    const x = side === 'input' ? Math.min(...xs) - portDistance.input : Math.max(...xs) + portDistance.output;
    const id = freshId(portTypes[side], this.taken);
    this.taken.add(id);
    const name = freshName(side === 'input' ? 'in' : 'out', this.portNames);
    this.portNames.add(name);
    return {
      id,
      type: portTypes[side],
      name,
      position: { x, y: Math.min(...ys) + at * portSpacing },
      params: {},
    };
  }

  private wire(from: Wire['from'], to: Wire['to']): Wire {
    const id = freshId('wire', this.wireIds);
    this.wireIds.add(id);
    return { id, from, to };
  }

  /** Fields of folded nodes that were exposed stay so: on the new block, and through it. */
  private movedExposure(exposed: readonly ExposedField[]): ExposedField[] {
    const names = new Set<string>(['repeat']);
    return exposed.map((one) => ({
      ...one,
      fields: one.fields.map((binding) => {
        if (!this.ids.has(binding.node)) return binding;
        const name = freshName(binding.field, names);
        names.add(name);
        this.block.exposed.push({
          name,
          ...(one.label !== undefined && { label: one.label }),
          fields: [{ node: binding.node, field: binding.field }],
        });
        return { ...binding, node: this.instance.id, field: name };
      }),
    }));
  }
}

function middleOf(nodes: readonly DocumentNode[]): DocumentNode['position'] {
  const middle = (values: readonly number[]): number =>
    Math.round((Math.min(...values) + Math.max(...values)) / 2 / grid) * grid;
  return {
    x: middle(nodes.map(({ position }) => position.x)),
    y: middle(nodes.map(({ position }) => position.y)),
  };
}
