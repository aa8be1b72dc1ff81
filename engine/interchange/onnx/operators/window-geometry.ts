import { text } from '../../../declaration/text.ts';
import { misfit, unsupportedForm } from '../reading/misfit.ts';
import type { NodeReader } from '../reading/node-reader.ts';

/** A window on its way over one axis of an image. */
export interface WindowAxis {
  readonly size: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
  readonly after: number;
  /** Places where it stops. */
  readonly stops: number;
}

/** Attributes of Conv and of the pools for an image of these sizes. */
export function windowAxes(
  node: NodeReader,
  image: readonly number[],
  kernel: readonly number[],
): WindowAxis[] {
  const rank = image.length;
  const strides = node.perAxis('strides', rank, 1);
  const dilations = node.perAxis('dilations', rank, 1);
  const pads = node.perAxis('pads', 2 * rank, 0, 0);
  const auto = node.string('auto_pad', 'NOTSET');
  const ceil = node.int('ceil_mode', 0) === 1;
  return image.map((size, i) => {
    const axis = { size, kernel: kernel[i], stride: strides[i], dilation: dilations[i] };
    const reach = (axis.kernel - 1) * axis.dilation + 1;
    const { before, after } = padding(auto, axis, reach, [pads[i], pads[i + rank]]);
    const room = size + before + after - reach;
    let stops = (ceil ? Math.ceil : Math.floor)(room / axis.stride) + 1;
    // A window that would begin in the padding behind is left out.
    if (ceil && (stops - 1) * axis.stride >= size + before) stops--;
    if (stops >= 1) return { ...axis, before, after, stops };
    throw misfit(
      text(
        `expected an axis of at least ${reach} for a window of ${reach}, found ${size + before + after} with its padding`,
        `宽 ${reach} 的窗口需要至少 ${reach} 的轴，连同填充实际为 ${size + before + after}`,
      ),
    );
  });
}

function padding(
  auto: string,
  { size, stride }: Pick<WindowAxis, 'size' | 'stride'>,
  reach: number,
  [before, after]: readonly [number, number],
): { before: number; after: number } {
  switch (auto) {
    case 'NOTSET':
    case '':
      return { before, after };
    case 'VALID':
      return { before: 0, after: 0 };
    case 'SAME_UPPER':
    case 'SAME_LOWER': {
      const total = Math.max(0, (Math.ceil(size / stride) - 1) * stride + reach - size);
      const less = Math.floor(total / 2);
      return auto === 'SAME_UPPER'
        ? { before: less, after: total - less }
        : { before: total - less, after: less };
    }
    default:
      throw unsupportedForm(text(`the padding "${auto}"`, `填充方式“${auto}”`));
  }
}
