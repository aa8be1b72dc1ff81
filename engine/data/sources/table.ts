import type { Fields } from '../../declaration/fields.ts';
import type { FoundColumn, FoundFiles } from '../../declaration/found-files.ts';
import { listed, type Text, text } from '../../declaration/text.ts';
import type { FileSourceDefinition, SourceProblem } from './contract.ts';
import { classTarget, fileFields } from './file-fields.ts';

const fields = {
  ...fileFields,
  target: {
    kind: 'text',
    label: text('Target', '目标列'),
    help: text(
      'Name of the column to predict; empty: the one that a test table beside it lacks, else the one called target, class, label or y, or the last.',
      '要预测的列名；留空则取同目录测试表所缺的列，否则取名为 target、class、label 或 y 的列，再否则取最后一列。',
    ),
    maxLength: 200,
    default: '',
    isShownApart: true,
  },
  answers: {
    kind: 'choice',
    label: text('Answers', '答案形式'),
    help: text(
      'What to make of the target: a number to come near to, or one of some classes. Of itself a column of words gives classes, one of numbers a number.',
      '目标如何预测：作为数值去逼近，或作为若干类别之一。自动时文字列为类别，数字列为数值。',
    ),
    options: [
      { value: 'auto', label: text('automatic', '自动') },
      { value: 'classes', label: text('classes', '类别') },
      { value: 'number', label: text('number', '数值') },
    ],
    default: 'auto',
  },
  ignored: {
    kind: 'text',
    label: text('Ignored', '忽略的列'),
    help: text(
      'Names of the columns that are no inputs, separated by commas; a name with a comma in it stands in quotes.',
      '不作为输入的列名，用逗号分隔；列名中含逗号时加引号。',
    ),
    maxLength: 10_000,
    default: '',
    isShownApart: true,
  },
} as const satisfies Fields;

export interface TableParams {
  readonly target: string;
  readonly answers: string;
  readonly ignored: string;
}

const toldByName = 6;
const targetNames = ['target', 'class', 'label', 'y'];

/** Names in a list that a person typed. */
export function namesIn(list: string): string[] {
  const names = list.matchAll(/\s*(?:"((?:[^"]|"")*)"|([^,]*))\s*(?:,|$)/g);
  return [...names]
    .map(([, quoted, plain = '']) => quoted?.replaceAll('""', '"') ?? plain.trim())
    .filter((name) => name !== '');
}

