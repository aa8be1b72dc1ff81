import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { type Text, text } from '../../declaration/text.ts';
import { partUrl } from '../../hosts/engine-parts.ts';
import { Contestant, median, type Stretch, type Task, type Trained } from '../bench/contestant.ts';
import { serveEngineSide } from '../bench/engine-side.ts';
import { findTorch, torchSide } from '../bench/torch-side.ts';
import { large, small, type Workload } from '../bench/workload.ts';
import { jsonOption, oneOf, wholeNumber } from '../options.ts';
import { createOutput, type Output, percent, say } from '../output.ts';

interface BenchOptions {
  readonly json?: boolean;
  readonly peer?: 'torch';
  readonly python?: string;
  readonly rounds: number;
}

interface Peer {
  readonly name: 'torch';
  readonly version: string;
  readonly threads: number;
  readonly stepsPerSecond: number;
}

const engineSide = 'bench-engine';
const warmUp: Stretch = { seconds: 0.3 };
const stretch: Stretch = { seconds: 0.4 };

export function addBench(program: Command): void {
  program
    .command('bench')
    .description(say(text('measure steps per second', '测量每秒训练步数')))
    .option(
      '--peer <name>',
      say(text('compare in the same run: torch', '在同一次运行中对比：torch')),
      oneOf('--peer', ['torch']),
    )
    .option(
      '--python <path>',
      say(
        text(
          'Python with torch (else NETWRIGHT_PYTHON, python3)',
          '带有 torch 的 Python（否则用 NETWRIGHT_PYTHON 或 python3）',
        ),
      ),
    )
    .option(
      '--rounds <n>',
      say(text('rounds; medians are shown', '轮数；显示中位数')),
      wholeNumber('--rounds', 1, 1000),
      9,
    )
    .addOption(jsonOption())
    .action(bench);
  program.command(engineSide, { hidden: true }).action(serveEngineSide);
}

async function bench(options: BenchOptions): Promise<void> {
  const output = createOutput(options.json === true);
  const python = options.peer === undefined ? undefined : findTorch(options.python);
  if (options.peer !== undefined && python === undefined) {
    const sentence = text(
      'There is no Python with torch to compare with (--python or NETWRIGHT_PYTHON names one); peer is null.',
      '没有可供对比的、带有 torch 的 Python（可用 --python 或 NETWRIGHT_PYTHON 指定）；peer 为 null。',
    );
    process.stderr.write(`${say(sentence)}\n`);
  }
  await compareSpeed(output, small, options.rounds, python);
  await compareTelemetry(output, small, options.rounds);
  await compareSpeed(output, large, options.rounds, python);
}

const nameOf = ({ sizes, optimizer }: Workload): string =>
  `mlp-${sizes.join('-')}${optimizer === 'sgd' ? '' : `-${optimizer}`}`;

interface EngineReady {
  readonly kernels: string;
  readonly workers: number;
}

async function startEngine(
  task: Task,
): Promise<{ readonly engine: Contestant; readonly ready: EngineReady }> {
  const engine = new Contestant(process.execPath, [fileURLToPath(partUrl('cli.js')), engineSide]);
  const ready = await engine.ask<EngineReady>(task);
  await engine.ask(warmUp);
  return { engine, ready };
}

/** Both sides take turns within each round, so that what else the machine does meets both alike. */
async function compareSpeed(
  output: Output,
  workload: Workload,
  rounds: number,
  python: string | undefined,
): Promise<void> {
  const name = nameOf(workload);
  const { engine, ready } = await startEngine({ ...workload, threads: availableParallelism() });
  const torch = python === undefined ? undefined : await startTorch(python, workload);
  try {
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let round = 1; round <= rounds; round++) {
      sayRound(output, name, round, rounds);
      ours.push(await engine.stepsPerSecond(stretch));
      if (torch !== undefined) theirs.push(await torch.side.stepsPerSecond(stretch));
    }
    const stepsPerSecond = median(ours);
    const peer: Peer | null = torch
      ? { name: 'torch', version: torch.version, threads: torch.threads, stepsPerSecond: median(theirs) }
      : null;
    const ratio = peer && stepsPerSecond / peer.stepsPerSecond;
    const row = { bench: name, batch: workload.batch, stepsPerSecond, ...ready, peer, ratio };
    output.result(row, speedText(name, workload.batch, stepsPerSecond, peer));
  } finally {
    engine.close();
    torch?.side.close();
  }
}

