import { createInterface } from 'node:readline';
import { prepareHere } from '../../hosts/training-thread.ts';
import type { Prepared } from '../../training/prepare.ts';
import { Session } from '../../training/session.ts';
import type { Stretch, Task, Trained } from './contestant.ts';
import { workloadDocument } from './workload.ts';

/** Of a stretch, between two looks at the clock: short against it, long against the look. */
const lookShare = 1 / 40;
/** As long as a run's thread trains before it looks for messages. */
const turnMs = 20;

/** The engine's own process of a benchmark: see Contestant. */
export async function serveEngineSide(): Promise<void> {
  let prepared: Prepared | undefined;
  for await (const line of createInterface({ input: process.stdin })) {
    const question = JSON.parse(line) as Task | Stretch;
    if ('sizes' in question) {
      prepared = await prepareHere({
        document: workloadDocument(question),
        options: { threads: question.threads },
        run: 'bench',
      });
      answer({ kernels: prepared.started.kernels, workers: prepared.started.workers });
    } else if (prepared !== undefined) {
      answer(question.frames === undefined ? trainBare(prepared, question) : trainShown(prepared, question));
    }
  }
  prepared?.machine.close();
}

const answer = (value: object): boolean => process.stdout.write(`${JSON.stringify(value)}\n`);

function trainBare({ trainer }: Prepared, { seconds }: Stretch): Trained {
  const before = trainer.stepsTaken;
  const begin = performance.now();
  let elapsed = 0;
  let stepsPerLook = 1;
  while (elapsed < seconds) {
    for (let i = 0; i < stepsPerLook; i++) trainer.step();
    const perStep = (performance.now() - begin) / 1000 / (trainer.stepsTaken - before);
    stepsPerLook = Math.max(1, Math.round((seconds * lookShare) / perStep));
    elapsed = (performance.now() - begin) / 1000;
    if (trainer.finished) throw new Error(trainer.failure?.message.en ?? 'ran out of epochs');
  }
  return { steps: trainer.stepsTaken - before, seconds: elapsed };
}

/** With a studio looking on: frames at its rate, each copied as it would be on its way out. */
function trainShown({ trainer }: Prepared, { seconds, frames = 'none' }: Stretch): Trained {
  const session = new Session(trainer, { run: 'bench', paused: false, watch: frames });
  const before = trainer.stepsTaken;
  const cpuBefore = process.cpuUsage();
  const begin = performance.now();
  let elapsed = 0;
  while (elapsed < seconds) {
    session.advance(turnMs);
    if (session.frameWaitMs === 0) structuredClone(session.takeFrame());
    elapsed = (performance.now() - begin) / 1000;
    if (session.ended) throw new Error(trainer.failure?.message.en ?? 'ran out of epochs');
  }
  const { user, system } = process.cpuUsage(cpuBefore);
  return { steps: trainer.stepsTaken - before, seconds: elapsed, cpuSeconds: (user + system) / 1e6 };
}
