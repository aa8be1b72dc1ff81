import { trainingSchema } from '../document/schema.ts';
import type { EpochRecord, Frame, Notice, RunState } from '../protocol/live-run-messages.ts';
import type { Control } from '../protocol/messages.ts';
import { Pace } from './pace.ts';
import { StepLog } from './step-log.ts';
import type { Trainer } from './trainer.ts';
import { WatchBudget } from './watch-budget.ts';

/** Frames are at least this far apart, where nothing else was asked for, and those of a run that stands still. */
const shortestPeriodMs = 50;
/** Between two looks at the clock, while steps are short. */
const lookPeriodMs = 1;
const mostStepsPerLook = 256;
/** Steps at the beginning that are timed call by call one after the other, so that their median leaves out the first. */
const firstTimed = 3;
/** From then on one is timed so often, and of long steps one in so many: looking at the clock costs next to nothing. */
const timedPeriodMs = 500;
const timedShare = 1 / 20;

export interface SessionOptions {
  readonly run: string;
  readonly paused: boolean;
  readonly watch: 'all' | 'none';
  /** How far frames are apart at least while it trains. */
  readonly framePeriodMs?: number;
}

/**
 * A run as the outside sees it: takes controls, spends time on steps, and tells in frames what happened. It is driven
 * by whoever owns the thread: `advance` while `state` is running, `takeFrame` whenever `frameWaitMs` is 0.
 */
export class Session {
  private readonly run: string;
  private readonly trainer: Trainer;
  private readonly framePeriodMs: number;
  private current: RunState;
  private watching: boolean;
  private readonly pace = new Pace();
  private readonly steps = new StepLog();
  private epochs: EpochRecord[] = [];
  private tuned: [number, number][] = [];
  private notices: Notice[] = [];
  private changed = true;
  private lastFrameMs = -Infinity;
  /** Of the histograms that the last frame carried. */
  private shownStep = 0;
  private stepsPerLook = 1;
  private nextTimedMs = -Infinity;
  private readonly watches: WatchBudget;
  private readonly firstStep: number;
  private trainedMs = 0;
  /** When the stretch of training that is going on began. */
  private runningSinceMs: number | undefined;

  constructor(trainer: Trainer, { run, paused, watch, framePeriodMs = shortestPeriodMs }: SessionOptions) {
    this.trainer = trainer;
    this.framePeriodMs = framePeriodMs;
    this.run = run;
    this.watching = watch === 'all';
    this.current = trainer.finished ? 'done' : paused ? 'paused' : 'running';
    this.firstStep = trainer.stepsTaken;
    this.watches = new WatchBudget(trainer.figures.histograms.byteLength);
    this.pace.restart(performance.now(), trainer.stepsTaken);
  }

  get state(): RunState {
    return this.current;
  }

  get ended(): boolean {
    return this.current !== 'running' && this.current !== 'paused';
  }

  /** Time this session has trained, pauses left out. */
  get elapsedMs(): number {
    const going = this.runningSinceMs === undefined ? 0 : performance.now() - this.runningSinceMs;
    return this.trainedMs + going;
  }

  /** Over the whole time this session has trained. */
  get stepsPerSecond(): number {
    const { elapsedMs } = this;
    return elapsedMs > 0 ? ((this.trainer.stepsTaken - this.firstStep) * 1000) / elapsedMs : 0;
  }

  /** For the trainer's `onEpoch`. */
  readonly addEpoch = (record: EpochRecord): void => {
    this.epochs.push(record);
  };

  /** Puts a sentence into the next frame. */
  notify(notice: Notice): void {
    this.notices.push(notice);
    this.changed = true;
  }

  control(control: Control): void {
    if (control.action === 'watch') {
      this.watching = control.tensors === 'all';
      return;
    }
    if (this.ended) return;
    switch (control.action) {
      case 'pause':
        // What then stands still on screen is to be the step that it stands at.
        if (this.current === 'running' && this.watching) this.takeWatchedStep();
        if (!this.ended) this.enter('paused');
        return;
      case 'resume':
        this.pace.restart(performance.now(), this.trainer.stepsTaken);
        this.enter('running');
        return;
      case 'stop':
        this.enter('stopped');
        return;
      case 'step':
        this.enter('paused');
        this.takeStep(this.watching);
        return;
      case 'tune':
        if (!trainingSchema.shape.learningRate.safeParse(control.learningRate).success) return;
        this.trainer.baseLearningRate = control.learningRate;
        this.tuned.push([this.trainer.stepsTaken, control.learningRate]);
        this.changed = true;
    }
  }

  /** Trains until `budgetMs` are over, a frame is due, step `untilStep` is taken, or there is nothing left to do. */
  advance(budgetMs: number, untilStep = Infinity): void {
    const { trainer } = this;
    const begin = performance.now();
    let now = begin;
    if (this.current === 'running') this.runningSinceMs ??= begin;
    while (this.current === 'running' && trainer.stepsTaken < untilStep) {
      const first = trainer.stepsTaken;
      const isFrameDue = now - this.lastFrameMs >= this.framePeriodMs;
      if (now >= this.nextTimedMs && !trainer.isLastFullBatch) this.takeTimedStep();
      else if (this.watching && this.isWatchDue(now, isFrameDue)) this.takeWatchedStep(untilStep);
      else {
        const end = Math.min(first + this.stepsPerLook, untilStep);
        while (trainer.stepsTaken < end && this.current === 'running') this.takeStep(false);
        if (trainer.stepsTaken > first)
          this.watches.addPlain((performance.now() - now) / (trainer.stepsTaken - first));
      }
      const before = now;
      now = performance.now();
      this.adaptLook(now - before);
      if (isFrameDue || now - begin >= budgetMs) break;
    }
  }

