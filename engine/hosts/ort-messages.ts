import type { BesideFiles } from '../interchange/onnx/external-data.ts';
import type { NamedTensors, OnnxAnswers } from '../interchange/onnx/run-onnx.ts';

/** What the engine and its onnxruntime process say to each other. */
export interface OrtJob {
  readonly model: Uint8Array;
  readonly feeds: readonly NamedTensors[];
  readonly wanted: readonly string[] | undefined;
  readonly folder: string | undefined;
  /** What the model keeps beside it, where there is no such folder. */
  readonly files: BesideFiles | undefined;
}

export interface ToOrtChild {
  readonly id: number;
  readonly job: OrtJob;
}

export type FromOrtChild =
  | { readonly id: number; readonly answers: OnnxAnswers }
  | { readonly id: number; readonly error: string };

/** A process as its parent sees it, however it was started. */
export interface OrtProcess {
  post(message: ToOrtChild): void;
  onMessage(listener: (message: FromOrtChild) => void): void;
  /** Called once, when the process has ended, with what can be said about why. */
  onExit(listener: (reason: string) => void): void;
  /** Whether its existence keeps the engine's process alive. */
  hold(held: boolean): void;
  kill(): void;
}
