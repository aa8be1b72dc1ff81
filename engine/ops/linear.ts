import { activationGradient, reluGradientAttributes } from './activations.ts';
import type { OpDefinition } from './contract.ts';
import { matmul } from './matmul.ts';
import { asRows, reshape } from './reshape.ts';
import { costOf, given, matrix, numbers, rowsOf, sizesMeet } from './shape-rules.ts';
import { sumRows } from './sum-rows.ts';

/**
 * y [..., N] = x [..., K] · w [K, N] + b [N]; with the attribute epilogue = 1 also y = max(y, 0). All dimensions of x but
 * the last are rows of one product: M is their number.
 */
export const linear: OpDefinition<'x' | 'w' | 'b', 'y'> = {
  name: 'linear',
  inputs: ['x', 'w', 'b'],
  outputs: ['y'],

  shape(inputs) {
    const { leading, columns: K } = rowsOf('linear', inputs, 'x');
    const [inFeatures, N] = matrix('linear', inputs, 'w');
    sizesMeet('linear', ['x', K], ['w', inFeatures]);
    if (inputs.b !== undefined) {
      sizesMeet('linear', ['b', numbers('linear', inputs, 'b').shape.at(-1) ?? 1], ['w', N]);
    }
    return { y: { shape: [...leading, N], dtype: 'float32' } };
  },

  cost(inputs, outputs) {
    const { rows: M, columns: K } = rowsOf('linear', inputs, 'x');
    const N = outputs.y.shape.at(-1) as number;
    return costOf(M * K * N, inputs, outputs);
  },

  // dz = epilogue ? (y > 0 ? dy : 0) : dy
  // dx = dz · wᵀ
  // dw = xᵀ · dz
  // db = Σ_m dz
  gradient(g, { inputs, outputs, attributes }, { y: dy }) {
    if (dy === undefined) return {};
    const x = given('linear', inputs, 'x');
    const open =
      attributes.epilogue === 1
        ? g.emit(activationGradient, { given: outputs.y, dy }, reluGradientAttributes).dx
        : dy;
    const dz = asRows(g, open);
    const dx = g.emit(matmul, { a: dz, b: inputs.w }, { transposeB: 1 }).y;
    return {
      x: x.shape.length === 2 ? dx : g.emit(reshape, { x: dx }, { shape: x.shape }).y,
      w: g.emit(matmul, { a: asRows(g, x), b: dz }, { transposeA: 1 }).y,
      b: inputs.b && g.emit(sumRows, { x: dz }).y,
    };
  },

  lower({ inputs, outputs, attributes }) {
    const { rows: M, columns: K } = rowsOf('linear', inputs, 'x');
    const y = given('linear', outputs, 'y');
    const N = y.shape.at(-1) as number;
    const { x: a, w: b, b: bias } = inputs;
    return {
      kernel: 'gemm',
      arguments: {
        a,
        b,
        bias,
        given: undefined,
        y,
        sums: undefined,
        M,
        N,
        K,
        transposeA: 0,
        transposeB: 0,
        accumulate: 0,
        epilogue: attributes.epilogue === 1 ? 1 : 0,
        splitColumns: M < N ? 1 : 0,
      },
      split: Math.max(M, N),
    };
  },

  // Gemm is for matrices; MatMul takes any leading dimensions.
  toOnnx({ inputs, outputs, attributes }) {
    const y = given('linear', outputs, 'y').name;
    const x = given('linear', inputs, 'x');
    const { b } = inputs;
    const sum = attributes.epilogue === 1 ? `${y}.sum` : y;
    const relu = sum === y ? [] : [{ opType: 'Relu', inputs: [sum], outputs: [y] }];
    const operands = [x.name, given('linear', inputs, 'w').name];
    if (x.shape.length === 2) {
      const all = b === undefined ? operands : [...operands, b.name];
      return [{ opType: 'Gemm', inputs: all, outputs: [sum] }, ...relu];
    }
    if (b === undefined) return [{ opType: 'MatMul', inputs: operands, outputs: [sum] }, ...relu];
    const product = `${y}.product`;
    return [
      { opType: 'MatMul', inputs: operands, outputs: [product] },
      { opType: 'Add', inputs: [product, b.name], outputs: [sum] },
      ...relu,
    ];
  },
};
