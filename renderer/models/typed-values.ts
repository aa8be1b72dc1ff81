import type { ModelPort } from '../../engine/protocol/model-messages.ts';

/** Numbers in one row of an input: the product of its dimensions without the first; free ones count as 1. */
export function rowSize(port: ModelPort | undefined): number {
  const sizes = (port?.shape ?? []).slice(1);
  return sizes.reduce<number>(
    (product, size) => product * (typeof size === 'number' && size > 0 ? size : 1),
    1,
  );
}

export type TypedValues =
  | { readonly values: Float32Array; readonly problem?: undefined }
  | { readonly values?: undefined; readonly problem: { kind: 'wrongCount' | 'notNumber'; found: string } };

/** A list as people type or paste it: separated by commas, semicolons, blanks or lines. */
export function parseValues(list: string, expected: number): TypedValues {
  const words = list.split(/[\s,;，；]+/).filter((word) => word !== '');
  const wrong = words.find((word) => !Number.isFinite(Number(word)));
  if (wrong !== undefined) return { problem: { kind: 'notNumber', found: wrong } };
  if (words.length !== expected) return { problem: { kind: 'wrongCount', found: String(words.length) } };
  return { values: Float32Array.from(words, Number) };
}
