import { NetwrightError } from '../declaration/problem.ts';
import { elementCount, shapeText } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import type { Attributes, OpDefinition } from './contract.ts';
import { planes, resized, vertical } from './planes.ts';
import { costOf, given, list, numbers } from './shape-rules.ts';

/** Attribute `pads`: rows and columns before, then behind; for signals elements before and behind. */
function padsOf(op: string, attributes: Attributes) {
  const pads = list(op, attributes, 'pads');
  const [top, left] = vertical(pads.slice(0, pads.length / 2), 0) as [number, number];
  const [bottom, right] = vertical(pads.slice(pads.length / 2), 0) as [number, number];
  return { top, left, bottom, right };
}

/** What stands around it: 0 without the attribute `value`. */
const valueOf = (attributes: Attributes): number =>
  typeof attributes.value === 'number' ? attributes.value : 0;

/** y = x with zeros, or another number, around each image [N, C, H, W] or signal [N, C, L]. */
export const zeroPad: OpDefinition<'x', 'y'> = {
  name: 'zeroPad',
  inputs: ['x'],
  outputs: ['y'],

  shape(inputs, attributes) {
    const { H, W } = planes('zeroPad', inputs, 'x');
    const { top, left, bottom, right } = padsOf('zeroPad', attributes);
    return { y: resized(numbers('zeroPad', inputs, 'x'), H + top + bottom, W + left + right) };
  },

  cost: (inputs, outputs) => costOf(elementCount(outputs.y.shape), inputs, outputs),

  // dx = dy without what stands over the zeros
  gradient: (g, { attributes: { pads } }, { y: dy }) => ({
    x: dy && g.emit(zeroPadGradient, { dy }, { pads: pads as readonly number[] }).dx,
  }),

  lower({ inputs, outputs, attributes }) {
    const sizes = planes('zeroPad', inputs, 'x');
    const { H: OH, W: OW } = planes('zeroPad', outputs, 'y');
    const { top, left } = padsOf('zeroPad', attributes);
    return {
      kernel: 'zeroPad',
      arguments: { x: inputs.x, y: outputs.y, ...sizes, OH, OW, top, left, value: valueOf(attributes) },
      split: sizes.planes,
    };
  },

  // With its axes named, onnxruntime leaves a Pad as it is. Without them it makes the zeros the padding of a MaxPool that
  // follows, where they would never be the largest.
  toOnnx({ inputs, outputs, attributes }) {
    const y = given('zeroPad', outputs, 'y').name;
    const pads = list('zeroPad', attributes, 'pads');
    const axes = pads.slice(0, pads.length / 2).map((_, axis) => axis + 2);
    const constant = (name: string, values: readonly number[]) => ({
      opType: 'Constant',
      inputs: [],
      outputs: [name],
      attributes: { value_ints: values },
    });
    const value = valueOf(attributes);
    const around = value === 0 ? '' : `${y}.value`;
    return [
      constant(`${y}.pads`, pads),
      constant(`${y}.axes`, axes),
      ...(value === 0
        ? []
        : [{ opType: 'Constant', inputs: [], outputs: [around], attributes: { value_float: value } }]),
      {
        opType: 'Pad',
        inputs: [given('zeroPad', inputs, 'x').name, `${y}.pads`, around, `${y}.axes`],
        outputs: [y],
      },
    ];
  },
};

/** dx = dy without what stands over the zeros. */
export const zeroPadGradient: OpDefinition<'dy', 'dx'> = {
  name: 'zeroPadGradient',
  inputs: ['dy'],
  outputs: ['dx'],

  shape(inputs, attributes) {
    const dy = numbers('zeroPadGradient', inputs, 'dy');
    const { H, W } = planes('zeroPadGradient', inputs, 'dy');
    const { top, left, bottom, right } = padsOf('zeroPadGradient', attributes);
    if (H <= top + bottom || W <= left + right) {
      throw new NetwrightError(
        'size-mismatch',
        text(
          `zeroPadGradient: dy ${shapeText(dy.shape)} is not larger than its padding of ${top + bottom} rows and ${left + right} columns.`,
          `zeroPadGradient：dy ${shapeText(dy.shape)} 不大于其填充（${top + bottom} 行、${left + right} 列）。`,
        ),
      );
    }
    return { dx: resized(dy, H - top - bottom, W - left - right) };
  },

  cost: (inputs, outputs) => costOf(elementCount(outputs.dx.shape), inputs, outputs),

  lower({ inputs, outputs, attributes }) {
    const sizes = planes('zeroPadGradient', outputs, 'dx');
    const { H: OH, W: OW } = planes('zeroPadGradient', inputs, 'dy');
    const { top, left } = padsOf('zeroPadGradient', attributes);
    return {
      kernel: 'zeroPadGradient',
      arguments: { dy: inputs.dy, dx: outputs.dx, ...sizes, OH, OW, top, left },
      split: sizes.planes,
    };
  },
};
