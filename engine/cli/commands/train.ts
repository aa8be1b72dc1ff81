import { resolve as absolute, basename, join } from 'node:path';
import type { Command } from 'commander';
import { NetwrightError } from '../../declaration/problem.ts';
import { type Text, text } from '../../declaration/text.ts';
import { onlyDataNode, withFilesIn } from '../../document/data-of-node.ts';
import { readDocumentValue } from '../../document/read.ts';
import type { NetwrightDocument } from '../../document/schema.ts';
import { openData } from '../../hosts/data-files.ts';
import { newRunId, runFolderFor } from '../../hosts/installation.ts';
import { errorOf } from '../../hosts/refusal.ts';
import type { FinishedRun } from '../../hosts/run-messages.ts';
import { type RunThread, type StartRun, startRun } from '../../hosts/run-thread.ts';
import { type NamedDocument, openTemplateOrFile } from '../../hosts/templates.ts';
import type { Frame, KernelChoice } from '../../protocol/live-run-messages.ts';
import type { Cadence } from '../../training/checkpoint-schedule.ts';
import { EpochReporter, metricsText } from '../epoch-reporter.ts';
import { dataPath, setNames } from '../known-data.ts';
import {
  cadence,
  jsonOption,
  kernelsOption,
  path,
  setOption,
  threadsOption,
  wholeNumber,
} from '../options.ts';
import { createOutput, exitCodes, type Output, say } from '../output.ts';
import { overSeeds } from '../over-seeds.ts';
import { partLines } from '../part-lines.ts';
import { applySettings } from '../settings.ts';

interface TrainOptions {
  readonly json?: boolean;
  readonly resume?: string;
  readonly checkpointEvery?: Cadence;
  readonly epochs?: number;
  readonly seed?: number;
  readonly seeds?: number;
  readonly threads?: number;
  readonly kernels?: KernelChoice;
  readonly set?: readonly string[];
  readonly out?: string;
  readonly data?: string;
  readonly weights?: string;
}

export function addTrain(program: Command): void {
  program
    .command('train')
    .description(say(text('train a template or a project file', '训练模板或项目文件')))
    .argument(
      '[project]',
      say(text('template name or .netwright.json file', '模板名称或 .netwright.json 文件')),
    )
    .option('--epochs <n>', say(text('epochs to train', '训练轮数')), wholeNumber('--epochs', 1, 1_000_000))
    .option(
      '--seed <n>',
      say(text('seed of the run', '运行的随机种子')),
      wholeNumber('--seed', 0, 0x7fffffff),
    )
    .option(
      '--seeds <n>',
      say(
        text(
          'train so many times, with seeds 1, 2, … (or from --seed on), and tell the mean',
          '用种子 1、2、…（或从 --seed 开始）依次训练这么多次，并给出均值',
        ),
      ),
      wholeNumber('--seeds', 2, 1000),
    )
    .option(
      '--data <data>',
      say(
        text(
          `train on this file, folder or known set (${setNames}) instead`,
          `改用此文件、文件夹或知名数据集（${setNames}）中的数据训练`,
        ),
      ),
      path('--data'),
    )
    .option(
      '--weights <folder>',
      say(
        text(
          'begin with the weights of this run folder, such as import makes of an ONNX file, where name and shape fit',
          '以此运行文件夹（例如由 import 从 ONNX 文件生成）的权重开始训练，名称与形状相符的权重会被采用',
        ),
      ),
      path('--weights'),
    )
    .addOption(threadsOption())
    .addOption(kernelsOption())
    .addOption(setOption())
    .option('--out <folder>', say(text('run folder to write', '要写入的运行文件夹')), path('--out'))
    .option(
      '--resume <folder>',
      say(
        text(
          'go on with an interrupted run; with --epochs, to that many in all',
          '继续一次中断的运行；可用 --epochs 指定总轮数',
        ),
      ),
      path('--resume'),
    )
    .option(
      '--checkpoint-every <when>',
      say(
        text(
          'save e.g. every 30s, 500steps or 1epoch (10s without it)',
          '保存检查点的间隔，例如 30s、500steps 或 1epoch（默认 10s）',
        ),
      ),
      cadence('--checkpoint-every'),
    )
    .addOption(jsonOption())
    .action(train);
}

