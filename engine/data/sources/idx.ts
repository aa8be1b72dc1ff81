import type { Fields } from '../../declaration/fields.ts';
import type { FoundColumn } from '../../declaration/found-files.ts';
import { text } from '../../declaration/text.ts';
import { augmentationFields } from './augment.ts';
import type { FileSourceDefinition } from './contract.ts';
import { classTarget, fileFields } from './file-fields.ts';

const fields = { ...fileFields, ...augmentationFields } as const satisfies Fields;

/** What was found: the shape [1, H, W] of an image, and one column with the labels. */
export const idx: FileSourceDefinition<typeof fields> = {
  type: 'idx',
  title: text('IDX images', 'IDX 图像'),
  doc: {
    summary: text(
      'Grey images with one label each in IDX files, as MNIST and Fashion-MNIST have them, compressed or not.',
      'IDX 文件中的灰度图像，每张一个标签；MNIST 与 Fashion-MNIST 即为此格式，可压缩也可不压缩。',
    ),
    formula: String.raw`x \in \mathbb{R}^{1 \times H \times W}, \quad y \in \{0, \ldots, C - 1\}`,
    references: [
      {
        title: 'Gradient-Based Learning Applied to Document Recognition',
        authors: 'Y. LeCun, L. Bottou, Y. Bengio, P. Haffner',
        year: 1998,
        url: 'https://doi.org/10.1109/5.726791',
      },
    ],
  },
  fields,
  sampleType: ({ files }) => ({
    input: { shape: files.shape, dtype: 'float32' },
    target: classTarget(files.columns[0] as FoundColumn),
  }),
};
