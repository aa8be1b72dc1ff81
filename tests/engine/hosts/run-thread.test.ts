import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NetwrightError } from '../../../engine/declaration/problem.ts';
import { runFolderAt } from '../../../engine/hosts/run-files.ts';
import { type RunThread, type StartRun, startRun } from '../../../engine/hosts/run-thread.ts';
import { sha256 } from '../../../engine/hosts/training-thread.ts';
import type { Frame } from '../../../engine/protocol/messages.ts';
import { readRun, runFiles } from '../../../engine/training/run-folder.ts';
import { weightBytes } from '../../../engine/training/weights.ts';
import { template } from '../training/templates.ts';

let folder: string;
let threads: RunThread[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'netwright-thread-'));
});
afterEach(async () => {
  await Promise.all(threads.map((thread) => thread.close()));
  threads = [];
  rmSync(folder, { recursive: true, force: true });
});

type Asked = StartRun extends infer S ? (S extends StartRun ? Omit<S, 'runId'> : never) : never;

async function start(asked: Asked): Promise<RunThread> {
  const thread = await startRun({ ...asked, runId: 'run-1' });
  threads.push(thread);
  return thread;
}

const control = (thread: RunThread, action: 'pause' | 'resume' | 'step' | 'stop'): void =>
  thread.control({ kind: 'control', run: 'run-1', action });

/** Collects frames, and hands out promises for those that are waited for. */
class Frames {
  readonly all: Frame[] = [];
  private waiting: { readonly is: (frame: Frame) => boolean; readonly resolve: (frame: Frame) => void }[] =
    [];

  readonly listen = (frame: Frame): void => {
    this.all.push(frame);
    for (const { is, resolve } of this.waiting) if (is(frame)) resolve(frame);
  };

  next(is: (frame: Frame) => boolean): Promise<Frame> {
    return new Promise((resolve) => this.waiting.push({ is, resolve }));
  }
}

describe('a run', () => {
  it('trains on its own thread, tells every epoch in its frames and keeps its folder', async () => {
    const frames = new Frames();
    const runFolder = join(folder, 'run');
    const thread = await start({
      document: template('circle', { epochs: 60 }),
      runFolder,
      onFrame: frames.listen,
    });
    expect(thread.started).toMatchObject({
      run: 'run-1',
      parameterCount: 42,
      kernels: 'portable',
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
    const runFolder = join(folder, 'run');
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
    const runFolder = join(folder, 'run');
    const thread = await start({ document: template('circle', { epochs: 1_000_000 }), runFolder });
    await thread.close();
    expect((await thread.finished).state).toBe('stopped');
    expect((await readRun(runFolderAt(runFolder))).manifest.status).toBe('stopped');
    await expect(thread.snapshot()).rejects.toThrow('closed');
  });

  it('that fails says why and keeps the last good weights', async () => {
    const runFolder = join(folder, 'run');
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
    writeFileSync(join(folder, 'file'), '');
    const refused = start({ document: template('circle'), runFolder: join(folder, 'file', 'run') });
    await expect(refused).rejects.toThrow(NetwrightError);
    await expect(refused).rejects.toThrow(join(folder, 'file'));
  });

  it('refuses thread counts and kernels that there are not', async () => {
    const document = template('circle');
    await expect(start({ document, options: { threads: 0 } })).rejects.toThrow('found 0');
    await expect(start({ document, options: { kernels: 'native' } })).rejects.toThrow('Native kernels');
  });
});

/** A process that trains into a folder until somebody ends it. */
function trainInProcess(runFolder: string): ChildProcess {
  const order = {
    run: 'run-1',
    document: template('spirals', { epochs: 1_000_000 }),
    options: {},
    watch: 'none',
    runFolder,
    resume: false,
  };
  const worker = pathToFileURL(join(process.env['NETWRIGHT_DIST'] ?? '', 'run-worker.js')).href;
  const script = join(folder, 'train.mjs');
  writeFileSync(
    script,
    `import { Worker } from 'node:worker_threads';
     new Worker(new URL('${worker}'), { workerData: ${JSON.stringify(order)} }).on('message', () => {});`,
  );
  return spawn(process.execPath, [script], { stdio: 'inherit' });
}

const checkpointStep = async (runFolder: string): Promise<number> => {
  if (!existsSync(join(runFolder, runFiles.checkpoint))) return 0;
  return (await readRun(runFolderAt(runFolder))).checkpoint.progress.step;
};

describe('a run whose process was killed', () => {
  it('goes on from its last checkpoint to the same numbers', async () => {
    const runFolder = join(folder, 'run');
    const child = trainInProcess(runFolder);
    const ended = once(child, 'exit');
    try {
      while ((await checkpointStep(runFolder)) === 0) {
        if (child.exitCode !== null) throw new Error('the process ended by itself');
        await setTimeout(50);
      }
    } finally {
      child.kill('SIGKILL');
    }
    await ended;
    const killedAt = await checkpointStep(runFolder);
    expect(killedAt).toBeGreaterThan(0);

    // The rest of the run would be long: its folder now says that it ends soon after.
    const manifest = JSON.parse(readFileSync(join(runFolder, runFiles.manifest), 'utf8'));
    expect(manifest.status).toBe('running');
    const epochs = Math.ceil(killedAt / 25) + 3;
    manifest.document.training.epochs = epochs;
    writeFileSync(join(runFolder, runFiles.manifest), JSON.stringify(manifest));
    const resumed = await start({ document: template('circle'), runFolder, resume: true });
    const outcome = await resumed.finished;

    const whole = await start({
      document: template('spirals', { epochs }),
      runFolder: join(folder, 'whole'),
    });
    const expected = await whole.finished;
    expect(outcome.steps).toBe(expected.steps);
    expect(outcome.weightsSha256).toBe(expected.weightsSha256);
    expect(outcome.test).toEqual(expected.test);
    const metrics = (name: string): string => readFileSync(join(folder, name, runFiles.metrics), 'utf8');
    expect(metrics('run')).toBe(metrics('whole'));
  });
});

describe('a thread that dies', () => {
  it('ends its run with a refusal and a last frame, and answers nobody with silence', async () => {
    const dist = process.env['NETWRIGHT_DIST'];
    // Stands in for the run's thread, and falls over when it is asked for its weights.
    writeFileSync(
      join(folder, 'run-worker.js'),
      `import { parentPort } from 'node:worker_threads';
       parentPort.postMessage({ kind: 'started', started: { run: 'run-1', arenaBytes: 1, kernels: 'portable', threads: 1, workers: 1 } });
       parentPort.postMessage({ kind: 'frame', state: 'running', run: 'run-1', step: 7, epoch: 1, stepsPerSecond: 5, epochsEnded: [], tuned: [] });
       parentPort.on('message', () => { throw new Error('out of luck'); });`,
    );
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    process.env['NETWRIGHT_DIST'] = folder;
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