  /** Milliseconds until the next frame may be taken; undefined while there is nothing to tell. */
  get frameWaitMs(): number | undefined {
    if (!this.changed) return undefined;
    if (this.ended) return 0;
    const periodMs = this.current === 'running' ? this.framePeriodMs : shortestPeriodMs;
    return Math.max(0, this.lastFrameMs + periodMs - performance.now());
  }

  /** What happened since the last frame. */
  takeFrame(): Frame {
    const { trainer } = this;
    const now = performance.now();
    if (this.current === 'running' || this.ended) this.pace.mark(now, trainer.stepsTaken);
    const stepsLeft = trainer.epochs * trainer.stepsPerEpoch - trainer.stepsTaken;
    const frame: Frame = {
      kind: 'frame',
      run: this.run,
      state: this.current,
      step: trainer.stepsTaken,
      epoch: trainer.epochsFinished,
      epochs: trainer.epochs,
      stepsPerEpoch: trainer.stepsPerEpoch,
      stepsPerSecond: this.pace.stepsPerSecond,
      secondsLeft: this.ended ? 0 : stepsLeft / this.pace.stepsPerSecond,
      learningRate: trainer.learningRate,
      epochsEnded: this.epochs,
      steps: this.steps.take(),
      tuned: this.tuned,
      ...(trainer.figures.step > this.shownStep && {
        telemetry: {
          step: trainer.figures.step,
          histograms: trainer.figures.histograms.slice(),
          updateRatios: trainer.figures.updates.ratios.slice(),
        },
      }),
      ...(this.notices.length > 0 && { notices: this.notices }),
      ...(trainer.ending !== undefined && { ending: trainer.ending }),
      ...(trainer.failure !== undefined && { failure: trainer.failure }),
    };
    this.shownStep = trainer.figures.step;
    this.epochs = [];
    this.tuned = [];
    this.notices = [];
    this.changed = false;
    this.lastFrameMs = now;
    return frame;
  }

  private enter(state: RunState): void {
    if (state === this.current) return;
    this.changed = true;
    this.current = state;
    if (state !== 'running' && this.runningSinceMs !== undefined) {
      this.trainedMs += performance.now() - this.runningSinceMs;
      this.runningSinceMs = undefined;
    }
  }

  private takeStep(watch: boolean, timed = false): void {
    const { trainer } = this;
    const before = trainer.stepsTaken;
    // The last histograms of a run stay on screen, however short it was.
    trainer.step(watch || (this.watching && trainer.isLastFullBatch), timed);
    if (trainer.failure === undefined || trainer.stepsTaken > before) {
      const pace = this.pace.stepsPerSecond;
      this.steps.add(trainer.stepsTaken, {
        loss: trainer.lastLoss,
        accuracy: trainer.lastAccuracy,
        learningRate: trainer.lastRate,
        gradientNorm: trainer.lastGradientNorm,
        stepsPerSecond: this.current === 'running' && pace > 0 ? pace : Number.NaN,
      });
    }
    this.changed = true;
    if (trainer.failure !== undefined) this.enter('failed');
    else if (trainer.finished) this.enter('done');
  }

  /**
   * The step before a frame, as often as that costs little. After a step longer than a frame's time a frame is told at
   * once, so that none is ever due before a step: there some time goes by instead.
   */
  private isWatchDue(nowMs: number, isFrameDue: boolean): boolean {
    return (
      this.watches.allows(nowMs) && (isFrameDue || this.watches.sinceMs(nowMs) >= 2 * this.framePeriodMs)
    );
  }

  /** An epoch's last, short batch cannot be watched; the step after it can. */
  private takeWatchedStep(untilStep = Infinity): void {
    const { trainer } = this;
    const shown = trainer.figures.step;
    const isShown = (): boolean => trainer.figures.step > shown;
    let begin = performance.now();
    this.takeStep(true);
    if (!isShown() && this.current === 'running' && trainer.stepsTaken < untilStep) {
      begin = performance.now();
      this.takeStep(true);
    }
    const end = performance.now();
    if (isShown()) this.watches.addWatched(end - begin, end);
  }

  private takeTimedStep(): void {
    const { callTimes } = this.trainer;
    const before = callTimes.steps;
    const begin = performance.now();
    this.takeStep(false, true);
    // An epoch's last, short batch is not timed; the step after it is.
    if (callTimes.steps === before || callTimes.steps < firstTimed) return;
    const end = performance.now();
    this.nextTimedMs = end + Math.max(timedPeriodMs, (end - begin) / timedShare);
  }

  private adaptLook(elapsedMs: number): void {
    if (elapsedMs < lookPeriodMs / 2) this.stepsPerLook = Math.min(mostStepsPerLook, this.stepsPerLook * 2);
    else if (elapsedMs > lookPeriodMs) this.stepsPerLook = Math.max(1, this.stepsPerLook >> 1);
  }
}
