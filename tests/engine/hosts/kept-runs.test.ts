import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KeptRuns } from '../../../engine/hosts/kept-runs.ts';
import { runFolderAt } from '../../../engine/hosts/run-files.ts';
import { startRun } from '../../../engine/hosts/run-thread.ts';
import { sha256 } from '../../../engine/hosts/training-thread.ts';
import type { RunSummary } from '../../../engine/protocol/kept-run-messages.ts';
import { bucketFigures, StepSeries, stepColumns } from '../../../engine/protocol/step-series.ts';
import { readCheckpoint } from '../../../engine/training/checkpoint-files.ts';
import { weightBytes } from '../../../engine/training/weights.ts';
import { template } from '../training/templates.ts';
import { SessionStudio } from './session-studio.ts';

let home: string;
let studios: SessionStudio[] = [];
const connect = (): SessionStudio => {
  const studio = new SessionStudio(home);
  studios.push(studio);
  return studio;
};
let studio: SessionStudio;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'netwright-runs-'));
  studio = connect();
});
afterEach(async () => {
  await Promise.all(studios.map(({ session }) => session.close()));
  studios = [];
  rmSync(home, { recursive: true, force: true });
});

const short = (epochs = 4) => template('circle', { epochs });
const endless = () => template('circle', { epochs: 1_000_000 });

const summaries = async (asked = studio): Promise<readonly RunSummary[]> =>
  (await asked.ask('runs', {})).runs;
async function summary(run: string, asked = studio): Promise<RunSummary> {
  const found = (await summaries(asked)).find((candidate) => candidate.run === run);
  if (found === undefined) throw new Error(`${run} is not listed`);
  return found;
}
const settled = (run: string, state: string): Promise<unknown> =>
  expect.poll(async () => (await summary(run)).state).toBe(state);

/** Trains to the end and waits until it is on disk. */
async function trained(document = short(), options = {}): Promise<string> {
  const { run } = await studio.ask('start', { document, options });
  await studio.ended(run);
  await settled(run, 'done');
  return run;
}

const weightsOf = async (run: string): Promise<string> => {
  const result = JSON.parse(readFileSync(join(home, run, 'run.json'), 'utf8')).result;
  return result?.weightsSha256 as string;
};

