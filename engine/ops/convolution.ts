import type { TensorType } from '../declaration/tensor-type.ts';
import { activationGradient, reluGradientAttributes } from './activations.ts';
import { sumChannels } from './add-channels.ts';
import type { Attributes, Named, OnnxAttribute, OpDefinition } from './contract.ts';
import { convolutionSizes, images, multiplyAdds, outputShape, piecesOf } from './convolution-sizes.ts';
import { weightGradientOf } from './convolution-weight-gradient.ts';
import { attribute, costOf, given, list, numbers, sizesMeet } from './shape-rules.ts';

const sizesOf = (inputs: Named<TensorType>, attributes: Attributes) =>
  convolutionSizes(
    'convolution',
    images('convolution', inputs, 'x'),
    images('convolution', inputs, 'w'),
    attributes,
  );

/**
 * y [N, O, OH, OW] = x [N, C, H, W] ∗ w [O, C / groups, KH, KW] + b [O], or the same without H for signals; with the
 * attribute epilogue = 1 also y = max(y, 0). The other attributes are told in convolution-sizes.ts.
 */
export const convolution: OpDefinition<'x' | 'w' | 'b', 'y'> = {
  name: 'convolution',
  inputs: ['x', 'w', 'b'],
  outputs: ['y'],

  shape(inputs, attributes) {
    const x = images('convolution', inputs, 'x');
    const [O] = images('convolution', inputs, 'w');
    if (inputs.b !== undefined) {
      sizesMeet('convolution', ['b', numbers('convolution', inputs, 'b').shape.at(-1) ?? 1], ['w', O]);
    }
    return { y: { shape: outputShape(sizesOf(inputs, attributes), x.length), dtype: 'float32' } };
  },

  cost: (inputs, outputs, attributes) => costOf(multiplyAdds(sizesOf(inputs, attributes)), inputs, outputs),

  // dz = epilogue ? (y > 0 ? dy : 0) : dy
  // dx[n, c, h, w] = Σ_{o, kh, kw} w[o, c, kh, kw] · dz[n, o, oh, ow]    where oh · stride + kh · dilation − pad = h, likewise w
  // dw[o, c, kh, kw] = Σ_{n, oh, ow} dz[n, o, oh, ow] · x[n, c, h, w]    h and w of (oh, ow, kh, kw) as above
  // db[o] = Σ_{n, oh, ow} dz[n, o, oh, ow]
  gradient(g, { inputs, outputs, attributes }, { y: dy }) {
    if (dy === undefined) return {};
    const { epilogue = 0, ...geometry } = attributes;
    const { x, w, b } = inputs;
    const dz =
      epilogue === 1 ? g.emit(activationGradient, { given: outputs.y, dy }, reluGradientAttributes).dx : dy;
    const size = images('convolution', inputs, 'x').slice(2);
    const kernel = images('convolution', inputs, 'w').slice(2);
    return {
      x: g.emit(transposedConvolution, { x: dz, w }, { ...geometry, size }).y,
      w: weightGradientOf(g, { x, dy: dz }, { ...geometry, kernel }),
      b: b && g.emit(sumChannels, { x: dz }).y,
    };
  },

  lower({ inputs, outputs, attributes }) {
    const sizes = sizesOf(inputs, attributes);
    const { x, w, b: bias } = inputs;
    const epilogue = attributes.epilogue === 1 ? 1 : 0;
    return {
      kernel: 'conv2d',
      arguments: { x, w, bias, y: outputs.y, ...sizes, epilogue },
      split: sizes.N * sizes.O,
      pieces: piecesOf(sizes.N, sizes.OH * sizes.OW),
    };
  },

  toOnnx({ inputs, outputs, attributes }) {
    const y = given('convolution', outputs, 'y').name;
    const sum = attributes.epilogue === 1 ? `${y}.sum` : y;
    const operands = [inputs.x, inputs.w, inputs.b].filter((tensor) => tensor !== undefined);
    const conv = {
      opType: 'Conv',
      inputs: operands.map((tensor) => tensor.name),
      outputs: [sum],
      attributes: onnxGeometry('convolution', inputs, attributes),
    };
    return sum === y ? [conv] : [conv, { opType: 'Relu', inputs: [sum], outputs: [y] }];
  },
};

