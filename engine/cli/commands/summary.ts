import type { Command } from 'commander';
import { compilePlan } from '../../compiler/compile.ts';
import { type Summary, type SummaryFigures, type SummaryRow, summarise } from '../../compiler/summary.ts';
import { shapeLabel } from '../../declaration/tensor-type.ts';
import { type Language, type Text, text } from '../../declaration/text.ts';
import { type Analysis, analyseDocument, hasErrors } from '../../document/analyse.ts';
import { catalogue } from '../../document/catalogue.ts';
import { problemText } from '../../document/problem-text.ts';
import { partCountsOf } from '../../document/run-length.ts';
import type { DocumentNode, NetwrightDocument } from '../../document/schema.ts';
import { openTemplateOrFile } from '../../hosts/templates.ts';
import { prepareHere } from '../../hosts/training-thread.ts';
import type { KernelChoice, Measured, NodeTime } from '../../protocol/live-run-messages.ts';
import { endlessly, measureTraining } from '../../training/measure.ts';
import { jsonOption, kernelsOption, path, setOption, threadsOption } from '../options.ts';
import { createOutput, type Output, say } from '../output.ts';
import { applySettings } from '../settings.ts';
import { textTable } from '../text-table.ts';

interface SummaryOptions {
  readonly json?: boolean;
  readonly time?: boolean;
  readonly set?: readonly string[];
  readonly threads?: number;
  readonly kernels?: KernelChoice;
}

/** How long `--time` trains at least. */
const seconds = 2;

export function addSummary(program: Command): void {
  program
    .command('summary')
    .description(say(text('list what every layer is and costs', '列出每一层的形状与开销')))
    .argument(
      '<project>',
      say(text('template name or .netwright.json file', '模板名称或 .netwright.json 文件')),
      path('project'),
    )
    .option(
      '--time',
      say(
        text(
          'train for two seconds, longer where steps differ much, keeping nothing, to measure time per layer and per epoch',
          '试训练两秒（各步耗时相差较大时更久，不保留结果），测出每层与每轮的时间',
        ),
      ),
    )
    .addOption(setOption())
    .addOption(threadsOption())
    .addOption(kernelsOption())
    .addOption(jsonOption())
    .action(summary);
}

async function summary(project: string, options: SummaryOptions): Promise<void> {
  const output = createOutput(options.json === true);
  const opened = await openTemplateOrFile(project);
  const document = applySettings(opened.document, options.set ?? []);
  const analysis = analyseDocument(document);
  const found = summarise(document, analysis);
  const measured = options.time === true ? await measure(document, options, output) : undefined;
  const arenaBytes = measured?.arenaBytes ?? arenaBytesOf(document, analysis);
  for (const row of found.rows) output.result({ event: 'layer', ...plainRow(row, measured) });
  output.result({
    event: 'total',
    ...found.total,
    layers: found.rows.length,
    batch: found.batch,
    ...(arenaBytes !== undefined && { arenaBytes }),
    ...(measured !== undefined && plainMeasured(measured)),
  });
  if (output.json) return;
  const parts = { document, analysis, found, measured, arenaBytes };
  process.stdout.write(`${say(text(readable(parts, 'en'), readable(parts, 'zh')))}\n`);
}

async function measure(
  document: NetwrightDocument,
  { threads, kernels }: SummaryOptions,
  output: Output,
): Promise<Measured> {
  output.progress(text('measuring …', '正在测量……'));
  const options = { ...(threads !== undefined && { threads }), ...(kernels !== undefined && { kernels }) };
  const prepared = await prepareHere({ document: endlessly(document), options, run: 'summary' });
  try {
    return measureTraining(prepared, { seconds, watch: 'none', send: structuredClone });
  } finally {
    prepared.machine.close();
  }
}

/** Undefined where the document cannot run yet. */
function arenaBytesOf(document: NetwrightDocument, analysis: Analysis): number | undefined {
  if (hasErrors(analysis)) return undefined;
  const counts = partCountsOf(document.training, analysis.data[0] as DocumentNode);
  return compilePlan(document, { counts }).arenaWords * 4;
}

