import { describe, expect, it } from 'vitest';
import { NetwrightError } from '../../../engine/declaration/problem.ts';
import { readDocument } from '../../../engine/document/read.ts';
import { mlpDocument } from '../documents.ts';

const refused = (json: string): NetwrightError => {
  try {
    readDocument(json, 'net.netwright.json');
  } catch (error) {
    if (error instanceof NetwrightError) return error;
    throw error;
  }
  throw new Error('the document was accepted');
};

const changed = (change: (document: Record<string, never>) => void): string => {
  const document = structuredClone(mlpDocument()) as unknown as Record<string, never>;
  change(document);
  return JSON.stringify(document);
};

describe('reading a document', () => {
  it('gives back what was written', () => {
    expect(readDocument(JSON.stringify(mlpDocument()), 'net.netwright.json')).toEqual(mlpDocument());
  });

  it.each([
    [
      'text that is not JSON',
      '{\n  "format": NaN }',
      'not-json',
      /^net\.netwright\.json:2:13: expected JSON, found "NaN }"\.$/,
    ],
    ['JSON that was cut off', '{ "format": ', 'not-json', /json:1:13: expected JSON, found the end\.$/],
    ['an empty file', ' \n', 'not-json', /expected JSON, found nothing\.$/],
    ['JSON of something else', '[1, 2]', 'not-a-document', /"format": "netwright", found nothing/],
    [
      'a newer version',
      JSON.stringify({ format: 'netwright', version: 7 }),
      'newer-version',
      /version 4 or older, found 7/,
    ],
    [
      'a missing part',
      changed((document) => delete document.training),
      'malformed-document',
      /training: expected an object, found nothing/,
    ],
    [
      'a value of the wrong kind, by its path',
      changed((document) => Object.assign(document.training, { batchSize: 'many' })),
      'malformed-document',
      /training\.batchSize: expected .*, found "many"/,
    ],
    [
      'a value out of range',
      changed((document) => Object.assign(document.training, { learningRate: -1 })),
      'malformed-document',
      /training\.learningRate: expected a value > 0, found -1/,
    ],
    [
      'a fraction where whole numbers count',
      changed((document) => Object.assign(document.training, { batchSize: 1.5 })),
      'malformed-document',
      /training\.batchSize: expected a whole number, found 1\.5/,
    ],
    [
      'a number beyond all range',
      changed((document) => Object.assign(document.training, { learningRate: 12345 })).replace(
        '12345',
        '1e999',
      ),
      'malformed-document',
      /training\.learningRate: expected a number, found Infinity/,
    ],
    [
      'a value of no kind that a field can have',
      changed((document) =>
        Object.assign((document.nodes as { params: object }[])[1] as object, { params: { a: null } }),
      ),
      'malformed-document',
      /nodes\[1\]\.params\.a: expected one of a number, text, true or false, an object, found null/,
    ],
    [
      'an id with other characters than an id has',
      changed((document) => Object.assign((document.nodes as object[])[1] as object, { id: 'a b' })),
      'malformed-document',
      /nodes\[1\]\.id: expected text of the form \/\^\[\\w-\]\+\$\/, found "a b"/,
    ],
    [
      'a field nobody knows',
      changed((document) => Object.assign((document.nodes as object[])[1] as object, { colour: 'red' })),
      'malformed-document',
      /nodes\[1\]: there is no field "colour"/,
    ],
  ])('refuses %s and names file, place, expected and found', (_, json, code, sentence) => {
    const error = refused(json);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(sentence);
    expect(error.text.zh).toMatch(/[一-鿿]/);
    expect(error.text.zh).not.toMatch(/expected|invalid|number|object/i);
  });

  it('lists every malformed place, not only the first', () => {
    const json = changed((document) => Object.assign(document.training, { batchSize: 0, epochs: 0 }));
    expect(refused(json).problems.map((problem) => problem.place.path)).toEqual([
      'training.batchSize',
      'training.epochs',
    ]);
  });

  it('refuses a file larger than documents can be before parsing it', () => {
    expect(refused('x'.repeat(16 * 1024 * 1024 + 1)).code).toBe('document-too-large');
  });
});
