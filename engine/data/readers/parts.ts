/** What files, folders and arrays are called after. */
export type PartName = 'train' | 'validation' | 'test';

/** In the order in which their samples lie. */
export const partOrder = ['train', 'validation', 'test'] as const satisfies readonly PartName[];

const words: Readonly<Record<PartName, RegExp>> = {
  train: /^(train|training)$/i,
  validation: /^(val|valid|validation)$/i,
  test: /^(test|testing|t10k)$/i,
};

/** Undefined for a word that names no part. */
export const partNamed = (word: string): PartName | undefined =>
  partOrder.find((part) => words[part].test(word));

/** The part that stands among the words of a name, such as `labels-val.csv`. */
export const partWithin = (name: string): PartName | undefined =>
  name
    .split(/[^A-Za-z0-9]+/)
    .map(partNamed)
    .find((part) => part !== undefined);

/** What the names of the parts of one set have in common: `adult` of `adult-train` and `adult-test`. */
export const withoutPart = (name: string): string =>
  name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '' && partNamed(word) === undefined)
    .join(' ');

/** Where nothing else is there to test with, what is called validation is tested with. */
export function settled<T extends PartName | undefined>(parts: readonly T[]): (T | 'test')[] {
  return parts.includes('test' as T)
    ? [...parts]
    : parts.map((part) => (part === 'validation' ? 'test' : part));
}
