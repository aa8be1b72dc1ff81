import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compilePlan } from '../../../engine/compiler/compile.ts';
import { summarise } from '../../../engine/compiler/summary.ts';
import { NetwrightError } from '../../../engine/declaration/problem.ts';
import type { Text } from '../../../engine/declaration/text.ts';
import { analyseDocument, hasErrors } from '../../../engine/document/analyse.ts';
import { catalogue } from '../../../engine/document/catalogue.ts';
import { problemText } from '../../../engine/document/problem-text.ts';
import { readDocument } from '../../../engine/document/read.ts';
import { RandomStream } from '../../../engine/random/stream.ts';

const folder = new URL('../../../assets/templates/', import.meta.url);
const bases = ['circle', 'mlp', 'lenet', 'waveforms', 'transformer', 'resnet'].map((id) => ({
  id,
  json: readFileSync(new URL(`${id}.netwright.json`, folder), 'utf8'),
}));

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Holder = Json[] | { [key: string]: Json };

/** Values that a stranger may have written in any place. */
const words = ['', 'x', '0', '-1, -1', '\u0000', '__proto__', 'constructor', '3, 1, 2', 'a/b'];
const numbers = [0, 1, -1, 2, 3, 7, 64, 1000, 65_536, 2 ** 31, 2 ** 53, 1e308, -1e308, 0.5, 1e-320];
const oddities: readonly Json[] = [...words, ...numbers, null, true, false, [], {}, [[]], { x: 1 }];

/** Every place in a document that holds something, as its holder and the key in it. */
function placesIn(json: Json): (readonly [Holder, string | number])[] {
  if (typeof json !== 'object' || json === null) return [];
  const keys = Array.isArray(json) ? [...json.keys()] : Object.keys(json);
  return keys.flatMap((key) => [
    [json, key] as const,
    ...placesIn((json as Record<string | number, Json>)[key] as Json),
  ]);
}

/** One change: what a slip of the hand, a broken tool or malice may do. */
function change(document: Json, random: RandomStream): void {
  const pick = <T>(among: readonly T[]): T => among[random.below(among.length)] as T;
  const places = placesIn(document);
  const [holder, key] = pick(places);
  const at = holder as Record<string | number, Json>;
  const valuesOf = (name: string): Json[] =>
    places.filter(([, own]) => own === name).map(([own]) => (own as Record<string, Json>)[name] as Json);
  switch (random.below(7)) {
    case 0:
      at[key] = structuredClone(pick(oddities));
      return;
    case 1:
      if (Array.isArray(holder)) holder.splice(key as number, 1);
      else delete at[key];
      return;
    case 2: {
      const lists = places.map(([own, name]) => (own as Record<string | number, Json>)[name]);
      const list = pick(lists.filter((value) => Array.isArray(value)));
      if (list.length > 0) list.splice(random.below(list.length), 0, structuredClone(pick(list)));
      return;
    }
    case 3: {
      // A wire that goes elsewhere.
      const ends = places.filter(([, own]) => own === 'node' || own === 'port');
      if (ends.length === 0) return;
      const [end, name] = pick(ends);
      (end as Record<string, Json>)[name] = pick(valuesOf(name as string));
      return;
    }
    case 4: {
      // Another layer in the place of one, with its fields.
      const typed = places.filter(([, own]) => own === 'type');
      const [node, name] = pick(typed);
      (node as Record<string, Json>)[name] = pick([...catalogue.keys(), ...valuesOf('type')]);
      return;
    }
    case 5: {
      // A number that is another one, in a field or in the settings.
      const holders = places.filter(
        ([own, name]) => typeof (own as Record<string, Json>)[name as string] === 'number',
      );
      const [own, name] = pick(holders);
      (own as Record<string, Json>)[name as string] = pick([0, 1, 2, 3, 5, 16, 1000, 4096, 65_536, 1e6]);
      return;
    }
    default:
      // What stands elsewhere.
      at[key] = structuredClone(
        pick(places.map(([own, name]) => (own as Record<string | number, Json>)[name])) as Json,
      );
  }
}

/** Words for a person, which may stand behind the name of a place. */
function expectTold({ en, zh }: Text): void {
  expect(en).toMatch(/[.?!]$/);
  expect(zh).toMatch(/\p{Script=Han}.*[。？！]$/su);
  expect(en + zh).not.toMatch(/undefined|\[object|\bNaN\b/);
}

/** How far a text comes: each step either says what is wrong, or leads on. */
function cameTo(json: string): 'refused' | 'problems' | 'plan' | 'no plan' {
  try {
    const document = readDocument(json, 'a.json');
    const analysis = analyseDocument(document);
    for (const problem of analysis.problems) {
      expectTold(problem.message);
      expect(problemText(problem, document).en).toContain(problem.message.en);
    }
    summarise(document);
    if (hasErrors(analysis)) return 'problems';
    compilePlan(document, { counts: { train: 24, test: 8 } });
    return 'plan';
  } catch (error) {
    if (!(error instanceof NetwrightError)) throw error;
    expectTold(error.text);
    return error.code === 'malformed-document' || error.code === 'not-json' ? 'refused' : 'no plan';
  }
}

describe('a document in which anything may stand anywhere', () => {
  it.each(bases)('is refused, has problems, or makes a plan: $id', ({ id, json }) => {
    const ends = new Map<string, number>();
    for (let run = 0; run < 400; run++) {
      const random = new RandomStream(run, 77);
      const document = JSON.parse(json) as Json;
      for (let left = 1 + random.below(3); left > 0; left--) change(document, random);
      let end: string;
      try {
        end = cameTo(JSON.stringify(document));
      } catch (error) {
        throw new Error(`${id}, run ${run}`, { cause: error });
      }
      ends.set(end, (ends.get(end) ?? 0) + 1);
    }
    expect([...ends.keys()]).toEqual(expect.arrayContaining(['refused', 'problems', 'plan']));
  });

  it.each(bases)(
    'is refused where bytes of its text were changed, or is what it says: $id',
    ({ id, json }) => {
      for (let run = 0; run < 200; run++) {
        const random = new RandomStream(run, 78);
        const letters = [...json];
        for (let left = 1 + random.below(4); left > 0; left--)
          letters[random.below(letters.length)] = String.fromCharCode(random.below(256));
        try {
          cameTo(letters.join(''));
        } catch (error) {
          throw new Error(`${id}, run ${run}`, { cause: error });
        }
      }
    },
  );
});
