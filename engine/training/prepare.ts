import { type CompileOptions, compilePlan } from '../compiler/compile.ts';
import type { Plan } from '../compiler/plan.ts';
import { NetwrightError } from '../declaration/problem.ts';
import { elementCount } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import { requireRunnable } from '../document/problem-text.ts';
import type { NetwrightDocument } from '../document/schema.ts';
import { settingsOf } from '../document/training-settings.ts';
import type { EpochRecord, RunOptions, RunStarted } from '../protocol/live-run-messages.ts';
import { chooseKernels, type KernelParts } from '../runtime/faces.ts';
import { Machine, type SpawnHelper } from '../runtime/machine.ts';
import type { Ahead } from './batches.ts';
import { datasetsOf, type ReadFiles } from './dataset.ts';
import { requireMemory } from './memory-fit.ts';
import { Trainer } from './trainer.ts';

/** What preparing a run needs of the place it runs in. */
export interface Surroundings {
  /** Threads there are to use when the options don't say. */
  readonly threads: number;
  /** Memory that a run may take. */
  readonly spareBytes: number;
  readonly kernels: KernelParts;
  readonly spawn: SpawnHelper;
  readonly readFiles: ReadFiles;
  /** How batches are made while steps are taken. */
  readonly ahead?: Ahead;
}

export interface PrepareOptions {
  readonly document: NetwrightDocument;
  readonly options: RunOptions;
  readonly run: string;
  readonly surroundings: Surroundings;
  readonly compile?: Omit<CompileOptions, 'counts'>;
  readonly onEpoch?: (record: EpochRecord) => void;
}

export interface Prepared {
  readonly trainer: Trainer;
  readonly machine: Machine;
  readonly started: RunStarted;
}

const mostThreads = 256;

/** Document → samples, plan, machine, trainer; nothing has been trained yet. Throws a NetwrightError when it cannot run. */
export async function prepareTraining(asked: PrepareOptions): Promise<Prepared> {
  const { document, options, surroundings } = asked;
  const threads = options.threads ?? surroundings.threads;
  if (!Number.isInteger(threads) || threads < 1 || threads > mostThreads) {
    throw new NetwrightError(
      'options.threads',
      text(
        `Threads: expected a whole number from 1 to ${mostThreads}, found ${threads}.`,
        `线程数：应为 1 到 ${mostThreads} 的整数，实际为 ${threads}。`,
      ),
    );
  }
  const source = await chooseKernels(options.kernels ?? 'auto', surroundings.kernels);
  const datasets = await datasetsOf(document, requireRunnable(document).data, surroundings.readFiles);
  const [{ split }] = datasets;
  const counts = {
    train: split.train.length,
    validation: split.validation.length,
    test: split.test.length,
  };
  const compileFor = (batchSize: number): Plan => {
    const training = { ...document.training, batchSize };
    return compilePlan({ ...document, training }, { ...asked.compile, counts });
  };
  const plan = compileFor(document.training.batchSize);
  const { monitor, keep } = settingsOf(document.training, 'earlyStopping');
  const keepsBest = monitor !== 'never' && keep === 'best';
  requireMemory(plan, { spareBytes: surroundings.spareBytes, threads, keepsBest }, compileFor);
  const machine = await Machine.build(plan, { source, threads, spawn: surroundings.spawn });
  const trainer = new Trainer({
    document,
    machine,
    samples: new Map(datasets.map(({ node, samples }) => [node, samples])),
    split,
    ...(surroundings.ahead && { ahead: surroundings.ahead }),
    ...(asked.onEpoch && { onEpoch: asked.onEpoch }),
  });
  const started: RunStarted = {
    run: asked.run,
    parameterCount: plan.parameterCount,
    frozenCount: plan.weights.reduce(
      (sum, { isFrozen, shape }) => sum + (isFrozen ? elementCount(shape) : 0),
      0,
    ),
    arenaBytes: plan.arenaWords * 4,
    kernels: source.label,
    threads,
    workers: machine.workers,
    stepsPerEpoch: trainer.stepsPerEpoch,
    trainCount: counts.train,
    validationCount: counts.validation,
    testCount: counts.test,
    watched: plan.programs.trainWatched.watched.map(({ key, node, kind, tensor, shape, columns, inner }) => ({
      key,
      node,
      kind,
      tensor,
      shape,
      columns,
      inner,
    })),
  };
  return { trainer, machine, started };
}
