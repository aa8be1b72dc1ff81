import type { Fields } from '../../declaration/fields.ts';
import type { FoundColumn } from '../../declaration/found-files.ts';
import { text } from '../../declaration/text.ts';
import { augmentationFields } from './augment.ts';
import type { FileSourceDefinition } from './contract.ts';
import { classTarget, fileFields } from './file-fields.ts';

const fields = { ...fileFields, ...augmentationFields } as const satisfies Fields;

/** What was found: the shape of one x; of y one column with its classes, or a column for each of its numbers. */
export const arrays: FileSourceDefinition<typeof fields> = {
  type: 'arrays',
  title: text('NumPy arrays', 'NumPy 数组'),
  doc: {
    summary: text(
      'Arrays x and y in .npy or .npz files, a sample in each row; x_test and y_test beside x_train and y_train are tested with. Whole numbers in y are classes.',
      '.npy 或 .npz 文件中的数组 x 与 y，每行一个样本；若 x_train、y_train 旁有 x_test、y_test，则以后者为测试集。y 为整数时即类别。',
    ),
    formula: String.raw`x \in \mathbb{R}^{N \times \cdots}, \quad y \in \mathbb{R}^{N \times K} \text{ or } \{0, \ldots, C - 1\}^N`,
    references: [
      {
        title: 'Array programming with NumPy',
        authors: 'C. R. Harris et al.',
        year: 2020,
        url: 'https://doi.org/10.1038/s41586-020-2649-2',
      },
    ],
  },
  fields,
  sampleType: ({ files }) => {
    const [first] = files.columns as [FoundColumn];
    return {
      input: { shape: files.shape, dtype: 'float32' },
      target:
        first.kind === 'category' ? classTarget(first) : { kind: 'number', shape: [files.columns.length] },
    };
  },
};