describe('runs that are kept', () => {
  it('are listed newest first, each with a name and a colour of its own, its figures and its size', async () => {
    expect(await studio.ask('runs', {})).toEqual({ folder: home, runs: [], foreign: [] });
    const first = await trained();
    const second = await trained(short(6));
    const [newest, oldest] = await summaries();
    expect([newest?.run, oldest?.run]).toEqual([second, first]);
    expect([oldest?.label, newest?.label]).toEqual([
      { name: 'Circle 1', color: 0, note: '', starred: false },
      { name: 'Circle 2', color: 1, note: '', starred: false },
    ]);
    expect(newest).toMatchObject({
      project: 'Circle',
      state: 'done',
      steps: 150,
      epochs: 6,
      epochsPlanned: 6,
      parameterCount: 42,
    });
    expect(newest?.from).toBeUndefined();
    const epochs = studio.frames.filter(({ run }) => run === second).flatMap((frame) => frame.epochsEnded);
    const losses = epochs.map(({ test }) => test?.loss as number);
    expect(newest?.best).toEqual(epochs[losses.indexOf(Math.min(...losses))]);
    expect(newest?.test).toEqual(epochs.at(-1)?.test);
    expect(newest?.trainedMs).toBeGreaterThan(0);
    expect(newest?.sizeBytes).toBeGreaterThan(2000);
    expect(Math.abs((newest?.startedAtMs as number) - Date.now())).toBeLessThan(60_000);
  });

  it('are named, coloured, noted and starred by a person, also after the studio was closed', async () => {
    const run = await trained();
    const said = [{ name: '我的 best' }, { starred: true }];
    await Promise.all(said.map((change) => studio.ask('labelRun', { run, change })));
    const label = await studio.ask('labelRun', { run, change: { color: 5, note: 'two lines\nof it' } });
    const expected = { name: '我的 best', color: 5, note: 'two lines\nof it', starred: true };
    expect(label).toEqual(expected);
    expect((await summary(run, connect())).label).toEqual(expected);
    for (const change of [{ name: '' }, { color: 8 }, { colour: 1 }, { note: 'x'.repeat(2001) }])
      expect(await studio.refusal('labelRun', { run, change })).toMatchObject({ code: 'message-refused' });
    expect((await summary(run)).label).toEqual(expected);
  });

  it('give back their document and the curves that were seen while they trained', async () => {
    const run = await trained(short(8));
    const { document, curves } = await studio.ask('readRun', { run });
    expect(document).toEqual(short(8));
    const frames = studio.frames.filter((frame) => frame.run === run);
    expect(curves.epochs).toEqual(frames.flatMap((frame) => frame.epochsEnded));
    const steps = frames.flatMap((frame) => [...frame.steps]);
    const figures = [...curves.steps.values];
    expect(curves.steps.width).toBe(1);
    for (const [column, of] of [
      [0, 0],
      [2, 1],
      [6, 2],
      [10, 3],
    ] as const) {
      const told = figures.filter((_, at) => at % bucketFigures === column);
      const seen = steps.filter((_, at) => at % stepColumns === of);
      expect(told).toHaveLength(seen.length);
      for (const [at, value] of told.entries()) expect(value).toBeCloseTo(seen[at] as number, 5);
    }
  });

  it('give back histograms that were seen while they trained; those of an older version have none', async () => {
    const run = await trained(short(8));
    const { kept } = await studio.ask('readHistograms', { run });
    const told = studio.frames.flatMap((frame) => (frame.run === run ? (frame.telemetry ?? []) : []));
    expect(kept?.rows.length).toBeGreaterThan(0);
    for (const { step, words } of kept?.rows ?? [])
      expect(words, `step ${step}`).toEqual(told.find((telemetry) => telemetry.step === step)?.histograms);
    expect(kept?.rows.at(-1)?.step).toBe(told.at(-1)?.step);
    expect(kept?.watched.map(({ node }) => node)).toContain('fc1');
    rmSync(join(home, run, 'histograms.bin'));
    expect(await studio.ask('readHistograms', { run })).toEqual({});
    rmSync(join(home, run), { recursive: true });
    expect(await studio.refusal('readHistograms', { run })).toMatchObject({ code: 'run-gone' });
  });

  it('are counted by any run of that folder: one of the command line too, with the name of its document', async () => {
    const runFolder = join(home, 'by-hand');
    const thread = await startRun({ document: short(), runFolder, runId: 'by-hand' });
    await thread.finished;
    await thread.close();
    expect(await summary('by-hand')).toMatchObject({
      label: { name: 'Circle', note: '', starred: false },
      state: 'done',
      epochs: 4,
    });
  });

  it('of a version that wrote neither figures nor curves are listed with what they have', async () => {
    const run = await trained();
    for (const name of ['progress.json', 'curves.json', 'label.json']) rmSync(join(home, run, name));
    const found = await summary(run);
    expect(found).toMatchObject({ label: { name: 'Circle' }, epochs: 4, test: { loss: expect.any(Number) } });
    expect([found.best, found.trainedMs]).toEqual([undefined, undefined]);
    const { curves } = await studio.ask('readRun', { run });
    expect(curves.epochs).toHaveLength(4);
    expect(curves.steps.values).toHaveLength(0);
  });

  it('of a version whose curves told loss and accuracy only are read with those', async () => {
    const run = await trained();
    const old = { format: 'netwright-run-curves', version: 1, width: 2, tuned: [[3, 0.1]] };
    const values = [1.5, 2, 0.7, 0.6, 0.8, 2, 0.5, 1, 3, 1, null, null, null, 0, null, 0];
    writeFileSync(join(home, run, 'curves.json'), JSON.stringify({ ...old, values }));
    const { curves } = await studio.ask('readRun', { run });
    const [first, second] = StepSeries.from(curves.steps).buckets;
    expect(first).toMatchObject({ step: 1.5, count: 2, accuracy: { mean: 0.5, count: 1 } });
    expect(first?.loss.low).toBeCloseTo(0.6, 6);
    expect(first?.gradientNorm.count).toBe(0);
    expect(second).toMatchObject({ step: 3, count: 1, loss: { mean: Number.NaN, count: 0 } });
    expect(curves.tuned).toEqual([[3, 0.1]]);
  });

  it('are deleted with all their files, but not while they are trained', async () => {
    const run = await trained();
    const { run: going } = await studio.ask('start', { document: endless(), options: {} });
    await studio.frame((frame) => frame.run === going && frame.step > 0);
    expect((await summary(going)).state).toBe('running');
    const other = connect();
    for (const asked of [studio, other]) {
      expect(await asked.refusal('deleteRun', { run: going })).toMatchObject({ code: 'run-folder.in-use' });
    }
    expect(await studio.ask('deleteRun', { run })).toEqual({});
    expect(existsSync(join(home, run))).toBe(false);
    studio.control({ run: going, action: 'stop' });
    await studio.ended(going);
    // Its thread may still be writing, and is there to answer; deleting waits for the one and ends the other.
    expect(await studio.ask('deleteRun', { run: going })).toEqual({});
    expect(await summaries()).toEqual([]);
  });
});

