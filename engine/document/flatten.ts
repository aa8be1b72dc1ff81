import type { Place, Problem } from '../declaration/problem.ts';
import { text } from '../declaration/text.ts';
import { blockOf, declarationOf, isBlockType, isPortType, roundsOf, withValues } from './blocks.ts';
import {
  type BlockDefinition,
  type DocumentNode,
  type Drawing,
  documentLimits,
  type Wire,
} from './schema.ts';
import { endKey, type Scope, sourceOf } from './scope.ts';
import { structureProblems } from './structure.ts';

/**
 * A drawing with every block unfolded into the nodes that it stands for. Their ids are the ways to them,
 * `block-1/block-2/conv2d-1`, with the number of the passage where a block is repeated, `block-1.2/conv2d-1`.
 */
export interface Flattened {
  readonly nodes: DocumentNode[];
  readonly wires: Wire[];
  /** What is wrong with the drawing as such, at whatever level. */
  readonly problems: readonly Problem[];
  /** For an input that nothing reaches because a wire is missing at another level: where. By `endKey`. */
  readonly missing: ReadonlyMap<string, Place>;
  readonly top: Scope;
}

const remembered = new WeakMap<object, { drawing: Drawing; flattened: Flattened }>();

/** Pure; a drawing whose nodes, wires and blocks are the same objects is not flattened again. */
export function flatten(drawing: Drawing): Flattened {
  const known = remembered.get(drawing.nodes);
  if (known?.drawing.wires === drawing.wires && known.drawing.blocks === drawing.blocks)
    return known.flattened;
  const flattened = new Flattening(drawing).result();
  remembered.set(drawing.nodes, { drawing, flattened });
  return flattened;
}

/** The way to a node as problems name it: without the numbers of passages. */
export const placeOf = (flatId: string): string => flatId.replace(/\.\d+(?=\/)/g, '');

/** The numbers of the passages on the way to a node, from 1; none where nothing is repeated. */
export const roundsIn = (flatId: string): number[] =>
  [...flatId.matchAll(/\.(\d+)(?=\/)/g)].map(([, round]) => Number(round));

class Flattening {
  private readonly drawing: Drawing;
  private readonly problems: Problem[] = [];
  /** Nodes and passages that may still be unfolded, so that blocks in blocks cannot fill the memory. */
  private left: number = documentLimits.nodes;
  private readonly nodes: DocumentNode[] = [];
  private readonly wires: Wire[] = [];
  private readonly missing = new Map<string, Place>();

  constructor(drawing: Drawing) {
    this.drawing = drawing;
  }

  result(): Flattened {
    const { nodes, wires, blocks } = this.drawing;
    const nowhere = { path: '', place: '', name: '', outer: undefined };
    const top = this.open(nowhere, nodes, wires, []);
    if (this.left < 0) this.problems.push(tooLarge);
    // Where there are no blocks, the drawing is the flat document, with whatever is wrong with it.
    if (blocks.length === 0) return { ...this.shown(top), nodes, wires };
    this.lay(top);
    return this.shown(top);
  }

  private shown(top: Scope): Flattened {
    const { nodes, wires, problems, missing } = this;
    return { nodes, wires, problems, missing, top };
  }

  /** `within` are the blocks around it, the outermost first. */
  private open(
    where: Pick<Scope, 'path' | 'place' | 'name' | 'outer'>,
    nodes: readonly DocumentNode[],
    wires: readonly Wire[],
    within: readonly BlockDefinition[],
  ): Scope {
    const inside = new Map<string, readonly Scope[]>();
    const scope: Scope = {
      ...where,
      nodes: new Map(nodes.map((node) => [node.id, node])),
      wires,
      into: new Map(wires.map((wire) => [endKey(wire.to), wire])),
      inside,
    };
    const isFirst = placeOf(where.path) === where.path.replaceAll('.1/', '/');
    if (isFirst) this.problems.push(...structureProblems(this.drawing.blocks, { nodes, wires }, where.place));
    this.left -= 1 + nodes.filter(({ type }) => !isPortType(type) && !isBlockType(type)).length;
    for (const node of nodes) {
      if (this.left < 0) break;
      const block = blockOf(this.drawing.blocks, node.type);
      if (block === undefined) continue;
      const problem = this.whyFolded(node, block, [...within, block], where.place);
      if (problem !== undefined) this.problems.push(problem);
      else inside.set(node.id, this.passages(scope, node, block, [...within, block]));
    }
    return scope;
  }

