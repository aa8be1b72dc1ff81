import { createInterface } from 'node:readline';
import { memoryOf } from '../../compiler/memory.ts';
import { openData } from '../../hosts/data-files.ts';
import { kernelsHere } from '../../hosts/engine-parts.ts';
import { prepareHere } from '../../hosts/training-thread.ts';
import { type ArgumentsOf, recordWords, reservedWords, scratchWords } from '../../kernels/contract.ts';
import { encodeCall } from '../../kernels/record.ts';
import { createArena } from '../../runtime/arena.ts';
import { chooseKernels } from '../../runtime/faces.ts';
import type { Prepared } from '../../training/prepare.ts';
import { Session } from '../../training/session.ts';
import type { Question, Stretch, Task, Trained } from './contestant.ts';
import { profileOf } from './profile.ts';
import { headDocument, loadingDocument, workloadDocument } from './workload.ts';

/** Of a stretch, between two looks at the clock: short against it, long against the look. */
const lookShare = 1 / 40;
/** As long as a run's thread trains before it looks for messages. */
const turnMs = 20;

/** The engine's own process of a benchmark: see Contestant. */
export async function serveEngineSide(): Promise<void> {
  try {
    await answerQuestions();
  } finally {
    // Open, it would keep the process of a side that failed, and who asked would wait for ever.
    process.stdin.destroy();
  }
}

async function answerQuestions(): Promise<void> {
  let prepared: Prepared | undefined;
  for await (const line of createInterface({ input: process.stdin })) {
    const question = JSON.parse(line) as Question;
    if ('network' in question) {
      prepared?.machine.close();
      prepared = await prepareTask(question);
      answer(await ready(prepared));
    } else if ('matmul' in question) {
      answer(await multiply(question.matmul, question.seconds));
    } else if (prepared === undefined) {
      throw new Error('no network was prepared');
    } else if ('infer' in question) {
      answer(infer(prepared, question.seconds));
    } else if ('profile' in question) {
      answer(profileOf(prepared, question.seconds));
    } else {
      answer(question.frames === undefined ? trainBare(prepared, question) : trainShown(prepared, question));
    }
  }
  prepared?.machine.close();
}

const answer = (value: object): boolean => process.stdout.write(`${JSON.stringify(value)}\n`);

const prepareTask = async (task: Task): Promise<Prepared> =>
  await prepareHere({
    document:
      task.data === undefined
        ? (task.head ? headDocument : workloadDocument)(task)
        : loadingDocument(task, await openData(task.data)),
    options: {
      ...(task.threads !== undefined && { threads: task.threads }),
      ...(task.kernels !== undefined && { kernels: task.kernels }),
    },
    run: 'bench',
    compile: { evaluateBatch: 1 },
  });

/** What the other side is told of a prepared network; the peak is that of one thread. */
async function ready({ started, machine }: Prepared): Promise<object> {
  const { kernels, workers, arenaBytes } = started;
  const native = await kernelsHere.findNative();
  const peakGflops = native.available ? kernelsHere.loadAddon(native.file).peak(0.1) / 1e9 : undefined;
  const { plan } = machine;
  const { neededWords, recordWords } = memoryOf(plan);
  return {
    kernels,
    workers,
    arenaBytes,
    neededBytes: neededWords * 4,
    recordBytes: recordWords * 4,
    multiplyAdds: plan.programs.train.multiplyAdds,
    peakGflops,
  };
}

/** Calls `work` until `seconds` are over. */
function repeat(seconds: number, work: () => void): Trained {
  const begin = performance.now();
  let elapsed = 0;
  let steps = 0;
  let stepsPerLook = 1;
  while (elapsed < seconds) {
    for (let i = 0; i < stepsPerLook; i++) work();
    steps += stepsPerLook;
    elapsed = (performance.now() - begin) / 1000;
    stepsPerLook = Math.max(1, Math.round((seconds * lookShare * steps) / elapsed));
  }
  return { steps, seconds: elapsed };
}

function trainBare({ trainer, machine }: Prepared, { seconds, loaded }: Stretch): Trained {
  if (loaded === true) {
    const step = machine.loaded(machine.plan.programs.train);
    return repeat(seconds, () => machine.run(step));
  }
  const trained = repeat(seconds, () => trainer.step());
  if (trainer.finished) throw new Error(trainer.failure?.message.en ?? 'ran out of epochs');
  return { ...trained, loss: trainer.lastLoss };
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

/** One sample at a time through the evaluation, as a user of the network would. */
function infer({ machine }: Prepared, seconds: number): Trained {
  const loaded = machine.loaded(machine.plan.programs.evaluate);
  return repeat(seconds, () => machine.run(loaded));
}

/** One thread's product of two square matrices. */
async function multiply(size: number, seconds: number): Promise<Trained> {
  const source = await chooseKernels('auto', kernelsHere);
  const words = size * size;
  const a = reservedWords + recordWords('gemm') + 16;
  const [b, y] = [a + words, a + 2 * words];
  const arena = createArena(y + words + scratchWords);
  for (let i = a; i < y; i++) arena.floats[i] = Math.sin(i);
  const sizes = { M: size, N: size, K: size };
  const flags = { transposeA: 0, transposeB: 0, accumulate: 0, epilogue: 0, splitColumns: 0 };
  const args = { a, b, bias: 0, given: 0, y, sums: 0, ...sizes, ...flags } satisfies ArgumentsOf<'gemm'>;
  arena.ints.set(encodeCall({ kernel: 'gemm', arguments: args, split: size }), reservedWords);
  const kernels = source.bind(arena, y + words);
  return repeat(seconds, () => kernels.run(reservedWords, 1));
}