describe('a run that goes on', () => {
  it('after its studio was closed in the middle comes to the same bits as one that never stopped', async () => {
    // Long enough that closing finds it under way.
    const document = template('circle', { epochs: 400 });
    const whole = await trained(document);
    const { run } = await studio.ask('start', { document, options: { paused: true } });
    for (let taken = 1; taken <= 37; taken++) {
      studio.control({ run, action: 'step' });
      await studio.frame((frame) => frame.run === run && frame.step === taken);
    }
    await studio.ask('labelRun', { run, change: { name: 'kept' } });
    await studio.session.close();

    const later = connect();
    expect(await summary(run, later)).toMatchObject({ state: 'interrupted', steps: 37, epochs: 1 });
    const { started, curves, document: same } = await later.ask('continueRun', { run, options: {} });
    expect(same).toEqual(document);
    expect(started).toMatchObject({ run, resumedAt: { step: 37, epoch: 1 } });
    expect(curves.epochs.map(({ epoch }) => epoch)).toEqual([1]);
    const values = [...curves.steps.values];
    expect(values.filter((_, at) => at % bucketFigures === 0)).toEqual(
      Array.from({ length: 37 }, (_, i) => i + 1),
    );
    expect(await later.ended(run)).toMatchObject({ state: 'done', epoch: 400, step: 10_000 });
    await expect.poll(async () => (await summary(run, later)).state).toBe('done');
    expect(await weightsOf(run)).toBe(await weightsOf(whole));
    expect((await summary(run, later)).label.name).toBe('kept');
    const metrics = (id: string) => readFileSync(join(home, id, 'metrics.jsonl'), 'utf8');
    expect(metrics(run)).toBe(metrics(whole));
  });

  it('for more epochs than it was begun with comes to the bits of one that was begun with as many', async () => {
    const whole = await trained(short(9));
    const run = await trained(short(4));
    expect(await studio.refusal('continueRun', { run, options: {} })).toMatchObject({
      code: 'run-folder.finished',
      message: { en: expect.stringContaining('4 of 4 epochs are done') },
    });
    const { document } = await studio.ask('continueRun', { run, epochs: 9, options: {} });
    expect(document.training.epochs).toBe(9);
    await studio.frame((frame) => frame.run === run && frame.epoch === 9);
    await settled(run, 'done');
    expect(await weightsOf(run)).toBe(await weightsOf(whole));
    expect((await summary(run)).epochsPlanned).toBe(9);
  });

  it('is one that its studio has just stopped, and is not interrupted then', async () => {
    const { run } = await studio.ask('start', { document: endless(), options: {} });
    await studio.frame(({ step }) => step > 0);
    studio.control({ run, action: 'stop' });
    const { step } = await studio.ended(run);
    await settled(run, 'stopped');
    const { started } = await studio.ask('continueRun', { run, options: {} });
    expect(started.resumedAt?.step).toBe(step);
    await studio.frame((frame) => frame.run === run && frame.step > step);
  });

  it('begins again from the weights of the best epoch as a run of its own', async () => {
    const first = await trained(short(30));
    const best = (await readCheckpoint(runFolderAt(join(home, first)), 'best'))?.checkpoint;
    const { started, curves } = await studio.ask('startFromBest', { run: first, options: { paused: true } });
    expect(started.run).not.toBe(first);
    expect(curves.epochs).toEqual([]);
    const begun = (await readCheckpoint(runFolderAt(join(home, started.run)), 'last'))?.checkpoint;
    expect(begun?.progress).toMatchObject({ step: 0, epoch: 0 });
    const weights = (checkpoint: typeof best) =>
      sha256(weightBytes(checkpoint?.tensors.filter(({ name }) => name.startsWith('fc')) ?? []));
    const names = best?.tensors.map(({ name }) => name).filter((name) => /^fc\d\.(weight|bias)$/.test(name));
    expect(names).toHaveLength(6);
    expect(weights(begun)).toBe(weights(best));
    expect(await summary(started.run)).toMatchObject({
      from: { run: first, step: best?.progress.step },
      label: { name: 'Circle 2' },
    });
    studio.control({ run: started.run, action: 'resume' });
    expect(await studio.ended(started.run)).toMatchObject({ state: 'done', epoch: 30 });
  });
});

