import { EpochSeries } from '../../engine/protocol/epoch-series.ts';
import type { RunCurves } from '../../engine/protocol/kept-run-messages.ts';
import type { Frame, RunStarted, WatchedTensorInfo } from '../../engine/protocol/live-run-messages.ts';
import { type StepFigures, StepSeries, stepRows } from '../../engine/protocol/step-series.ts';
import { type Histogram, readHistogram } from './histogram.ts';
import { type RidgeSource, type WatchedTensor, watchedOf } from './ridge-source.ts';
import { type Snapshot, TelemetryHistory } from './telemetry-history.ts';

export type TuneMark = readonly [step: number, learningRate: number];

/**
 * Everything one run has told so far, outside React: charts read it when they paint, and are told when it has grown.
 */
export class FrameRing implements RidgeSource {
  readonly started: RunStarted;
  readonly steps: StepSeries;
  readonly epochs = new EpochSeries();
  readonly telemetry: TelemetryHistory;
  readonly #tuned: TuneMark[] = [];
  readonly #listeners = new Set<() => void>();
  #latest: Frame | undefined;
  #version = 0;
  #updateRatios: Float32Array | undefined;

  /** `before`: what a run that goes on had told until then. */
  constructor(started: RunStarted, before?: RunCurves) {
    this.started = started;
    this.steps = before ? StepSeries.from(before.steps) : new StepSeries();
    for (const record of before?.epochs ?? []) this.epochs.add(record);
    this.#tuned.push(...(before?.tuned ?? []));
    this.telemetry = new TelemetryHistory(started.watched.length);
  }

  get run(): string {
    return this.started.run;
  }
  get watched(): readonly WatchedTensorInfo[] {
    return this.started.watched;
  }
  get snapshots(): readonly Snapshot[] {
    return this.telemetry.snapshots;
  }

  get latest(): Frame | undefined {
    return this.#latest;
  }

  /** Grows with every frame. */
  get version(): number {
    return this.#version;
  }

  get tuned(): readonly TuneMark[] {
    return this.#tuned;
  }

  /** Figures of the newest reported step. */
  get lastStep(): ({ readonly step: number } & StepFigures) | undefined {
    return this.#lastStep;
  }
  #lastStep: ({ readonly step: number } & StepFigures) | undefined;

  push(frame: Frame): void {
    for (const [step, figures] of stepRows(frame.steps)) {
      this.steps.add(step, figures);
      this.#lastStep = { step, ...figures };
    }
    for (const record of frame.epochsEnded) this.epochs.add(record);
    this.#tuned.push(...frame.tuned);
    if (frame.telemetry) {
      this.telemetry.add({ step: frame.telemetry.step, words: frame.telemetry.histograms });
      this.#updateRatios = frame.telemetry.updateRatios;
    }
    this.#latest = frame;
    this.#version++;
    for (const listen of this.#listeners) listen();
  }

  /** Called after every frame, up to 20 times a second: mark something dirty, don't compute. */
  subscribe(listen: () => void): () => void {
    this.#listeners.add(listen);
    return () => this.#listeners.delete(listen);
  }

  /** The newest histogram of a watched tensor. */
  histogram(index: number): Histogram | undefined {
    const newest = this.telemetry.newest;
    return newest && index >= 0 ? readHistogram(newest.words, index) : undefined;
  }

  /** ‖Δw‖ / ‖w‖ of the newest watched step; undefined for what is no weight. */
  updateRatio(index: number): number | undefined {
    const ratio = this.#updateRatios?.[index];
    return ratio === undefined || Number.isNaN(ratio) ? undefined : ratio;
  }

  /** Positions in `started.watched` of a node's tensors. */
  watchedOf(node: string): readonly WatchedTensor[] {
    return watchedOf(this.started.watched, node);
  }
}
