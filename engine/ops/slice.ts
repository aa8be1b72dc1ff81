import { NetwrightError } from '../declaration/problem.ts';
import { shapeText, type TensorType } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import type { Attributes, GraphBuilder, Named, OpDefinition, Tensor } from './contract.ts';
import { reshape } from './reshape.ts';
import { aroundAxis, attribute, axisOf, costOf, given, numbers } from './shape-rules.ts';
import { stridedCopy, stridesOf } from './strided-copy.ts';

interface Range {
  readonly axis: number;
  readonly start: number;
  readonly end: number;
  readonly step: number;
  readonly count: number;
}

/** Attributes axis, start and end; with `step` only so many-th positions are taken, below 0 from the last one on. */
function rangeOf(inputs: Named<TensorType>, attributes: Attributes): Range {
  const axis = axisOf('slice', inputs, 'x', attributes);
  const start = attribute('slice', attributes, 'start');
  const end = attribute('slice', attributes, 'end');
  const step = attributes.step === undefined ? 1 : attribute('slice', attributes, 'step');
  return { axis, start, end, step, count: Math.ceil((end - start) / Math.abs(step)) };
}

/** y = x at the positions start ≤ i < end of one axis, or every so-many-th of them. */
export const slice: OpDefinition<'x', 'y'> = {
  name: 'slice',
  inputs: ['x'],
  outputs: ['y'],

  shape(inputs, attributes) {
    const x = given('slice', inputs, 'x');
    const { axis, start, end, count } = rangeOf(inputs, attributes);
    if (start < 0 || end <= start || end > (x.shape[axis] as number)) {
      throw new NetwrightError(
        'slice-out-of-range',
        text(
          `slice: the positions ${start} to ${end} must lie in axis ${axis} of x ${shapeText(x.shape)}, the first before the second.`,
          `slice：位置 ${start} 到 ${end} 须位于 x ${shapeText(x.shape)} 的轴 ${axis} 之内，且前者小于后者。`,
        ),
      );
    }
    return { y: { ...x, shape: x.shape.with(axis, count) } };
  },

  cost: (_inputs, outputs) => costOf(0, outputs, outputs),

  // dx = dy between zeros
  gradient(g, { inputs, attributes }, { y: dy }) {
    if (dy === undefined) return {};
    const { axis, start, end, step, count } = rangeOf(inputs, attributes);
    const size = given('slice', inputs, 'x').shape[axis] as number;
    const inOrder = step > 0 ? dy : g.emit(slice, { x: dy }, { axis, start: 0, end: count, step: -1 }).y;
    const apart = Math.abs(step);
    const rows = apart === 1 ? inOrder : spreadOut(g, inOrder, axis, apart);
    const first = step > 0 ? start : end - 1 + (count - 1) * step;
    const behind = size - first - (rows.shape[axis] as number);
    const fitting = behind >= 0 ? rows : g.emit(slice, { x: rows }, { axis, start: 0, end: size - first }).y;
    const after = Math.max(0, behind);
    return { x: g.emit(padAxis, { x: fitting }, { axis, before: first, after }).y };
  },

  lower({ inputs, outputs, attributes }) {
    const x = given('slice', inputs, 'x');
    const strides = stridesOf(x.shape);
    const { axis, start, end, step } = rangeOf(inputs, attributes);
    const stride = strides[axis] as number;
    const from = (step > 0 ? start : end - 1) * stride;
    return stridedCopy(x, given('slice', outputs, 'y'), strides.with(axis, stride * step), from);
  },

  toOnnx({ inputs, outputs, attributes }) {
    const y = given('slice', outputs, 'y').name;
    const { axis, start, end, step } = rangeOf(inputs, attributes);
    const size = given('slice', inputs, 'x').shape[axis] as number;
    // Going down, the end before the first position has no number but one that is counted from the end.
    const bounds = step > 0 ? { start, end } : { start: end - 1, end: start === 0 ? -size - 1 : start - 1 };
    const whole = Object.entries({ ...bounds, axis, ...(step !== 1 && { step }) });
    return [
      ...whole.map(([name, value]) => ({
        opType: 'Constant',
        inputs: [],
        outputs: [`${y}.${name}`],
        attributes: { value_ints: [value] },
      })),
      {
        opType: 'Slice',
        inputs: [given('slice', inputs, 'x').name, ...whole.map(([name]) => `${y}.${name}`)],
        outputs: [y],
      },
    ];
  },
};

/** x with `apart` − 1 zeros behind each position of an axis. */
function spreadOut(g: GraphBuilder, x: Tensor, axis: number, apart: number): Tensor {
  const single = g.emit(reshape, { x }, { shape: x.shape.toSpliced(axis + 1, 0, 1) }).y;
  const wide = g.emit(padAxis, { x: single }, { axis: axis + 1, before: 0, after: apart - 1 }).y;
  return g.emit(reshape, { x: wide }, { shape: x.shape.with(axis, (x.shape[axis] as number) * apart) }).y;
}

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
