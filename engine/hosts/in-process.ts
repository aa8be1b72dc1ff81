import type { CompileOptions } from '../compiler/compile.ts';
import type { NetwrightDocument } from '../document/schema.ts';
import type { EpochRecord, Frame, RunOptions, RunStarted } from '../protocol/live-run-messages.ts';
import type { Machine } from '../runtime/machine.ts';
import { outcomeOf, type RunOutcome } from '../training/outcome.ts';
import { Session } from '../training/session.ts';
import type { Trainer } from '../training/trainer.ts';
import { prepareHere, sha256 } from './training-thread.ts';

export interface InProcessRun {
  readonly document: NetwrightDocument;
  readonly options?: RunOptions;
  readonly compile?: Omit<CompileOptions, 'counts'>;
  /** Whether frames, and with them histograms, are made as for a studio. */
  readonly watch?: 'all' | 'none';
  readonly onFrame?: (frame: Frame) => void;
}

export interface TrainedHere {
  readonly outcome: RunOutcome;
  readonly started: RunStarted;
  readonly trainer: Trainer;
  /** Close it when its weights are no longer needed. */
  readonly machine: Machine;
}

/** Trains on the calling thread, which does nothing else until the end. For benchmarks and tests. */
export async function trainInThisThread(asked: InProcessRun): Promise<TrainedHere> {
  const { document, options = {}, watch = 'none', onFrame = () => {}, compile } = asked;
  const listeners: ((record: EpochRecord) => void)[] = [];
  const { trainer, machine, started } = await prepareHere({
    document,
    options,
    run: 'here',
    ...(compile && { compile }),
    onEpoch: (record) => {
      for (const listen of listeners) listen(record);
    },
  });
  const session = new Session(trainer, { run: 'here', paused: false, watch });
  listeners.push(session.addEpoch);
  while (!session.ended) {
    session.advance(1000);
    if (session.frameWaitMs === 0) onFrame(session.takeFrame());
  }
  return {
    outcome: outcomeOf({ trainer, session, started }, trainer.measure(), sha256),
    started,
    trainer,
    machine,
  };
}
