import type { Fields } from '../../declaration/fields.ts';
import type { FoundColumn } from '../../declaration/found-files.ts';
import { text } from '../../declaration/text.ts';
import { augmentationFields } from './augment.ts';
import type { FileSourceDefinition } from './contract.ts';
import { classTarget, fileFields } from './file-fields.ts';
import { colour } from './shared-fields.ts';

const fields = {
  ...fileFields,
  side: {
    kind: 'integer',
    label: text('Size', '边长'),
    help: text('Width and height that every image is brought to.', '每张图像统一调整到的宽和高。'),
    unit: text('px', '像素'),
    min: 4,
    max: 512,
    default: 64,
  },
  fit: {
    kind: 'choice',
    label: text('Fit', '适配方式'),
    help: text('How an image that is no square becomes one.', '非正方形图像如何变成正方形。'),
    options: [
      { value: 'crop', label: text('cut out the middle', '裁取中间') },
      { value: 'stretch', label: text('squeeze', '拉伸压缩') },
    ],
    default: 'crop',
  },
  colour,
  ...augmentationFields,
} as const satisfies Fields;

/** What was found: the shape at the usual size, and one column with the names of the folders or the labels of a table. */
export const images: FileSourceDefinition<typeof fields> = {
  type: 'images',
  title: text('Image folder', '图像文件夹'),
  doc: {
    summary: text(
      'PNG, JPEG and WebP images of any size, a folder for each class or a CSV table beside them that names each image and its label; folders or tables called train and test say what is tested with.',
      '任意尺寸的 PNG、JPEG 和 WebP 图像，每个类别一个文件夹，或由旁边的 CSV 表格列出每张图像的名称与标签；若文件夹或表格分为 train 与 test，则以后者为测试集。',
    ),
    formula: String.raw`x \in \mathbb{R}^{C \times S \times S}, \quad y \in \{0, \ldots, C - 1\}`,
    references: [
      {
        title: 'ImageNet Large Scale Visual Recognition Challenge',
        authors: 'O. Russakovsky et al.',
        year: 2015,
        url: 'https://arxiv.org/abs/1409.0575',
      },
    ],
  },
  fields,
  sampleType: ({ files, side, colour }) => ({
    input: { shape: [colour === 'grey' ? 1 : 3, side, side], dtype: 'float32' },
    target: classTarget(files.columns[0] as FoundColumn),
  }),
  suiting([channels, height = 0, width]) {
    const areImages = channels === 1 || channels === 3;
    const { min, max } = fields.side;
    if (!areImages || height !== width || height < min || height > max) return {};
    return { side: height, colour: channels === 1 ? 'grey' : 'colour' };
  },
};
