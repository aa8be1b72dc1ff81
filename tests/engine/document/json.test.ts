import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NetwrightError } from '../../../engine/declaration/problem.ts';
import { parseJson } from '../../../engine/document/json.ts';

function sentenceFor(json: string): string | undefined {
  try {
    parseJson(json, 'f');
    return undefined;
  } catch (error) {
    if (error instanceof NetwrightError) return error.message;
    throw error;
  }
}

describe('JSON from a stranger', () => {
  it.each([
    ['', 'f:1:1: expected JSON, found nothing.'],
    ['{"a": [1, 2', 'f:1:12: expected JSON, found the end.'],
    ['{"a" 1}', 'f:1:6: expected JSON, found "1}".'],
    ['{\n  "a": 1,\n}', 'f:3:1: expected JSON, found "}".'],
    ['[1,,2]', 'f:1:4: expected JSON, found ",2]".'],
    ['[1}', 'f:1:3: expected JSON, found "}".'],
    ['[01]', 'f:1:3: expected JSON, found "1]".'],
    ["{'a': 1}", 'f:1:2: expected JSON, found "\'a\': 1}".'],
    ['{"a": "b\\q"}', 'f:1:7: expected JSON, found "\\"b\\\\q\\"}".'],
    ['["one\ntwo"]', 'f:1:2: expected JSON, found "\\"one".'],
    ['[1] [2]', 'f:1:5: expected JSON, found "[2]".'],
    ['[tru]', 'f:1:2: expected JSON, found "tru]".'],
  ])('is refused with line, column and what stands there: %j', (json, sentence) => {
    expect(sentenceFor(json)).toBe(sentence);
  });

  it('is placed at the character that does not belong, or where the string or word around it begins', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), fc.nat(), (json, seed) => {
        expect(sentenceFor(json)).toBeUndefined();
        const at = seed % (json.length + 1);
        const said = sentenceFor(`${json.slice(0, at)}\u0001${json.slice(at)}`);
        const placed = Number(/^f:1:(\d+): expected JSON/.exec(String(said))?.[1]) - 1;
        expect(placed).toBeLessThanOrEqual(at);
        if (placed < at) expect(json.slice(placed, at)).toMatch(/^["\-+.\deEtfn]/);
      }),
    );
  });

  it('is placed after as many brackets as fit in a document, without running out of stack', () => {
    expect(sentenceFor('['.repeat(1_000_000))).toBe('f:1:1000001: expected JSON, found the end.');
  });
});