describe('what can be wrong with the folder of runs', () => {
  it('is a run that was deleted while it was shown: every question about it says so, the others go on', async () => {
    const gone = await trained();
    const kept = await trained();
    rmSync(join(home, gone, ''), { recursive: true });
    for (const [name, ask] of [
      ['readRun', { run: gone }],
      ['labelRun', { run: gone, change: { name: 'x' } }],
      ['deleteRun', { run: gone }],
      ['continueRun', { run: gone, options: {} }],
      ['startFromBest', { run: gone, options: {} }],
    ] as const) {
      const refusal = await studio.refusal(name, ask);
      expect(refusal.code, name).toBe('run-gone');
      expect(refusal.message.en).toBe(
        `${join(home, gone)}: this run is not there any more; its folder was deleted or moved.`,
      );
    }
    expect(existsSync(join(home, gone)), 'nothing is made in its place').toBe(false);
    expect((await summaries()).map(({ run }) => run)).toEqual([kept]);
  });

  it('is a folder deleted under a run that trains: it says so and is whole again', async () => {
    const folder = join(home, 'deleted');
    const notices: string[] = [];
    const thread = await startRun({
      document: endless(),
      runFolder: folder,
      runId: 'deleted',
      cadence: { every: 500, unit: 'steps' },
      onFrame: (frame) => notices.push(...(frame.notices ?? []).map(({ message }) => message.en)),
    });
    await expect.poll(() => existsSync(join(folder, 'metrics.jsonl'))).toBe(true);
    // What is being written at this moment may be in the way of taking the folder away piece by piece.
    renameSync(folder, join(home, '.gone'));
    await expect.poll(() => notices.join(' ')).toContain("The run's folder was deleted while it trained.");
    await thread.close();
    expect((await thread.finished).unsaved).toBeUndefined();
    expect(await summary('deleted')).toMatchObject({ state: 'stopped' });
    expect(await readCheckpoint(runFolderAt(folder), 'last')).toBeDefined();
  });

  it('is whatever else lies there: it is named with the reason, and left alone', async () => {
    const run = await trained();
    writeFileSync(join(home, 'notes.txt'), 'mine');
    mkdirSync(join(home, 'photos'));
    writeFileSync(join(home, 'photos', 'a.png'), '');
    mkdirSync(join(home, 'torn'));
    writeFileSync(join(home, 'torn', 'run.json'), '{"format":');
    symlinkSync(join(home, 'nowhere'), join(home, 'dangling'));
    writeFileSync(join(home, '.DS_Store'), '');
    const { runs, foreign } = await studio.ask('runs', {});
    expect(runs.map((found) => found.run)).toEqual([run]);
    expect(foreign.map(({ name }) => name)).toEqual(['torn', 'photos', 'notes.txt']);
    const reasons = foreign.map(({ reason }) => reason.en);
    expect(reasons[0]).toContain('torn/run.json:1:11: expected JSON, found the end.');
    expect(reasons[1]).toContain('photos/run.json: expected a run folder with this file');
    expect(reasons[2]).toContain('notes.txt: expected a run folder, found a file.');
    for (const name of ['photos', 'notes.txt'])
      expect(await studio.refusal('deleteRun', { run: name })).toMatchObject({
        code: 'run-folder.unreadable',
      });
    expect(existsSync(join(home, 'photos', 'a.png'))).toBe(true);
    expect(readFileSync(join(home, 'notes.txt'), 'utf8')).toBe('mine');
  });

  it.runIf(existsSync('/dev/zero'))('is a device in place of a file of a run: it is not read', async () => {
    const run = await trained();
    rmSync(join(home, run, 'run.json'));
    symlinkSync('/dev/zero', join(home, run, 'run.json'));
    const { runs, foreign } = await studio.ask('runs', {});
    expect(runs).toEqual([]);
    expect(foreign[0]?.reason.en).toBe(`${join(home, run, 'run.json')}: expected a file, found a device.`);
  });

  it('is never left by a name that leads out of it', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'netwright-outside-'));
    const kept = new KeptRuns(join(outside, 'runs'));
    for (const run of ['..', '../x', 'a/b', 'a\\b', '.hidden', '', 'a\0b']) {
      expect(() => kept.folderOf(run), JSON.stringify(run)).toThrow('expected the name of a run');
    }
    expect(await studio.refusal('deleteRun', { run: `../${outside}` })).toMatchObject({
      code: 'run-unknown',
    });
    expect(existsSync(outside)).toBe(true);
    rmSync(outside, { recursive: true });
  });

  it.runIf(process.getuid?.() !== 0)('is one that cannot be written to: the studio says where', async () => {
    const run = await trained();
    chmodSync(join(home, run), 0o500);
    const refusal = await studio.refusal('labelRun', { run, change: { name: 'x' } });
    chmodSync(join(home, run), 0o700);
    expect(refusal.message.en).toContain('without permission to write');
  });

  it.runIf(existsSync('/dev/full'))(
    'is a full disk: the studio says so, and what there was stays',
    async () => {
      const run = await trained();
      const label = join(home, run, 'label.json');
      const before = readFileSync(label);
      // A write to this name ends at a device that is always full.
      symlinkSync('/dev/full', join(home, run, `label.json.${process.pid}.tmp`));
      const refusal = await studio.refusal('labelRun', { run, change: { name: 'x' } });
      expect(refusal.message.en).toBe(
        `${label}: expected a place that can be written to, found a full disk (ENOSPC).`,
      );
      expect(readFileSync(label)).toEqual(before);
      expect(await studio.ask('labelRun', { run, change: { name: 'y' } })).toMatchObject({ name: 'y' });
    },
  );
});