interface Torch {
  readonly side: Contestant;
  readonly version: string;
  readonly threads: number;
}

/** PyTorch at its best: small networks lose by more threads, large ones gain. */
async function startTorch(python: string, workload: Workload): Promise<Torch> {
  const tried = await Promise.all(
    [...new Set([1, availableParallelism()])].map(async (threads) => {
      const side = torchSide(python);
      const { version } = await side.ask<{ version: string }>({ ...workload, threads });
      return { side, version, threads };
    }),
  );
  let best: Torch | undefined;
  let bestSpeed = -1;
  for (const candidate of tried) {
    await candidate.side.ask(warmUp);
    const speed = await candidate.side.stepsPerSecond(stretch);
    if (speed <= bestSpeed) {
      candidate.side.close();
      continue;
    }
    best?.side.close();
    best = candidate;
    bestSpeed = speed;
  }
  return best as Torch;
}

/** Short stretches in many pairs: the two of a pair meet the same machine, whose speed drifts by more than watching costs. */
const telemetryStretch: Stretch = { seconds: 0.25 };
const telemetryPairs = 6;

/**
 * What watching costs: the same network with all histograms at the studio's rate, and with none. The share that is kept
 * is of steps per second of processor time, so that what else the machine does in one of two stretches is not counted.
 */
async function compareTelemetry(output: Output, workload: Workload, rounds: number): Promise<void> {
  const name = `${nameOf(workload)}+telemetry`;
  const { engine, ready } = await startEngine({ ...workload, threads: availableParallelism() });
  try {
    const trained = { all: [] as Trained[], none: [] as Trained[] };
    const pairs = rounds * telemetryPairs;
    for (let pair = 1; pair <= pairs; pair++) {
      sayRound(output, name, pair, pairs);
      const order = pair % 2 === 0 ? (['none', 'all'] as const) : (['all', 'none'] as const);
      for (const frames of order) {
        trained[frames].push(await engine.ask<Trained>({ ...telemetryStretch, frames }));
      }
    }
    const wall = ({ steps, seconds }: Trained): number => steps / seconds;
    const cpu = ({ steps, seconds, cpuSeconds }: Trained): number => steps / (cpuSeconds ?? seconds);
    const stepsPerSecond = median(trained.all.map(wall));
    const withoutTelemetry = median(trained.none.map(wall));
    const keeps = median(trained.all.map((shown, pair) => cpu(shown) / cpu(trained.none[pair] as Trained)));
    const row = { bench: name, batch: workload.batch, stepsPerSecond, withoutTelemetry, keeps, ...ready };
    const shown = Math.round(stepsPerSecond).toLocaleString('en');
    output.result(
      row,
      text(
        `${name}: ${shown} steps/s with all histograms, ${percent(keeps)} of the speed without`,
        `${name}：开启全部直方图时 ${shown} 步/秒，为关闭时速度的 ${percent(keeps)}`,
      ),
    );
  } finally {
    engine.close();
  }
}

const sayRound = (output: Output, name: string, round: number, rounds: number): void => {
  if (output.live)
    output.progress(text(`${name}: round ${round}/${rounds}`, `${name}：第 ${round}/${rounds} 轮`));
};

function speedText(name: string, batch: number, speed: number, peer: Peer | null): Text {
  const shown = (value: number): string => Math.round(value).toLocaleString('en');
  const ours = text(
    `${name}, batch ${batch}: ${shown(speed)} steps/s`,
    `${name}，批大小 ${batch}：${shown(speed)} 步/秒`,
  );
  if (peer === null) return ours;
  const ratio = (speed / peer.stepsPerSecond).toFixed(2);
  return text(
    `${ours.en}; torch ${peer.version} (${peer.threads} threads) ${shown(peer.stepsPerSecond)}; ratio ${ratio}`,
    `${ours.zh}；torch ${peer.version}（${peer.threads} 线程）${shown(peer.stepsPerSecond)}；比值 ${ratio}`,
  );
}