function plainRow({ node, name, type, figures }: SummaryRow, measured: Measured | undefined): object {
  const times = timeOf(measured, node);
  if (figures === undefined) return { node, name, type, known: false };
  const outputs = figures.outputs.map((out) => ({
    port: out.port,
    shape: ['N', ...out.type.shape.slice(1)],
  }));
  return { ...times, node, name, type, known: true, ...figures, outputs };
}

function plainMeasured({ times, ...measured }: Measured): object {
  if (times === undefined) return measured;
  const { forwardMs, backwardMs, updateMs } = times;
  return { ...measured, forwardMs, backwardMs, updateMs };
}

const timeOf = (measured: Measured | undefined, node: string): NodeTime | undefined =>
  measured?.times?.nodes.find((time) => time.node === node);

const headings = {
  en: ['layer', 'type', 'output', 'parameters', 'statistics', 'multiply-adds', 'activations'],
  zh: ['层', '类型', '输出', '参数', '统计量', '乘加', '激活内存'],
} as const;
/** Stands behind the parameters where any are frozen. */
const frozenHeading = { en: 'of them frozen', zh: '其中冻结' } as const;
const parametersColumn = headings.en.indexOf('parameters');
const timeHeadings = { en: ['forward', 'backward'], zh: ['前向', '反向'] } as const;

interface Readable {
  readonly document: NetwrightDocument;
  readonly analysis: Analysis;
  readonly found: Summary;
  readonly measured: Measured | undefined;
  readonly arenaBytes: number | undefined;
}

function readable({ document, analysis, found, measured, arenaBytes }: Readable, language: Language): string {
  const names = new Map(analysis.flat.nodes.map(({ id, name }) => [id, name]));
  const times = measured?.times;
  const inTime = timeFormat(times?.nodes ?? []);
  const withFrozen = (columns: readonly string[], cell: string): string[] =>
    found.total.frozen === 0 ? [...columns] : columns.toSpliced(parametersColumn + 1, 0, cell);
  const rows = found.rows.map((row) => [
    ...withFrozen(
      [
        row.name,
        catalogue.get(row.type)?.title[language] ?? row.type,
        ...cells(row.figures, names, language),
      ],
      row.figures === undefined ? '–' : whole(row.figures.frozen),
    ),
    ...(times ? timeCells(timeOf(measured, row.node), inTime, names, language) : []),
  ]);
  const { parameters, frozen, statistics, multiplyAdds, activationBytes, unknown } = found.total;
  const total = [
    ...withFrozen(
      [
        { en: 'total', zh: '合计' }[language],
        '',
        '',
        ...[parameters, statistics, multiplyAdds].map(whole),
        size(activationBytes),
      ],
      whole(frozen),
    ),
    ...(times ? [times.forwardMs, times.backwardMs].map(inTime) : []),
  ];
  const heading = [
    ...withFrozen(headings[language], frozenHeading[language]),
    ...(times ? timeHeadings[language] : []),
  ];
  const sides = heading.map((_, column) => (column < 3 ? 'left' : 'right') as 'left' | 'right');
  const [head = '', ...lines] = textTable([heading, ...rows, total], sides);
  const notes = notesOf({ document, analysis, found, measured, arenaBytes }, unknown);
  return [
    head,
    ...lines.slice(0, -1),
    '',
    ...lines.slice(-1),
    '',
    ...notes.map((note) => note[language]),
  ].join('\n');
}

function cells(
  figures: SummaryFigures | undefined,
  names: ReadonlyMap<string, string>,
  language: Language,
): string[] {
  if (figures === undefined) return ['–', '–', '–', '–', '–'];
  const { outputs, parameters, weightsOf, statistics, multiplyAdds, activationBytes } = figures;
  const isOne = outputs.length === 1;
  const shapes = outputs.map(({ port, type }) => `${isOne ? '' : `${port} `}${shapeLabel(type.shape)}`);
  const owner = weightsOf === undefined ? undefined : (names.get(weightsOf) ?? weightsOf);
  return [
    shapes.join(', ') || '–',
    owner === undefined ? whole(parameters) : { en: `those of ${owner}`, zh: `共用 ${owner}` }[language],
    whole(statistics),
    whole(multiplyAdds),
    size(activationBytes),
  ];
}

