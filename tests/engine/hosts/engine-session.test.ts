import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Preparing, partCodes } from '../../../engine/protocol/data-messages.ts';
import { encodeJpeg } from '../data/image-files.ts';
import { chainDocument } from '../documents.ts';
import { circle, fixture, SessionStudio } from './session-studio.ts';

const home = mkdtempSync(join(tmpdir(), 'netwright-session-'));
afterAll(() => rmSync(home, { recursive: true }));

const endless = circle(1_000_000);

let studio: SessionStudio;
beforeEach(() => {
  studio = new SessionStudio(home);
});
afterEach(() => studio.session.close());

const resultOf = (run: string): { weightsSha256: string } | undefined =>
  JSON.parse(readFileSync(join(home, run, 'run.json'), 'utf8')).result;

const manifestOf = (run: string): { status: string } =>
  JSON.parse(readFileSync(join(home, run, 'run.json'), 'utf8'));

describe('a studio', () => {
  it('is told what engine it has', async () => {
    expect(await studio.ask('hello', {})).toEqual({
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      threads: expect.any(Number),
      kernels: expect.arrayContaining(['portable', 'reference']),
    });
  });

  it('sees the samples in the split that training uses', async () => {
    const document = circle(1);
    const { x, y, part, inputShape, targetShape, classes } = await studio.ask('samples', {
      document,
      node: 'data',
    });
    expect([x.length, y.length, part.length]).toEqual([400, 200, 200]);
    expect(part.filter((code) => code === partCodes.test)).toHaveLength(40);
    expect({ inputShape, targetShape }).toEqual({ inputShape: [2], targetShape: [] });
    expect(classes).toHaveLength(2);
    const { trainCount, testCount } = await studio.ask('start', { document, options: {} });
    expect([trainCount, testCount]).toEqual([160, 40]);
  });

  it('is told how far images are that a question needs, and can have them stopped', async () => {
    const image = await encodeJpeg(900, 700, (x, y) => [x % 256, y % 256, 9]);
    const folder = join(home, 'photos');
    const file = (i: number): string => join(folder, i % 2 === 0 ? 'day' : 'night', `${i}.jpg`);
    for (const name of ['day', 'night']) mkdirSync(join(folder, name), { recursive: true });
    for (let i = 0; i < 600; i++) writeFileSync(file(i), image);
    const opening = studio.refusal('openData', { path: folder });
    const told = async (): Promise<readonly Preparing[]> => (await studio.ask('preparing', {})).preparing;
    await expect.poll(async () => (await told())[0]?.done, { interval: 10 }).toBeGreaterThan(3);
    expect(await told()).toMatchObject([{ path: folder, all: 600 }]);
    await studio.ask('cancelPreparing', { path: folder });
    expect((await opening).code).toBe('prepare.cancelled');
    expect(await told()).toEqual([]);

    // A run has them prepared at its own size.
    for (let i = 20; i < 600; i++) rmSync(file(i));
    const { source, files } = await studio.ask('openData', { path: folder });
    expect(files).toMatchObject({ train: 20, columns: [{ values: ['day', 'night'] }] });
    const document = chainDocument(
      [
        ['pool', 'global-average-pool'],
        ['fc', 'linear', { outFeatures: 2 }],
      ],
      'cross-entropy',
      { source, files, side: 16 },
    );
    const { run, trainCount } = await studio.ask('start', { document, options: {} });
    expect(trainCount).toBe(16);
    await studio.frame((frame) => frame.run === run && frame.state === 'done');
  });

  it('sees what nodes make of a sample while it trains, and the run ends with the same weights', async () => {
    const document = circle(40);
    const ended = async (looks: boolean): Promise<string | undefined> => {
      const { run } = await studio.ask('start', { document, options: { paused: looks } });
      if (looks) {
        const ask = { document, sample: 5, nodes: ['data', 'hidden'], run };
        const before = await studio.ask('preview', ask);
        expect(before.sample).toMatchObject({ index: 5, count: 200 });
        expect(before.pictures.map(({ node }) => node)).toEqual(['data', 'hidden']);
        studio.control({ run, action: 'resume' });
        for (let i = 0; i < 5; i++) await studio.ask('preview', { ...ask, sample: i });
        await studio.frame((frame) => frame.run === run && frame.state === 'done');
        const after = await studio.ask('preview', ask);
        expect(after.step).toBe(40 * 10);
        expect(after.pictures[1]?.values).not.toEqual(before.pictures[1]?.values);
      }
      await studio.frame((frame) => frame.run === run && frame.state === 'done');
      await studio.ask('runs', {});
      return resultOf(run)?.weightsSha256;
    };
    const untouched = await ended(false);
    expect(untouched).toMatch(/^[0-9a-f]{64}$/);
    expect(await ended(true)).toBe(untouched);
  });

  it('is sent no more samples than it asks for, those to test with first', async () => {
    const document = circle(1);
    const all = await studio.ask('samples', { document, node: 'data' });
    const few = await studio.ask('samples', { document, node: 'data', most: 50 });
    expect([few.x.length, few.y.length, few.part.length]).toEqual([100, 50, 50]);
    expect([...few.part]).toEqual([...Array<number>(40).fill(1), ...Array<number>(10).fill(0)]);
    const firstTest = all.part.indexOf(1);
    expect([...few.x.subarray(0, 2)]).toEqual([...all.x.subarray(2 * firstTest, 2 * firstTest + 2)]);
    expect(await studio.ask('samples', { document, node: 'data', most: 1000 })).toEqual(all);
  });

  it('answers to a part slice by slice what it answers to its samples, with their targets', async () => {
    const document = circle(2);
    const { run } = await studio.ask('start', { document, options: {} });
    await studio.ended(run);
    const { x, y, part } = await studio.ask('samples', { document, node: 'data' });
    const test = [...part.keys()].filter((row) => part[row] === partCodes.test);
    const asked = { run, node: 'data', part: 'test', against: 'targets' } as const;
    const slices = [
      await studio.ask('predictPart', { ...asked, first: 0, count: 25 }),
      await studio.ask('predictPart', { ...asked, first: 25, count: 1000 }),
    ];
    expect(slices.map(({ rows, count }) => [rows.length, count])).toEqual([
      [25, 40],
      [15, 40],
    ]);
    expect(slices.flatMap(({ rows }) => [...rows])).toEqual(test);
    expect(slices.flatMap(({ targets }) => [...targets])).toEqual(test.map((row) => y[row]));
    const inputs = Float32Array.from(test.flatMap((row) => [...x.subarray(2 * row, 2 * row + 2)]));
    const whole = await studio.ask('predict', { run, x: inputs, rows: test.length });
    expect(slices.flatMap(({ values }) => [...values])).toEqual([...whole.values]);
    const itself = await studio.ask('predictPart', { ...asked, against: 'inputs', first: 0, count: 40 });
    expect(itself.targets).toEqual(inputs);
    const none = await studio.ask('predictPart', { ...asked, part: 'validation', first: 0, count: 9 });
    expect([none.count, none.rows.length, none.values.length]).toEqual([0, 0, 0]);
  });

  it('trains, predicts, exports with a certificate, opens the file and runs it to the same accuracy', async () => {
    const { run, parameterCount } = await studio.ask('start', { document: circle(30), options: {} });
    expect(parameterCount).toBe(2 * 8 + 8 + 8 * 2 + 2);
    const last = await studio.ended(run);
    expect(last).toMatchObject({ state: 'done', epoch: 30, step: 300 });
    const epochs = studio.frames.flatMap((frame) => frame.epochsEnded.map(({ epoch }) => epoch));
    expect(epochs).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));

    const prediction = await studio.ask('predict', { run, x: Float32Array.of(0, 0, 3, 3), rows: 2 });
    expect(prediction).toMatchObject({ columns: 2, step: 300 });
    expect(prediction.values).toHaveLength(4);
    expect((prediction.values[0] as number) + (prediction.values[1] as number)).toBeCloseTo(1, 5);

    const { zip, files } = await studio.ask('exportPytorch', { run, weights: 'last' });
    expect(files).toEqual(['model.py', 'train.py', 'weights.safetensors']);
    const unpacked = unzipSync(zip);
    expect(Object.keys(unpacked)).toEqual(files);
    expect(new TextDecoder().decode(unpacked['train.py'])).toContain(
      'from model import SmallCircle, load_model',
    );
    const weight = await studio.ask('weight', { run, node: 'hidden', weight: 'weight' });
    expect(weight).toMatchObject({ step: 300, shape: [2, 8] });
    expect(weight.values).toHaveLength(16);
    expect(await studio.refusal('weight', { run, node: 'hidden', weight: 'gamma' })).toMatchObject({
      code: 'weight-unknown',
    });

    const { onnx = new Uint8Array(), certificate } = await studio.ask('export', {
      run,
      weights: 'last',
      preprocessing: false,
    });
    expect(certificate).toMatchObject({ equal: true });
    expect(certificate.maxAbsDiff).toBeLessThanOrEqual(1e-5);

    const tested =
      epochs.length === 30 ? studio.frames.flatMap((frame) => frame.epochsEnded).at(-1)?.test : undefined;
    const opened = await studio.ask('openModel', { name: 'mine.onnx', bytes: onnx });
    if ('missing' in opened) throw new Error('it holds all of itself');
    expect(opened).toMatchObject({
      name: 'mine.onnx',
      parameterCount,
      metadata: { title: 'Small circle', engineAccuracy: tested?.accuracy },
    });
    const result = await studio.ask('runModel', { model: opened.model, on: { data: 'test' } });
    expect(result).toMatchObject({ rows: 40, accuracy: tested?.accuracy, engineAccuracy: tested?.accuracy });
    const typed = await studio.ask('runModel', {
      model: opened.model,
      on: { values: [Float32Array.of(1, 2)], rows: 1 },
    });
    expect(typed.outputs[0]?.values).toHaveLength(2);
  });

  it('exports what a run has kept, its last weights or its best, when it trains no more', async () => {
    const { run } = await studio.ask('start', { document: circle(30), options: {} });
    await studio.ended(run);
    await studio.ask('runs', {});
    await studio.session.close();
    studio = new SessionStudio(home);
    const summary = (await studio.ask('runs', {})).runs.find((kept) => kept.run === run);
    const ask = { run, preprocessing: false } as const;
    const last = await studio.ask('export', { ...ask, weights: 'last' });
    expect(last.certificate).toMatchObject({
      equal: true,
      weightsSha256: resultOf(run)?.weightsSha256,
    });
    expect(last.step).toBe(300);
    const best = await studio.ask('export', { ...ask, weights: 'best' });
    expect(best.certificate.equal).toBe(true);
    expect(best.step).toBe(summary?.best?.step);
    const opened = await studio.ask('openModel', { name: 'best.onnx', bytes: best.onnx as Uint8Array });
    expect(opened).toMatchObject({ metadata: { engineAccuracy: summary?.best?.test?.accuracy } });
    const { zip } = await studio.ask('exportPytorch', { run, weights: 'best' });
    expect(Object.keys(unzipSync(zip))).toContain('model.py');
  });

  it('begins a run with the weights of another as far as they fit, and says which begin anew', async () => {
    // Of one epoch the best weights are the last.
    const document = circle(1);
    const first = await studio.ask('start', { document, options: {} });
    await studio.ended(first.run);
    const x = Float32Array.of(0, 0, 3, 3);
    const trained = await studio.ask('predict', { run: first.run, x, rows: 2 });
    await studio.ask('runs', {});
    const paused = { paused: true };
    const same = await studio.ask('start', { document, options: paused, weightsOf: first.run });
    const again = await studio.ask('predict', { run: same.run, x, rows: 2 });
    expect(again.values).toEqual(trained.values);
    const wider = {
      ...document,
      nodes: document.nodes.map((node) =>
        node.id === 'hidden' ? { ...node, params: { ...node.params, outFeatures: 9 } } : node,
      ),
    };
    const other = await studio.ask('start', { document: wider, options: paused, weightsOf: first.run });
    const told = await studio.frame(({ run, notices }) => run === other.run && notices !== undefined);
    expect(told.notices?.[0]?.message.en).toMatch(/begin anew: hidden\.weight, hidden\.bias, \S+\.weight\.$/);
  });

  it('sees histograms of everything it was told of, and none when it looks away', async () => {
    const { run, watched } = await studio.ask('start', { document: endless, options: {} });
    const { telemetry } = await studio.frame((frame) => frame.telemetry !== undefined);
    expect(watched.length).toBeGreaterThan(0);
    expect((telemetry?.histograms.length as number) % watched.length).toBe(0);
    studio.control({ run, action: 'watch', tensors: 'none' });
    studio.control({ run, action: 'tune', learningRate: 0.01 });
    const { step } = await studio.frame((frame) => frame.learningRate === 0.01);
    const later = await studio.frame((frame) => frame.step > step + 1);
    expect(later.telemetry).toBeUndefined();
  });

  it('pauses, steps, tunes and stops its run', async () => {
    const { run } = await studio.ask('start', { document: endless, options: { paused: true } });
    expect((await studio.frame(() => true)).step).toBe(0);
    studio.control({ run, action: 'step' });
    expect((await studio.frame(({ step }) => step > 0)).step).toBe(1);
    studio.control({ run, action: 'tune', learningRate: 0.05 });
    expect((await studio.frame(({ tuned }) => tuned.length > 0)).tuned).toEqual([[1, 0.05]]);
    studio.control({ run, action: 'resume' });
    await studio.frame(({ step }) => step > 20);
    studio.control({ run, action: 'stop' });
    expect(await studio.ended(run)).toMatchObject({ state: 'stopped' });
    await expect.poll(() => manifestOf(run).status).toBe('stopped');
  });

  it('has one run at a time: the next start stops the one before, with its checkpoint', async () => {
    const first = await studio.ask('start', { document: endless, options: {} });
    const second = await studio.ask('start', { document: endless, options: {} });
    expect(await studio.ended(first.run)).toMatchObject({ state: 'stopped' });
    await expect.poll(() => manifestOf(first.run).status).toBe('stopped');
    expect(
      await studio.refusal('predict', { run: first.run, x: new Float32Array(2), rows: 1 }),
    ).toMatchObject({ code: 'run-unknown' });
    const { step } = await studio.frame(({ run }) => run === second.run);
    await studio.frame((frame) => frame.run === second.run && frame.step > step);
  });

  it('leaves a run that goes on when the next one cannot start', async () => {
    const { run } = await studio.ask('start', { document: endless, options: {} });
    await studio.refusal('start', { document: fixture('cycle'), options: {} });
    const { step } = await studio.frame((frame) => frame.run === run);
    await studio.frame((frame) => frame.step > step);
  });

  it('may leave: its run is stopped and on disk', async () => {
    const { run } = await studio.ask('start', { document: endless, options: {} });
    await studio.frame(({ step }) => step > 0);
    await studio.session.close();
    expect(manifestOf(run).status).toBe('stopped');
    expect(readdirSync(join(home, run)), 'nobody holds it any more').not.toContain('run.lock');
    expect(readdirSync(join(home, run, 'checkpoints'))).toContain('index.json');
  });
});

describe('an export that no message can carry', () => {
  it.each([
    [{ sent: 1000, inside: 1e9 }, ['model.onnx']],
    [{ sent: 1e9, inside: 64 }, ['model.onnx', 'model.onnx.data']],
  ])(
    'is written where the run is kept, certified there, and its place is told: %o',
    async (limits, names) => {
      const runs = mkdtempSync(join(tmpdir(), 'netwright-exports-'));
      const small = new SessionStudio(runs, { exports: limits });
      try {
        const { run } = await small.ask('start', { document: circle(2), options: {} });
        await small.ended(run);
        const { onnx, written, certificate } = await small.ask('export', {
          run,
          weights: 'last',
          preprocessing: false,
        });
        expect(onnx).toBeUndefined();
        expect(written?.files).toEqual(names.map((name) => join(runs, run, 'export', name)));
        expect(certificate.equal).toBe(true);
        const sizes = written?.files.map((file) => statSync(file).size) ?? [];
        expect(written?.sizeBytes).toBe(sizes.reduce((sum, size) => sum + size, 0));
      } finally {
        await small.session.close();
        rmSync(runs, { recursive: true, force: true });
      }
    },
  );
});
