import { NetwrightError } from '../declaration/problem.ts';
import { elementCount, shapeText, type TensorType } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import type { Attributes, Named, OpDefinition } from './contract.ts';
import { attribute, costOf, list, numbers, sameAsEachOther, sizesMeet } from './shape-rules.ts';

/** x as rows of numbers that are normalised together. */
export interface Rows {
  readonly rows: number;
  readonly size: number;
  /** Neighbours that have a gamma and a beta in common. */
  readonly inner: number;
  /** How many gammas there are. */
  readonly channels: number;
}

/**
 * Attributes of all ops here: size = numbers of one row; inner = neighbours with a gamma and beta in common;
 * centred = 0 where the mean is left alone. `weight` is gamma or beta, where there is one.
 */
export function rowsOf(
  op: string,
  inputs: Named<TensorType>,
  attributes: Attributes,
  weight: Pick<TensorType, 'shape'> | undefined = inputs['gamma'] ?? inputs['beta'],
): Rows {
  const { shape } = numbers(op, inputs, 'x');
  const size = attribute(op, attributes, 'size');
  const inner = weight === undefined ? size : attribute(op, attributes, 'inner');
  const channels = weight === undefined ? 1 : elementCount(weight.shape);
  const sample = elementCount(shape.slice(1));
  if (weight !== undefined && sample % (channels * inner) !== 0) {
    throw new NetwrightError(
      'size-mismatch',
      text(
        `${op}: each sample of x ${shapeText(shape)} must have ${inner} numbers for each weight of ${shapeText(weight.shape)}, or a multiple of that.`,
        `${op}：x ${shapeText(shape)} 的每个样本须为权重 ${shapeText(weight.shape)} 每个权重 ${inner} 个数值，或其整数倍。`,
      ),
    );
  }
  if (
    sample % size !== 0 ||
    size % inner !== 0 ||
    (channels * inner) % Math.min(size, channels * inner) !== 0
  ) {
    throw new NetwrightError(
      'size-mismatch',
      text(
        `${op}: x ${shapeText(shape)} cannot be cut into rows of ${size} that hold whole channels of ${inner}.`,
        `${op}：x ${shapeText(shape)} 无法切成每行 ${size} 个数值、由长为 ${inner} 的完整通道组成的行。`,
      ),
    );
  }
  return { rows: elementCount(shape) / size, size, inner, channels };
}

const centred = (attributes: Attributes): number => (attributes['centred'] === 0 ? 0 : 1);

/**
 * Each row of x for itself: y = (x − mean) · rstd · gamma + beta, rstd = 1 / √(mean of (x − mean)² + ε), where a row is
 * `size` neighbours. mean and rstd [rows] come out for the gradient. With centred = 0 the mean counts as 0 (RMSNorm).
 */
export const rowNorm: OpDefinition<'x' | 'gamma' | 'beta', 'y' | 'mean' | 'rstd'> = {
  name: 'rowNorm',
  inputs: ['x', 'gamma', 'beta'],
  outputs: ['y', 'mean', 'rstd'],

  shape(inputs, attributes) {
    requireAlike('rowNorm', inputs);
    const { rows } = rowsOf('rowNorm', inputs, attributes);
    const statistics: TensorType = { shape: [rows], dtype: 'float32' };
    return { y: numbers('rowNorm', inputs, 'x'), mean: statistics, rstd: statistics };
  },

  cost: (inputs, outputs) => costOf(6 * elementCount(outputs.y.shape), inputs, outputs),

  // x̂ = (x − mean) · rstd, g = dy · gamma, means over the row
  // dbeta = Σ dy, dgamma = Σ dy · x̂ over all that have the weight in common
  // dx = rstd · (g − mean of g − x̂ · mean of g · x̂); without the mean of g where the mean counted as 0
  gradient(g, { inputs: { x, gamma, beta }, outputs: { mean, rstd }, attributes }, { y: dy }) {
    if (dy === undefined) return {};
    const { dx } = g.emit(rowNormGradient, { x, dy, mean, rstd, gamma }, attributes);
    const weight = gamma ?? beta;
    if (weight === undefined) return { x: dx };
    const shape = weight.shape;
    const d = g.emit(rowNormWeightGradients, { x, dy, mean, rstd }, { ...attributes, shape });
    return { x: dx, gamma: gamma && d.dgamma, beta: beta && d.dbeta };
  },

  lower({ inputs, outputs, attributes }) {
    const rows = rowsOf('rowNorm', inputs, attributes);
    const { x, gamma, beta } = inputs;
    return {
      kernel: 'rowNorm',
      arguments: {
        x,
        gamma,
        beta,
        ...outputs,
        ...rows,
        epsilon: attribute('rowNorm', attributes, 'epsilon'),
        centred: centred(attributes),
      },
      split: rows.rows,
    };
  },
};

