import { activationGradient, reluGradientAttributes } from './activations.ts';
import type { OpDefinition } from './contract.ts';
import { matmul } from './matmul.ts';
import { costOf, given, matrix, numbers, sizesMeet } from './shape-rules.ts';
import { sumRows } from './sum-rows.ts';

/**
 * y [M, N] = x [M, K] · w [K, N] + b [N]; with the attribute epilogue = 1 also y = max(y, 0).
 */
export const linear: OpDefinition<'x' | 'w' | 'b', 'y'> = {
  name: 'linear',
  inputs: ['x', 'w', 'b'],
  outputs: ['y'],

  shape(inputs) {
    const [M, K] = matrix('linear', inputs, 'x');
    const [inFeatures, N] = matrix('linear', inputs, 'w');
    sizesMeet('linear', ['x', K], ['w', inFeatures]);
    if (inputs.b !== undefined) {
      sizesMeet('linear', ['b', numbers('linear', inputs, 'b').shape.at(-1) ?? 1], ['w', N]);
    }
    return { y: { shape: [M, N], dtype: 'float32' } };
  },

  cost(inputs, outputs) {
    const [M, K] = matrix('linear', inputs, 'x');
    const N = outputs.y.shape[1];
    return costOf(M * K * N, inputs, outputs);
  },

  // dz = epilogue ? (y > 0 ? dy : 0) : dy
  // dx = dz · wᵀ
  // dw = xᵀ · dz
  // db = Σ_m dz
  gradient(g, { inputs, outputs, attributes }, { y: dy }) {
    if (dy === undefined) return {};
    const dz =
      attributes.epilogue === 1
        ? g.emit(activationGradient, { given: outputs.y, dy }, reluGradientAttributes).dx
        : dy;
    return {
      x: g.emit(matmul, { a: dz, b: inputs.w }, { transposeB: 1 }).y,
      w: g.emit(matmul, { a: inputs.x, b: dz }, { transposeA: 1 }).y,
      b: inputs.b && g.emit(sumRows, { x: dz }).y,
    };
  },

  lower({ inputs, outputs, attributes }) {
    const [M, K] = matrix('linear', inputs, 'x');
    const y = given('linear', outputs, 'y');
    const N = y.shape[1];
    const { x: a, w: b, b: bias } = inputs;
    return {
      kernel: 'gemm',
      arguments: {
        a,
        b,
        bias,
        y,
        M,
        N,
        K,
        transposeA: 0,
        transposeB: 0,
        accumulate: 0,
        epilogue: attributes.epilogue === 1 ? 1 : 0,
      },
      split: M,
    };
  },

  toOnnx({ inputs, outputs, attributes }) {
    const y = given('linear', outputs, 'y').name;
    const sum = attributes.epilogue === 1 ? `${y}.sum` : y;
    const operands = [inputs.x, inputs.w, inputs.b].filter((tensor) => tensor !== undefined);
    const gemm = { opType: 'Gemm', inputs: operands.map((tensor) => tensor.name), outputs: [sum] };
    return sum === y ? [gemm] : [gemm, { opType: 'Relu', inputs: [sum], outputs: [y] }];
  },
};
