import { type Text, text } from '../../declaration/text.ts';

/** What files, folders and arrays are called after. */
export type PartName = 'train' | 'validation' | 'test';

/** In the order in which their samples lie. */
export const partOrder = ['train', 'validation', 'test'] as const satisfies readonly PartName[];

const words: Readonly<Record<PartName, RegExp>> = {
  train: /^(train|training|训练集?)$/i,
  validation: /^(val|valid|validation|dev|验证集?)$/i,
  test: /^(test|testing|t10k|测试集?)$/i,
};

/** Undefined for a word that names no part. */
export const partNamed = (word: string): PartName | undefined =>
  partOrder.find((part) => words[part].test(word));

const notInWords = /[^\p{L}\p{N}]+/u;

/** The part that stands among the words of a name, such as `labels-val.csv`. */
export const partWithin = (name: string): PartName | undefined =>
  name
    .split(notInWords)
    .map(partNamed)
    .find((part) => part !== undefined);

/** What the names of the parts of one set have in common: `adult` of `adult-train` and `adult-test`. */
export const withoutPart = (name: string): string =>
  name
    .toLowerCase()
    .split(notInWords)
    .filter((word) => word !== '' && partNamed(word) === undefined)
    .join(' ');

/**
 * What the words of a column say of the rows where they stand; undefined where they do not split them. Rows of which it says
 * nothing are there to train on.
 */
export function partsNamed(words: readonly string[], hasGaps: boolean): readonly PartName[] | undefined {
  const parts = settled(words.map(partNamed));
  const isWhole = (hasGaps || parts.includes('train')) && parts.includes('test');
  return isWhole && parts.every((part) => part !== undefined) ? parts : undefined;
}

/** What to know of a column that names parts. */
export function remarkOnSplit(
  split: { readonly name: string; readonly missing: number } | undefined,
): readonly Text[] {
  if (split === undefined || split.missing === 0) return [];
  const { name, missing } = split;
  return [
    text(
      `"${name}" names no part in ${missing} ${missing === 1 ? 'row: it is' : 'rows: they are'} trained on.`,
      `“${name}”未注明 ${missing} 行属于哪一部分：${missing === 1 ? '该行' : '这些行'}用于训练。`,
    ),
  ];
}

/** Where nothing else is there to test with, what is called validation is tested with. */
export function settled<T extends PartName | undefined>(parts: readonly T[]): (T | 'test')[] {
  return parts.includes('test' as T)
    ? [...parts]
    : parts.map((part) => (part === 'validation' ? 'test' : part));
}