async function train(project: string | undefined, options: TrainOptions): Promise<void> {
  const output = createOutput(options.json === true);
  const { seeds, seed = 1, out } = options;
  if (seeds === undefined || options.resume !== undefined) {
    await trainOnce(project, options, output);
    return;
  }
  await overSeeds(output, seed, seeds, (each) =>
    trainOnce(
      project,
      { ...options, seed: each, ...(out !== undefined && { out: join(out, `seed-${each}`) }) },
      output,
    ),
  );
}

async function trainOnce(
  project: string | undefined,
  options: TrainOptions,
  output: Output,
): Promise<FinishedRun> {
  const { threads, kernels, checkpointEvery } = options;
  const reporter = new EpochReporter(output);
  const common = {
    watch: 'none',
    options: { ...(threads !== undefined && { threads }), ...(kernels !== undefined && { kernels }) },
    ...(checkpointEvery !== undefined && { cadence: checkpointEvery }),
    onFrame: (frame: Frame) => reporter.tell(frame),
  } as const;
  const { runFolder, thread } =
    options.resume === undefined
      ? await begin(project, options, common, reporter)
      : await resume(options.resume, project, options, common);
  const letGo = stopOnSignal(thread);
  const { resumedAt, from, parameterCount, frozenCount } = thread.started;
  if (frozenCount > 0) {
    const trained = parameterCount - frozenCount;
    const [all, some, rest] = [parameterCount, trained, frozenCount].map((n) => n.toLocaleString('en'));
    output.result({ event: 'frozen', trained, frozen: frozenCount });
    output.progress(
      text(
        `training ${some} of ${all} parameters; ${rest} are frozen`,
        `训练 ${all} 个参数中的 ${some} 个；${rest} 个已冻结`,
      ),
    );
  }
  if (from !== undefined && options.weights !== undefined) {
    const { weights } = options;
    output.result({ event: 'weights', from: weights, step: from.step });
    output.progress(
      text(
        `beginning with the weights of ${weights}, step ${from.step}`,
        `以 ${weights} 第 ${from.step} 步的权重开始`,
      ),
    );
  }
  if (resumedAt !== undefined) {
    const { step, epoch } = resumedAt;
    output.result({ event: 'resumed', run: runFolder, step, epoch });
    output.progress(
      text(
        `going on from step ${step}, ${counted(epoch, 'epoch')} done`,
        `从第 ${step} 步继续，已完成 ${epoch} 轮`,
      ),
    );
  }
  const outcome = await thread.finished;
  letGo();
  await thread.close();
  finish(output, runFolder, outcome);
  return outcome;
}

type Common = Pick<StartRun, 'watch' | 'options' | 'cadence' | 'onFrame'>;

interface Begun {
  readonly runFolder: string;
  readonly thread: RunThread;
}

async function begin(
  project: string | undefined,
  options: TrainOptions,
  common: Common,
  reporter: EpochReporter,
): Promise<Begun> {
  if (project === undefined) {
    throw new NetwrightError(
      'usage',
      text(
        'Expected a template, a project file or --resume <folder>, found none of them.',
        '应给出模板、项目文件或 --resume <文件夹>，实际都没有。',
      ),
    );
  }
  const opened = await openTemplateOrFile(project);
  const onData = await withDataFrom(opened.document, options.data, reporter.output);
  const document = withOptions(applySettings(onData, options.set ?? []), options);
  reporter.toldRate = document.training.learningRate;
  const runId = newRunId(document.name);
  const runFolder = options.out ?? runFolderFor(runId);
  const { weights } = options;
  const begun = weights !== undefined && {
    weightsOf: { run: basename(absolute(weights)), folder: weights, fitting: true as const },
  };
  const thread = await aboutFile(opened, startRun({ document, runId, runFolder, ...begun, ...common }));
  return { runFolder, thread };
}

/** A run goes on as it was begun: what would make it another run cannot be given with it. */
async function resume(
  runFolder: string,
  project: string | undefined,
  { epochs, seed, seeds, set, out, data, weights }: TrainOptions,
  common: Common,
): Promise<Begun> {
  const found = [
    project === undefined ? undefined : `"${project}"`,
    seed === undefined ? undefined : '--seed',
    seeds === undefined ? undefined : '--seeds',
    set === undefined ? undefined : '--set',
    out === undefined ? undefined : '--out',
    data === undefined ? undefined : '--data',
    weights === undefined ? undefined : '--weights',
  ].find((given) => given !== undefined);
  if (found !== undefined) {
    throw new NetwrightError(
      'usage',
      text(
        `--resume: expected only --epochs, --threads, --kernels or --checkpoint-every with it, found ${found}.`,
        `--resume：只能与 --epochs、--threads、--kernels 或 --checkpoint-every 一起使用，实际给出了 ${found}。`,
      ),
    );
  }
  const order = { runFolder, ...(epochs !== undefined && { epochs }) };
  const thread = await startRun({ resume: order, runId: newRunId('resumed'), ...common });
  return { runFolder, thread };
}

