import { NetwrightError } from '../declaration/problem.ts';
import { elementCount, sameShape, shapeText, type TensorType } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import type { Attributes, Named, OnnxNode, OpDefinition } from './contract.ts';
import { costOf, given, numbers, sizesMeet } from './shape-rules.ts';

const flags = (attributes: Attributes) => ({
  transposeA: attributes.transposeA === 1 ? 1 : 0,
  transposeB: attributes.transposeB === 1 ? 1 : 0,
  alpha: typeof attributes.alpha === 'number' ? attributes.alpha : 1,
});

/** Sizes of the products; throws where they do not meet. */
function sizesOf(inputs: Named<TensorType>, attributes: Attributes) {
  const { transposeA, transposeB } = flags(attributes);
  const a = numbers('batchedMatmul', inputs, 'a').shape;
  const b = numbers('batchedMatmul', inputs, 'b').shape;
  const leading = a.slice(0, -2);
  if (a.length < 2 || !sameShape(leading, b.slice(0, -2))) {
    throw new NetwrightError(
      'shape-mismatch',
      text(
        `batchedMatmul: a is ${shapeText(a)} and b is ${shapeText(b)}; all dimensions but the last two must be equal.`,
        `batchedMatmul：a 的形状为 ${shapeText(a)}，b 的形状为 ${shapeText(b)}；除最后两个维度外须全部相同。`,
      ),
    );
  }
  const [rowsA, columnsA] = a.slice(-2) as [number, number];
  const [rowsB, columnsB] = b.slice(-2) as [number, number];
  const [M, K] = transposeA ? [columnsA, rowsA] : [rowsA, columnsA];
  const [inner, N] = transposeB ? [columnsB, rowsB] : [rowsB, columnsB];
  sizesMeet('batchedMatmul', ['a', K], ['b', inner]);
  return { leading, batches: elementCount(leading), M, K, N };
}

/**
 * y [..., M, N] = alpha · op(a) · op(b), op(a) [..., M, K], op(b) [..., K, N], one product for each of the leading
 * dimensions: a is [..., K, M] with the attribute transposeA = 1, b is [..., N, K] with transposeB = 1.
 */
export const batchedMatmul: OpDefinition<'a' | 'b', 'y'> = {
  name: 'batchedMatmul',
  inputs: ['a', 'b'],
  outputs: ['y'],

  shape(inputs, attributes) {
    const { leading, M, N } = sizesOf(inputs, attributes);
    return { y: { shape: [...leading, M, N], dtype: 'float32' } };
  },

  cost(inputs, outputs, attributes) {
    const { batches, M, K, N } = sizesOf(inputs, attributes);
    return costOf(batches * M * K * N, inputs, outputs);
  },

  // y = α a · b      da = α dy · bᵀ     db = α aᵀ · dy
  // y = α a · bᵀ     da = α dy · b      db = α dyᵀ · a
  // y = α aᵀ · b     da = α b · dyᵀ     db = α a · dy
  // y = α aᵀ · bᵀ    da = α bᵀ · dyᵀ    db = α dyᵀ · aᵀ
  gradient(g, { inputs: { a, b }, attributes }, { y: dy }) {
    if (dy === undefined) return {};
    const { transposeA, transposeB, alpha } = flags(attributes);
    const da = transposeA
      ? g.emit(batchedMatmul, { a: b, b: dy }, { transposeA: transposeB, transposeB: 1, alpha })
      : g.emit(batchedMatmul, { a: dy, b }, { transposeB: 1 - transposeB, alpha });
    const db = transposeB
      ? g.emit(batchedMatmul, { a: dy, b: a }, { transposeA: 1, transposeB: transposeA, alpha })
      : g.emit(batchedMatmul, { a, b: dy }, { transposeA: 1 - transposeA, alpha });
    return { a: da.y, b: db.y };
  },

  lower({ inputs, outputs: { y }, attributes }) {
    const { a, b } = inputs;
    const { batches, M, N, K } = sizesOf(inputs, attributes);
    return {
      kernel: 'batchedGemm',
      arguments: { a, b, y, batches, M, N, K, ...flags(attributes) },
      split: batches,
    };
  },

  toOnnx({ inputs, outputs, attributes }) {
    const y = given('batchedMatmul', outputs, 'y').name;
    const { transposeA, transposeB, alpha } = flags(attributes);
    const nodes: OnnxNode[] = [];
    const operand = (name: 'a' | 'b', isTurned: number): string => {
      const tensor = given('batchedMatmul', inputs, name);
      if (!isTurned) return tensor.name;
      const axes = [...tensor.shape.keys()];
      const perm = [...axes.slice(0, -2), axes.length - 1, axes.length - 2];
      const turned = `${y}.${name}`;
      nodes.push({ opType: 'Transpose', inputs: [tensor.name], outputs: [turned], attributes: { perm } });
      return turned;
    };
    const factors = [operand('a', transposeA), operand('b', transposeB)];
    const product = alpha === 1 ? y : `${y}.product`;
    nodes.push({ opType: 'MatMul', inputs: factors, outputs: [product] });
    if (alpha !== 1) {
      const factor = `${y}.alpha`;
      nodes.push({ opType: 'Constant', inputs: [], outputs: [factor], attributes: { value_float: alpha } });
      nodes.push({ opType: 'Mul', inputs: [product, factor], outputs: [y] });
    }
    return nodes;
  },
};