/** The same list, written. */
export const listOf = (names: readonly string[]): string =>
  names.map((name) => (/[",]|^\s|\s$/.test(name) ? `"${name.replaceAll('"', '""')}"` : name)).join(', ');

export type Role = 'input' | 'target' | 'split' | 'ignored';

/** What a column can be for: a target gives way to another one, and texts are of no use but to be told apart from. */
export function rolesFor({ kind }: FoundColumn): readonly Role[] {
  if (kind === 'part') return ['split', 'ignored'];
  return kind === 'text' ? ['ignored'] : ['input', 'target', 'ignored'];
}

/** What other files ask for, what is called so, or what comes last. */
function usualTarget(usable: readonly FoundColumn[]): FoundColumn | undefined {
  const asked = usable.filter((column) => column.asked);
  const among = asked.length > 0 ? asked : usable;
  return among.find(({ name }) => targetNames.includes(name.toLowerCase())) ?? among.at(-1);
}

/** What each column is for. Texts that hardly repeat are no inputs, whatever is asked; what names a part splits the rows. */
export function rolesOf(
  columns: readonly FoundColumn[],
  { target, ignored }: Pick<TableParams, 'target' | 'ignored'>,
): readonly Role[] {
  const usable = columns.filter((column) => rolesFor(column).includes('target'));
  const wanted = target === '' ? usualTarget(usable) : columns.find(({ name }) => name === target);
  const out = new Set(namesIn(ignored));
  return columns.map((column) => {
    if (column === wanted) return 'target';
    const [usual = 'ignored'] = rolesFor(column);
    return out.has(column.name) ? 'ignored' : usual;
  });
}

/** Whether rows are used as the files split them: a column that says so may be ignored. */
export const isSplitGiven = (columns: readonly FoundColumn[], roles: readonly Role[]): boolean =>
  roles.includes('split') || columns.every(({ kind }) => kind !== 'part');

/** Whether the target is one of some classes. */
export const hasClasses = ({ kind }: FoundColumn, { answers }: Pick<TableParams, 'answers'>): boolean =>
  answers === 'auto' ? kind === 'category' : answers === 'classes';

/** Numbers that a column gives: one, or one for each of its categories. */
export const widthOf = ({ kind, values }: FoundColumn): number => (kind === 'category' ? values.length : 1);

/**
 * What was found: no shape, and all columns; numbers with few whole values tell them, so that they can be classes. Parts that
 * the files give come in their order: rows to train on, to validate with, to test with.
 */
export const table: FileSourceDefinition<typeof fields> = {
  type: 'table',
  title: text('Table', '表格'),
  doc: {
    summary: text(
      'Rows of a CSV or TSV file: numbers as they are, categories as 1 among 0s, one column to predict. Missing numbers take the mean of the training part, missing categories are all 0; rows without a target are left out. Files called train and test, or a column that says train or test of the rows, split them as they say; rows of which it says nothing are trained on.',
      'CSV 或 TSV 文件中的行：数值照原样，类别用独热编码，另有一列为预测目标。缺失的数值取训练部分的均值，缺失的类别全为 0；没有目标值的行不参与。名为 train、test 的文件，或注明 train、test 的列，决定各行归入哪一部分；未注明的行用于训练。',
    ),
    formula: String.raw`x \in \mathbb{R}^{D}, \quad y \in \mathbb{R} \text{ or } \{0, \ldots, C - 1\}`,
    references: [
      {
        title: 'Common Format and MIME Type for Comma-Separated Values (CSV) Files, RFC 4180',
        authors: 'Y. Shafranovich',
        year: 2005,
        url: 'https://www.rfc-editor.org/rfc/rfc4180',
      },
    ],
  },
  fields,
  counts: ({ files, target, ignored }) => {
    const roles = rolesOf(files.columns, { target, ignored });
    const answer = files.columns[roles.indexOf('target')];
    const { missing = 0, missingHeld: held } = answer ?? {};
    const { train, validation = 0, test } = files;
    const all = Math.max(0, train + validation + test - missing);
    if (!isSplitGiven(files.columns, roles)) return { all, givenValidation: 0, givenTest: 0 };
    return {
      all,
      givenValidation: validation - (held?.validation ?? 0),
      givenTest: test - (held?.test ?? 0),
    };
  },
  sampleType: ({ files, ...params }) => {
    const roles = rolesOf(files.columns, params);
    const target = files.columns[roles.indexOf('target')];
    if (target === undefined) return noTarget(files.columns, params.target);
    const width = files.columns.reduce(
      (sum, column, i) => sum + (roles[i] === 'input' ? widthOf(column) : 0),
      0,
    );
    if (width === 0) return noInputs(files);
    const wrong = wrongTarget(target, params);
    if (wrong !== undefined) return wrong;
    return {
      input: { shape: [width], dtype: 'float32' },
      target: hasClasses(target, params) ? classTarget(target) : { kind: 'number', shape: [1] },
    };
  },
};

function noInputs({ columns, train, validation = 0, test }: FoundFiles): SourceProblem {
  const quoted = (some: readonly FoundColumn[]): Text =>
    listed(
      some.map(({ name }) => text(`"${name}"`, `“${name}”`)),
      toldByName,
    );
  const texts = columns.filter(({ kind }) => kind === 'text');
  const empty = texts.filter(({ missing }) => missing === train + validation + test);
  const various = texts.filter((column) => !empty.includes(column));
  if (empty.length > 0 && various.length === 0) {
    const { en, zh } = quoted(empty);
    return {
      field: 'ignored',
      wrong: text(
        `No column is left as an input: nothing stands in ${en}.`,
        `没有剩下的输入列：${zh}中没有任何内容。`,
      ),
    };
  }
  const names = quoted(various);
  return {
    field: 'ignored',
    wrong:
      various.length === 0
        ? text(
            'No column is left as an input; make at least one of them an input.',
            '没有剩下的输入列；请至少保留一列作为输入。',
          )
        : text(
            `No column is left as an input: what stands in ${names.en} is neither numbers nor dates, and hardly ever repeats.`,
            `没有剩下的输入列：${names.zh}既非数值也非日期，且几乎不重复。`,
          ),
  };
}

function noTarget(columns: readonly FoundColumn[], wanted: string): SourceProblem {
  if (wanted === '') {
    return {
      field: 'target',
      wrong: text(
        'No column can be predicted: expected numbers, dates or words that repeat in one of them, found neither.',
        '没有可预测的列：至少应有一列为数值、日期或会重复的词，实际都没有。',
      ),
    };
  }
  const names = columns
    .filter((column) => rolesFor(column).includes('target'))
    .slice(0, 8)
    .map(({ name }) => name);
  return {
    field: 'target',
    wrong: text(
      `There is no column "${wanted}" to predict; expected one of ${names.join(', ') || 'none'}.`,
      `没有可作为目标的列“${wanted}”；可用的列：${names.join('、') || '无'}。`,
    ),
  };
}

function wrongTarget(target: FoundColumn, params: TableParams): SourceProblem | undefined {
  const { name, kind, values } = target;
  if (kind === 'part') {
    return {
      field: 'target',
      wrong: text(
        `"${name}" cannot be predicted: it says which part each row belongs to.`,
        `“${name}”无法预测：它注明各行属于哪一部分。`,
      ),
    };
  }
  if (kind === 'text') {
    return {
      field: 'target',
      wrong: text(
        `"${name}" cannot be predicted: its texts hardly ever repeat, so they are no classes.`,
        `“${name}”无法预测：其文字几乎不重复，不能作为类别。`,
      ),
    };
  }
  if (!hasClasses(target, params)) {
    if (kind !== 'category') return undefined;
    return {
      field: 'answers',
      wrong: text(
        `"${name}" holds words, and so has no number to come near to; let its answers be classes.`,
        `“${name}”是文字，没有可逼近的数值；请将答案形式改为类别。`,
      ),
    };
  }
  if (values.length >= 2) return undefined;
  const found =
    values.length === 1 ? text(`only "${values[0]}"`, `只有“${values[0]}”`) : text('none', '没有');
  return {
    field: values.length === 0 ? 'answers' : 'target',
    wrong: text(
      `"${name}" needs at least two classes to tell apart, found ${found.en}.`,
      `“${name}”至少需要两个类别才能区分，实际${found.zh}。`,
    ),
  };
}
