import type { Command } from 'commander';
import { text } from '../../declaration/text.ts';
import {
  compareInference,
  compareProduct,
  compareSpeed,
  compareTelemetry,
  compareThreads,
  engineSide,
  type Measuring,
  showProfile,
} from '../bench/comparisons.ts';
import { serveEngineSide } from '../bench/engine-side.ts';
import { findTorch } from '../bench/torch-side.ts';
import { small, type Workload, workloads } from '../bench/workload.ts';
import { jsonOption, oneOf, wholeNumber } from '../options.ts';
import { createOutput, say } from '../output.ts';

interface BenchOptions {
  readonly json?: boolean;
  readonly peer?: 'torch';
  readonly python?: string;
  readonly rounds: number;
  readonly only?: string;
  readonly profile?: boolean;
}

const networkNames = workloads.map(({ network }) => network);

export function addBench(program: Command): void {
  program
    .command('bench')
    .description(say(text('measure speed, memory and threads', '测量速度、内存与多线程')))
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
    .option(
      '--only <network>',
      say(text(`one network: ${networkNames.join(', ')}`, `只测一个网络：${networkNames.join('、')}`)),
      oneOf('--only', networkNames),
    )
    .option('--profile', say(text('time per kernel instead', '改为列出各内核的时间')))
    .addOption(jsonOption())
    .action(bench);
  program.command(engineSide, { hidden: true }).action(serveEngineSide);
}

async function bench(options: BenchOptions): Promise<void> {
  const python = options.peer === undefined ? undefined : findTorch(options.python);
  if (options.peer !== undefined && python === undefined) {
    const sentence = text(
      'There is no Python with torch to compare with (--python or NETWRIGHT_PYTHON names one); peer is null.',
      '没有可供对比的、带有 torch 的 Python（可用 --python 或 NETWRIGHT_PYTHON 指定）；peer 为 null。',
    );
    process.stderr.write(`${say(sentence)}\n`);
  }
  const output = createOutput(options.json === true);
  const measuring: Measuring = { output, rounds: options.rounds, python };
  const chosen = workloads.filter(({ network }) => options.only === undefined || network === options.only);
  for (const workload of chosen) {
    if (options.profile === true) await showProfile(measuring, workload);
    else await compareSpeed(measuring, workload);
  }
  if (options.profile === true || options.only !== undefined) return;
  const residual = workloads.find(({ network }) => network === 'resnet-20') as Workload;
  await compareSpeed(measuring, residual, 'portable');
  await compareThreads(measuring, residual);
  await compareProduct(measuring, 512);
  await compareInference(measuring, residual);
  await compareTelemetry(measuring, small);
}
