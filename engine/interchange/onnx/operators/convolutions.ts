import { shapeText } from '../../../declaration/tensor-type.ts';
import { text } from '../../../declaration/text.ts';
import { convolution, transposedConvolution } from '../../../ops/convolution.ts';
import type { Value } from '../reading/known-tensors.ts';
import { misfit, unsupportedForm } from '../reading/misfit.ts';
import type { NodeReader, Operator } from '../reading/node-reader.ts';
import type { ValueBuilder } from '../reading/value-builder.ts';
import { padded } from './shapes.ts';
import { windowAxes } from './window-geometry.ts';

/** x and w of one rank: signals and images; the engine has no volumes. */
function operands(node: NodeReader): { x: Value; w: Value; image: readonly number[] } {
  const [x, w] = [node.floats(0, 3), node.floats(1, 3)];
  if (x.shape.length > 4) {
    throw unsupportedForm(
      text(`a convolution in ${x.shape.length - 2} dimensions`, ` ${x.shape.length - 2} 维卷积`),
    );
  }
  const kernel = node.maybeInts('kernel_shape') ?? w.shape.slice(2);
  if (w.shape.length === x.shape.length && kernel.join() === w.shape.slice(2).join()) {
    return { x, w, image: x.shape.slice(2) };
  }
  throw misfit(
    text(
      `expected weights for images ${shapeText(x.shape)} and kernels ${shapeText(kernel)}, found ${shapeText(w.shape)}`,
      `权重应与图像 ${shapeText(x.shape)} 和卷积核 ${shapeText(kernel)} 相符，实际为 ${shapeText(w.shape)}`,
    ),
  );
}

function conv(node: NodeReader, build: ValueBuilder): Value {
  const { x, w, image } = operands(node);
  const axes = windowAxes(node, image, w.shape.slice(2));
  const b = node.maybe(2) && node.floats(2, 1);
  return build.emit(
    convolution,
    { x, w, b },
    {
      strides: axes.map(({ stride }) => stride),
      pads: [...axes.map(({ before }) => before), ...axes.map(({ after }) => after)],
      dilations: axes.map(({ dilation }) => dilation),
      groups: node.int('group', 1),
    },
  ).y;
}

/**
 * What a convolution sends back. Its whole reach over an axis is (size − 1) · stride + (kernel − 1) · dilation + 1; padding
 * cuts it at both ends, and output_padding or a larger output_shape appends to it what no window reaches.
 */
function convTranspose(node: NodeReader, build: ValueBuilder): Value {
  const { x, w, image } = operands(node);
  const rank = image.length;
  const kernel = w.shape.slice(2);
  const strides = node.perAxis('strides', rank, 1);
  const dilations = node.perAxis('dilations', rank, 1);
  const pads = node.perAxis('pads', 2 * rank, 0, 0);
  const extra = node.perAxis('output_padding', rank, 0, 0);
  const shape = node.maybeInts('output_shape')?.slice(-rank);
  const auto = node.string('auto_pad', 'NOTSET');
  const isSame = auto === 'SAME_UPPER' || auto === 'SAME_LOWER';
  const axes = image.map((size, i) => {
    const reach = (size - 1) * strides[i] + (kernel[i] - 1) * dilations[i] + 1;
    const wanted = shape?.[i] ?? (isSame ? size * strides[i] : undefined);
    if (wanted === undefined) {
      const [before, after] = auto === 'VALID' ? [0, 0] : [pads[i], pads[i + rank]];
      return { before, size: reach + extra[i] - before - after };
    }
    const cut = Math.max(0, reach + extra[i] - wanted);
    const less = Math.floor(cut / 2);
    return { before: auto === 'SAME_UPPER' ? less : cut - less, size: wanted, reach };
  });
  // What the windows reach of it; the rest behind is filled with zeros.
  const reached = axes.map(({ before, size }, i) =>
    Math.min(size, (image[i] - 1) * strides[i] + (kernel[i] - 1) * dilations[i] + 1 - before),
  );
  if (reached.some((size) => size < 1)) {
    throw misfit(
      text(
        `expected padding that leaves something of the result, found ${shapeText(axes.map(({ size }) => size))}`,
        `填充后结果应不为空，实际为 ${shapeText(axes.map(({ size }) => size))}`,
      ),
    );
  }
  const after = reached.map(
    (size, i) => (image[i] - 1) * strides[i] + (kernel[i] - 1) * dilations[i] + 1 - axes[i].before - size,
  );
  const y = build.emit(
    transposedConvolution,
    { x, w },
    {
      size: reached,
      strides,
      pads: [...axes.map(({ before }) => before), ...after],
      dilations,
      groups: node.int('group', 1),
    },
  ).y;
  const whole = padded(build, y, [
    0,
    0,
    ...image.map(() => 0),
    0,
    0,
    ...axes.map(({ size }, i) => size - reached[i]),
  ]);
  const b = node.maybe(2) && node.floats(2, 1);
  return b === undefined ? whole : build.add(whole, build.reshape(b, [-1, ...image.map(() => 1)]));
}

export const convolutions: Readonly<Record<string, Operator>> = { Conv: conv, ConvTranspose: convTranspose };
