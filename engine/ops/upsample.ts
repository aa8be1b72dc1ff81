import { NetwrightError } from '../declaration/problem.ts';
import { elementCount, shapeText } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import type { Attributes, OpDefinition } from './contract.ts';
import { planes, resized, vertical } from './planes.ts';
import { costOf, given, list, numbers } from './shape-rules.ts';

const scalesOf = (op: string, attributes: Attributes): [number, number] =>
  vertical(list(op, attributes, 'scales'), 1) as [number, number];

/** One of the two ways to make images [N, C, H, W] or signals [N, C, L] larger by whole factors, the attribute `scales`. */
const upsampling = (
  name: 'upsampleNearest' | 'upsampleLinear',
  gradientOp: OpDefinition<'dy', 'dx'>,
  taps: number,
  onnx: Readonly<Record<string, string>>,
): OpDefinition<'x', 'y'> => ({
  name,
  inputs: ['x'],
  outputs: ['y'],

  shape(inputs, attributes) {
    const { H, W } = planes(name, inputs, 'x');
    const [scaleH, scaleW] = scalesOf(name, attributes);
    return { y: resized(numbers(name, inputs, 'x'), H * scaleH, W * scaleW) };
  },

  cost: (inputs, outputs) => costOf(taps * elementCount(outputs.y.shape), inputs, outputs),

  // dx = Σ dy · the share of x in y
  gradient: (g, { attributes }, { y: dy }) => ({ x: dy && g.emit(gradientOp, { dy }, attributes).dx }),

  lower({ inputs, outputs: { y }, attributes }) {
    const sizes = planes(name, inputs, 'x');
    const [scaleH, scaleW] = scalesOf(name, attributes);
    const [OH, OW] = [sizes.H * scaleH, sizes.W * scaleW];
    return { kernel: name, arguments: { x: inputs.x, y, ...sizes, OH, OW }, split: sizes.planes };
  },

  toOnnx({ inputs, outputs, attributes }) {
    const y = given(name, outputs, 'y').name;
    const scales = { floats: [1, 1, ...list(name, attributes, 'scales')] };
    return [
      {
        opType: 'Constant',
        inputs: [],
        outputs: [`${y}.scales`],
        attributes: { value_floats: scales },
      },
      {
        opType: 'Resize',
        inputs: [given(name, inputs, 'x').name, '', `${y}.scales`],
        outputs: [y],
        attributes: onnx,
      },
    ];
  },
});

const upsamplingGradient = (
  name: 'upsampleNearestGradient' | 'upsampleLinearGradient',
  taps: number,
): OpDefinition<'dy', 'dx'> => ({
  name,
  inputs: ['dy'],
  outputs: ['dx'],

  shape(inputs, attributes) {
    const dy = numbers(name, inputs, 'dy');
    const { H, W } = planes(name, inputs, 'dy');
    const [scaleH, scaleW] = scalesOf(name, attributes);
    if (H % scaleH !== 0 || W % scaleW !== 0) {
      throw new NetwrightError(
        'size-mismatch',
        text(
          `${name}: dy ${shapeText(dy.shape)} is no multiple of the scales ${scaleH}×${scaleW}.`,
          `${name}：dy ${shapeText(dy.shape)} 的大小不是放大倍数 ${scaleH}×${scaleW} 的整数倍。`,
        ),
      );
    }
    return { dx: resized(dy, H / scaleH, W / scaleW) };
  },

  cost: (inputs, outputs) => costOf(taps * elementCount(given(name, inputs, 'dy').shape), inputs, outputs),

  lower({ inputs, outputs: { dx }, attributes }) {
    const { planes: P, H: OH, W: OW } = planes(name, inputs, 'dy');
    const [scaleH, scaleW] = scalesOf(name, attributes);
    const [H, W] = [OH / scaleH, OW / scaleW];
    return { kernel: name, arguments: { dy: inputs.dy, dx, planes: P, H, W, OH, OW }, split: P };
  },
});

/** dx = Σ dy over the elements of y that come from it. */
export const upsampleNearestGradient = upsamplingGradient('upsampleNearestGradient', 1);
/** dx = Σ dy · its share in y, over the elements of y around it. */
export const upsampleLinearGradient = upsamplingGradient('upsampleLinearGradient', 4);

/** Every element of x, scale by scale times. */
export const upsampleNearest = upsampling('upsampleNearest', upsampleNearestGradient, 1, {
  mode: 'nearest',
  coordinate_transformation_mode: 'asymmetric',
  nearest_mode: 'floor',
});

/** Between the middles of the elements of x straight lines, bilinear in images; beyond the outermost middles x goes on. */
export const upsampleLinear = upsampling('upsampleLinear', upsampleLinearGradient, 4, {
  mode: 'linear',
  coordinate_transformation_mode: 'half_pixel',
});
