import { cosineOfHalfTurns, sineOfHalfTurns } from '../../arithmetic/half-turns.ts';
import type { Fields } from '../../declaration/fields.ts';
import { text } from '../../declaration/text.ts';
import { philox } from '../../random/philox.ts';
import { streams } from '../../random/stream.ts';
import type { Augmentation } from './contract.ts';
import type { RowSource } from './rows.ts';

/** How images of the training part are varied each time they are seen. Nothing else ever is: tests, pictures, exports. */
export const augmentationFields = {
  crop: {
    kind: 'integer',
    label: text('Random crop', '随机裁剪'),
    help: text(
      'Black pixels that are put on every side before a piece of the old size is cut out anywhere; 0 leaves images in place.',
      '先在四周补上这么多黑色像素，再从任意位置裁出原尺寸；0 表示不移动图像。',
    ),
    unit: text('px', '像素'),
    min: 0,
    max: 64,
    default: 0,
  },
  flip: {
    kind: 'boolean',
    label: text('Mirror', '左右翻转'),
    help: text(
      'Every second image is mirrored left to right. Not for letters and digits.',
      '一半的图像左右翻转。不适用于字母和数字。',
    ),
    default: false,
  },
  rotate: {
    kind: 'number',
    label: text('Rotate', '旋转'),
    help: text(
      'An image is turned about its middle by up to so much either way; black comes in at the corners.',
      '图像绕中心随机旋转，向任一方向最多这么多度；空出的角落为黑色。',
    ),
    unit: text('°', '°'),
    min: 0,
    max: 180,
    default: 0,
    step: 5,
  },
  brightness: {
    kind: 'number',
    label: text('Brightness', '亮度'),
    help: text(
      'The pixels of an image are multiplied by a factor of up to so much above or below 1.',
      '图像的像素乘以一个系数，与 1 最多相差这么多。',
    ),
    min: 0,
    max: 0.9,
    default: 0,
    step: 0.05,
  },
  cutout: {
    kind: 'integer',
    label: text('Cutout', '随机遮挡'),
    help: text(
      'Side of a square that is blotted out anywhere in the image; 0 blots out nothing.',
      '在图像任意位置抹去的正方形边长；0 表示不遮挡。',
    ),
    unit: text('px', '像素'),
    min: 0,
    max: 128,
    default: 0,
  },
  mixup: {
    kind: 'number',
    label: text('Mixup', '混合'),
    help: text(
      'Up to this share of another training image is blended into each, and of its class into the target, which becomes shares for Cross-Entropy; at 0.5 all shares are as likely.',
      '每张图像混入另一张训练图像，最多占这一比例；目标也按同样比例变为各类占比，供交叉熵使用。取 0.5 时各种比例的可能性相同。',
    ),
    min: 0,
    max: 0.5,
    default: 0,
    step: 0.1,
  },
} as const satisfies Fields;

/** The chosen variations; undefined where images stay as they are. */
export function augmentationIn(params: Readonly<Record<string, unknown>>): Augmentation | undefined {
  const number = (name: string): number => (typeof params[name] === 'number' ? params[name] : 0);
  const chosen = {
    crop: number('crop'),
    flip: params['flip'] === true,
    rotate: number('rotate'),
    brightness: number('brightness'),
    cutout: number('cutout'),
    mixup: number('mixup'),
  };
  return Object.values(chosen).some((value) => value !== false && value !== 0) ? chosen : undefined;
}

const unit = (word: number): number => (word >>> 8) * 2 ** -24;
const below = (word: number, bound: number): number => Math.floor(unit(word) * bound);

/**
 * Writes an image varied. How is drawn from (seed, epoch, row) alone: neither batches nor threads nor an interruption change
 * it. Makes nothing, for it is called for every image of every step.
 */
export class Augmenter {
  private readonly source: RowSource;
  private readonly how: Augmentation;
  private readonly seed: number;
  private readonly height: number;
  private readonly width: number;
  private readonly words = new Uint32Array(4);

  /** `shape` is [C, H, W]. */
  constructor(source: RowSource, shape: readonly number[], how: Augmentation, seed: number) {
    const [, height = 1, width = 1] = shape;
    this.source = source;
    this.how = how;
    this.seed = seed;
    this.height = height;
    this.width = width;
  }

  copy(row: number, epoch: number, to: Float32Array | Int32Array, at: number): void {
    const { height, width, words } = this;
    const { table, size } = this.source;
    const { crop, flip, rotate, brightness, cutout } = this.how;
    philox(words, 0, row, epoch, 0, this.seed, streams.augmentation);
    const down = below(words[0], 2 * crop + 1) - crop;
    const across = below(words[1], 2 * crop + 1) - crop;
    const isMirrored = flip && (words[2] & 1) === 1;
    const factor = 1 + brightness * (2 * unit(words[3]) - 1);
    philox(words, 1, row, epoch, 0, this.seed, streams.augmentation);
    // A square that reaches over the edge blots out less.
    const top = below(words[0], height) - (cutout >> 1);
    const left = below(words[1], width) - (cutout >> 1);
    const halfTurns = (rotate / 180) * (2 * unit(words[2]) - 1);
    const cosine = cosineOfHalfTurns(halfTurns);
    const sine = sineOfHalfTurns(halfTurns);
    const middleY = (height - 1) / 2;
    const middleX = (width - 1) / 2;
    const plane = height * width;
    const start = this.source.start(row);
    for (let channel = 0; channel * plane < size; channel++) {
      const base = channel * 256;
      const black = table === undefined ? 0 : table[base];
      const image = start + channel * plane;
      for (let y = 0; y < height; y++) {
        const sourceY = y + down;
        const isCutRow = y >= top && y < top + cutout;
        const out = at + channel * plane + y * width;
        for (let x = 0; x < width; x++) {
          const sourceX = (isMirrored ? width - 1 - x : x) + across;
          let value: number;
          if (rotate === 0) value = this.pixel(image, base, sourceY, sourceX, black);
          else {
            const dy = sourceY - middleY;
            const dx = sourceX - middleX;
            value = this.between(
              image,
              base,
              middleY + cosine * dy - sine * dx,
              middleX + sine * dy + cosine * dx,
              black,
            );
          }
          const isCut = isCutRow && x >= left && x < left + cutout;
          to[out + x] = isCut ? 0 : black + (value - black) * factor;
        }
      }
    }
  }

  private pixel(image: number, base: number, y: number, x: number, black: number): number {
    const { height, width } = this;
    if (y < 0 || y >= height || x < 0 || x >= width) return black;
    const { from, table } = this.source;
    const stored = from[image + y * width + x];
    return table === undefined ? stored : table[base + stored];
  }

  /** Of the four pixels around a place, each the more the nearer it is. */
  private between(image: number, base: number, y: number, x: number, black: number): number {
    const top = Math.floor(y);
    const left = Math.floor(x);
    const lower = y - top;
    const right = x - left;
    const above =
      (1 - right) * this.pixel(image, base, top, left, black) +
      right * this.pixel(image, base, top, left + 1, black);
    const beneath =
      (1 - right) * this.pixel(image, base, top + 1, left, black) +
      right * this.pixel(image, base, top + 1, left + 1, black);
    return (1 - lower) * above + lower * beneath;
  }
}
