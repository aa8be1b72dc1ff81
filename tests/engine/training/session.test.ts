import { describe, expect, it, vi } from 'vitest';
import { prepareHere, sha256 } from '../../../engine/hosts/training-thread.ts';
import { histogramWords } from '../../../engine/kernels/telemetry.ts';
import type { EpochRecord, Frame } from '../../../engine/protocol/live-run-messages.ts';
import type { Control } from '../../../engine/protocol/messages.ts';
import { noFigures, stepColumns, stepRows } from '../../../engine/protocol/step-series.ts';
import { Session, type SessionOptions } from '../../../engine/training/session.ts';
import { StepLog } from '../../../engine/training/step-log.ts';
import type { Trainer } from '../../../engine/training/trainer.ts';
import { weightBytes } from '../../../engine/training/weights.ts';
import { template } from './templates.ts';

type Action = Control extends infer C ? (C extends Control ? Omit<C, 'kind' | 'run'> : never) : never;
const control = (action: Action): Control => ({ kind: 'control', run: 'test', ...action });

async function open(epochs: number, options: Partial<SessionOptions> = {}) {
  const listeners: ((record: EpochRecord) => void)[] = [];
  const { trainer, started } = await prepareHere({
    document: template('circle', { epochs }),
    options: {},
    run: 'test',
    onEpoch: (record) => {
      for (const listen of listeners) listen(record);
    },
  });
  const session = new Session(trainer, { run: 'test', paused: false, watch: 'all', ...options });
  listeners.push(session.addEpoch);
  return { session, trainer, started };
}

/** Drives a session to its end as its thread does. */
function drive(session: Session): Frame[] {
  const frames: Frame[] = [];
  while (!session.ended) {
    session.advance(20);
    if (session.frameWaitMs === 0) frames.push(session.takeFrame());
  }
  return frames;
}

const digest = (trainer: Trainer): string => sha256(weightBytes(trainer.weights()));

describe('frames', () => {
  it('tell every epoch once and end with the final state', async () => {
    const { session, trainer, started } = await open(200);
    const frames = drive(session);
    const epochs = frames.flatMap((frame) => frame.epochsEnded.map(({ epoch }) => epoch));
    expect(epochs).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
    expect(frames.at(-1)).toMatchObject({ state: 'done', step: 5000, epoch: 200, secondsLeft: 0 });
    expect(frames.slice(0, -1).every(({ state }) => state === 'running')).toBe(true);
    expect(trainer.stepsTaken).toBe(200 * started.stepsPerEpoch);
    expect(session.frameWaitMs).toBeUndefined();
  });

  it('carry at most 256 steps, evenly thinned, and histograms of all watched tensors', async () => {
    // Long enough for several frames: a step takes some microseconds.
    const { session, started } = await open(4000);
    const frames = drive(session);
    const withSteps = frames.filter(({ steps }) => steps.length > 0);
    expect(withSteps.length).toBeGreaterThan(0);
    for (const { steps, step } of withSteps) {
      expect(steps.length / stepColumns).toBeLessThanOrEqual(257);
      const rows = [...stepRows(steps)];
      expect(rows.at(-1)?.[0]).toBe(step);
      for (const [, { learningRate }] of rows) expect(learningRate).toBeGreaterThan(0);
    }
    const figures = withSteps
      .slice(0, -1)
      .flatMap(({ steps, telemetry }) =>
        [...stepRows(steps)].map(([step, told]) => [step === telemetry?.step, told] as const),
      );
    // The steps that are watched tell the norm of their gradients, and no others: measuring it costs time.
    for (const [isWatched, { gradientNorm }] of figures) expect(gradientNorm > 0).toBe(isWatched);
    expect(figures.at(-1)?.[1].stepsPerSecond).toBeGreaterThan(0);
    const taken = frames.flatMap(({ telemetry }) => (telemetry ? [telemetry] : []));
    expect(taken.length).toBeGreaterThan(0);
    for (const { histograms } of taken) {
      expect(histograms.length).toBe(started.watched.length * histogramWords);
    }
    expect(new Set(taken.map(({ step }) => step)).size).toBe(taken.length);
  });

  it('carry histograms now and then where a step takes longer than a frame', async () => {
    const { session, trainer } = await open(4);
    let nowMs = 0;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
    const step = trainer.step.bind(trainer);
    let watchedMs = 0;
    // Looking at a step makes it a fifth longer.
    vi.spyOn(trainer, 'step').mockImplementation((...args) => {
      nowMs += 120;
      const before = trainer.figures.step;
      step(...args);
      if (trainer.figures.step > before) watchedMs += 24;
      nowMs += trainer.figures.step > before ? 24 : 0;
    });
    const frames = drive(session);
    clock.mockRestore();
    expect(watchedMs / nowMs, 'share of the time').toBeLessThanOrEqual(0.05);
    expect(frames.length).toBeGreaterThanOrEqual(100);
    const watched = frames.filter(({ telemetry }) => telemetry !== undefined).length;
    expect(watched).toBeGreaterThanOrEqual(15);
    expect(watched).toBeLessThanOrEqual(40);
  });

  it('end with the histograms of the last full batch, however short the run was', async () => {
    const { session, started } = await open(2);
    const telemetry = drive(session).flatMap((frame) => frame.telemetry ?? []);
    expect(telemetry.at(-1)?.step).toBe(2 * started.stepsPerEpoch);
  });

  it('show the histograms of the step that a pause stopped at', async () => {
    const { session, trainer } = await open(1_000_000);
    session.advance(5);
    session.takeFrame();
    session.control(control({ action: 'pause' }));
    expect(session.takeFrame()).toMatchObject({ state: 'paused', telemetry: { step: trainer.stepsTaken } });
  });

  it('carry no histograms when nothing is watched, and again once something is', async () => {
    const { session } = await open(1000, { watch: 'none', paused: true });
    session.control(control({ action: 'step' }));
    expect(session.takeFrame().telemetry).toBeUndefined();
    session.control(control({ action: 'watch', tensors: 'all' }));
    session.control(control({ action: 'step' }));
    expect(session.takeFrame().telemetry?.step).toBe(2);
    session.control(control({ action: 'watch', tensors: 'none' }));
    session.control(control({ action: 'step' }));
    expect(session.takeFrame().telemetry).toBeUndefined();
  });

  it('are as far apart as was asked for while it trains, and told soon while it stands still', async () => {
    const { session } = await open(100_000, { framePeriodMs: 10_000 });
    session.advance(5);
    session.takeFrame();
    session.advance(5);
    expect(session.frameWaitMs).toBeGreaterThan(1000);
    session.control(control({ action: 'pause' }));
    expect(session.frameWaitMs).toBeLessThanOrEqual(50);
  });

  it('are not due more often than every 50 ms while it runs', async () => {
    const { session } = await open(1_000_000);
    session.advance(20);
    expect(session.frameWaitMs).toBe(0);
    const first = performance.now();
    session.takeFrame();
    while (session.frameWaitMs !== 0) session.advance(20);
    expect(performance.now() - first).toBeGreaterThanOrEqual(49);
  });
});

