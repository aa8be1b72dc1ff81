import type { Fields } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import type { RandomStream } from '../random/stream.ts';
import type { InitializerDefinition } from './contract.ts';

const fields = {
  gain: {
    kind: 'number',
    label: text('Gain', '增益'),
    help: text(
      'What every vector is stretched by: 1 for linear layers and tanh, √2 ≈ 1.414 for ReLU.',
      '每个向量被拉长的倍数：线性层和 tanh 取 1，ReLU 取 √2 ≈ 1.414。',
    ),
    min: 0,
    max: 100,
    exclusiveMin: true,
    default: 1,
    step: 0.1,
  },
} as const satisfies Fields;

export const orthogonal: InitializerDefinition<typeof fields> = {
  type: 'orthogonal',
  title: text('Orthogonal', '正交'),
  doc: {
    summary: text(
      'A random rotation: the vectors of the weight are of one length and at right angles, so that signals keep their size through many layers. The time it takes grows with the cube of the size.',
      '随机旋转：权重的各向量等长且两两垂直，信号穿过许多层后大小不变。所需时间随边长的三次方增长。',
    ),
    formula: String.raw`W^\top W = g^2 I \;\text{ or }\; W W^\top = g^2 I`,
    references: [
      {
        title: 'Exact solutions to the nonlinear dynamics of learning in deep linear neural networks',
        authors: 'A. M. Saxe, J. L. McClelland, S. Ganguli',
        year: 2014,
        url: 'https://arxiv.org/abs/1312.6120',
      },
      {
        title: 'How to Generate Random Matrices from the Classical Compact Groups',
        authors: 'F. Mezzadri',
        year: 2007,
        url: 'https://arxiv.org/abs/math-ph/0609050',
      },
    ],
  },
  fields,
  fill(values, { gain }, { shape }, random) {
    // As a matrix [rows, columns]: the first dimension, and all others together.
    const rows = shape[0] ?? 1;
    const columns = values.length / rows;
    const [long, short] = rows >= columns ? [rows, columns] : [columns, rows];
    const vectors = orthonormal(long, short, random);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        const value = rows >= columns ? vectors[j]?.[i] : vectors[i]?.[j];
        values[i * columns + j] = gain * (value as number);
      }
    }
  },
};

/**
 * `count` ≤ `size` vectors of length 1 at right angles, drawn evenly from all there are: Q of the QR decomposition of
 * normal numbers, each column with the sign that makes the diagonal of R positive. Householder reflections in float64,
 * from + − × ÷ √ alone.
 */
function orthonormal(size: number, count: number, random: RandomStream): readonly Float64Array[] {
  const columns = Array.from({ length: count }, () =>
    Float64Array.from({ length: size }, () => random.normal()),
  );
  // Column k below its diagonal becomes the reflection's vector, of length 1.
  const signs = columns.map((column, k) => {
    const length = Math.sqrt(dot(column, column, k));
    const sign = (column[k] as number) < 0 ? -1 : 1;
    column[k] = (column[k] as number) + sign * length;
    const norm = Math.sqrt(dot(column, column, k));
    for (let i = k; i < size && norm > 0; i++) column[i] = (column[i] as number) / norm;
    for (const other of columns.slice(k + 1)) reflect(other, column, k);
    // R has −sign · length on its diagonal.
    return -sign;
  });
  return columns.map((_, at) => {
    const q = new Float64Array(size);
    q[at] = signs[at] as number;
    for (let k = at; k >= 0; k--) reflect(q, columns[k] as Float64Array, k);
    return q;
  });
}

/** x ← x − 2 (v · x) v, in the elements from `from` on. */
function reflect(x: Float64Array, v: Float64Array, from: number): void {
  const twice = 2 * dot(x, v, from);
  for (let i = from; i < x.length; i++) x[i] = (x[i] as number) - twice * (v[i] as number);
}

function dot(a: Float64Array, b: Float64Array, from: number): number {
  let sum = 0;
  for (let i = from; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
