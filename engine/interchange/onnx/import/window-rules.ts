import type { Params } from '../../../declaration/fields.ts';
import { windowOf } from '../../../layers/pooling-window.ts';
import type { OpCall, Tensor } from '../../../ops/contract.ts';
import { lowest } from '../../../ops/mask-scores.ts';
import { x, y } from './network.ts';
import { all, list, number, type Rule, weightsOf } from './rule.ts';

/** What moves a window over images or signals, puts a border around them, or gives them another size. */

/** Zeros that are not the same all round stand in front of it. */
export const convolution: Rule = (call, known) => {
  const { w, b } = call.inputs;
  const weights = weightsOf(known, { weight: w, bias: b });
  const [stride, strideWidth = stride] = list(call, 'strides') as [number, number?];
  const [dilation, dilationWidth = dilation] = list(call, 'dilations') as [number, number?];
  const [outChannels, , ...kernel] = (w as Tensor).shape;
  const isImage = kernel.length === 2;
  if (weights === undefined) return undefined;
  const rectangular = stride !== strideWidth || dilation !== dilationWidth;
  const pads = list(call, 'pads');
  const pad = all(pads);
  const groups = number(call, 'groups');
  const isDepthwise = groups > 1 && groups === x(call).shape[1];
  if (pad === undefined && !isImage) return undefined;
  return {
    type: isImage ? 'conv2d' : 'conv1d',
    params: {
      outChannels: outChannels as number,
      ...(isImage
        ? { kernelHeight: kernel[0] as number, kernelWidth: kernel[1] as number }
        : { kernelSize: kernel[0] as number }),
      stride,
      dilation,
      ...(rectangular && { rectangular, strideWidth, dilationWidth }),
      ...(pad === undefined || pad === 0 ? { padding: 'valid' } : { padding: 'number', pad }),
      connections: groups === 1 ? 'all' : isDepthwise ? 'depthwise' : 'groups',
      ...(groups > 1 && !isDepthwise && { groups }),
      bias: b !== undefined,
    },
    wires: { x: x(call) },
    weights,
    ...(pad === undefined && { padded: pads }),
  };
};

/** Ends of an axis may differ where they are what a last window reaches: then sizes are rounded up. */
function windowParams(call: OpCall): Params | undefined {
  const [kernel, strides, pads] = [list(call, 'kernel'), list(call, 'strides'), list(call, 'pads')];
  const [kernelSize, kernelWidth = kernelSize] = kernel as [number, number?];
  const [stride, strideWidth = stride] = strides as [number, number?];
  const [padding, paddingWidth = padding] = pads.slice(0, kernel.length) as [number, number?];
  const rectangular = kernelSize !== kernelWidth || stride !== strideWidth || padding !== paddingWidth;
  const window = { kernelSize, stride, padding, rectangular, kernelWidth, strideWidth, paddingWidth };
  const ceil = [false, true].find(
    (up) => windowOf({ ...window, ceil: up }, x(call)).pads.join() === pads.join(),
  );
  if (ceil === undefined) return undefined;
  return { ...(rectangular ? window : { kernelSize, stride, padding }), ...(ceil && { ceil }) };
}

export const pool =
  (type: string, further: (call: OpCall) => Params = () => ({})): Rule =>
  (call) => {
    const params = windowParams(call);
    return params && { type, params: { ...params, ...further(call) }, wires: { x: x(call) } };
  };

/** What an image is spread over: cut off alike all round, it may be longer at the bottom and on the right. */
export const transposedConvolution: Rule = (call, known) => {
  const { w, b } = call.inputs;
  const weights = weightsOf(known, { weight: w, bias: b });
  const [stride, pad] = [all(list(call, 'strides')), all(list(call, 'pads').slice(0, 2))];
  const [, perGroup = 1, ...kernel] = (w as Tensor).shape;
  const [groups, dilation] = [number(call, 'groups'), all(list(call, 'dilations'))];
  if (weights === undefined || stride === undefined || pad === undefined) return undefined;
  if (kernel.length !== 2 || dilation === undefined) return undefined;
  const [kernelHeight, kernelWidth] = kernel as [number, number];
  const longer = kernel.map(
    (size, axis) =>
      (y(call).shape[axis + 2] as number) -
      (((x(call).shape[axis + 2] as number) - 1) * stride + (size - 1) * dilation + 1 - 2 * pad),
  );
  const outputPadding = all(longer);
  if (outputPadding === undefined || outputPadding < 0 || outputPadding >= stride) return undefined;
  return {
    type: 'conv-transpose2d',
    params: {
      outChannels: perGroup * groups,
      kernelHeight,
      kernelWidth,
      stride,
      pad,
      outputPadding,
      ...(dilation !== 1 && { dilation }),
      ...(groups !== 1 && { groups }),
      bias: b !== undefined,
    },
    wires: { x: x(call) },
    weights,
  };
};

export const upsample =
  (mode: string): Rule =>
  (call) => {
    const [scale, scaleWidth = scale] = list(call, 'scales') as [number, number?];
    const own = scale === scaleWidth ? {} : { rectangular: true, scaleWidth };
    return { type: 'upsample', params: { scale, ...own, mode }, wires: { x: x(call) } };
  };

/** Factors where they are whole, else the size that comes out. */
export const resized: Rule = (call) => {
  const size = list(call, 'size');
  const [scale, scaleWidth = scale] = size.map((n, axis) => n / (x(call).shape[axis + 2] as number)) as [
    number,
    number?,
  ];
  const [height, width] = size as [number, number?];
  const isWhole = Number.isInteger(scale) && Number.isInteger(scaleWidth);
  const factors = { scale, ...(scale !== scaleWidth && { rectangular: true, scaleWidth }) };
  const to = isWhole ? factors : { bySize: true, height, ...(width !== undefined && { width }) };
  const corners = number(call, 'corners') === 1;
  return {
    type: 'upsample',
    params: { ...to, mode: 'linear', ...(corners && { corners }) },
    wires: { x: x(call) },
  };
};

/** Zeros before and behind each axis, as ONNX lists them, as the layer's sides. */
export function zeroPadParams(pads: readonly number[], value = 0): Params {
  const [top, left, bottom, right] = pads.length === 2 ? [0, pads[0], 0, pads[1]] : pads;
  const sides = {
    left: left as number,
    right: right as number,
    top: top as number,
    bottom: bottom as number,
  };
  return value === 0 ? sides : { ...sides, value: Math.max(lowest, Math.min(-lowest, value)) };
}
