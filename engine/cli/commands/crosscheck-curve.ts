import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { type Text, text } from '../../declaration/text.ts';
import type { NetwrightDocument } from '../../document/schema.ts';
import { fullPath } from '../../hosts/source-files.ts';
import { findTorch } from '../bench/torch-side.ts';
import { curveDocument, engineCurve, torchCurves } from '../crosscheck/curve-sides.ts';
import { type ComparedPoint, type Curve, compareCurves, type Measure } from '../crosscheck/curves.ts';
import { jsonOption, path, pythonOption, wholeNumber } from '../options.ts';
import { createOutput, exitCodes, type Output, say } from '../output.ts';
import type { Spread } from '../over-seeds.ts';
import { textTable } from '../text-table.ts';

interface CurveOptions {
  readonly json?: boolean;
  readonly python?: string;
  readonly data?: string;
  readonly epochs: number;
  readonly seeds: number;
}

export function addCurve(crosscheck: Command): void {
  crosscheck
    .command('curve')
    .description(
      say(
        text(
          'train ResNet-20 here and in PyTorch by the same recipe, and compare the curves epoch by epoch',
          '按同样的设置分别在这里和 PyTorch 中训练 ResNet-20，并逐轮比较曲线',
        ),
      ),
    )
    .option(
      '--data <path>',
      say(text('images to train on, such as CIFAR-100', '训练用的图像，例如 CIFAR-100')),
      path('--data'),
    )
    .option(
      '--epochs <n>',
      say(text('epochs of each run', '每次训练的轮数')),
      wholeNumber('--epochs', 1, 1000),
      4,
    )
    .option(
      '--seeds <n>',
      say(text('runs on each side', '每一方训练的次数')),
      wholeNumber('--seeds', 2, 100),
      3,
    )
    .addOption(pythonOption())
    .addOption(jsonOption())
    // Options that both commands have are taken by the one above.
    .action((_options: unknown, command: Command) => curve(command.optsWithGlobals()));
}

async function curve({ json, python: asked, data, epochs, seeds }: CurveOptions): Promise<void> {
  const output = createOutput(json === true);
  const python = findTorch(asked);
  if (python === undefined) {
    output.result({ event: 'skipped', missing: 'torch' }, noTorch);
    return;
  }
  if (data === undefined || !existsSync(fullPath(data))) {
    output.result({ event: 'skipped', missing: 'data' }, noData(data));
    return;
  }
  const document = await curveDocument(data, epochs);
  const { ours, theirs } = await trainBoth(output, python, document, { epochs, seeds });
  const points = compareCurves(ours, theirs);
  const isWithin = points.every((point) => point.isWithin);
  const verdict = isWithin
    ? text('The curves are the same within the spread of their seeds.', '两条曲线在各种子的离散范围内一致。')
    : text('The curves are NOT the same.', '两条曲线不一致。');
  output.result(
    { event: 'curve', within: isWithin, seeds, points },
    text(`${tableOf(points, 'en')}\n${verdict.en}`, `${tableOf(points, 'zh')}\n${verdict.zh}`),
  );
  if (!isWithin) process.exitCode = exitCodes.failed;
}

export const noTorch = text(
  'Nothing was compared: there is no Python with torch here (--python or NETWRIGHT_PYTHON names one).',
  '没有进行对比：这里没有带 torch 的 Python（可用 --python 或 NETWRIGHT_PYTHON 指定）。',
);

const noData = (found: string | undefined): Text =>
  text(
    `Nothing was compared: --data has to name the images to train on, found ${found === undefined ? 'none' : `"${found}", which is not there`}.`,
    `没有进行对比：须用 --data 指定训练用的图像，${found === undefined ? '实际未给出' : `而“${found}”不存在`}。`,
  );

/** The sides take turns, so that what is told on the way says something of both. */
async function trainBoth(
  output: Output,
  python: string,
  document: NetwrightDocument,
  { epochs, seeds }: Pick<CurveOptions, 'epochs' | 'seeds'>,
): Promise<{ readonly ours: readonly Curve[]; readonly theirs: readonly Curve[] }> {
  const torch = await torchCurves(python, document);
  const tell = (side: Text, seed: number) => (epoch: number) =>
    output.progress(
      text(
        `${side.en}, seed ${seed}/${seeds}: epoch ${epoch}/${epochs}`,
        `${side.zh}，种子 ${seed}/${seeds}：第 ${epoch}/${epochs} 轮`,
      ),
    );
  const ours: Curve[] = [];
  const theirs: Curve[] = [];
  try {
    for (let seed = 1; seed <= seeds; seed++) {
      ours.push(await engineCurve(document, seed, tell(text('engine', '引擎'), seed)));
      theirs.push(await torch.train(seed, tell(text('PyTorch', 'PyTorch'), seed)));
    }
  } finally {
    torch.remove();
  }
  return { ours, theirs };
}

const measureTexts: Readonly<Record<Measure, Text>> = {
  'train loss': text('train loss', '训练损失'),
  'train accuracy': text('train accuracy', '训练准确率'),
  'test loss': text('test loss', '测试损失'),
  'test accuracy': text('test accuracy', '测试准确率'),
};

function tableOf(points: readonly ComparedPoint[], language: 'en' | 'zh'): string {
  const head = {
    en: ['epoch', '', 'engine', 'PyTorch', 'apart', 'allowed', ''],
    zh: ['轮', '', '引擎', 'PyTorch', '相差', '允许', ''],
  }[language];
  const rows = points
    .toSorted((a, b) => a.epoch - b.epoch)
    .map(({ epoch, measure, engine, torch, apart, allowed, isWithin }) => {
      const shown = measure.endsWith('accuracy')
        ? (value: number) => `${(100 * value).toFixed(2)} %`
        : (value: number) => value.toFixed(4);
      const both = ({ mean, deviation }: Spread): string => `${shown(mean)} ± ${shown(deviation)}`;
      const verdict = isWithin ? text('within', '范围内') : text('OUTSIDE', '超出');
      return [
        `${epoch}`,
        measureTexts[measure][language],
        both(engine),
        both(torch),
        shown(apart),
        shown(allowed),
        verdict[language],
      ];
    });
  return textTable([head, ...rows], ['right', 'left', 'right', 'right', 'right', 'right', 'left']).join('\n');
}
