import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { analyseDocument } from '../../engine/document/analyse.ts';
import { readDocument } from '../../engine/document/read.ts';
import type { NetwrightDocument } from '../../engine/document/schema.ts';
import {
  drawnFrom,
  drawnIn,
  readTemplateIndex,
  type TemplateEntry,
} from '../../engine/document/template-index.ts';
import { plainSettings } from '../../engine/document/training-settings.ts';
import { expectSentence } from '../engine/declared.ts';

const folder = new URL('../../assets/templates/', import.meta.url);
const load = (file: string): string => readFileSync(new URL(file, folder), 'utf8');
const index = readTemplateIndex(JSON.parse(load('index.json')));
const open = (id: string): NetwrightDocument => {
  const entry = index.find((known) => known.id === id) as TemplateEntry;
  return drawnFrom(entry, readDocument(load(`${drawnIn(entry)}.netwright.json`), id));
};

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
    const drawn = new Set(index.map((entry) => `${drawnIn(entry)}.netwright.json`));
    expect(files.toSorted()).toEqual([...drawn].toSorted());
  });

  it('names every template once, and puts variants behind the template of their family', () => {
    expect(new Set(index.map(({ id }) => id)).size).toBe(index.length);
    const before: TemplateEntry[] = [];
    for (const entry of index) {
      const { family } = entry;
      if (family !== undefined) {
        expect(before.some(({ id, topic }) => id === family && topic !== undefined)).toBe(true);
      }
      before.push(entry);
    }
  });
});

describe.each(index.map((entry): [string, TemplateEntry] => [entry.id, entry]))(
  'the template %s',
  (id, entry) => {
    it('says what it is and what it teaches, in both languages', () => {
      const drawn = readDocument(load(`${drawnIn(entry)}.netwright.json`), id);
      if (drawnIn(entry) === id) expect(drawn.name).toBe(entry.title.en);
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
  },
);

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

describe('networks of images', () => {
  /** With ten classes, and without the running statistics. */
  it.each([
    ['mnist-mlp', 669_706],
    ['lenet', 61_706],
    ['resnet', 272_474],
    ['resnet-20-a', 269_722],
    ['resnet-32', 466_906],
    ['resnet-56', 855_770],
    ['resnet-18', 11_173_962],
    ['vgg', 9_228_362],
  ])('%s has as many weights as it is known for', (id, weights) => {
    const document = open(id);
    const last = document.nodes.findLast(({ type }) => type === 'linear');
    const nodes = document.nodes.map((node) =>
      node === last ? { ...node, params: { ...node.params, outFeatures: 10 } } : node,
    );
    expect(analyseDocument({ ...document, nodes }).parameterCount).toBe(weights);
  });

  it.each(['vgg', 'resnet', 'resnet-18', 'resnet-20-a', 'mobilenet'])(
    '%s is trained as the literature trains it',
    (id) => {
      const { nodes, training } = open(id);
      expect(training.optimizer).toEqual({ type: 'momentum', params: { beta: 0.9, form: 'pytorch' } });
      // A weight decay of 5e-4, of weights alone.
      expect(training.regularisation).toMatchObject({ l2: 2.5e-4, biases: false });
      expect(training.schedule.type).toBe('cosine');
      expect(training.warmupSteps).toBeGreaterThan(0);
      expect(nodes.find(({ type }) => type === 'data')?.params).toMatchObject({ crop: 4, flip: true });
    },
  );

  it('ResNet-20 has a recipe by Adam too, with the same images', () => {
    const { nodes, training } = open('resnet-20-adam');
    const literature = open('resnet');
    expect(nodes).toEqual(literature.nodes);
    expect(training).toEqual({
      ...literature.training,
      optimizer: { type: 'adam', params: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } },
      learningRate: 0.001,
      warmupSteps: 0,
      regularisation: { l2: 0, decay: 0, biases: false },
    });
  });

  it('the shortcuts of ResNet-20 A have no weights', () => {
    const { flat } = analyseDocument(open('resnet-20-a'));
    expect(flat.nodes.filter(({ type }) => type === 'conv2d')).toHaveLength(19);
    expect(flat.nodes.filter(({ type }) => type === 'concat')).toHaveLength(2);
  });
});
