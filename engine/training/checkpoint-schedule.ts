/** When checkpoints are written while a run trains. */
export interface Cadence {
  readonly every: number;
  readonly unit: 'seconds' | 'steps' | 'epochs';
}

/** A run that is killed loses at most this much, unless its weights are so many that saving them takes longer. */
export const defaultCadence: Cadence = { every: 10, unit: 'seconds' };

/** Of the time that training takes, at most 1/50 goes to copying for a checkpoint, and once more to copying the best. */
const copyShare = 50;
/** So long as copying the best has taken less than this in all, it is never left out: short runs have their best too. */
const bestFreeMs = 50;
/** Of the time that passes, at most 1/5 is spent writing, so that a slow disk is not busy all the time. */
const writeShare = 5;

/**
 * Says when a checkpoint is due. Seconds are stretched where checkpoints cost more than their share; steps and epochs
 * are kept to exactly, because somebody asked for them.
 */
export class CheckpointSchedule {
  private readonly periodMs: number;
  private readonly periodSteps: number;
  private readonly beganMs: number;
  private nextMs: number;
  private nextStep: number;
  private bestCostMs = 0;
  private bestTotalMs = 0;

  constructor(
    { every, unit }: Cadence,
    at: { readonly stepsPerEpoch: number; readonly step: number; readonly nowMs: number },
  ) {
    this.periodMs = unit === 'seconds' ? every * 1000 : Infinity;
    this.periodSteps = { seconds: Infinity, steps: every, epochs: every * at.stepsPerEpoch }[unit];
    this.beganMs = at.nowMs;
    this.nextMs = at.nowMs + this.periodMs;
    this.nextStep = this.stepAfter(at.step);
  }

  /** The step before which nothing is due; Infinity where time counts. */
  get untilStep(): number {
    return this.nextStep;
  }

  isDue(step: number, nowMs: number): boolean {
    return step >= this.nextStep || nowMs >= this.nextMs;
  }

  /** A checkpoint was taken, which kept training waiting for `costMs`. */
  taken(step: number, nowMs: number, costMs: number): void {
    this.nextStep = this.stepAfter(step);
    this.nextMs = nowMs + Math.max(this.periodMs, costMs * copyShare);
  }

  /** Its writing, beside training, took this long. */
  written(nowMs: number, tookMs: number): void {
    if (this.periodMs < Infinity) this.nextMs = Math.max(this.nextMs, nowMs + tookMs * (writeShare - 1));
  }

  /** Whether the weights of an epoch may be copied because it was the best. */
  mayKeepBest(nowMs: number): boolean {
    return this.bestTotalMs + this.bestCostMs <= bestFreeMs + (nowMs - this.beganMs) / copyShare;
  }

  keptBest(costMs: number): void {
    this.bestCostMs = costMs;
    this.bestTotalMs += costMs;
  }

  private stepAfter(step: number): number {
    return this.periodSteps * (Math.floor(step / this.periodSteps) + 1);
  }
}
