import katex from 'katex';
import { expect } from 'vitest';
import type { Fields } from '../../engine/declaration/fields.ts';
import type { Documentation } from '../../engine/declaration/reference.ts';
import type { Text } from '../../engine/declaration/text.ts';

/** A sentence for people: there in both languages, ended as each language ends it. */
export function expectSentence({ en, zh }: Text): void {
  expect(en).toMatch(/^[\p{Lu}\p{Lt}"“0-9].*[.?!]$/su);
  expect(zh).toMatch(/\p{Script=Han}.*[。？！]$/su);
}

/** What a person reads about a definition: its help on every field, its formula, where it comes from. */
export function expectDocumented(title: Text, doc: Documentation, fields: Fields): void {
  expect(title.en).not.toBe('');
  expect(title.zh).not.toBe('');
  expectSentence(doc.summary);
  expect(katex.renderToString(doc.formula, { throwOnError: true })).toContain('katex');
  expect(doc.references.length).toBeGreaterThan(0);
  for (const { title: work, authors, year, url } of doc.references) {
    expect(work).not.toBe('');
    expect(authors).not.toBe('');
    expect(year).toBeGreaterThan(1600);
    if (url !== undefined) expect(url).toMatch(/^https:\/\/\S+$/);
  }
  for (const field of Object.values(fields)) {
    expect(field.label.en).not.toBe('');
    expect(field.label.zh).not.toBe('');
    expectSentence(field.help);
    if (field.unit !== undefined) {
      expect(field.unit.en).not.toBe('');
      expect(field.unit.zh).not.toBe('');
    }
    if (field.kind === 'choice') {
      expect(field.options.map(({ value }) => value)).toContain(field.default);
      for (const { label } of field.options) {
        expect(label.en).not.toBe('');
        expect(label.zh).not.toBe('');
      }
    }
    if (field.when !== undefined) expect(Object.keys(fields)).toContain(field.when.field);
  }
}
