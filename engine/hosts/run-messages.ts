import type { NetwrightDocument } from '../document/schema.ts';
import type { Frame, Prediction, RunOptions, RunStarted, StepTimes } from '../protocol/live-run-messages.ts';
import type { Control } from '../protocol/messages.ts';
import type { Refusal } from '../protocol/refusal.ts';
import type { Cadence } from '../training/checkpoint-schedule.ts';
import type { RunOutcome } from '../training/outcome.ts';
import type { NamedTensor } from '../training/safetensors.ts';

/** A document to train, and the folder to keep the run in; without one it is kept nowhere. */
interface NewRun {
  readonly document: NetwrightDocument;
  readonly runFolder?: string;
  /** The run whose best weights it begins with: one of the same document, or of another where those that fit are taken. */
  readonly weightsOf?: { readonly run: string; readonly folder: string; readonly fitting?: true };
}

/** A run that was interrupted, or one that is to go on for more epochs. */
interface InterruptedRun {
  readonly resume: {
    readonly runFolder: string;
    /** Epochs in all; as many as it was started for without it. */
    readonly epochs?: number;
  };
}

export type RunToTrain = NewRun | InterruptedRun;

export const folderOf = (train: RunToTrain): string | undefined =>
  'resume' in train ? train.resume.runFolder : train.runFolder;

/** What a run's thread is started with. */
export interface RunOrder {
  readonly run: string;
  readonly train: RunToTrain;
  readonly options: RunOptions;
  readonly watch: 'all' | 'none';
  readonly cadence: Cadence;
  /** By which the folder is taken; whoever starts the thread gives the folder free when the thread has ended. */
  readonly lockToken: string;
}

/** The weights at one moment, in plan order. */
export interface WeightSnapshot {
  readonly step: number;
  readonly weights: readonly NamedTensor[];
}

export type RunQuestion =
  | { readonly name: 'predict'; readonly x: Float32Array; readonly rows: number }
  | { readonly name: 'snapshot'; readonly node?: string }
  | { readonly name: 'times' };

export interface RunAnswers {
  readonly predict: Prediction;
  readonly snapshot: WeightSnapshot;
  readonly times: StepTimes | undefined;
}

/** What the end of a run comes to; `unsaved` says why its folder is not up to date. */
export type FinishedRun = RunOutcome & { readonly unsaved?: Refusal };

export interface Close {
  readonly kind: 'close';
  /** `interrupted` where nobody decided that it should end: it is offered to be gone on with. */
  readonly as: 'stopped' | 'interrupted';
}

export type ToRunThread =
  | Control
  | { readonly kind: 'question'; readonly id: number; readonly question: RunQuestion }
  | Close;

export type FromRunThread =
  | Frame
  | { readonly kind: 'started'; readonly started: RunStarted }
  | { readonly kind: 'refused'; readonly error: Refusal }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: RunAnswers[keyof RunAnswers] }
  | { readonly kind: 'no-answer'; readonly id: number; readonly error: Refusal }
  | { readonly kind: 'finished'; readonly outcome: FinishedRun };