/** The convolution whose gradient at its images this is: those are y [N, C, …size], and x is [N, O, OH, OW]. */
function transposedSizes(inputs: Named<TensorType>, attributes: Attributes) {
  const [N] = images('transposedConvolution', inputs, 'x');
  const w = images('transposedConvolution', inputs, 'w');
  const C = w[1] * attribute('transposedConvolution', attributes, 'groups');
  const y = [N, C, ...list('transposedConvolution', attributes, 'size')];
  return { y, sizes: convolutionSizes('transposedConvolution', y, w, attributes) };
}

/**
 * y [N, C, …size] from x [N, O, OH, OW] and w [O, C / groups, KH, KW]: what a convolution with these attributes, of images
 * of this `size`, sends back to its images when x comes back to it.
 */
export const transposedConvolution: OpDefinition<'x' | 'w', 'y'> = {
  name: 'transposedConvolution',
  inputs: ['x', 'w'],
  outputs: ['y'],

  shape(inputs, attributes) {
    const x = images('transposedConvolution', inputs, 'x');
    const { y, sizes } = transposedSizes(inputs, attributes);
    for (const [axis, size] of outputShape(sizes, x.length).entries()) {
      const from = axis === 1 ? 'w' : 'what its size leads to';
      sizesMeet('transposedConvolution', [`x in dimension ${axis}`, x[axis]], [from, size]);
    }
    return { y: { shape: y, dtype: 'float32' } };
  },

  cost: (inputs, outputs, attributes) =>
    costOf(multiplyAdds(transposedSizes(inputs, attributes).sizes), inputs, outputs),

  // dx = dy ∗ w
  // dw[o, c, kh, kw] = Σ_{n, oh, ow} x[n, o, oh, ow] · dy[n, c, h, w]    h and w as in the convolution
  gradient(g, { inputs: { x, w }, attributes }, { y: dy }) {
    if (dy === undefined) return {};
    const { size: _size, ...geometry } = attributes;
    const kernel = images('transposedConvolution', { w }, 'w').slice(2);
    return {
      x: g.emit(convolution, { x: dy, w }, geometry).y,
      w: weightGradientOf(g, { x: dy, dy: x }, { ...geometry, kernel }),
    };
  },

  lower({ inputs, outputs, attributes }) {
    const { sizes } = transposedSizes(inputs, attributes);
    return {
      kernel: 'conv2dDataGradient',
      arguments: { dy: inputs.x, w: inputs.w, dx: outputs.y, ...sizes },
      split: sizes.N * sizes.C,
      pieces: piecesOf(sizes.N, sizes.H * sizes.W),
    };
  },

  toOnnx({ inputs, outputs, attributes }) {
    const x = images('transposedConvolution', inputs, 'x').slice(2);
    const kernel = images('transposedConvolution', inputs, 'w').slice(2);
    const size = list('transposedConvolution', attributes, 'size');
    const strides = list('transposedConvolution', attributes, 'strides');
    const pads = list('transposedConvolution', attributes, 'pads');
    const dilations = list('transposedConvolution', attributes, 'dilations');
    const least = x.map(
      (n, i) => (n - 1) * strides[i] + (kernel[i] - 1) * dilations[i] + 1 - pads[i] - pads[i + x.length],
    );
    return [
      {
        opType: 'ConvTranspose',
        inputs: [
          given('transposedConvolution', inputs, 'x').name,
          given('transposedConvolution', inputs, 'w').name,
        ],
        outputs: [given('transposedConvolution', outputs, 'y').name],
        attributes: {
          ...onnxGeometry('transposedConvolution', inputs, attributes),
          output_padding: size.map((n, i) => n - least[i]),
        },
      },
    ];
  },
};

const onnxGeometry = (
  op: string,
  inputs: Named<TensorType>,
  attributes: Attributes,
): Readonly<Record<string, OnnxAttribute>> => ({
  kernel_shape: images(op, inputs, 'w').slice(2),
  strides: list(op, attributes, 'strides'),
  pads: list(op, attributes, 'pads'),
  dilations: list(op, attributes, 'dilations'),
  group: { int: attribute(op, attributes, 'groups') },
});
