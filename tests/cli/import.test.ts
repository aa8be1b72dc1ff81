import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NetwrightDocument } from '../../engine/document/schema.ts';
import { floatValues } from '../../engine/interchange/onnx/model.ts';
import { readModel } from '../../engine/interchange/onnx/read-model.ts';
import { writeModel } from '../../engine/interchange/onnx/write-model.ts';
import { maskedEncoder, maskForms } from '../engine/interchange/masked-models.ts';
import { openEncoder } from '../engine/interchange/open-models.ts';
import {
  floats,
  imageNetwork,
  node,
  residualNetwork,
  sharedOut,
  written,
} from '../engine/interchange/written-models.ts';
import { lastOf, netwright, temporaryFolder } from './netwright.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const foreign = folder.path('residual.onnx');
const project = folder.path('residual.netwright.json');
const run = folder.path('residual');
const documentIn = (file: string): NetwrightDocument =>
  JSON.parse(readFileSync(file, 'utf8')) as NetwrightDocument;

/** Every weight in a file, by name. */
const weightsIn = (file: string): Map<string, Float32Array | undefined> =>
  new Map(
    readModel(new Uint8Array(readFileSync(file)), file).graph.initializers.map((tensor) => [
      tensor.name,
      floatValues(tensor),
    ]),
  );

beforeAll(() => writeFileSync(foreign, writeModel(residualNetwork())));