  private passages(
    scope: Scope,
    instance: DocumentNode,
    block: BlockDefinition,
    within: readonly BlockDefinition[],
  ): readonly Scope[] {
    const rounds = roundsOf(instance.params);
    const nodes = withValues(this.drawing.blocks, block, instance.params);
    const passages: Scope[] = [];
    for (let round = 0; round < rounds && this.left >= 0; round++) {
      const number = rounds === 1 ? '' : `.${round + 1}`;
      const where = {
        path: `${scope.path}${instance.id}${number}/`,
        place: `${scope.place}${instance.id}/`,
        name: `${scope.name}${instance.name}${number}/`,
        outer: { scope, instance, block, round },
      };
      passages.push(this.open(where, nodes, block.wires, within));
    }
    return passages;
  }

  /** Why an instance cannot be unfolded. `within` ends with its own block. */
  private whyFolded(
    node: DocumentNode,
    block: BlockDefinition,
    within: readonly BlockDefinition[],
    place: string,
  ): Problem | undefined {
    const first = within.findIndex(({ id }) => id === block.id);
    const problem = (code: string, en: string, zh: string): Problem => ({
      code,
      severity: 'error',
      place: { node: place + node.id },
      message: text(en, zh),
    });
    if (first < within.length - 1) {
      const way = within.slice(first).map(({ name }) => name);
      const around = way.at(-2) ?? block.name;
      return problem(
        'block-in-itself',
        `The block "${block.name}" contains itself (${way.join(' → ')}); remove "${node.name}" from the block "${around}", or put something else in its place.`,
        `块“${block.name}”包含了它自己（${way.join(' → ')}）；请从块“${around}”中移除“${node.name}”，或换成其他层。`,
      );
    }
    if (within.length > documentLimits.blockDepth) {
      return problem(
        'blocks-too-deep',
        `Blocks may lie ${documentLimits.blockDepth} deep in each other, found ${within.length}; dissolve some of those around "${node.name}".`,
        `块最多嵌套 ${documentLimits.blockDepth} 层，实际为 ${within.length} 层；请解散“${node.name}”外层的一些块。`,
      );
    }
    const { inputs = [], outputs = [] } = declarationOf(this.drawing.blocks, node.type)?.ports ?? {};
    const rounds = roundsOf(node.params);
    if (rounds > 1 && (outputs.length === 0 || outputs.length > inputs.length)) {
      return problem(
        'block-not-repeatable',
        `"${node.name}" is to be repeated ${rounds} times, which takes at least as many inputs as outputs, and an output; found ${inputs.length} and ${outputs.length}.`,
        `“${node.name}”要重复 ${rounds} 次，这要求至少有一个输出，且输入不少于输出；实际有 ${inputs.length} 个输入、${outputs.length} 个输出。`,
      );
    }
    return undefined;
  }

  /** Takes up a scope's nodes and, in their place, those inside its blocks; then the wires to its own. */
  private lay(scope: Scope): void {
    const own = new Set<string>();
    for (const node of scope.nodes.values()) {
      const passages = scope.inside.get(node.id);
      if (passages !== undefined) for (const passage of passages) this.lay(passage);
      else if (isOrdinary(node, scope)) {
        own.add(node.id);
        this.nodes.push(flatNode(node, scope));
      }
    }
    for (const wire of scope.wires) {
      if (!own.has(wire.to.node)) continue;
      const to = { node: scope.path + wire.to.node, port: wire.to.port };
      const source = sourceOf(scope, wire.from);
      if (source === undefined) continue;
      if ('missing' in source) this.missing.set(endKey(to), source.missing);
      else this.wires.push({ id: scope.path + wire.id, from: source.end, to });
    }
  }
}

/** Data and losses stand at the top alone; a block that cannot be unfolded is no node of the flat document. */
function isOrdinary({ type }: DocumentNode, scope: Scope): boolean {
  if (isPortType(type) || isBlockType(type)) return false;
  const category = declarationOf([], type)?.category;
  return scope.outer === undefined || (category !== 'data' && category !== 'loss');
}

function flatNode(node: DocumentNode, scope: Scope): DocumentNode {
  const { path, name } = scope;
  if (path === '') return node;
  const { weightsOf, ...rest } = node;
  return {
    ...rest,
    id: path + node.id,
    name: name + node.name,
    ...(weightsOf !== undefined && { weightsOf: path + weightsOf }),
    ...(isInFrozen(scope) && { frozen: true }),
  };
}

/** Whether an instance around what is drawn there is frozen. */
const isInFrozen = ({ outer }: Scope): boolean =>
  outer !== undefined && (outer.instance.frozen === true || isInFrozen(outer.scope));

const tooLarge: Problem = {
  code: 'too-many-nodes',
  severity: 'error',
  place: { path: 'nodes' },
  message: text(
    `With its blocks unfolded the network has more than ${documentLimits.nodes} nodes, which is the most there may be. Repeat less, or use fewer blocks in blocks.`,
    `展开所有块后网络的节点超过上限 ${documentLimits.nodes} 个。请减少重复次数或块的嵌套。`,
  ),
};
