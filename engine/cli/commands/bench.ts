import type { Command } from 'commander';
import { NetwrightError } from '../../declaration/problem.ts';
import { type Text, text } from '../../declaration/text.ts';
import { engineSide } from '../bench/comparisons.ts';
import { serveEngineSide } from '../bench/engine-side.ts';
import { type PeerSource, peerNames } from '../bench/peers.ts';
import { rows, rowsFor } from '../bench/rows.ts';
import { findTfjs } from '../bench/tfjs-side.ts';
import { findTorch } from '../bench/torch-side.ts';
import { type Measuring, mostRounds } from '../bench/turns.ts';
import { collected, jsonOption, oneOf, path, pythonOption, wholeNumber } from '../options.ts';
import { createOutput, say } from '../output.ts';

interface BenchOptions {
  readonly json?: boolean;
  readonly peer?: PeerSource['name'];
  readonly python?: string;
  readonly tfjs?: string;
  readonly rounds?: number;
  readonly only?: readonly string[];
  readonly data?: string;
  readonly profile?: boolean;
}

const rowNames = rows.map(({ name }) => name);
const rowNamed = oneOf('--only', rowNames);

export function addBench(program: Command): void {
  program
    .command('bench')
    .description(say(text('measure speed, memory and threads', '测量速度、内存与多线程')))
    .option(
      '--peer <name>',
      say(
        text(
          `compare in the same run: ${peerNames.join(', ')}`,
          `在同一次运行中对比：${peerNames.join('、')}`,
        ),
      ),
      oneOf('--peer', peerNames),
    )
    .addOption(pythonOption())
    .option(
      '--tfjs <folder>',
      say(
        text(
          'npm project with TensorFlow.js (else NETWRIGHT_TFJS, this folder)',
          '装有 TensorFlow.js 的 npm 项目文件夹（否则用 NETWRIGHT_TFJS 或当前文件夹）',
        ),
      ),
      path('--tfjs'),
    )
    .option(
      '--rounds <n>',
      say(
        text(
          `rounds; medians are shown (else 5 to ${mostRounds}, fewer of what takes long)`,
          `轮数；显示中位数（默认 5 到 ${mostRounds} 轮，耗时长的轮数少）`,
        ),
      ),
      wholeNumber('--rounds', 1, 1000),
    )
    .option(
      '--only <row>',
      say(
        text(
          `one row, may be given again: ${rowNames.join(', ')}`,
          `只测一行，可重复给出：${rowNames.join('、')}`,
        ),
      ),
      (value: string, earlier?: readonly string[]) => collected(rowNamed(value), earlier),
    )
    .option(
      '--data <data>',
      say(
        text(
          'images for the row that loads some: a file, folder or known set (else made ones, as many as in CIFAR-10)',
          '用于测量数据载入的图像：文件、文件夹或知名数据集（默认生成与 CIFAR-10 数量相同的图像）',
        ),
      ),
      path('--data'),
    )
    .option('--profile', say(text('time per kernel instead', '改为列出各内核的时间')))
    .addOption(jsonOption())
    .action(bench);
  program.command(engineSide, { hidden: true }).action(serveEngineSide);
}

async function bench(options: BenchOptions): Promise<void> {
  const { only = [], peer } = options;
  const chosen = rowsFor(only, peer);
  const output = createOutput(options.json === true);
  if (options.profile === true) {
    for (const { name, profile } of chosen)
      if (profile === undefined && only.includes(name)) throw noProfile(name);
  }
  const found = peer === undefined || options.profile === true ? undefined : findPeer(peer, options);
  if (found !== undefined && 'missing' in found) process.stderr.write(`${say(found.missing)}\n`);
  const source = found !== undefined && 'name' in found ? found : undefined;
  const measuring: Measuring = { output, rounds: options.rounds, source, data: options.data };
  for (const { measure, profile } of chosen) {
    if (options.profile === true) await profile?.(measuring);
    else await measure(measuring);
  }
}

function findPeer(
  peer: PeerSource['name'],
  { python: asked, tfjs }: BenchOptions,
): PeerSource | { readonly missing: Text } {
  if (peer === 'tfjs') {
    const found = findTfjs(tfjs);
    return 'missing' in found ? found : { name: peer, folder: found.folder };
  }
  const python = findTorch(asked);
  if (python !== undefined) return { name: peer, python };
  return {
    missing: text(
      'There is no Python with torch to compare with (--python or NETWRIGHT_PYTHON names one); peer is null.',
      '没有可供对比的、带有 torch 的 Python（可用 --python 或 NETWRIGHT_PYTHON 指定）；peer 为 null。',
    ),
  };
}

const noProfile = (name: string): NetwrightError =>
  new NetwrightError(
    'option-invalid',
    text(
      `--profile: expected a row that trains a network, found "${name}".`,
      `--profile：应为训练网络的一行，实际为“${name}”。`,
    ),
  );
