import type { Fields } from '../../declaration/fields.ts';
import type { FoundColumn } from '../../declaration/found-files.ts';
import { text } from '../../declaration/text.ts';
import { augmentationFields } from './augment.ts';
import type { FileSourceDefinition } from './contract.ts';
import { classTarget, fileFields } from './file-fields.ts';

const fields = {
  ...fileFields,
  labels: {
    kind: 'choice',
    label: text('Labels', '标签'),
    help: text(
      'CIFAR-100 has 100 fine classes in 20 coarse ones; CIFAR-10 has but one kind.',
      'CIFAR-100 有 100 个细类，归为 20 个大类；CIFAR-10 只有一种标签。',
    ),
    options: [
      { value: 'fine', label: text('fine', '细类') },
      { value: 'coarse', label: text('coarse', '大类') },
    ],
    default: 'fine',
  },
  ...augmentationFields,
} as const satisfies Fields;

/** What was found: the shape [3, 32, 32] of an image, and the columns `fine` and `coarse`, or `label` alone. */
export const cifar: FileSourceDefinition<typeof fields> = {
  type: 'cifar',
  title: text('CIFAR', 'CIFAR'),
  doc: {
    summary: text(
      'Colour images of 32×32 pixels in the binary files of CIFAR-10 or CIFAR-100, as an archive or unpacked.',
      'CIFAR-10 或 CIFAR-100 二进制文件中的 32×32 彩色图像，归档或已解包均可。',
    ),
    formula: String.raw`x \in \mathbb{R}^{3 \times 32 \times 32}, \quad y \in \{0, \ldots, C - 1\}`,
    references: [
      {
        title: 'Learning Multiple Layers of Features from Tiny Images',
        authors: 'A. Krizhevsky',
        year: 2009,
        url: 'https://www.cs.toronto.edu/~kriz/cifar.html',
      },
    ],
  },
  fields,
  sampleType: ({ files, labels }) => ({
    input: { shape: files.shape, dtype: 'float32' },
    target: classTarget(
      files.columns.find(({ name }) => name === labels) ?? (files.columns[0] as FoundColumn),
      files.columns,
    ),
  }),
};
