import { NetwrightError } from '../declaration/problem.ts';
import { shapeText } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import type { OpDefinition } from './contract.ts';
import { aroundAxis, attribute, axisOf, costOf, given, numbers } from './shape-rules.ts';
import { stridedCopy, stridesOf } from './strided-copy.ts';

/** y = x at the positions start ≤ i < end of one axis. */
export const slice: OpDefinition<'x', 'y'> = {
  name: 'slice',
  inputs: ['x'],
  outputs: ['y'],

  shape(inputs, attributes) {
    const x = given('slice', inputs, 'x');
    const axis = axisOf('slice', inputs, 'x', attributes);
    const start = attribute('slice', attributes, 'start');
    const end = attribute('slice', attributes, 'end');
    if (start < 0 || end <= start || end > (x.shape[axis] as number)) {
      throw new NetwrightError(
        'slice-out-of-range',
        text(
          `slice: the positions ${start} to ${end} must lie in axis ${axis} of x ${shapeText(x.shape)}, the first before the second.`,
          `slice：位置 ${start} 到 ${end} 须位于 x ${shapeText(x.shape)} 的轴 ${axis} 之内，且前者小于后者。`,
        ),
      );
    }
    return { y: { ...x, shape: x.shape.with(axis, end - start) } };
  },

  cost: (_inputs, outputs) => costOf(0, outputs, outputs),

  // dx = dy between zeros
  gradient(g, { inputs, attributes }, { y: dy }) {
    const axis = axisOf('slice', inputs, 'x', attributes);
    const before = attribute('slice', attributes, 'start');
    const after = (given('slice', inputs, 'x').shape[axis] as number) - attribute('slice', attributes, 'end');
    return { x: dy && g.emit(padAxis, { x: dy }, { axis, before, after }).y };
  },

  lower({ inputs, outputs, attributes }) {
    const x = given('slice', inputs, 'x');
    const strides = stridesOf(x.shape);
    const axis = axisOf('slice', inputs, 'x', attributes);
    const from = attribute('slice', attributes, 'start') * (strides[axis] as number);
    return stridedCopy(x, given('slice', outputs, 'y'), strides, from);
  },

  toOnnx({ inputs, outputs, attributes }) {
    const y = given('slice', outputs, 'y').name;
    const whole = ['start', 'end', 'axis'] as const;
    return [
      ...whole.map((name) => ({
        opType: 'Constant',
        inputs: [],
        outputs: [`${y}.${name}`],
        attributes: { value_ints: [attribute('slice', attributes, name)] },
      })),
      {
        opType: 'Slice',
        inputs: [given('slice', inputs, 'x').name, ...whole.map((name) => `${y}.${name}`)],
        outputs: [y],
      },
    ];
  },
};

/** y = `before` zeros, x, `after` zeros, along one axis. */
export const padAxis: OpDefinition<'x', 'y'> = {
  name: 'padAxis',
  inputs: ['x'],
  outputs: ['y'],

  shape(inputs, attributes) {
    const x = numbers('padAxis', inputs, 'x');
    const axis = axisOf('padAxis', inputs, 'x', attributes);
    const added = attribute('padAxis', attributes, 'before') + attribute('padAxis', attributes, 'after');
    return { y: { ...x, shape: x.shape.with(axis, (x.shape[axis] as number) + added) } };
  },

  cost: (inputs, outputs) => costOf(0, inputs, outputs),

  // dx = dy between what was added
  gradient(g, { inputs, attributes }, { y: dy }) {
    const axis = axisOf('padAxis', inputs, 'x', attributes);
    const start = attribute('padAxis', attributes, 'before');
    const end = start + (given('padAxis', inputs, 'x').shape[axis] as number);
    return { x: dy && g.emit(slice, { x: dy }, { axis, start, end }).y };
  },

  lower({ inputs, outputs, attributes }) {
    const x = given('padAxis', inputs, 'x');
    const { outer, count, inner } = aroundAxis(x.shape, axisOf('padAxis', inputs, 'x', attributes));
    return {
      kernel: 'concat',
      arguments: {
        a: undefined,
        b: x,
        c: undefined,
        d: undefined,
        e: undefined,
        f: undefined,
        y: outputs.y,
        rows: outer,
        runA: attribute('padAxis', attributes, 'before') * inner,
        runB: count * inner,
        runC: attribute('padAxis', attributes, 'after') * inner,
        runD: 0,
        runE: 0,
        runF: 0,
      },
      split: outer,
    };
  },

  toOnnx({ inputs, outputs, attributes }) {
    const x = given('padAxis', inputs, 'x');
    const y = given('padAxis', outputs, 'y').name;
    const axis = axisOf('padAxis', inputs, 'x', attributes);
    const pads = new Array<number>(2 * x.shape.length).fill(0);
    pads[axis] = attribute('padAxis', attributes, 'before');
    pads[axis + x.shape.length] = attribute('padAxis', attributes, 'after');
    return [
      { opType: 'Constant', inputs: [], outputs: [`${y}.pads`], attributes: { value_ints: pads } },
      { opType: 'Pad', inputs: [x.name, `${y}.pads`], outputs: [y] },
    ];
  },
};