describe('a foreign ONNX file', () => {
  it('becomes a project whose layers compute what the file does', async () => {
    const ended = await netwright(['import', foreign, '--out', run, '--json']);
    expect(ended.stderr).toBe('');
    expect(ended.code).toBe(0);
    expect(lastOf(ended)).toMatchObject({ event: 'imported', project, run, equal: true });
    expect(Number(lastOf(ended)['maxAbsDiff'])).toBeLessThan(1e-5);
    const { nodes, wires } = documentIn(project);
    // Zeros that are not the same all round stand in front of their convolution.
    const branch = 'zero-pad conv2d add';
    expect(documentIn(project).blocks).toEqual([]);
    expect(nodes.map(({ type }) => type).join(' ')).toBe(
      `data conv2d relu max-pool conv2d batch-norm relu conv2d ${branch} leaky-relu ` +
        'adaptive-average-pool flatten layer-norm linear gelu linear cross-entropy',
    );
    expect(wires.length).toBe(nodes.length + 1);
    const places = nodes.map(({ position: { x, y } }) => `${x} ${y}`);
    expect(new Set(places).size).toBe(nodes.length);
  });

  it('is trained on from its weights, exported with a proof, and comes back as the same project and weights', async () => {
    const onnx = folder.path('again.onnx');
    const again = folder.path('again.netwright.json');
    const second = folder.path('second.onnx');
    expect((await netwright(['export', run, '--onnx', onnx])).code).toBe(0);
    const back = await netwright(['import', onnx, '--out', folder.path('back'), '--json']);
    expect(lastOf(back)).toMatchObject({ equal: true });
    expect(documentIn(again)).toEqual(documentIn(project));
    expect((await netwright(['export', folder.path('back'), '--onnx', second])).code).toBe(0);
    expect(weightsIn(second)).toEqual(weightsIn(onnx));
    const trained = await netwright(['train', '--resume', run, '--epochs', '1', '--json']);
    expect(trained.code, trained.stderr).toBe(0);
    expect((await netwright(['export', run, '--onnx', folder.path('trained.onnx')])).code).toBe(0);
    expect(weightsIn(folder.path('trained.onnx'))).not.toEqual(weightsIn(onnx));
  });

  it("is trained on from its weights on data of one's own: the loss at the first step is the model's", async () => {
    const file = folder.path('small.onnx');
    const small = written({
      nodes: [
        node('Gemm', ['x', 'w1', 'b1'], 'h'),
        node('Relu', ['h'], 'r'),
        node('Gemm', ['r', 'w2', 'b2'], 'y'),
      ],
      initializers: [floats('w1', 3, 5), floats('b1', 5), floats('w2', 5, 2), floats('b2', 2)],
      inputs: { x: ['N', 3] },
      outputs: ['y'],
    });
    writeFileSync(file, writeModel(small));
    const weights = folder.path('small');
    const imported = await netwright(['import', file, '--out', weights]);
    const made = folder.path('small.netwright.json');
    expect(imported.stdout).toContain(`netwright train ${made} --weights ${weights} --data <your data>`);

    const rows = Array.from({ length: 24 }, (_, i) =>
      [1, 2, 3].map((k) => Math.round(100 * Math.sin(i * k)) / 50),
    );
    const labels = rows.map(([a = 0, b = 0]) => (a > b ? 1 : 0));
    const table = (from: number, to: number): string =>
      `a,b,c,label\n${rows
        .slice(from, to)
        .map((row, i) => `${row.join()},${labels[from + i] === 1 ? 'yes' : 'no'}`)
        .join('\n')}\n`;
    mkdirSync(folder.path('own'));
    writeFileSync(folder.path('own/train.csv'), table(0, 16));
    writeFileSync(folder.path('own/test.csv'), table(16, 24));

    // A step so small that it changes no weight: what is measured then is what the run began with.
    const still = [
      '--set',
      'training.learningRate=1e-30',
      '--set',
      'nodes.data.scaling=none',
      '--epochs',
      '1',
    ];
    const out = folder.path('tuned');
    const args = [made, '--weights', weights, '--data', folder.path('own'), '--out', out, ...still];
    const ended = await netwright(['train', ...args, '--json']);
    expect(ended.objects[0]).toEqual({ event: 'weights', from: weights, step: 0 });
    const { test } = lastOf(ended) as { test: { loss: number } };

    const values = rows
      .slice(16)
      .map((row) => row.join())
      .join(';');
    const ran = lastOf(await netwright(['run', file, '--values', values, '--json']));
    const losses = (ran['outputs'] as { y: number[][] }).y.map((logits, i) => {
      const sum = logits.reduce((total, logit) => total + Math.exp(logit), 0);
      return Math.log(sum) - (logits[labels[16 + i] as number] as number);
    });
    expect(test.loss).toBeCloseTo(losses.reduce((total, loss) => total + loss, 0) / 8, 5);

    const drawn = await netwright([
      'train',
      made,
      '--data',
      folder.path('own'),
      '--out',
      folder.path('drawn'),
      ...still,
      '--json',
    ]);
    expect((lastOf(drawn) as { test: { loss: number } }).test.loss).not.toBeCloseTo(test.loss, 2);

    const [told, mixed, none] = await Promise.all([
      netwright(['train', ...args.with(6, folder.path('told'))]),
      netwright(['train', '--resume', out, '--weights', weights]),
      netwright(['train', made, '--weights', folder.path('own'), '--out', folder.path('none')]),
    ]);
    expect(told.stderr).toContain(`beginning with the weights of ${weights}, step 0`);
    expect(mixed.stderr).toContain('found --weights.');
    expect(none).toMatchObject({ code: 2, stdout: '' });
    expect(none.stderr).toContain(folder.path('own'));
  });

  it('is refused with the names of what no layer computes, and leaves nothing behind', async () => {
    const other = folder.path('other.onnx');
    writeFileSync(other, writeModel(sharedOut()));
    const ended = await netwright(['import', other]);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(/no layer computes Div \(1, first in node "Div_shares"\)/);
    expect(existsSync(folder.path('other.netwright.json'))).toBe(false);
  });

  it('whose windows reach beyond the end of an image becomes a project that rounds sizes up', async () => {
    const file = folder.path('image.onnx');
    writeFileSync(file, writeModel(imageNetwork()));
    const made = await netwright(['import', file, '--out', folder.path('image'), '--json']);
    expect(lastOf(made)).toMatchObject({ event: 'imported', equal: true });
    const pool = documentIn(folder.path('image.netwright.json')).nodes.find(
      ({ type }) => type === 'max-pool',
    );
    expect(pool?.params).toMatchObject({ kernelSize: 3, stride: 2, padding: 0, ceil: true });
  });

  it('of open sizes says which, and is read for those that are given', async () => {
    const open = folder.path('open.onnx');
    writeFileSync(open, writeModel(openEncoder()));
    const asked = await netwright(['import', open]);
    expect(asked.code).toBe(2);
    expect(asked.stderr).toContain(
      'found none for sequence (tokens[1]). Set them, e.g. --size "sequence=16".',
    );
    expect(existsSync(folder.path('open.netwright.json'))).toBe(false);
    const out = ['--out', folder.path('open'), '--json'];
    const made = await netwright(['import', open, '--size', 'sequence=7', ...out]);
    expect(lastOf(made)).toMatchObject({ event: 'imported', equal: true });
    const ran = await netwright(['run', open, '--size', 'sequence=3', '--values', '1,2,3', '--json']);
    expect(ran.code, ran.stderr).toBe(0);
  });

  it('of tokens, marks and types becomes a project that trains, and runs on a row of all their numbers', async () => {
    const file = folder.path('masked.onnx');
    const out = folder.path('masked');
    writeFileSync(file, writeModel(maskedEncoder(maskForms['scores filled where the mask equals zero'])));
    const made = await netwright(['import', file, '--out', out, '--json']);
    expect(lastOf(made)).toMatchObject({ event: 'imported', equal: true });
    expect(Number(lastOf(made)['maxAbsDiff'])).toBeLessThan(1e-5);

    // What the marks hide changes nothing, what they show does.
    const rowOf = (tokens: string): string => `${tokens},1,1,1,0,0,0,0,0,1,1`;
    const values = ['7,2,9,3,4', '7,2,9,8,1', '7,2,3,3,4'].map(rowOf).join(';');
    const ran = lastOf(await netwright(['run', file, '--values', values, '--json']));
    const [first, hidden, seen] = (ran['outputs'] as { logits: number[][] }).logits;
    expect(hidden).toEqual(first);
    expect(seen).not.toEqual(first);
    const refused = await netwright(['run', file, '--values', '1,2,3']);
    expect(refused.stderr).toContain(
      '--values: expected 15 numbers in a row, those of all inputs one after the other (tokens 5, mask 5, types 5), found 3.',
    );

    expect((await netwright(['train', '--resume', out, '--epochs', '1'])).code).toBe(0);
    const exported = folder.path('masked-trained.onnx');
    expect((await netwright(['export', out, '--onnx', exported])).code).toBe(0);
    const checked = await netwright(['check', exported, '--against', out, '--json']);
    expect(lastOf(checked)).toMatchObject({ event: 'certificate', equal: true });
    const tested = lastOf(await netwright(['run', exported, '--data', 'test', '--json']));
    expect(tested['accuracy']).toBe(tested['engineAccuracy']);
    expect(tested['rows']).toBeGreaterThan(1);
  });

  it('never replaces a project or a folder that is there', async () => {
    const before = readFileSync(project);
    const there = [[], ['--project', folder.path('new.netwright.json'), '--out', run]];
    const ended = await Promise.all(there.map((args) => netwright(['import', foreign, ...args])));
    for (const { code, stderr } of ended) {
      expect(code).toBe(2);
      expect(stderr).toContain('expected a name that is still free');
    }
    expect(readFileSync(project)).toEqual(before);
  });
});
