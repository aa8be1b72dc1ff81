import { elementCount, shapeText } from '../../../declaration/tensor-type.ts';
import { text } from '../../../declaration/text.ts';
import type { Value } from '../reading/known-tensors.ts';
import { misfit, unsupportedForm } from '../reading/misfit.ts';
import type { NodeReader, Operator } from '../reading/node-reader.ts';
import type { ValueBuilder } from '../reading/value-builder.ts';
import { reduceNode } from './reductions.ts';

/** A tensor whose axes have letters. */
interface Lettered {
  readonly x: Value;
  readonly letters: readonly string[];
}

/** What stands for the axes that an ellipsis leaves unnamed; no equation may write it. */
const unnamed = (at: number): string => `.${at}`;

/** The letters of each operand and of the result: without an arrow those that stand there once, in order. */
function equationOf(node: NodeReader): { operands: string[][]; result: string[] } {
  const [left = '', right] = node.string('equation', '').replaceAll(' ', '').split('->');
  const ranks = node.values.map(({ shape }) => shape.length);
  const parts = left.split(',');
  if (parts.length !== ranks.length) {
    throw misfit(
      text(
        `expected an equation for ${ranks.length} operands, found "${left}"`,
        `等式应对应 ${ranks.length} 个操作数，实际为“${left}”`,
      ),
    );
  }
  const spread = (part: string, count: number): string[] => {
    const [before = '', after] = part.split('...');
    const letters = [
      ...before,
      ...Array.from({ length: count }, (_, at) => unnamed(count - 1 - at)),
      ...(after ?? ''),
    ];
    return letters;
  };
  const named = (part: string): number => part.replace('...', '').length;
  const operands = parts.map((part, at) => {
    const rest = (ranks[at] ?? 0) - named(part);
    const letters = spread(part, part.includes('...') ? rest : 0);
    if (letters.length === ranks[at] && rest >= 0) return letters;
    throw misfit(
      text(
        `expected a letter for each axis of ${shapeText(node.value(at).shape)}, found "${part}"`,
        `${shapeText(node.value(at).shape)} 的每个轴应有一个字母，实际为“${part}”`,
      ),
    );
  });
  const all = operands.flat();
  const most = Math.max(
    0,
    ...parts.map((part, at) => (part.includes('...') ? (ranks[at] ?? 0) - named(part) : 0)),
  );
  const once = [...new Set(all)].filter(
    (letter) => letter[0] !== '.' && all.filter((one) => one === letter).length === 1,
  );
  return { operands, result: spread(right ?? `...${once.toSorted().join('')}`, most) };
}

/** Letters that nothing behind needs are summed over. */
function summed(build: ValueBuilder, { x, letters }: Lettered, needed: ReadonlySet<string>): Lettered {
  const axes = [...letters.keys()].filter((axis) => !needed.has(letters[axis] as string));
  if (axes.length === 0) return { x, letters };
  const kept = letters.filter((letter) => needed.has(letter));
  return { x: reduceNode(build, 'ReduceSum', x, axes, false), letters: kept };
}

const turned = (build: ValueBuilder, { x, letters }: Lettered, order: readonly string[]): Value =>
  build.transpose(
    x,
    order.map((letter) => letters.indexOf(letter)),
  );

/** Two tensors as one product of matrices: letters of both that are needed behind lead, the others of both are summed over. */
function joined(build: ValueBuilder, a: Lettered, b: Lettered, needed: ReadonlySet<string>): Lettered {
  const common = a.letters.filter((letter) => b.letters.includes(letter));
  const batch = common.filter((letter) => needed.has(letter));
  const inner = common.filter((letter) => !needed.has(letter));
  const [onlyA, onlyB] = [a, b].map(({ letters }) => letters.filter((one) => !common.includes(one))) as [
    string[],
    string[],
  ];
  const size = (letter: string): number => {
    const sizes = [a, b].map(({ x, letters }) => x.shape[letters.indexOf(letter)] ?? 1);
    return Math.max(...sizes);
  };
  const sizes = (letters: readonly string[]): number[] => letters.map(size);
  const letters = [...batch, ...onlyA, ...onlyB];
  const isBroadcast = common.some(
    (letter) => a.x.shape[a.letters.indexOf(letter)] !== b.x.shape[b.letters.indexOf(letter)],
  );
  if (inner.length === 0 || isBroadcast) {
    if (isBroadcast && inner.length > 0)
      throw unsupportedForm(text('a sum over axes of different sizes', '对大小不同的轴求和'));
    const left = turned(build, a, [...batch, ...onlyA]);
    const right = turned(build, b, [...batch, ...onlyB]);
    const wide = build.reshape(left, [...left.shape, ...onlyB.map(() => 1)]);
    const high = build.reshape(right, [
      ...right.shape.slice(0, batch.length),
      ...onlyA.map(() => 1),
      ...right.shape.slice(batch.length),
    ]);
    return { x: build.multiply(wide, high), letters };
  }
  const [K, M, N] = [inner, onlyA, onlyB].map((part) => elementCount(sizes(part))) as [
    number,
    number,
    number,
  ];
  const left = build.reshape(turned(build, a, [...batch, ...onlyA, ...inner]), [...sizes(batch), M, K]);
  const right = build.reshape(turned(build, b, [...batch, ...inner, ...onlyB]), [...sizes(batch), K, N]);
  // What a table of numbers is multiplied with keeps its axes: each row of it meets the same product.
  const isByRows = batch.length === 0 && b.x.kind === 'constant' && inner.length === 1 && onlyA.length > 0;
  const first = isByRows ? turned(build, a, [...onlyA, ...inner]) : left;
  return { x: build.reshape(build.product(first, right), sizes(letters)), letters };
}

/** y = Σ of the products of the operands over the letters that the result does not have. */
export const einsum: Operator = (node, build) => {
  const { operands, result } = equationOf(node);
  const repeated = operands.find((letters) => new Set(letters).size < letters.length);
  if (repeated !== undefined) throw unsupportedForm(text('a diagonal in Einsum', 'Einsum 中的对角线'));
  const parts = operands.map((letters, at): Lettered => ({ x: node.floats(at), letters }));
  const needed = (from: number): ReadonlySet<string> =>
    new Set([...result, ...parts.slice(from).flatMap(({ letters }) => letters)]);
  const [first, ...others] = parts as [Lettered, ...Lettered[]];
  const whole = others.reduce((before, part, at) => {
    const behind = needed(at + 2);
    const a = summed(build, before, new Set([...behind, ...part.letters]));
    const b = summed(build, part, new Set([...behind, ...a.letters]));
    return joined(build, a, b, behind);
  }, first);
  const rest = summed(build, whole, new Set(result));
  return turned(build, rest, result);
};
