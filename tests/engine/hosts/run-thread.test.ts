import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NetwrightError } from '../../../engine/declaration/problem.ts';
import { runFolderAt } from '../../../engine/hosts/run-files.ts';
import { type RunThread, type StartRun, startRun } from '../../../engine/hosts/run-thread.ts';
import { sha256 } from '../../../engine/hosts/training-thread.ts';
import type { Frame } from '../../../engine/protocol/live-run-messages.ts';
import { readCheckpoint } from '../../../engine/training/checkpoint-files.ts';
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

  it('refuses thread counts that there are not', async () => {
    const document = template('circle');
    await expect(start({ document, options: { threads: 0 } })).rejects.toThrow('found 0');
  });
});

const filesOf = (runFolder: string): string[] => readdirSync(join(runFolder, 'checkpoints')).toSorted();
const metricsOf = (runFolder: string): string => readFileSync(join(runFolder, runFiles.metrics), 'utf8');

describe('a run that goes on', () => {
  const document = template('spirals', { epochs: 40 });

  it('comes to the weights and the history of one that never stopped', async () => {
    const whole = await start({ document, watch: 'none', runFolder: join(folder, 'whole') });
    const expected = await whole.finished;
    const runFolder = join(folder, 'run');
    const frames = new Frames();
    const first = await start({ document, runFolder, onFrame: frames.listen });
    await frames.next((frame) => frame.step > 0);
    control(first, 'stop');
    const stopped = await first.finished;
    expect(stopped.steps).toBeLessThan(expected.steps);
    await first.close();

    const second = await start({ resume: { runFolder } });
    expect(second.started.resumedAt).toEqual({ step: stopped.steps, epoch: stopped.epochs });
    const outcome = await second.finished;
    expect(outcome).toMatchObject({ state: 'done', steps: expected.steps });
    expect(outcome.weightsSha256).toBe(expected.weightsSha256);
    expect(outcome.test).toEqual(expected.test);
    expect(metricsOf(runFolder)).toBe(metricsOf(join(folder, 'whole')));
    expect((await readRun(runFolderAt(runFolder))).manifest.status).toBe('done');
  });

  it('trains more epochs where more are asked for, and says so where none are left', async () => {
    const runFolder = join(folder, 'run');
    const first = await start({ document: template('circle', { epochs: 2 }), runFolder });
    await first.finished;
    await first.close();
    const refused = start({ resume: { runFolder } });
    await expect(refused).rejects.toThrow(
      `${runFolder}: there is nothing left to train: 2 of 2 epochs are done; ask for more epochs to go on.`,
    );
    const second = await start({ resume: { runFolder, epochs: 5 } });
    const outcome = await second.finished;
    expect([outcome.state, outcome.epochs]).toEqual(['done', 5]);
    const whole = await start({ document: template('circle', { epochs: 5 }) });
    expect(outcome.weightsSha256).toBe((await whole.finished).weightsSha256);
    expect((await readRun(runFolderAt(runFolder))).manifest.document.training.epochs).toBe(5);
  });

  it('keeps to the kernels it was begun with, and tells the person where they are not to be had', async () => {
    const runFolder = join(folder, 'run');
    const begun = template('circle', { epochs: 1 });
    const first = await start({ document: begun, runFolder, options: { kernels: 'reference' } });
    await first.finished;
    await first.close();
    const frames = new Frames();
    const second = await start({ resume: { runFolder, epochs: 2 }, onFrame: frames.listen });
    expect(second.started.kernels).toBe('reference');
    await second.finished;
    await second.close();
    expect(frames.all.every(({ notices }) => notices === undefined)).toBe(true);

    const file = join(runFolder, runFiles.manifest);
    const manifest = readFileSync(file, 'utf8').replace('"kernels": "reference"', '"kernels": "native Z80"');
    writeFileSync(file, manifest);
    const third = await start({ resume: { runFolder, epochs: 3 }, onFrame: frames.listen });
    await third.finished;
    expect(frames.all.flatMap(({ notices = [] }) => notices)[0]?.message.en).toContain(
      `trained with the kernels "native Z80" and goes on with "${third.started.kernels}"`,
    );
  });

  it('takes the checkpoint before when the newest is damaged, and tells the person', async () => {
    const runFolder = join(folder, 'run');
    const cadence = { every: 10, unit: 'steps' } as const;
    const first = await start({ document: template('circle', { epochs: 3 }), runFolder, cadence });
    await first.finished;
    await first.close();
    const newest = join(runFolder, 'checkpoints', 'step-0000075.safetensors');
    const bytes = readFileSync(newest);
    bytes[bytes.length - 1] = (bytes[bytes.length - 1] as number) ^ 1;
    writeFileSync(newest, bytes);
    const frames = new Frames();
    const second = await start({ resume: { runFolder, epochs: 4 }, onFrame: frames.listen });
    expect(second.started.resumedAt).toEqual({ step: 70, epoch: 2 });
    const outcome = await second.finished;
    expect(frames.all[0]?.notices).toEqual([
      {
        severity: 'warning',
        message: expect.objectContaining({
          en: expect.stringMatching(
            /step-0000075\.safetensors: its bytes are not those .* The checkpoint of step 70 is used instead\.$/,
          ),
        }),
      },
    ]);
    const whole = await start({ document: template('circle', { epochs: 4 }) });
    expect(outcome.weightsSha256).toBe((await whole.finished).weightsSha256);
  });
});

