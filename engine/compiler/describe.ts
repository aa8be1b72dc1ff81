import type { TrainingSettings } from '../document/schema.ts';
import type { FixedValues, Initializer, WeightDeclaration } from '../layers/contract.ts';
import type { Tensor } from '../ops/contract.ts';
import type { BuiltInput, BuiltWeight } from './build.ts';
import type { PlannedInput, PlannedTensor, PlannedWeight } from './plan.ts';

/** What a plan says of tensors whose place is known. */
export const describeTensor = (tensor: Tensor, offset: number, name = tensor.name): PlannedTensor => ({
  name,
  node: tensor.origin,
  role: tensor.role,
  dtype: tensor.dtype,
  shape: tensor.shape,
  offset,
});

export const planWeight = (
  { tensor, declaration, isTrained }: BuiltWeight,
  offset: number,
  training: TrainingSettings,
): Omit<PlannedWeight, 'gradient'> => ({
  ...describeTensor(tensor, offset),
  weight: declaration.name,
  fanIn: declaration.fanIn,
  fanOut: declaration.fanOut,
  initializer: initializerOf(declaration, training),
  scale: declaration.scale ?? 1,
  isFrozen: declaration.trained !== false && !isTrained,
});

function initializerOf(
  { initializer }: WeightDeclaration,
  training: TrainingSettings,
): Initializer | FixedValues {
  if (initializer === 'project') return training.initializer;
  return typeof initializer === 'string' ? { type: initializer, params: {} } : initializer;
}

export const planInput = ({ node, port, tensor: { name, dtype, shape } }: BuiltInput): PlannedInput => ({
  name,
  node,
  port,
  dtype,
  shape: shape.slice(1),
});
