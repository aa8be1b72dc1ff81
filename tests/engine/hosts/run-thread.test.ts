import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { NetwrightError } from '../../../engine/declaration/problem.ts';
import { runFolderAt } from '../../../engine/hosts/run-files.ts';
import { startRun } from '../../../engine/hosts/run-thread.ts';
import { sha256 } from '../../../engine/hosts/training-thread.ts';
import { readRun } from '../../../engine/training/run-folder.ts';
import { weightBytes } from '../../../engine/training/weights.ts';
import { template } from '../training/templates.ts';
import { control, Frames, startedRuns } from './started-runs.ts';

const { place, start } = startedRuns();

describe('a run', () => {
  it('trains on its own thread, tells every epoch in its frames and keeps its folder', async () => {
    const frames = new Frames();
    const runFolder = place('run');
    const thread = await start({
      document: template('circle', { epochs: 60 }),
      runFolder,
      onFrame: frames.listen,
    });
    expect(thread.started).toMatchObject({
      run: 'run-1',
      parameterCount: 42,
      kernels: expect.stringMatching(/^(portable|native .+)$/),
      workers: 1,
    });
    const outcome = await thread.finished;
    expect(outcome).toMatchObject({
      state: 'done',
      steps: 1500,
      epochs: 60,
      threads: thread.started.threads,
    });
    expect(outcome.unsaved).toBeUndefined();
    expect(frames.all.at(-1)).toMatchObject({ state: 'done', step: 1500 });
    expect(frames.all.flatMap((frame) => frame.epochsEnded)).toHaveLength(60);

    const snapshot = await thread.snapshot();
    expect(snapshot.step).toBe(1500);
    expect(sha256(weightBytes(snapshot.weights))).toBe(outcome.weightsSha256);
    const saved = await readRun(runFolderAt(runFolder));
    expect(saved.manifest.status).toBe('done');
    expect(saved.manifest.result?.weightsSha256).toBe(outcome.weightsSha256);
    expect(saved.epochs).toHaveLength(60);
    expect(saved.found?.checkpoint.tensors).toEqual(snapshot.weights);
  });

  it('pauses, steps, answers meanwhile, goes on and ends with the weights of an uninterrupted run', async () => {
    const document = template('circle', { epochs: 40 });
    const plain = await start({ document, watch: 'none' });
    const expected = (await plain.finished).weightsSha256;

    const frames = new Frames();
    const thread = await start({ document, options: { paused: true }, onFrame: frames.listen });
    const stepped = frames.next((frame) => frame.step === 1);
    control(thread, 'step');
    expect((await stepped).state).toBe('paused');
    const { values, columns, step } = await thread.predict(new Float32Array([0.1, 0.2, 0.3, 0.4]), 2);
    expect([values.length, columns, step]).toEqual([4, 2, 1]);
    await expect(thread.predict(new Float32Array(3), 2)).rejects.toThrow('found 3 numbers');
    control(thread, 'resume');
    expect((await thread.finished).weightsSha256).toBe(expected);
  });

  it('stops when told to, saved up to that step', async () => {
    const frames = new Frames();
    const runFolder = place('run');
    const document = template('circle', { epochs: 1_000_000 });
    const thread = await start({ document, runFolder, onFrame: frames.listen });
    await frames.next((frame) => frame.epoch > 0);
    control(thread, 'stop');
    const outcome = await thread.finished;
    expect(outcome.state).toBe('stopped');
    const saved = await readRun(runFolderAt(runFolder));
    expect(saved.manifest.status).toBe('stopped');
    expect(saved.found?.checkpoint.progress.step).toBe(outcome.steps);
  });

  it('that is closed in the middle is stopped and saved first', async () => {
    const runFolder = place('run');
    const thread = await start({ document: template('circle', { epochs: 1_000_000 }), runFolder });
    await thread.close();
    expect((await thread.finished).state).toBe('stopped');
    expect((await readRun(runFolderAt(runFolder))).manifest.status).toBe('stopped');
    await expect(thread.snapshot()).rejects.toThrow('closed');
  });

  it('that fails says why and keeps the last good weights', async () => {
    const runFolder = place('run');
    const frames = new Frames();
    const document = template('line', { learningRate: 1e6 });
    const thread = await start({ document, runFolder, onFrame: frames.listen });
    const outcome = await thread.finished;
    expect(outcome.state).toBe('failed');
    expect(outcome.failure?.code).toBe('training.non-finite');
    expect(frames.all.at(-1)?.failure).toEqual(outcome.failure);
    const saved = await readRun(runFolderAt(runFolder));
    expect(saved.manifest).toMatchObject({
      status: 'failed',
      result: { failure: { code: 'training.non-finite' } },
    });
    expect(saved.found?.checkpoint.progress.step).toBe(outcome.steps);
    expect(saved.found?.checkpoint.tensors.every(({ values }) => values.every(Number.isFinite))).toBe(true);
  });

  it('does not begin with a document that cannot run, and carries all problems', async () => {
    const { nodes, ...rest } = template('circle');
    const broken = { ...rest, nodes: nodes.filter(({ type }) => type !== 'data') };
    const refused = start({ document: broken });
    await expect(refused).rejects.toThrow(NetwrightError);
    const problems = await refused.catch((error: NetwrightError) => error.problems);
    expect(problems).toContainEqual(expect.objectContaining({ code: 'no-data' }));
  });

  it('does not begin where it cannot write', async () => {
    writeFileSync(place('file'), '');
    const refused = start({ document: template('circle'), runFolder: place('file/run') });
    await expect(refused).rejects.toThrow(NetwrightError);
    await expect(refused).rejects.toThrow(place('file'));
  });

  it('refuses thread counts that there are not', async () => {
    const document = template('circle');
    await expect(start({ document, options: { threads: 0 } })).rejects.toThrow('found 0');
  });
});

describe('a thread that dies', () => {
  it('ends its run with a refusal and a last frame, and answers nobody with silence', async () => {
    const dist = process.env['NETWRIGHT_DIST'];
    // Stands in for the run's thread, and falls over when it is asked for its weights.
    writeFileSync(
      place('run-worker.js'),
      `import { parentPort } from 'node:worker_threads';
       parentPort.postMessage({ kind: 'started', started: { run: 'run-1', arenaBytes: 1, kernels: 'portable', threads: 1, workers: 1 } });
       parentPort.postMessage({ kind: 'frame', state: 'running', run: 'run-1', step: 7, epoch: 1, stepsPerSecond: 5, epochsEnded: [], tuned: [] });
       parentPort.on('message', () => { throw new Error('out of luck'); });`,
    );
    writeFileSync(place('package.json'), '{"type":"module"}');
    process.env['NETWRIGHT_DIST'] = place('.');
    try {
      const frames = new Frames();
      const thread = await startRun({ document: template('circle'), runId: 'run-1', onFrame: frames.listen });
      await expect(thread.snapshot()).rejects.toThrow('out of luck');
      const outcome = await thread.finished;
      expect(outcome).toMatchObject({ state: 'failed', steps: 7, failure: { code: 'run.crashed' } });
      expect(frames.all.at(-1)).toMatchObject({ state: 'failed', step: 7, failure: { code: 'run.crashed' } });
      await thread.close();
    } finally {
      process.env['NETWRIGHT_DIST'] = dist;
    }
  });
});
