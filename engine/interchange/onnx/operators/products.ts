import { elementCount, shapeText } from '../../../declaration/tensor-type.ts';
import { text } from '../../../declaration/text.ts';
import { linear } from '../../../ops/linear.ts';
import type { Value } from '../reading/known-tensors.ts';
import { misfit } from '../reading/misfit.ts';
import type { NodeReader, Operator } from '../reading/node-reader.ts';
import type { ValueBuilder } from '../reading/value-builder.ts';
import { einsum } from './einsum.ts';

/** y = alpha · op(a) · op(b) + beta · c. What is known is turned and multiplied while reading, so that a linear layer is one op. */
function gemm(node: NodeReader, build: ValueBuilder): Value {
  const turn = (x: Value, flag: string): Value => {
    if (x.shape.length !== 2) {
      throw misfit(
        text(`expected matrices, found ${shapeText(x.shape)}`, `应为矩阵，实际为 ${shapeText(x.shape)}`),
      );
    }
    return node.int(flag, 0) === 0 ? x : build.transpose(x, [1, 0]);
  };
  const x = turn(node.floats(0), 'transA');
  const w = build.scale(turn(node.floats(1), 'transB'), node.float('alpha', 1));
  const c = node.maybe(2) && build.scale(node.floats(2), node.float('beta', 1));
  if (c === undefined) return build.emit(linear, { x, w }).y;
  const perColumn = elementCount(c.shape) === w.shape[1] && (c.shape.at(-1) ?? 1) === w.shape[1];
  if (perColumn) return build.emit(linear, { x, w, b: build.reshape(c, [w.shape[1]]) }).y;
  return build.add(build.emit(linear, { x, w }).y, c);
}

/** Products of matrices; a vector is a row on the left and a column on the right, and the result lacks that axis. */
function matMul(node: NodeReader, build: ValueBuilder): Value {
  const [a, b] = [node.floats(0, 1), node.floats(1, 1)];
  const left = a.shape.length === 1 ? build.reshape(a, [1, ...a.shape]) : a;
  const right = b.shape.length === 1 ? build.reshape(b, [...b.shape, 1]) : b;
  const y = build.product(left, right);
  const shape = y.shape.filter(
    (_, axis) =>
      !(b.shape.length === 1 && axis === y.shape.length - 1) &&
      !(a.shape.length === 1 && axis === y.shape.length - 2),
  );
  return build.reshape(y, shape);
}

export const products: Readonly<Record<string, Operator>> = { Gemm: gemm, MatMul: matMul, Einsum: einsum };
