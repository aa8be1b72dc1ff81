import type { PartMetrics, RunStarted, RunState } from '../protocol/live-run-messages.ts';
import type { RunResult } from './run-folder.ts';
import type { Session } from './session.ts';
import type { Trainer } from './trainer.ts';
import { weightBytes } from './weights.ts';

/** What a run came to, and what it ran on. */
export interface RunOutcome extends RunResult {
  readonly state: RunState;
  readonly arenaBytes: number;
  readonly kernels: string;
  readonly threads: number;
  readonly workers: number;
}

/** `measured`: the weights as they are over every part of the samples. `sha256` gives hexadecimal digits. */
export function outcomeOf(
  { trainer, session, started }: { trainer: Trainer; session: Session; started: RunStarted },
  measured: PartMetrics,
  sha256: (bytes: Uint8Array) => string,
): RunOutcome {
  return {
    state: session.state,
    steps: trainer.stepsTaken,
    epochs: trainer.epochsFinished,
    stepsPerSecond: session.stepsPerSecond,
    ...measured,
    weightsSha256: sha256(weightBytes(trainer.weights())),
    ending: trainer.ending,
    failure: trainer.failure,
    arenaBytes: started.arenaBytes,
    kernels: started.kernels,
    threads: started.threads,
    workers: started.workers,
  };
}
