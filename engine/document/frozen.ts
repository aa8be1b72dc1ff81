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

/** Whether training changes it: a trained weight, or a statistic that is gathered. */
export const isChangedByTraining = ({ trained, initializer }: WeightDeclaration): boolean =>
  trained !== false || typeof initializer === 'string' || !('values' in initializer);

type Weights = ReadonlyMap<string, { readonly weights: readonly WeightDeclaration[] }>;

/**
 * What is wrong where all weights that lead to the losses are frozen; a network without any is no concern of this. `wholeOf`
 * hands back what says of a node of the flat document that it is frozen: the outermost block around it, or itself.
 */
export function frozenProblems(
  topology: Topology,
  analysed: Weights,
  losses: readonly DocumentNode[],
  wholeOf: (node: DocumentNode) => Pick<DocumentNode, 'id' | 'name'>,
): Problem[] {
  const used = ancestors(topology, ...losses.map(({ id }) => id));
  const weighted = topology.order.filter(
    ({ id }) => used.has(id) && analysed.get(id)?.weights.some(({ trained = true }) => trained),
  );
  const last = weighted.at(-1);
  if (last === undefined || weighted.some((node) => !isFrozen(node, topology.nodes))) return [];
  const { id, name } = wholeOf(topology.nodes.get(last.weightsOf ?? last.id) ?? last);
  return [
    {
      code: 'all-frozen',
      severity: 'error',
      place: { node: id },
      message: text(
        `Every layer that leads to the loss is frozen, so there is nothing to train; unfreeze at least one, such as the last, "${name}".`,
        `通向损失的层全部被冻结，没有可训练的权重；请至少解冻一层，例如最后的“${name}”。`,
      ),
    },
  ];
}
