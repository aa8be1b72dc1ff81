import type { Fields } from '../../declaration/fields.ts';
import { type FoundColumn, noFiles } from '../../declaration/found-files.ts';
import { type Text, text } from '../../declaration/text.ts';
import type { Target } from './contract.ts';

/** What sources that lie in files let a person set; one declaration, so that the Data layer shows each field once. */
export const fileFields = {
  files: {
    kind: 'files',
    label: text('Files', '文件'),
    help: text('The file or folder that was opened.', '所打开的文件或文件夹。'),
    default: noFiles,
    isShownApart: true,
  },
  scaling: {
    kind: 'choice',
    label: text('Scaling', '缩放'),
    help: text(
      'Standardised: every channel or column gets mean 0 and deviation 1, measured on the training part alone.',
      '标准化：每个通道或列的均值变为 0、标准差变为 1，只按训练部分计算。',
    ),
    options: [
      { value: 'standard', label: text('standardised', '标准化') },
      { value: 'unit', label: text('0 to 1', '0 到 1') },
      { value: 'none', label: text('none', '不缩放') },
    ],
    default: 'standard',
  },
} as const satisfies Fields;

/** Names from files are the same in every language. */
export const named = (name: string): Text => text(name, name);

/** One of the categories of a column, which may be grouped by those of another. */
export function classTarget({ values, within }: FoundColumn, columns: readonly FoundColumn[] = []): Target {
  const groups = within && columns.find(({ name }) => name === within.column)?.values;
  return {
    kind: 'class',
    shape: [],
    classes: values.map(named),
    ...(groups && { groups: { names: groups.map(named), of: within.of } }),
  };
}