/** The document with its data node made to take its samples from there, and an output for each class that there is now. */
async function withDataFrom(
  document: NetwrightDocument,
  from: string | undefined,
  output: Output,
): Promise<NetwrightDocument> {
  if (from === undefined) return document;
  const files = await openData(await dataPath(from, output));
  const { document: fitting, fitted } = withFilesIn(document, onlyDataNode(document).id, files);
  for (const { name, outputs, areClasses } of fitted) {
    output.notice(
      areClasses
        ? text(
            `"${name}" has ${outputs} outputs now, one for each class.`,
            `“${name}”现有 ${outputs} 个输出，每个类别一个。`,
          )
        : text(
            `"${name}" has ${outputs} outputs now, as many as the targets have.`,
            `“${name}”现有 ${outputs} 个输出，与目标的个数相同。`,
          ),
    );
  }
  return fitting;
}

function withOptions(
  document: NetwrightDocument,
  { epochs, seed }: Pick<TrainOptions, 'epochs' | 'seed'>,
): NetwrightDocument {
  const { training } = document;
  const changed = { ...training, epochs: epochs ?? training.epochs, seed: seed ?? training.seed };
  return readDocumentValue({ ...document, training: changed }, document.name);
}

/** What is wrong with a document is told with the name it was opened by. */
async function aboutFile<T>({ file }: NamedDocument, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof NetwrightError) || error.problems.length === 0) throw error;
    const { code, problems, text: sentence } = error;
    throw new NetwrightError(code, text(`${file}: ${sentence.en}`, `${file}：${sentence.zh}`), problems);
  }
}

/** The first Ctrl-C ends the run with a checkpoint; a second one ends the process as usual. */
function stopOnSignal(thread: RunThread): () => void {
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const stop = (): void => {
    letGo();
    thread.control({ kind: 'control', run: thread.started.run, action: 'stop' });
  };
  const letGo = (): void => {
    for (const signal of signals) process.off(signal, stop);
  };
  for (const signal of signals) process.on(signal, stop);
  return letGo;
}

const events = {
  done: 'done',
  stopped: 'stopped',
  failed: 'failed',
  running: 'failed',
  paused: 'failed',
} as const;

function finish(output: Output, run: string, outcome: FinishedRun): void {
  const { state, failure, ending, unsaved, epochs, steps, stepsPerSecond, ...rest } = outcome;
  const event = events[state];
  output.result(
    {
      event,
      run,
      epochs,
      steps,
      stepsPerSecond,
      ...rest,
      ...(ending && { ending: say(ending) }),
      ...(failure && { code: failure.code, message: say(failure.message) }),
    },
    summary(run, outcome),
  );
  if (failure !== undefined) {
    process.stderr.write(`${say(failure.message)}\n`);
    process.exitCode = exitCodes.failed;
  }
  if (unsaved !== undefined) throw errorOf(unsaved);
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

function summary(run: string, outcome: FinishedRun): Text {
  const { state, epochs, steps, stepsPerSecond, ending, kernels, workers } = outcome;
  const speed = Math.round(stepsPerSecond).toLocaleString('en');
  const figures = partLines((part) =>
    part === 'train' || outcome[part] !== undefined ? metricsText(outcome[part]) : undefined,
  );
  const verdict = {
    done: text('Trained', '训练完成'),
    stopped: text('Stopped', '已停止'),
    failed: text('Failed', '训练失败'),
    running: text('Failed', '训练失败'),
    paused: text('Failed', '训练失败'),
  }[state];
  const early = ending === undefined ? text('', '') : text(`\n${ending.en}`, `\n${ending.zh}`);
  return text(
    `${verdict.en}: ${counted(epochs, 'epoch')}, ${counted(steps, 'step')}, ${speed} steps/s (${kernels} kernels, ${counted(workers, 'thread')})${early.en}\n` +
      `${figures.en}\nrun folder: ${run}`,
    `${verdict.zh}：${epochs} 轮，${steps} 步，${speed} 步/秒（${kernels} 内核，${workers} 个线程）${early.zh}\n` +
      `${figures.zh}\n运行文件夹：${run}`,
  );
}