function timeCells(
  time: NodeTime | undefined,
  inTime: (ms: number) => string,
  names: ReadonlyMap<string, string>,
  language: Language,
): string[] {
  const cell = (ms: number | undefined, within: string | undefined): string => {
    if (ms !== undefined) return inTime(ms);
    if (within === undefined) return '–';
    if (within === time?.node) return { en: 'with backward', zh: '含于反向' }[language];
    const name = names.get(within) ?? within;
    return { en: `in ${name}`, zh: `含于 ${name}` }[language];
  };
  return [cell(time?.forwardMs, time?.forwardIn), cell(time?.backwardMs, time?.backwardIn)];
}

function notesOf({ document, analysis, found, measured, arenaBytes }: Readable, unknown: number): Text[] {
  const { batch } = found;
  const notes: Text[] = [];
  if (unknown > 0) {
    const first = analysis.problems.find(({ severity }) => severity === 'error');
    const why = first === undefined ? text('', '') : problemText(first, document);
    notes.push(
      text(
        `Not counted yet: ${unknown} of ${found.rows.length} layers (–). ${why.en}`.trimEnd(),
        `${found.rows.length} 层中有 ${unknown} 层尚无法统计（–）。${why.zh}`,
      ),
    );
  }
  if (arenaBytes !== undefined) {
    notes.push(
      text(
        `Training at batch size ${batch} will take ${size(arenaBytes)} of memory.`,
        `以批大小 ${batch} 训练，预计占用内存 ${size(arenaBytes)}。`,
      ),
    );
  }
  if (measured !== undefined) notes.push(...timeNotes(measured));
  return notes;
}

function timeNotes({
  stepMs,
  stepsPerEpoch,
  evaluationMs,
  secondsPerEpoch,
  times,
  kernels,
  workers,
}: Measured): Text[] {
  const [step, epoch, test] = [duration(stepMs), duration(secondsPerEpoch * 1000), duration(evaluationMs)];
  const notes = [
    text(
      `An epoch will take about ${epoch.en}: ${stepsPerEpoch} steps of ${step.en}, and ${test.en} for measuring after it (${kernels} kernels, ${workers} ${workers === 1 ? 'thread' : 'threads'}).`,
      `每轮预计约 ${epoch.zh}：${stepsPerEpoch} 步，每步 ${step.zh}，每轮后的评估 ${test.zh}（${kernels} 内核，${workers} 个线程）。`,
    ),
  ];
  if (times !== undefined) {
    const rest = duration(times.updateMs);
    notes.push(
      text(
        `Times are medians of ${times.steps} timed steps; optimizer and checks take another ${rest.en} a step.`,
        `时间为 ${times.steps} 个计时步的中位数；优化器与检查每步另需 ${rest.zh}。`,
      ),
    );
  }
  return notes;
}

const whole = (value: number): string => Math.round(value).toLocaleString('en-US');

/** All times of a table in one unit: microseconds where none reaches a millisecond. */
function timeFormat(nodes: readonly NodeTime[]): (ms: number) => string {
  const largest = Math.max(
    0,
    ...nodes.flatMap(({ forwardMs = 0, backwardMs = 0 }) => [forwardMs, backwardMs]),
  );
  if (largest < 1) return (ms) => `${(ms * 1000).toFixed(1)} µs`;
  return (ms) => `${ms.toFixed(largest < 100 ? 2 : 1)} ms`;
}

function duration(ms: number): Text {
  if (ms < 1) return text(`${(ms * 1000).toFixed(0)} µs`, `${(ms * 1000).toFixed(0)} 微秒`);
  if (ms < 1000) return text(`${Number(ms.toPrecision(3))} ms`, `${Number(ms.toPrecision(3))} 毫秒`);
  if (ms < 120_000) return text(`${(ms / 1000).toFixed(1)} s`, `${(ms / 1000).toFixed(1)} 秒`);
  return text(`${(ms / 60_000).toFixed(1)} min`, `${(ms / 60_000).toFixed(1)} 分钟`);
}

/** In powers of 1024. */
function size(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  let value = bytes;
  let unit = 0;
  for (; value >= 1024 && unit < units.length - 1; unit++) value /= 1024;
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}
