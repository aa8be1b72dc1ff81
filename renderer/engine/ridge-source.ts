import type { KeptHistograms } from '../../engine/protocol/kept-run-messages.ts';
import type { WatchedTensorInfo } from '../../engine/protocol/live-run-messages.ts';
import { type Histogram, readHistogram } from './histogram.ts';
import type { Snapshot } from './telemetry-history.ts';

export interface WatchedTensor {
  /** Position in `watched`. */
  readonly index: number;
  readonly tensor: WatchedTensorInfo;
}

/** Histograms of a run over time: of the one that is trained in this window, or of one that is kept. */
export interface RidgeSource {
  readonly run: string;
  readonly watched: readonly WatchedTensorInfo[];
  /** Oldest first, steps rising. */
  readonly snapshots: readonly Snapshot[];
  /** Grows with everything that is told. */
  readonly version: number;
  /** The newest histogram of a watched tensor. */
  histogram(index: number): Histogram | undefined;
  watchedOf(node: string): readonly WatchedTensor[];
  subscribe(listen: () => void): () => void;
}

export const watchedOf = (watched: readonly WatchedTensorInfo[], node: string): readonly WatchedTensor[] =>
  watched.flatMap((tensor, index) => (tensor.node === node ? [{ index, tensor }] : []));

/** What a run kept of itself; nothing is added to it any more. */
export class KeptRidges implements RidgeSource {
  readonly run: string;
  readonly watched: readonly WatchedTensorInfo[];
  readonly snapshots: readonly Snapshot[];
  readonly version = 0;

  constructor(run: string, { watched, rows }: KeptHistograms) {
    this.run = run;
    this.watched = watched;
    this.snapshots = rows;
  }

  histogram(index: number): Histogram | undefined {
    const newest = this.snapshots.at(-1);
    return newest && index >= 0 ? readHistogram(newest.words, index) : undefined;
  }

  watchedOf(node: string): readonly WatchedTensor[] {
    return watchedOf(this.watched, node);
  }

  subscribe(): () => void {
    return () => {};
  }
}
