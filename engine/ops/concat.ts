import { NetwrightError } from '../declaration/problem.ts';
import { shapeText, type TensorType } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import type { Named, OpDefinition, Tensor } from './contract.ts';
import { aroundAxis, axisOf, costOf, given } from './shape-rules.ts';
import { slice } from './slice.ts';

const parts = ['a', 'b', 'c', 'd', 'e', 'f'] as const;

/** What is there, in order. */
const present = <T>(inputs: Named<T>): T[] =>
  parts.map((name) => inputs[name]).filter((part) => part !== undefined);

/** Throws unless every part has the shape of the first but for the axis. */
function checkParts(inputs: Named<TensorType>, axis: number): void {
  const a = given('concat', inputs, 'a');
  for (const name of parts) {
    const part = inputs[name];
    if (part === undefined) continue;
    const fits =
      part.shape.length === a.shape.length &&
      part.dtype === a.dtype &&
      part.shape.every((size, at) => at === axis || size === a.shape[at]);
    if (fits) continue;
    throw new NetwrightError(
      'shape-mismatch',
      text(
        `concat: a is ${shapeText(a.shape)} of ${a.dtype} and ${name} is ${shapeText(part.shape)} of ${part.dtype}; they may differ in axis ${axis} only.`,
        `concat：a 为 ${a.dtype} 的 ${shapeText(a.shape)}，${name} 为 ${part.dtype} 的 ${shapeText(part.shape)}；二者只能在轴 ${axis} 上不同。`,
      ),
    );
  }
}

/** y = a, b and up to four more behind one another along one axis. */
export const concat: OpDefinition<(typeof parts)[number], 'y'> = {
  name: 'concat',
  inputs: parts,
  outputs: ['y'],

  shape(inputs, attributes) {
    const axis = axisOf('concat', inputs, 'a', attributes);
    given('concat', inputs, 'b');
    checkParts(inputs, axis);
    const a = given('concat', inputs, 'a');
    const size = present(inputs).reduce((sum, { shape }) => sum + (shape[axis] as number), 0);
    const classes = present(inputs).map((part) => part.classes);
    const all = classes.every((count) => count !== undefined) ? Math.max(...classes) : undefined;
    return {
      y: {
        shape: a.shape.with(axis, size),
        dtype: a.dtype,
        ...(all !== undefined && { classes: all }),
      },
    };
  },

  cost: (inputs, outputs) => costOf(0, inputs, outputs),

  // da = dy where a stands, and so on
  gradient(g, { inputs, attributes }, { y: dy }) {
    if (dy === undefined) return {};
    const axis = axisOf('concat', inputs, 'a', attributes);
    const gradients: Record<string, Tensor> = {};
    let start = 0;
    for (const name of parts) {
      const size = inputs[name]?.shape[axis];
      if (size === undefined) continue;
      gradients[name] = g.emit(slice, { x: dy }, { axis, start, end: start + size }).y;
      start += size;
    }
    return gradients;
  },

  lower({ inputs, outputs, attributes }) {
    const axis = axisOf('concat', inputs, 'a', attributes);
    const run = (part: Tensor | undefined): number => {
      if (part === undefined) return 0;
      const { count, inner } = aroundAxis(part.shape, axis);
      return count * inner;
    };
    const { a, b, c, d, e, f } = inputs;
    const { outer } = aroundAxis(given('concat', inputs, 'a').shape, axis);
    return {
      kernel: 'concat',
      arguments: {
        a,
        b,
        c,
        d,
        e,
        f,
        y: outputs.y,
        rows: outer,
        runA: run(a),
        runB: run(b),
        runC: run(c),
        runD: run(d),
        runE: run(e),
        runF: run(f),
      },
      split: outer,
    };
  },

  toOnnx: ({ inputs, outputs, attributes }) => [
    {
      opType: 'Concat',
      inputs: present(inputs).map(({ name }) => name),
      outputs: [given('concat', outputs, 'y').name],
      attributes: { axis: { int: axisOf('concat', inputs, 'a', attributes) } },
    },
  ],
};
