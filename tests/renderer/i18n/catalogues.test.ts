import { describe, expect, it } from 'vitest';
import en from '../../../renderer/i18n/en.json';
import zh from '../../../renderer/i18n/zh.json';

type Node = string | { readonly [key: string]: Node };

function sentences(node: Node, path: string): [string, string][] {
  if (typeof node === 'string') return [[path, node]];
  return Object.entries(node).flatMap(([key, child]) =>
    sentences(child, path === '' ? key : `${path}.${key}`),
  );
}

const english = new Map(sentences(en, ''));
const chinese = new Map(sentences(zh, ''));
const slots = (sentence: string | undefined): string[] =>
  [...(sentence?.match(/\{\{\w+\}\}/g) ?? [])].toSorted();

describe('the two catalogues', () => {
  it('hold the same keys', () => {
    expect([...chinese.keys()].toSorted()).toEqual([...english.keys()].toSorted());
  });

  it('fill the same slots in every sentence', () => {
    // One is not counted in words: “1 problem” may say it without the number.
    const differing = [...english].filter(
      ([key, sentence]) => !key.endsWith('_one') && slots(sentence).join() !== slots(chinese.get(key)).join(),
    );
    expect(differing).toEqual([]);
  });

  it('leave no sentence empty, and end none in an exclamation mark', () => {
    for (const [key, sentence] of [...english, ...chinese]) {
      expect(sentence.trim(), key).not.toBe('');
      expect(sentence, key).not.toMatch(/[!！]$/);
    }
  });
});