describe('controls', () => {
  it('start paused, step one batch at a time, go on, and come to the same weights as without a pause', async () => {
    const plain = await open(5, { watch: 'none' });
    drive(plain.session);
    const stepped = await open(5, { paused: true });
    stepped.session.advance(20);
    expect(stepped.trainer.stepsTaken).toBe(0);
    expect(stepped.session.takeFrame().state).toBe('paused');
    for (let i = 1; i <= 30; i++) {
      stepped.session.control(control({ action: 'step' }));
      expect(stepped.trainer.stepsTaken).toBe(i);
      expect(stepped.session.state).toBe('paused');
    }
    stepped.session.control(control({ action: 'resume' }));
    drive(stepped.session);
    expect(digest(stepped.trainer)).toBe(digest(plain.trainer));
  });

  it('pause and stop at once', async () => {
    const { session, trainer } = await open(1_000_000);
    session.advance(5);
    session.control(control({ action: 'pause' }));
    const steps = trainer.stepsTaken;
    session.advance(5);
    expect(trainer.stepsTaken).toBe(steps);
    expect(session.takeFrame().state).toBe('paused');
    session.control(control({ action: 'stop' }));
    expect(session.ended).toBe(true);
    expect(session.takeFrame().state).toBe('stopped');
    session.control(control({ action: 'resume' }));
    expect(session.state).toBe('stopped');
  });

  it('stepping while it runs pauses it', async () => {
    const { session, trainer } = await open(1_000_000);
    session.advance(5);
    const steps = trainer.stepsTaken;
    session.control(control({ action: 'step' }));
    expect([session.state, trainer.stepsTaken]).toEqual(['paused', steps + 1]);
  });

  it('change the learning rate from the next step on, and say at which step', async () => {
    const { session, trainer } = await open(10, { paused: true });
    session.control(control({ action: 'step' }));
    const before = trainer.weights()[0]?.values.slice();
    session.takeFrame();
    session.control(control({ action: 'tune', learningRate: 1e-30 }));
    session.control(control({ action: 'step' }));
    const frame = session.takeFrame();
    expect(frame.tuned).toEqual([[1, 1e-30]]);
    expect(frame.learningRate).toBe(1e-30);
    expect(trainer.weights()[0]?.values).toEqual(before);
  });

  it('ignore a learning rate that is no positive number', async () => {
    const { session, trainer } = await open(10, { paused: true });
    for (const learningRate of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e9]) {
      session.control(control({ action: 'tune', learningRate }));
    }
    expect(trainer.learningRate).toBe(0.1);
  });
});

describe('a failed run', () => {
  it('ends with a frame that says why', async () => {
    const { trainer } = await prepareHere({
      document: template('line', { learningRate: 1e6 }),
      options: {},
      run: 'test',
    });
    const session = new Session(trainer, { run: 'test', paused: false, watch: 'all' });
    const last = drive(session).at(-1);
    expect(last?.state).toBe('failed');
    expect(last?.failure?.code).toBe('training.non-finite');
    // The step that failed was not taken: no point of the curve stands for it.
    expect(last?.steps.filter((_, i) => i % stepColumns === 1).every((loss) => Number.isFinite(loss))).toBe(
      true,
    );
  });
});

describe('the log of steps', () => {
  it('keeps all of a few, and every 2ⁿ-th of many, with the newest', () => {
    const log = new StepLog();
    for (let step = 1; step <= 256; step++) log.add(step, { ...noFigures, loss: step / 2 });
    expect([...stepRows(log.take())].map(([step]) => step)).toEqual(
      Array.from({ length: 256 }, (_, i) => i + 1),
    );
    for (let step = 1; step <= 5000; step++)
      log.add(step, { ...noFigures, loss: step / 2, gradientNorm: step });
    const taken = [...stepRows(log.take())];
    expect(taken.map(([step]) => step)).toEqual([
      ...Array.from({ length: 156 }, (_, i) => 32 * (i + 1)),
      5000,
    ]);
    for (const [step, { loss, gradientNorm }] of taken)
      expect([loss, gradientNorm]).toEqual([step / 2, step]);
    expect(log.take().length).toBe(0);
  });
});