/** Puts something in a place where a run that goes on may make its folder anew at any moment. */
function despiteTheRun(place: string, put: () => void): void {
  for (let tries = 0; ; tries++) {
    try {
      put();
      return;
    } catch (error) {
      if (tries === 100) throw error;
      rmSync(place, { recursive: true, force: true });
    }
  }
}

it('that ends with the weights of its best epoch has them as its best checkpoint, and says why it cannot go on', async () => {
  const runFolder = join(folder, 'run');
  const earlyStopping = { monitor: 'test-loss', patience: 2, keep: 'best' };
  const document = template('circle', { epochs: 400, learningRate: 3, earlyStopping });
  const thread = await start({ document, runFolder });
  const outcome = await thread.finished;
  await thread.close();
  expect(outcome.epochs).toBeLessThan(400);
  const losses = (await readRun(runFolderAt(runFolder))).epochs.map(({ test }) => test?.loss ?? Infinity);
  expect(outcome.test?.loss).toBe(Math.min(...losses));
  const best = await readCheckpoint(runFolderAt(runFolder), 'best');
  expect(best?.checkpoint.score).toBe(outcome.test?.loss);
  const names = thread.started.parameterCount;
  const weights = best?.checkpoint.tensors.slice(0, 6) ?? [];
  expect(weights.reduce((sum, { values }) => sum + values.length, 0)).toBe(names);
  expect(sha256(weightBytes(weights))).toBe(outcome.weightsSha256);
  await expect(start({ resume: { runFolder, epochs: 800 } })).rejects.toThrow(
    /there is nothing left to train: Stopped early after epoch \d+/,
  );
});

