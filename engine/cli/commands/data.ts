import type { Command } from 'commander';
import type { ChannelStatistics } from '../../data/sources/contract.ts';
import { sourceOf } from '../../data/sources/index.ts';
import { type Role, rolesOf } from '../../data/sources/table.ts';
import type { FoundColumn } from '../../declaration/found-files.ts';
import { type Language, type Text, text } from '../../declaration/text.ts';
import { type OpenedFile, openedReport } from '../../hosts/data-files.ts';
import { type PartOrigin, parts } from '../../protocol/data-messages.ts';
import { dataPath, listKnownSets, setNames } from '../known-data.ts';
import { jsonOption, path } from '../options.ts';
import { createOutput, figure, say } from '../output.ts';
import { textTable } from '../text-table.ts';

/** More classes than these are summed up in one line. */
const mostListed = 20;
const mostColumns = 40;

export function addData(program: Command): void {
  program
    .command('data')
    .description(
      say(
        text(
          'tell what lies in a data file or folder, or download a known set; alone, list these',
          '查看数据文件或文件夹中有什么，或下载知名数据集；不带参数则列出这些数据集',
        ),
      ),
    )
    .argument(
      '[data]',
      say(text(`file, folder or one of ${setNames}`, `文件、文件夹，或 ${setNames} 之一`)),
      path('data'),
    )
    .addOption(jsonOption())
    .action(data);
}

async function data(given: string | undefined, options: { readonly json?: boolean }): Promise<void> {
  const output = createOutput(options.json === true);
  if (given === undefined) {
    await listKnownSets(output);
    return;
  }
  const found = await openedReport(await dataPath(given, output));
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
    validation: 'validation samples',
    test: 'test samples',
    origin: {
      given: 'given by the files',
      byClass: 'drawn evenly from every class',
      random: 'drawn at random',
    },
    shape: 'shape of a sample',
    classes: 'classes',
    class: 'class',
    inTrain: 'training',
    inValidation: 'validation',
    inTest: 'test',
    channel: 'channel',
    column: 'column',
    kind: 'kind',
    role: 'use',
    holds: 'holds',
    kinds: { number: 'number', category: 'category', date: 'date', text: 'text', part: 'part' },
    roles: { input: 'input', target: 'target', split: 'split', ignored: 'ignored' },
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
    validation: '验证样本',
    test: '测试样本',
    origin: { given: '由文件给定', byClass: '按类别均匀抽取', random: '随机抽取' },
    shape: '样本形状',
    classes: '类别数',
    class: '类别',
    inTrain: '训练',
    inValidation: '验证',
    inTest: '测试',
    channel: '通道',
    column: '列',
    kind: '类型',
    role: '用途',
    holds: '内容',
    kinds: { number: '数值', category: '类别', date: '日期', text: '文字', part: '部分' },
    roles: { input: '输入', target: '目标', split: '划分', ignored: '忽略' },
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
  const held = (count: number, origin: PartOrigin): string => `${whole(count)}${w.comma}${w.origin[origin]}`;
  const facts: [string, string][] = [
    [w.train, whole(report.train)],
    ...(report.validation === 0
      ? []
      : [[w.validation, held(report.validation, report.origins.validation)] as [string, string]]),
    [w.test, held(report.test, report.origins.test)],
    [w.shape, report.inputShape.join('×')],
  ];
  if (classes !== undefined) {
    const counts = classes.map(({ train }) => train);
    const spread = w.from(whole(Math.min(...counts)), whole(Math.max(...counts)));
    facts.push([w.classes, `${classes.length}${w.comma}${spread}`]);
  }
  const blocks = [[`${files.path}: ${title}`, ...textTable(facts, ['left', 'left'])]];
  if (classes !== undefined && classes.length <= mostListed) {
    const told = parts.filter((part) => part !== 'validation' || report.validation > 0);
    const heads = { train: w.inTrain, validation: w.inValidation, test: w.inTest };
    const rows = classes.map((row) => [row.name[language], ...told.map((part) => whole(row[part]))]);
    const right = told.map(() => 'right' as const);
    blocks.push(textTable([[w.class, ...told.map((part) => heads[part])], ...rows], ['left', ...right]));
  }
  if (report.rows !== undefined) blocks.push(columnsTable(files.columns, statistics, language));
  else if (statistics.length > 0) blocks.push(statisticsTable(statistics, language));
  if (remarks.length > 0) blocks.push(remarks.map((remark: Text) => `! ${remark[language]}`));
  return blocks.map((lines) => lines.join('\n')).join('\n\n');
}

/** What each column is, and what it is for unless something else is asked. */
function columnsTable(
  columns: readonly FoundColumn[],
  statistics: readonly ChannelStatistics[],
  language: Language,
): string[] {
  const w = words[language];
  const roles = rolesOf(columns, { target: '', ignored: '' });
  const rows = columns.slice(0, mostColumns).map(({ name, kind, values, missing = 0 }, i) => {
    const found = statistics.find((known) => known.name === name);
    const span = found && `${figure(found.min)} … ${figure(found.max)}, ${w.mean} ${figure(found.mean)}`;
    const list = values.slice(0, 4).join(', ') + (values.length > 4 ? ', …' : '');
    const holds = values.length > 0 && kind !== 'number' ? `${values.length}: ${list}` : (span ?? '');
    return [name, w.kinds[kind], w.roles[roles[i] as Role], `${missing}`, holds];
  });
  const lines = textTable(
    [[w.column, w.kind, w.role, w.missing, w.holds], ...rows],
    ['left', 'left', 'left', 'right', 'left'],
  );
  return columns.length > mostColumns ? [...lines, '…'] : lines;
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
