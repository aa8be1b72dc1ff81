import {
  clippedRelu,
  elementwiseFunction,
  elu,
  gelu,
  hardswish,
  hardTanh,
  leakyRelu,
  relu,
  selu,
  shift,
  sigmoid,
  silu,
  softplus,
  tanh,
} from '../../../ops/activations.ts';
import type { Attributes, OpDefinition } from '../../../ops/contract.ts';
import { numbersOf, wholeNumbersOf } from '../../../ops/convert.ts';
import { rowNormInference } from '../../../ops/row-norm-inference.ts';
import { scale } from '../../../ops/scale.ts';

const ofNumbers: ReadonlySet<OpDefinition> = new Set<OpDefinition>([
  relu,
  leakyRelu,
  sigmoid,
  tanh,
  elu,
  selu,
  softplus,
  silu,
  gelu,
  hardswish,
  clippedRelu,
  hardTanh,
  shift,
  elementwiseFunction,
  scale,
]);

/** Whether an op does the same to each number of x by itself, in whichever shape they stand. */
export const isOfNumbers = (op: OpDefinition): boolean =>
  ofNumbers.has(op) || op === numbersOf || op === wholeNumbersOf;

/** Whether an op does the same to each row of x by itself, in whichever order rows stand. */
export const isOfRows = (op: OpDefinition, attributes: Attributes, shape: readonly number[]): boolean =>
  ofNumbers.has(op) ||
  (op === (rowNormInference as OpDefinition) &&
    attributes['inner'] === 1 &&
    attributes['size'] === shape.at(-1));