describe('checkpoints while a run trains', () => {
  it('are taken at exactly the steps or epochs that were asked for, watched or not', async () => {
    for (const watch of ['none', 'all'] as const) {
      const runFolder = join(folder, watch);
      const asked = { document: template('circle', { epochs: 3, testShare: 0 }), runFolder, watch };
      const steps = await start({ ...asked, cadence: { every: 7, unit: 'steps' } });
      const { steps: last } = await steps.finished;
      await steps.close();
      const before = last - (last % 7 || 7);
      expect(filesOf(runFolder)).toContain(`step-00000${before}.safetensors`);

      const epochs = await start({ ...asked, cadence: { every: 2, unit: 'epochs' } });
      const { stepsPerEpoch } = epochs.started;
      await epochs.finished;
      await epochs.close();
      expect(filesOf(runFolder)).toContain(`step-00000${2 * stepsPerEpoch}.safetensors`);
    }
  });

  it('do not stop training when they cannot be written: it is said once, and again when they can', async () => {
    const runFolder = join(folder, 'run');
    const checkpoints = join(runFolder, 'checkpoints');
    const frames = new Frames();
    const thread = await start({
      document: template('circle', { epochs: 1_000_000 }),
      runFolder,
      cadence: { every: 0.02, unit: 'seconds' },
      onFrame: frames.listen,
    });
    const said = frames.next(({ notices }) => notices !== undefined);
    const away = `${checkpoints}-away`;
    renameSync(checkpoints, away);
    despiteTheRun(checkpoints, () => writeFileSync(checkpoints, 'in the way'));
    const { step, notices } = await said;
    expect(notices).toHaveLength(1);
    expect(notices?.[0]?.severity).toBe('warning');
    expect(notices?.[0]?.message.en).toMatch(
      /^No checkpoint could be written: .*checkpoints.*found a file in place of a folder .*Training goes on, and the next checkpoint will be tried again\.$/,
    );
    await frames.next((frame) => frame.step > step + 20_000);
    expect(frames.all.filter((frame) => frame.notices !== undefined)).toHaveLength(1);
    const again = frames.next((frame) => frame.notices !== undefined);
    rmSync(checkpoints);
    despiteTheRun(checkpoints, () => renameSync(away, checkpoints));
    expect((await again).notices?.[0]?.message.en).toBe('Checkpoints are being written again.');
    control(thread, 'stop');
    const { unsaved, steps } = await thread.finished;
    expect(unsaved).toBeUndefined();
    expect((await readRun(runFolderAt(runFolder))).found?.checkpoint.progress.step).toBe(steps);
  });
});

describe('a folder that a run is written to', () => {
  it('is not given to a second one, new or resumed, until the first has ended', async () => {
    const runFolder = join(folder, 'run');
    const document = template('circle', { epochs: 1_000_000 });
    const first = await start({ document, runFolder });
    const inUse = `${runFolder}: process ${process.pid} is writing this run`;
    await expect(start({ document, runFolder })).rejects.toThrow(inUse);
    await expect(start({ resume: { runFolder } })).rejects.toThrow(inUse);
    control(first, 'stop');
    await first.finished;
    await first.close();
    const second = await start({ resume: { runFolder } });
    expect(second.started.resumedAt?.step).toBeGreaterThan(0);
  });

  it('is free when the process that held it has ended, or has given its number to another', async () => {
    const runFolder = join(folder, 'run');
    const document = template('circle', { epochs: 1 });
    const thread = await start({ document, runFolder });
    await thread.finished;
    await thread.close();
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    const stale = [
      { pid: child.pid, began: '1' },
      // This very process, but for when it began: only Linux says when.
      ...(process.platform === 'linux' ? [{ pid: process.pid, began: '1' }] : []),
    ];
    for (const owner of stale) {
      const lock = { ...owner, host: hostname(), token: 'x' };
      writeFileSync(join(runFolder, runFiles.lock), JSON.stringify(lock));
      const next = await start({ document, runFolder });
      await next.finished;
      await next.close();
    }
    writeFileSync(join(runFolder, runFiles.lock), 'half of a lo');
    const last = await start({ document, runFolder });
    await last.finished;
    await last.close();
    expect(readdirSync(runFolder)).not.toContain(runFiles.lock);

    const elsewhere = { pid: 7, began: '1', host: 'another-machine', token: 'x' };
    writeFileSync(join(runFolder, runFiles.lock), JSON.stringify(elsewhere));
    await expect(start({ document, runFolder })).rejects.toThrow(
      `${runFolder}: process 7 on another-machine is writing this run; wait for it or stop it (if there is no such process any more, delete run.lock).`,
    );
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