/** dx of rowNorm. */
export const rowNormGradient: OpDefinition<'x' | 'dy' | 'mean' | 'rstd' | 'gamma', 'dx'> = {
  name: 'rowNormGradient',
  inputs: ['x', 'dy', 'mean', 'rstd', 'gamma'],
  outputs: ['dx'],
  inPlace: ['dy', 'x'],

  shape(inputs, attributes) {
    const dx = sameAsEachOther('rowNormGradient', inputs, 'x', 'dy');
    requireStatistics('rowNormGradient', inputs, rowsOf('rowNormGradient', inputs, attributes).rows);
    return { dx };
  },

  cost: (inputs, outputs) => costOf(8 * elementCount(outputs.dx.shape), inputs, outputs),

  lower({ inputs, outputs: { dx }, attributes }) {
    const rows = rowsOf('rowNormGradient', inputs, attributes);
    const { x, dy, mean, rstd, gamma } = inputs;
    return {
      kernel: 'rowNormGradient',
      arguments: { x, dy, mean, rstd, gamma, dx, ...rows, centred: centred(attributes) },
      split: rows.rows,
    };
  },
};

/** dgamma and dbeta of rowNorm, in the attribute `shape`. */
export const rowNormWeightGradients: OpDefinition<'x' | 'dy' | 'mean' | 'rstd', 'dgamma' | 'dbeta'> = {
  name: 'rowNormWeightGradients',
  inputs: ['x', 'dy', 'mean', 'rstd'],
  outputs: ['dgamma', 'dbeta'],

  shape(inputs, attributes) {
    const op = 'rowNormWeightGradients';
    sameAsEachOther(op, inputs, 'x', 'dy');
    const shape = list(op, attributes, 'shape');
    requireStatistics(op, inputs, rowsOf(op, inputs, attributes, { shape }).rows);
    const perWeight: TensorType = { shape, dtype: 'float32' };
    return { dgamma: perWeight, dbeta: perWeight };
  },

  cost: (inputs, outputs) =>
    costOf(4 * elementCount(numbers('rowNormWeightGradients', inputs, 'x').shape), inputs, outputs),

  lower({ inputs, outputs, attributes }) {
    const op = 'rowNormWeightGradients';
    const { x, dy, mean, rstd } = inputs;
    const rows = rowsOf(op, inputs, attributes, { shape: list(op, attributes, 'shape') });
    return {
      kernel: 'rowNormWeightGradients',
      arguments: { x, dy, mean, rstd, ...outputs, ...rows },
      split: rows.channels,
    };
  },
};

/** Where both are there, gamma and beta have one shape. */
export function requireAlike(op: string, inputs: Named<TensorType>): void {
  if (inputs['gamma'] !== undefined && inputs['beta'] !== undefined) {
    sameAsEachOther(op, inputs, 'gamma', 'beta');
  }
}

function requireStatistics(op: string, inputs: Named<TensorType>, rows: number): void {
  for (const name of ['mean', 'rstd']) {
    sizesMeet(op, [name, elementCount(numbers(op, inputs, name).shape)], ['rows of x', rows]);
  }
}
