import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { analyseDocument } from '../../engine/document/analyse.ts';
import { readDocument } from '../../engine/document/read.ts';
import type { NetwrightDocument } from '../../engine/document/schema.ts';
import { plainSettings } from '../../engine/document/training-settings.ts';
import { expectSentence } from '../engine/declared.ts';

const folder = new URL('../../assets/templates/', import.meta.url);
const load = (file: string): string => readFileSync(new URL(file, folder), 'utf8');
const open = (id: string): NetwrightDocument => readDocument(load(`${id}.netwright.json`), id);

interface Entry {
  readonly id: string;
  readonly title: { readonly en: string; readonly zh: string };
  readonly teaches: { readonly en: string; readonly zh: string };
}
const index = JSON.parse(load('index.json')) as Entry[];

/** Space a node takes up on the canvas; its height grows with what it shows. */
const nodeWidth = 208;
const nodeHeight = 160;

describe('the gallery', () => {
  it('shows the templates from the simplest on, and the empty canvas last', () => {
    const ids = index.map(({ id }) => id);
    expect([ids[0], ids.at(-1)]).toEqual(['line', 'empty']);
    expect(ids).toEqual(expect.arrayContaining(['circle', 'triangle', 'square', 'spirals', 'xor']));
  });

  it('leaves no template out', () => {
    const files = readdirSync(folder).filter((file) => file.endsWith('.netwright.json'));
    expect(files.toSorted()).toEqual(index.map(({ id }) => `${id}.netwright.json`).toSorted());
  });
});

describe.each(index.map((entry): [string, Entry] => [entry.id, entry]))('the template %s', (id, entry) => {
  it('says what it is and what it teaches, in both languages', () => {
    expect(open(id).name).toBe(entry.title.en);
    expect(entry.title.zh).not.toBe('');
    expectSentence(entry.teaches);
  });

  it('has nothing to complain about', () => {
    const { problems } = analyseDocument(open(id));
    if (id === 'empty') expect(problems.map(({ code }) => code).toSorted()).toEqual(['no-data', 'no-loss']);
    else expect(problems).toEqual([]);
  });

  it('lays its nodes out without one covering another', () => {
    const { nodes } = open(id);
    for (const [i, a] of nodes.entries()) {
      for (const b of nodes.slice(i + 1)) {
        const apart =
          Math.abs(a.position.x - b.position.x) >= nodeWidth ||
          Math.abs(a.position.y - b.position.y) >= nodeHeight;
        expect(apart, `${a.name} and ${b.name}`).toBe(true);
      }
    }
  });
});

describe('circle, triangle and square', () => {
  it.each(['circle', 'triangle', 'square'])('%s has the settings of the course', (id) => {
    const { nodes, training } = open(id);
    const widths = nodes.filter(({ type }) => type === 'linear').map(({ params }) => params.outFeatures);
    expect(widths).toEqual([4, 4, 2]);
    expect(nodes.filter(({ type }) => type === 'relu').length).toBe(2);
    expect(nodes.find(({ type }) => type === 'data')?.params.source).toBe(id);
    expect(training).toEqual({
      ...plainSettings(),
      optimizer: { type: 'sgd', params: {} },
      learningRate: 0.1,
      batchSize: 64,
      epochs: 600,
      seed: 1,
      testShare: 0.2,
      initializer: { type: 'normal', params: { mean: 0, std: 0.1 } },
    });
    expect(analyseDocument(open(id)).parameterCount).toBe(2 * 4 + 4 + 4 * 4 + 4 + 4 * 2 + 2);
  });
});
