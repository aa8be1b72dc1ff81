import type {
  AnySource,
  FileSourceDefinition,
  SampleType,
  SourceDefinition,
} from '../data/sources/contract.ts';
import {
  allSources as all,
  countsOf,
  isMade,
  openedFiles,
  sampleTypeOf,
  sourceOf,
} from '../data/sources/index.ts';
import { isMixed } from '../data/sources/mixup.ts';
import { type Field, type Fields, type Params, paramText } from '../declaration/fields.ts';
import { elementCount, type TensorType } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import type { LayerDefinition, LayerProblem } from './contract.ts';

/**
 * The fields of every source, each once; those that not every source has are there only while one that has it is chosen.
 * Sources that lie in files decide the order of what they have.
 */
function sourceFields(): Record<string, Field> {
  const ofFiles = fieldsOf(all.filter((source) => !isMade(source)));
  const ofMade = fieldsOf(all.filter(isMade)).filter(([name]) => !ofFiles.some(([other]) => other === name));
  const merged: Record<string, Field> = {};
  for (const [name, field] of [...ofMade, ...ofFiles]) {
    const owners = all.filter((source) => name in source.fields).map((source) => source.type);
    merged[name] = owners.length === all.length ? field : { ...field, when: { field: 'source', is: owners } };
  }
  return merged;
}

const fieldsOf = (sources: readonly AnySource[]): (readonly [string, Field])[] =>
  sources.flatMap((source) => Object.entries(source.fields));

const fields: Fields = {
  source: {
    kind: 'choice',
    label: text('Source', '来源'),
    help: text('Where the samples come from.', '样本从哪里来。'),
    options: all.map(({ type, title }) => ({ value: type, label: title })),
    default: 'circle',
  },
  ...sourceFields(),
};

/** Types of inputs and targets for a batch; classes are labels, or shares where samples are blended. */
function typesOf(type: SampleType, params: Params, batch: number): { x: TensorType; y: TensorType } {
  const { input, target } = type;
  return {
    x: { ...input, shape: [batch, ...input.shape] },
    y: targetType(type, isMixed(params, type), [batch, ...target.shape]),
  };
}

function targetType({ target }: SampleType, areShares: boolean, shape: readonly number[]): TensorType {
  if (target.kind !== 'class') return { shape, dtype: 'float32' };
  const classes = target.classes.length;
  return areShares ? { shape: [...shape, classes], dtype: 'float32' } : { shape, dtype: 'int32', classes };
}

export const data: LayerDefinition = {
  type: 'data',
  version: 1,
  title: text('Data', '数据'),
  category: 'data',
  doc: {
    summary: text(
      'Where training begins: inputs x and what the network should answer to them, y.',
      '训练的起点：输入 x，以及网络对它应给出的答案 y。',
    ),
    when: text(
      'Every project has one; take a second one where a network learns from two kinds of samples at once.',
      '每个项目都要有一个；若网络同时从两种样本学习，可再加一个。',
    ),
    formula: String.raw`(x_i, y_i), \quad i = 1, \ldots, \mathrm{samples}`,
    references: [
      {
        title: 'Deep Learning, section 5.1',
        authors: 'I. Goodfellow, Y. Bengio, A. Courville',
        year: 2016,
        url: 'https://www.deeplearningbook.org/contents/ml.html',
      },
    ],
  },
  fields,
  ports: {
    inputs: [],
    outputs: [
      { name: 'x', label: text('x', 'x'), carries: 'any' },
      { name: 'y', label: text('y', 'y'), carries: 'any' },
    ],
  },
  face(params) {
    const source = sourceOf(paramText(params['source']));
    if (source === undefined) return paramText(params['source']);
    const { en, zh } = source.title;
    const count = countsOf(source, params).all;
    return text(`${en} · ${count}`, `${zh} · ${count}`);
  },
  check(params) {
    const source = sourceOf(paramText(params['source']));
    if (source === undefined) return [unknownSource(paramText(params['source']))];
    return isMade(source) ? tooLarge(source, params) : wrongFiles(source, params);
  },
  weights: () => [],
  build(g, params) {
    const chosen = sourceOf(paramText(params['source'])) as AnySource;
    const { x, y } = typesOf(sampleTypeOf(chosen, params) as SampleType, params, g.batch);
    return { x: g.input('x', x), y: g.input('y', y) };
  },
  pytorch: () => 'TensorDataset(x, y)',
};

/** The samples of one Data node may take at most this much: 2 GiB. */
const mostBytes = 2 ** 31;

function wrongFiles(source: FileSourceDefinition, params: Params): LayerProblem[] {
  const files = openedFiles(params);
  if (files === undefined) return [notOpened];
  const type = source.sampleType({ ...params, files });
  return 'wrong' in type ? [{ code: 'data.unusable', field: type.field, message: type.wrong }] : [];
}

const notOpened: LayerProblem = {
  code: 'data.not-opened',
  field: 'files',
  message: text(
    'No files were opened yet; "Open data…" shows where they are.',
    '尚未打开任何文件；请用“打开数据…”指定位置。',
  ),
};

function tooLarge(source: SourceDefinition, params: Params): LayerProblem[] {
  const { input, target } = source.sampleType(params);
  const bytesEach = 4 * (elementCount(input.shape) + elementCount(target.shape));
  const bytes = Number(params['count']) * bytesEach;
  if (bytes <= mostBytes) return [];
  const [found, most] = [bytes, mostBytes].map((size) => Math.ceil(size / 2 ** 20)) as [number, number];
  const fitting = Math.floor(mostBytes / bytesEach);
  return [
    {
      code: 'data.too-large',
      field: 'count',
      message: text(
        `These samples would take ${found} MiB; expected at most ${most} MiB, which is ${fitting} samples.`,
        `这些样本需要 ${found} MiB；上限为 ${most} MiB，即 ${fitting} 个样本。`,
      ),
    },
  ];
}

const unknownSource = (found: string) => ({
  code: 'unknown-source',
  field: 'source',
  message: text(
    `There is no data source "${found}"; expected one of: ${all.map(({ type }) => type).join(', ')}.`,
    `没有名为“${found}”的数据来源；可用的来源：${all.map(({ type }) => type).join(', ')}。`,
  ),
});
