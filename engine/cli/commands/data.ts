import type { Command } from 'commander';
import type { ChannelStatistics } from '../../data/sources/contract.ts';
import { sourceOf } from '../../data/sources/index.ts';
import { type Language, type Text, text } from '../../declaration/text.ts';
import { type OpenedFile, openedReport } from '../../hosts/data-files.ts';
import { jsonOption, path } from '../options.ts';
import { createOutput, figure, say } from '../output.ts';
import { textTable } from '../text-table.ts';

/** More classes than these are summed up in one line. */
const mostListed = 20;
const mostColumns = 40;

export function addData(program: Command): void {
  program
    .command('data')
    .description(say(text('tell what lies in a data file or folder', '查看数据文件或文件夹中有什么')))
    .argument('<path>', say(text('file or folder', '文件或文件夹')), path('path'))
    .addOption(jsonOption())
    .action(data);
}

async function data(given: string, options: { readonly json?: boolean }): Promise<void> {
  const output = createOutput(options.json === true);
  const found = await openedReport(given);
  const { source, files, report } = found;
  output.result(
    { event: 'data', source, ...files, ...report, remarks: report.remarks.map(say) },
    text(readable(found, 'en'), readable(found, 'zh')),
  );
}

const words = {
  en: {
    comma: ', ',
    train: 'training samples',
    test: 'test samples',
    given: 'given by the files',
    drawn: 'drawn evenly from every class',
    shape: 'shape of a sample',
    classes: 'classes',
    class: 'class',
    inTrain: 'training',
    inTest: 'test',
    channel: 'channel',
    mean: 'mean',
    deviation: 'deviation',
    min: 'min',
    max: 'max',
    missing: 'missing',
    from: (low: string, high: string) => `from ${low} to ${high} training samples each`,
  },
  zh: {
    comma: '，',
    train: '训练样本',
    test: '测试样本',
    given: '由文件给定',
    drawn: '按类别均匀抽取',
    shape: '样本形状',
    classes: '类别数',
    class: '类别',
    inTrain: '训练',
    inTest: '测试',
    channel: '通道',
    mean: '均值',
    deviation: '标准差',
    min: '最小',
    max: '最大',
    missing: '缺失',
    from: (low: string, high: string) => `每类 ${low} 到 ${high} 个训练样本`,
  },
} as const;

function readable({ source, files, report }: OpenedFile, language: Language): string {
  const w = words[language];
  const title = sourceOf(source)?.title[language] ?? source;
  const whole = (count: number): string => count.toLocaleString('en');
  const { classes, statistics, remarks } = report;
  const facts: [string, string][] = [
    [w.train, whole(report.train)],
    [w.test, `${whole(report.test)}${w.comma}${report.isTestGiven ? w.given : w.drawn}`],
    [w.shape, report.inputShape.join('×')],
  ];
  if (classes !== undefined) {
    const counts = classes.map(({ train }) => train);
    const spread = w.from(whole(Math.min(...counts)), whole(Math.max(...counts)));
    facts.push([w.classes, `${classes.length}${w.comma}${spread}`]);
  }
  const blocks = [[`${files.path}: ${title}`, ...textTable(facts, ['left', 'left'])]];
  if (classes !== undefined && classes.length <= mostListed) {
    const rows = classes.map(({ name, train, test }) => [name[language], whole(train), whole(test)]);
    blocks.push(textTable([[w.class, w.inTrain, w.inTest], ...rows], ['left', 'right', 'right']));
  }
  if (statistics.length > 0) blocks.push(statisticsTable(statistics, language));
  if (remarks.length > 0) blocks.push(remarks.map((remark: Text) => `! ${remark[language]}`));
  return blocks.map((lines) => lines.join('\n')).join('\n\n');
}

function statisticsTable(statistics: readonly ChannelStatistics[], language: Language): string[] {
  const w = words[language];
  const rows = statistics
    .slice(0, mostColumns)
    .map(({ name, mean, deviation, min, max, missing }) => [
      name,
      ...[mean, deviation, min, max].map(figure),
      `${missing}`,
    ]);
  const lines = textTable(
    [[w.channel, w.mean, w.deviation, w.min, w.max, w.missing], ...rows],
    ['left', 'right', 'right', 'right', 'right', 'right'],
  );
  return statistics.length > mostColumns ? [...lines, '…'] : lines;
}
