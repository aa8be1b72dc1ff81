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

/** y = x with zeros around each image [N, C, H, W] or signal [N, C, L]. */
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
  gradient: (g, { attributes }, { y: dy }) => ({
    x: dy && g.emit(zeroPadGradient, { dy }, attributes).dx,
  }),

  lower({ inputs, outputs, attributes }) {
    const sizes = planes('zeroPad', inputs, 'x');
    const { H: OH, W: OW } = planes('zeroPad', outputs, 'y');
    const { top, left } = padsOf('zeroPad', attributes);
    return {
      kernel: 'zeroPad',
      arguments: { x: inputs.x, y: outputs.y, ...sizes, OH, OW, top, left },
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
    return [
      constant(`${y}.pads`, pads),
      constant(`${y}.axes`, axes),
      {
        opType: 'Pad',
        inputs: [given('zeroPad', inputs, 'x').name, `${y}.pads`, '', `${y}.axes`],
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
