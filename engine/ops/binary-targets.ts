import { elementCount, type TensorType } from '../declaration/tensor-type.ts';
import type { Named } from './contract.ts';
import { given, labels, numbers, oneEach } from './shape-rules.ts';

/**
 * Number of elements of the input `name`, each with a target of its own: labels 0 and 1, or numbers from 0 to 1.
 */
export function binaryTargets(op: string, inputs: Named<TensorType>, name: string): number {
  const count = elementCount(numbers(op, inputs, name).shape);
  const target = given(op, inputs, 'target');
  if (target.dtype === 'int32') labels(op, inputs, name, count, 2);
  else oneEach(op, inputs, 'target', name, count);
  return count;
}

/** 1 for targets that are numbers, 0 for labels. */
export const isSoft = (target: TensorType): number => (target.dtype === 'float32' ? 1 : 0);
