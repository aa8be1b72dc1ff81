import { NetwrightError } from '../declaration/problem.ts';
import { elementCount, sameShape, shapeText } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import type { OpDefinition } from './contract.ts';
import { reshape } from './reshape.ts';
import { costOf, given, numbers } from './shape-rules.ts';
import { sumRows } from './sum-rows.ts';

/** y [N, ...] = x [N, ...] + b [...]: the same numbers are added to every sample. */
export const addEach: OpDefinition<'x' | 'b', 'y'> = {
  name: 'addEach',
  inputs: ['x', 'b'],
  outputs: ['y'],
  inPlace: ['x'],

  shape(inputs) {
    const x = numbers('addEach', inputs, 'x');
    const b = numbers('addEach', inputs, 'b');
    const sample = x.shape.slice(1);
    if (sameShape(sample, b.shape)) return { y: x };
    throw new NetwrightError(
      'shape-mismatch',
      text(
        `addEach: a sample of x is ${shapeText(sample)} and b is ${shapeText(b.shape)}; the shapes must be equal.`,
        `addEach：x 的一个样本形状为 ${shapeText(sample)}，b 的形状为 ${shapeText(b.shape)}，二者须相同。`,
      ),
    );
  },

  cost: (inputs, outputs) => costOf(elementCount(outputs.y.shape), inputs, outputs),

  // dx = dy
  // db = Σ_n dy
  gradient(g, { inputs }, { y: dy }) {
    if (dy === undefined) return {};
    const { shape } = given('addEach', inputs, 'b');
    const rows = g.emit(reshape, { x: dy }, { shape: [-1, elementCount(shape)] }).y;
    return { x: dy, b: g.emit(reshape, { x: g.emit(sumRows, { x: rows }).y }, { shape }).y };
  },

  lower({ inputs: { x, b }, outputs }) {
    const y = given('addEach', outputs, 'y');
    const N = y.shape[0] as number;
    const count = elementCount(y.shape.slice(1));
    return { kernel: 'addEach', arguments: { x, b, y, N, count }, split: N };
  },

  toOnnx: ({ inputs, outputs }) => [
    {
      opType: 'Add',
      inputs: [given('addEach', inputs, 'x').name, given('addEach', inputs, 'b').name],
      outputs: [given('addEach', outputs, 'y').name],
    },
  ],
};
