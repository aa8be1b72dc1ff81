import { elementCount } from '../declaration/tensor-type.ts';
import type { Attributes, OpDefinition } from './contract.ts';
import { planes, resized, vertical } from './planes.ts';
import { attribute, costOf, given, list, numbers } from './shape-rules.ts';

const sizesOf = (op: string, attributes: Attributes, name: 'size' | 'from'): [number, number] =>
  vertical(list(op, attributes, name), 1) as [number, number];

/**
 * Images [N, C, H, W] or signals [N, C, L] in any other size, the attribute `size`, by straight lines between elements: with
 * the attribute `corners` = 1 the outermost elements stay the outermost, with 0 the middles of elements keep their place.
 */
export const resizeLinear: OpDefinition<'x', 'y'> = {
  name: 'resizeLinear',
  inputs: ['x'],
  outputs: ['y'],

  shape(inputs, attributes) {
    planes('resizeLinear', inputs, 'x');
    return {
      y: resized(numbers('resizeLinear', inputs, 'x'), ...sizesOf('resizeLinear', attributes, 'size')),
    };
  },

  cost: (inputs, outputs) => costOf(4 * elementCount(outputs.y.shape), inputs, outputs),

  // dx = Σ dy · the share of x in y
  gradient(g, { inputs, attributes }, { y: dy }) {
    const from = numbers('resizeLinear', inputs, 'x').shape.slice(2);
    const corners = attribute('resizeLinear', attributes, 'corners');
    return { x: dy && g.emit(resizeLinearGradient, { dy }, { from, corners }).dx };
  },

  lower({ inputs, outputs: { y }, attributes }) {
    const sizes = planes('resizeLinear', inputs, 'x');
    const [OH, OW] = sizesOf('resizeLinear', attributes, 'size');
    const corners = attribute('resizeLinear', attributes, 'corners');
    return {
      kernel: 'resizeLinear',
      arguments: { x: inputs.x, y, ...sizes, OH, OW, corners },
      split: sizes.planes,
    };
  },

  toOnnx({ inputs, outputs, attributes }) {
    const y = given('resizeLinear', outputs, 'y').name;
    const size = list('resizeLinear', attributes, 'size');
    const isOnCorners = attribute('resizeLinear', attributes, 'corners') === 1;
    return [
      { opType: 'Constant', inputs: [], outputs: [`${y}.sizes`], attributes: { value_ints: size } },
      {
        opType: 'Resize',
        inputs: [given('resizeLinear', inputs, 'x').name, '', '', `${y}.sizes`],
        outputs: [y],
        attributes: {
          axes: size.map((_, axis) => axis + 2),
          mode: 'linear',
          coordinate_transformation_mode: isOnCorners ? 'align_corners' : 'half_pixel',
        },
      },
    ];
  },
};

/** dx [N, C, …from] = Σ dy · its share in y, over the elements of y around it. */
export const resizeLinearGradient: OpDefinition<'dy', 'dx'> = {
  name: 'resizeLinearGradient',
  inputs: ['dy'],
  outputs: ['dx'],

  shape(inputs, attributes) {
    planes('resizeLinearGradient', inputs, 'dy');
    const dy = numbers('resizeLinearGradient', inputs, 'dy');
    return { dx: resized(dy, ...sizesOf('resizeLinearGradient', attributes, 'from')) };
  },

  cost: (inputs, outputs) =>
    costOf(4 * elementCount(given('resizeLinearGradient', inputs, 'dy').shape), inputs, outputs),

  lower({ inputs, outputs: { dx }, attributes }) {
    const { planes: P, H: OH, W: OW } = planes('resizeLinearGradient', inputs, 'dy');
    const [H, W] = sizesOf('resizeLinearGradient', attributes, 'from');
    const corners = attribute('resizeLinearGradient', attributes, 'corners');
    return {
      kernel: 'resizeLinearGradient',
      arguments: { dy: inputs.dy, dx, planes: P, H, W, OH, OW, corners },
      split: P,
    };
  },
};
