import type { Problem } from '../declaration/problem.ts';
import { text } from '../declaration/text.ts';
import type { WeightDeclaration } from '../layers/contract.ts';
import type { DocumentNode } from './schema.ts';
import { ancestors, type Topology } from './topology.ts';

/** Whether the weights that a node of a flat document uses are frozen: whoever owns them says it. */
export const isFrozen = (
  { id, weightsOf = id }: Pick<DocumentNode, 'id' | 'weightsOf'>,
  nodes: Topology['nodes'],
): boolean => nodes.get(weightsOf)?.frozen === true;

type Weights = ReadonlyMap<string, { readonly weights: readonly WeightDeclaration[] }>;

/** What is wrong where all weights that lead to the losses are frozen; a network without any is no concern of this. */
export function frozenProblems(
  topology: Topology,
  analysed: Weights,
  losses: readonly DocumentNode[],
): Problem[] {
  const used = ancestors(topology, ...losses.map(({ id }) => id));
  const weighted = topology.order.filter(
    ({ id }) => used.has(id) && analysed.get(id)?.weights.some(({ trained = true }) => trained),
  );
  const last = weighted.at(-1);
  if (last === undefined || weighted.some((node) => !isFrozen(node, topology.nodes))) return [];
  return [
    {
      code: 'all-frozen',
      severity: 'error',
      place: { node: last.weightsOf ?? last.id },
      message: text(
        `Every layer that leads to the loss is frozen, so there is nothing to train; unfreeze at least one, such as the last, "${last.name}".`,
        `通向损失的层全部被冻结，没有可训练的权重；请至少解冻一层，例如最后的“${last.name}”。`,
      ),
    },
  ];
}
