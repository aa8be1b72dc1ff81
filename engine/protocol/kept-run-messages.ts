import type { Text } from '../declaration/text.ts';
import type { NetwrightDocument } from '../document/schema.ts';
import type {
  EpochRecord,
  PartMetrics,
  RunStarted,
  RunState,
  WatchedTensorInfo,
} from './live-run-messages.ts';
import type { PackedSeries } from './step-series.ts';

/** What a person says of a run. */
export interface RunLabel {
  readonly name: string;
  /** Number of one of `runColors`. */
  readonly color: number;
  readonly note: string;
  readonly starred: boolean;
}

/** Runs are told apart by this many colours. */
export const runColors = 8;

/** `interrupted`: whoever watched it left, or its process ended, before it did. */
export type KeptRunState = RunState | 'interrupted';

/** Measured are the weights it ended with, or those of the last epoch so far. */
export interface RunSummary extends PartMetrics {
  readonly run: string;
  readonly label: RunLabel;
  /** Name of its document. */
  readonly project: string;
  /** Milliseconds since 1970. */
  readonly startedAtMs: number;
  /** When it last came further. */
  readonly trainedAtMs: number;
  readonly state: KeptRunState;
  readonly steps: number;
  readonly epochs: number;
  readonly epochsPlanned: number;
  /** The epoch with the smallest loss on the part that guides it. */
  readonly best: EpochRecord | undefined;
  /** Time it spent training, pauses left out. */
  readonly trainedMs: number | undefined;
  readonly sizeBytes: number;
  readonly parameterCount: number;
  readonly kernels: string;
  /** The run whose best weights it began with. */
  readonly from: RunOrigin | undefined;
  readonly failure: Text | undefined;
}

export interface RunOrigin {
  readonly run: string;
  readonly step: number;
}

export interface RunList {
  readonly folder: string;
  readonly runs: readonly RunSummary[];
  /** What lies among the runs and is none, or cannot be read, and why. */
  readonly foreign: readonly { readonly name: string; readonly reason: Text }[];
}

/** What a run has told so far; thinned where that is much. */
export interface RunCurves {
  readonly epochs: readonly EpochRecord[];
  readonly steps: PackedSeries;
  /** Learning rates that were set: [step, rate] each. */
  readonly tuned: readonly (readonly [number, number])[];
}

export interface RunRecord {
  readonly document: NetwrightDocument;
  readonly curves: RunCurves;
}

/** Of all watched tensors at some steps of the whole run; oldest first. */
export interface KeptHistograms {
  readonly watched: readonly WatchedTensorInfo[];
  /** Words [watched, histogramWords] (kernels/telemetry.ts). */
  readonly rows: readonly { readonly step: number; readonly words: Int32Array }[];
}

/** A run that goes on, with what it had told before. */
export interface RunTakenUp extends RunRecord {
  readonly started: RunStarted;
}
