import type { Problem } from '../declaration/problem.ts';
import { sameShape, shapeText } from '../declaration/tensor-type.ts';
import { type Text, text } from '../declaration/text.ts';
import type { WeightDeclaration } from '../layers/contract.ts';
import type { DocumentNode } from './schema.ts';
import type { Topology } from './topology.ts';

type Weights = ReadonlyMap<string, { readonly weights: readonly WeightDeclaration[] }>;

/** Why a node cannot use the weights of the one it names; nothing where it uses its own. */
export function sharingProblems(node: DocumentNode, topology: Topology, analysed: Weights): Problem[] {
  if (node.weightsOf === undefined) return [];
  const owner = topology.nodes.get(node.weightsOf);
  const message = whyNot(node, owner, analysed);
  if (message === undefined) return [];
  return [{ code: 'shared-weights', severity: 'error', place: { node: node.id }, message }];
}

function whyNot(node: DocumentNode, owner: DocumentNode | undefined, analysed: Weights): Text | undefined {
  if (owner === undefined || owner === node) {
    return text(
      `"${node.name}" is to use the weights of "${node.weightsOf}"; expected another node, found ${owner === undefined ? 'none' : 'itself'}.`,
      `“${node.name}”应共用“${node.weightsOf}”的权重；应为另一个节点，实际为${owner === undefined ? '空' : '它自己'}。`,
    );
  }
  if (owner.type !== node.type) {
    return text(
      `"${node.name}" is to use the weights of "${owner.name}"; expected a ${node.type} layer, found ${owner.type}.`,
      `“${node.name}”应共用“${owner.name}”的权重；应为 ${node.type} 层，实际为 ${owner.type}。`,
    );
  }
  if (owner.weightsOf !== undefined) {
    return text(
      `"${node.name}" is to use the weights of "${owner.name}", which has none of its own; name the node that owns them.`,
      `“${node.name}”应共用“${owner.name}”的权重，但后者没有自己的权重；请直接指定拥有权重的节点。`,
    );
  }
  const [own, theirs] = [analysed.get(node.id)?.weights ?? [], analysed.get(owner.id)?.weights ?? []];
  if (own.length === 0 || theirs.length === 0) return undefined;
  return own.length === theirs.length
    ? own.map((weight) => unequal(node, owner, weight, theirs)).find((problem) => problem !== undefined)
    : text(
        `"${node.name}" has ${own.length} weights and "${owner.name}" ${theirs.length}; only equal ones can be shared.`,
        `“${node.name}”有 ${own.length} 个权重，“${owner.name}”有 ${theirs.length} 个；只有相同的权重才能共用。`,
      );
}

function unequal(
  node: DocumentNode,
  owner: DocumentNode,
  { name, shape }: WeightDeclaration,
  theirs: readonly WeightDeclaration[],
): Text | undefined {
  const other = theirs.find((weight) => weight.name === name);
  if (other !== undefined && sameShape(other.shape, shape)) return undefined;
  const found =
    other === undefined ? text('missing', '缺失') : text(shapeText(other.shape), shapeText(other.shape));
  return text(
    `The weight "${name}" of "${node.name}" is ${shapeText(shape)} and that of "${owner.name}" ${found.en}; only equal ones can be shared.`,
    `“${node.name}”的权重“${name}”为 ${shapeText(shape)}，“${owner.name}”的为 ${found.zh}；只有相同的权重才能共用。`,
  );
}
