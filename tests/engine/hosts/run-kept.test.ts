import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runFolderAt } from '../../../engine/hosts/run-files.ts';
import { sha256 } from '../../../engine/hosts/training-thread.ts';
import { readCheckpoint } from '../../../engine/training/checkpoint-files.ts';
import { readRun, runFiles } from '../../../engine/training/run-folder.ts';
import { weightBytes } from '../../../engine/training/weights.ts';
import { template } from '../training/templates.ts';
import { control, Frames, startedRuns } from './started-runs.ts';

const { place, start } = startedRuns();

const filesOf = (runFolder: string): string[] => readdirSync(join(runFolder, 'checkpoints')).toSorted();
const metricsOf = (runFolder: string): string => readFileSync(join(runFolder, runFiles.metrics), 'utf8');

describe('a run that goes on', () => {
  const document = template('spirals', { epochs: 40 });

  it('comes to the weights and the history of one that never stopped', async () => {
    const whole = await start({ document, watch: 'none', runFolder: place('whole') });
    const expected = await whole.finished;
    const runFolder = place('run');
    const frames = new Frames();
    const first = await start({ document, runFolder, options: { paused: true }, onFrame: frames.listen });
    // Into the second epoch, step by step: let go, it may be done before the word to stop arrives.
    for (let step = 1; step <= 30; step++) {
      const taken = frames.next((frame) => frame.step === step);
      control(first, 'step');
      await taken;
    }
    control(first, 'stop');
    const stopped = await first.finished;
    expect([stopped.steps, stopped.epochs]).toEqual([30, 1]);
    expect(expected.steps).toBeGreaterThan(30);
    await first.close();

    const second = await start({ resume: { runFolder } });
    expect(second.started.resumedAt).toEqual({ step: stopped.steps, epoch: stopped.epochs });
    const outcome = await second.finished;
    expect(outcome).toMatchObject({ state: 'done', steps: expected.steps });
    expect(outcome.weightsSha256).toBe(expected.weightsSha256);
    expect(outcome.test).toEqual(expected.test);
    expect(metricsOf(runFolder)).toBe(metricsOf(place('whole')));
    expect((await readRun(runFolderAt(runFolder))).manifest.status).toBe('done');
  });

  it('trains more epochs where more are asked for, and says so where none are left', async () => {
    const runFolder = place('run');
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
    const runFolder = place('run');
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
    const runFolder = place('run');
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
  const runFolder = place('run');
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
      const runFolder = place(watch);
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
    const runFolder = place('run');
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
    const runFolder = place('run');
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
    const runFolder = place('run');
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
