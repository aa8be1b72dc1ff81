import type { Attributes, OpDefinition } from './contract.ts';
import { costOf, given, matrix, sizesMeet } from './shape-rules.ts';

const flags = (attributes: Attributes) => ({
  transposeA: attributes.transposeA === 1 ? 1 : 0,
  transposeB: attributes.transposeB === 1 ? 1 : 0,
});

/**
 * y [M, N] = op(a) · op(b), op(a) [M, K], op(b) [K, N]: a is [K, M] with the attribute transposeA = 1,
 * b is [N, K] with transposeB = 1. Where it was joined with what reads y or b (compiler/fuse.ts): with `given` [M, N]
 * y = given > 0 ? y : 0; with an output `sums`, sums [N] = Σ_k b [k, N].
 */
export const matmul: OpDefinition<'a' | 'b' | 'given', 'y'> = {
  name: 'matmul',
  inputs: ['a', 'b', 'given'],
  outputs: ['y'],

  shape(inputs, attributes) {
    const { transposeA, transposeB } = flags(attributes);
    const a = matrix('matmul', inputs, 'a');
    const b = matrix('matmul', inputs, 'b');
    const [M, K] = transposeA ? [a[1], a[0]] : a;
    const [rows, N] = transposeB ? [b[1], b[0]] : b;
    sizesMeet('matmul', ['a', K], ['b', rows]);
    return { y: { shape: [M, N], dtype: 'float32' } };
  },

  cost(inputs, outputs, attributes) {
    const a = matrix('matmul', inputs, 'a');
    const [M, N] = matrix('matmul', outputs, 'y');
    const K = flags(attributes).transposeA ? a[0] : a[1];
    return costOf(M * K * N, inputs, outputs);
  },

  // y = a · b      da = dy · bᵀ     db = aᵀ · dy
  // y = a · bᵀ     da = dy · b      db = dyᵀ · a
  // y = aᵀ · b     da = b · dyᵀ     db = a · dy
  // y = aᵀ · bᵀ    da = bᵀ · dyᵀ    db = dyᵀ · aᵀ
  gradient(g, { inputs: { a, b }, attributes }, { y: dy }) {
    if (dy === undefined) return {};
    const { transposeA, transposeB } = flags(attributes);
    const da = transposeA
      ? g.emit(matmul, { a: b, b: dy }, { transposeA: transposeB, transposeB: 1 })
      : g.emit(matmul, { a: dy, b }, { transposeB: 1 - transposeB });
    const db = transposeB
      ? g.emit(matmul, { a: dy, b: a }, { transposeA: 1, transposeB: transposeA })
      : g.emit(matmul, { a, b: dy }, { transposeA: 1 - transposeA });
    return { a: da.y, b: db.y };
  },

  lower({ inputs, outputs, attributes }) {
    const { transposeA, transposeB } = flags(attributes);
    const a = matrix('matmul', inputs, 'a');
    const y = given('matmul', outputs, 'y');
    const [M, N] = matrix('matmul', outputs, 'y');
    return {
      kernel: 'gemm',
      arguments: {
        a: inputs.a,
        b: inputs.b,
        bias: undefined,
        given: inputs.given,
        y,
        sums: outputs['sums'],
        M,
        N,
        K: transposeA ? a[0] : a[1],
        transposeA,
        transposeB,
        accumulate: 0,
        epilogue: inputs.given === undefined ? 0 : 2,
        splitColumns: M < N ? 1 : 0,
      },
      split: Math.max(M, N),
    };
  },

  toOnnx({ inputs, outputs, attributes }) {
    const { transposeA, transposeB } = flags(attributes);
    return [
      {
        opType: 'Gemm',
        inputs: [given('matmul', inputs, 'a').name, given('matmul', inputs, 'b').name],
        outputs: [given('matmul', outputs, 'y').name],
        attributes: { transA: { int: transposeA }, transB: { int: transposeB } },
      },
    ];
  },
};
