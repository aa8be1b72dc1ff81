import type { Text } from '../declaration/text.ts';
import type { Part } from './data-messages.ts';
import type { Refusal } from './refusal.ts';

export type KernelChoice = 'auto' | 'portable' | 'native' | 'reference';

export interface RunOptions {
  readonly threads?: number;
  readonly kernels?: KernelChoice;
  /** Start paused before the first step. */
  readonly paused?: boolean;
}

export interface RunStarted {
  readonly run: string;
  readonly parameterCount: number;
  /** So many of them are frozen. */
  readonly frozenCount: number;
  readonly arenaBytes: number;
  readonly kernels: string;
  /** Threads asked for, and those the plan is large enough to use. */
  readonly threads: number;
  readonly workers: number;
  readonly stepsPerEpoch: number;
  readonly trainCount: number;
  readonly validationCount: number;
  readonly testCount: number;
  /** Where a run that had been interrupted goes on. */
  readonly resumedAt?: { readonly step: number; readonly epoch: number };
  /** Whose weights it begins with, at which of its steps. */
  readonly from?: { readonly run: string; readonly step: number };
  readonly watched: readonly WatchedTensorInfo[];
}

export interface WatchedTensorInfo {
  readonly key: string;
  readonly node: string;
  readonly kind: 'weight' | 'weightGradient' | 'activation' | 'activationGradient';
  readonly tensor: string;
  readonly shape: readonly number[];
  readonly columns: number;
  readonly inner: number;
}

export interface Metrics {
  readonly loss: number;
  readonly accuracy?: number;
}

/** What was measured of each part; undefined of one without samples, and of one that is not measured yet. */
export interface PartMetrics {
  readonly train: Metrics | undefined;
  readonly validation?: Metrics | undefined;
  readonly test: Metrics | undefined;
}

/** Of the test part nothing is known before the end where there is one to validate with. */
export interface EpochRecord extends PartMetrics {
  readonly epoch: number;
  readonly step: number;
  readonly train: Metrics;
  /** Of the epoch's last step. */
  readonly learningRate: number;
}

export type RunState = 'running' | 'paused' | 'done' | 'stopped' | 'failed';

export interface Notice {
  readonly severity: 'warning' | 'info';
  readonly message: Text;
}

export interface Frame {
  readonly kind: 'frame';
  readonly run: string;
  readonly state: RunState;
  /** Steps taken; epochs finished. */
  readonly step: number;
  readonly epoch: number;
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  readonly stepsPerSecond: number;
  readonly secondsLeft: number;
  /** Of the next step: what was set, times the schedule's factor. */
  readonly learningRate: number;
  /** Epochs that ended since the last frame; none is ever left out. */
  readonly epochsEnded: readonly EpochRecord[];
  /**
   * Steps since the last frame, thinned to at most 256 and the newest: rows of step-series.ts, the step and its figures.
   * The norm is that of all gradients together before they are clipped, and stands where a step was watched or clipped by
   * it; the pace is that of the last two seconds.
   */
  readonly steps: Float32Array;
  /** Learning rates that were set since the last frame: [step, rate] each. */
  readonly tuned: readonly (readonly [number, number])[];
  /**
   * Of the tensors in RunStarted.watched, in that order: histograms (kernels/telemetry.ts) and, of weights, ‖Δw‖ / ‖w‖ of
   * the step, NaN of others. Absent when none was taken.
   */
  readonly telemetry?: {
    readonly step: number;
    readonly histograms: Int32Array;
    readonly updateRatios: Float32Array;
  };
  /** What the person should know though training goes on; told once. */
  readonly notices?: readonly Notice[];
  /** Why the run ended before its last epoch, where it did by itself. */
  readonly ending?: Text;
  /** Why the run failed: which tensor was first to hold NaN or Inf, at which step. */
  readonly failure?: Refusal;
}

/** What a node's calls take in one training step; absent where none is its own. */
export interface NodeTime {
  readonly node: string;
  readonly forwardMs?: number;
  readonly backwardMs?: number;
  /**
   * Node whose calls do this one's work too: a ReLU is computed by the layer before it, a small loss together with its own
   * gradient.
   */
  readonly forwardIn?: string;
  readonly backwardIn?: string;
}

/** Where the time of a training step on a full batch goes: medians over the last steps that were timed. */
export interface StepTimes {
  /** Steps that were timed. */
  readonly steps: number;
  readonly nodes: readonly NodeTime[];
  /** Of all nodes together. */
  readonly forwardMs: number;
  readonly backwardMs: number;
  /** What belongs to no node: the optimizer, and the look for what is not finite. */
  readonly updateMs: number;
}

/** What training a document costs on this machine. */
export interface Measured {
  readonly arenaBytes: number;
  readonly kernels: string;
  readonly workers: number;
  readonly stepsPerEpoch: number;
  /** Of one step as the run would take it, whatever it shows of itself included. */
  readonly stepMs: number;
  /** Of the part that guides the run, once an epoch. */
  readonly evaluationMs: number;
  readonly secondsPerEpoch: number;
  readonly times: StepTimes | undefined;
}

export interface Prediction {
  /** [rows, columns]: numbers, probabilities of classes, or one probability. */
  readonly values: Float32Array;
  readonly columns: number;
  readonly step: number;
}

/** What a run answers to some samples of a part. */
export interface PartPrediction extends Prediction {
  /** Number of each of the samples, and how many the part has. */
  readonly rows: Int32Array;
  readonly count: number;
  /** What they are to be answered with: [rows, …target shape], numbers or numbers of classes. */
  readonly targets: Float32Array;
}

/**
 * The part that guides a run: it decides which epoch is the best one, when the rate falls and when the run ends, and its
 * curve stands beside that of training. It is the validation part where there is one, else the test part, else what is
 * trained on.
 */
export function guideOf(parts: { readonly validation?: unknown; readonly test: unknown }): Part {
  if (parts.validation !== undefined) return 'validation';
  return parts.test === undefined ? 'train' : 'test';
}

/** What was measured of it. */
export function guideFigures(measured: EpochRecord): Metrics;
export function guideFigures(measured: PartMetrics): Metrics | undefined;
export function guideFigures(measured: PartMetrics): Metrics | undefined {
  return measured[guideOf(measured)];
}

/** The same, but for the training part. */
export const heldOutFigures = (measured: PartMetrics): Metrics | undefined =>
  measured.validation ?? measured.test;
