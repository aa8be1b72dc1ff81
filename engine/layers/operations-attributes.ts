import { type Text, text } from '../declaration/text.ts';
import { functionNames } from '../ops/activations.ts';
import type { Attributes } from '../ops/contract.ts';

/**
 * What an attribute may be:
 *   index   a whole number from 0 on          count   a whole number from 1 on       whole   a whole number
 *   number  any number                        flag    0 or 1                         words   one of some words
 *   sizes   a whole number from 1 on for each axis of images or signals
 *   sides   one from 0 on for the beginning of each of them, then for the end of each
 *   list    whole numbers, as many as the op asks for
 */
type Kind = 'index' | 'count' | 'whole' | 'number' | 'flag' | 'sizes' | 'sides' | 'list' | readonly string[];

interface Declared {
  readonly kind: Kind;
  readonly optional?: true;
}

const must = (kind: Kind): Declared => ({ kind });
const may = (kind: Kind): Declared => ({ kind, optional: true });

const windows = { kernel: must('sizes'), strides: must('sizes'), pads: must('sides') };
const convolved = {
  strides: must('sizes'),
  pads: must('sides'),
  dilations: must('sizes'),
  groups: must('count'),
};

/** The attributes of every op that a program may name; ops without any are not here. */
const attributes: Readonly<Record<string, Readonly<Record<string, Declared>>>> = {
  reshape: { shape: must('list') },
  scale: { factor: must('number') },
  shift: { offset: must('number') },
  clippedRelu: { ceiling: must('number') },
  hardTanh: { bound: must('number') },
  atLeast: { bound: must('number') },
  atMost: { bound: must('number') },
  leakyRelu: { slope: must('number') },
  elu: { alpha: must('number') },
  gelu: { form: must(['exact', 'tanh', 'sigmoid']) },
  elementwiseFunction: { of: must(functionNames) },
  softmax: { axis: may('whole') },
  logSoftmax: { axis: may('whole') },
  matmul: { transposeA: may('flag'), transposeB: may('flag') },
  batchedMatmul: { transposeA: may('flag'), transposeB: may('flag'), alpha: may('number') },
  maxPool: windows,
  averagePool: { ...windows, countPadding: must('flag') },
  adaptiveAveragePool: { size: must('sizes') },
  upsampleNearest: { scales: must('sizes') },
  upsampleLinear: { scales: must('sizes') },
  resizeLinear: { size: must('sizes'), corners: must('flag') },
  zeroPad: { pads: must('sides'), value: may('number') },
  permute: { axes: must('list') },
  slice: { axis: must('index'), start: must('index'), end: must('index'), step: may('whole') },
  padAxis: { axis: must('index'), before: must('index'), after: must('index') },
  concat: { axis: must('index') },
  meanOver: { axis: must('index') },
  topK: { axis: must('index'), k: must('count'), smallest: may('flag'), last: may('flag') },
  choose: { value: may('number') },
  cumulativeSum: { axis: must('index'), exclusive: may('flag'), reverse: may('flag') },
  embedding: { padding: may('whole') },
  maskScores: { fill: must('number'), causal: may('flag') },
  convolution: convolved,
  transposedConvolution: { ...convolved, size: must('sizes') },
  rowNormInference: {
    size: must('count'),
    inner: must('count'),
    epsilon: must('number'),
    centred: may('flag'),
  },
};

export const attributesOf = (op: string): Readonly<Record<string, Declared>> => attributes[op] ?? {};

/** `slice(x, axis, start, end, step?)` */
export const signatureOf = ({
  name,
  inputs,
}: {
  readonly name: string;
  readonly inputs: readonly string[];
}): string => {
  const told = Object.entries(attributesOf(name)).map(
    ([key, { optional }]) => `${key}=${optional ? '?' : ''}`,
  );
  return `${name}(${[...inputs, ...told].join(', ')})`;
};

const whole =
  (least: number) =>
  (value: unknown): boolean =>
    Number.isSafeInteger(value) && (value as number) >= least;
const wholes =
  (least: number) =>
  (value: unknown): boolean =>
    Array.isArray(value) && value.every(whole(least));

const kinds: Readonly<Record<Exclude<Kind, readonly string[]>, { is(value: unknown): boolean; what: Text }>> =
  {
    index: { is: whole(0), what: text('a whole number from 0 on', '不小于 0 的整数') },
    count: { is: whole(1), what: text('a whole number from 1 on', '不小于 1 的整数') },
    whole: { is: whole(Number.MIN_SAFE_INTEGER), what: text('a whole number', '整数') },
    number: { is: (value) => typeof value === 'number', what: text('a number', '数值') },
    flag: { is: (value) => value === 0 || value === 1, what: text('0 or 1', '0 或 1') },
    sizes: { is: wholes(1), what: text('a list of whole numbers from 1 on', '一列不小于 1 的整数') },
    sides: { is: wholes(0), what: text('a list of whole numbers from 0 on', '一列不小于 0 的整数') },
    list: { is: wholes(Number.MIN_SAFE_INTEGER), what: text('a list of whole numbers', '一列整数') },
  };

/** What is wrong with the attributes that an op is given, whatever its tensors are. */
export function wrongAttribute(op: string, given: Attributes): Text | undefined {
  const declared = attributesOf(op);
  const unknown = Object.keys(given).find((name) => declared[name] === undefined);
  if (unknown !== undefined) {
    const known = Object.keys(declared).join(', ') || '–';
    return text(
      `${op} has no attribute “${unknown}”; expected one of: ${known}.`,
      `${op} 没有属性“${unknown}”；可用的有：${known}。`,
    );
  }
  for (const [name, { kind, optional }] of Object.entries(declared)) {
    const value = given[name];
    if (value === undefined && optional) continue;
    const isWord = typeof kind !== 'string';
    const fits = isWord ? kind.includes(String(value)) : kinds[kind].is(value);
    if (fits) continue;
    const what = isWord ? text(`one of ${kind.join(', ')}`, `${kind.join('、')} 之一`) : kinds[kind].what;
    const found = Array.isArray(value)
      ? `[${value.join(', ')}]`
      : value === undefined
        ? undefined
        : String(value);
    return text(
      `${op}: ${name} must be ${what.en}, found ${found ?? 'none'}.`,
      `${op}：${name} 须为${what.zh}，实际为${found === undefined ? '空' : ` ${found}`}。`,
    );
  }
  return undefined;
}

/** The same for lists that go by the axes of images or signals, of which x has so many. */
export function wrongLength(op: string, given: Attributes, rank: number): Text | undefined {
  for (const [name, { kind }] of Object.entries(attributesOf(op))) {
    const value = given[name];
    if ((kind !== 'sizes' && kind !== 'sides') || !Array.isArray(value)) continue;
    const expected = (rank - 2) * (kind === 'sides' ? 2 : 1);
    if (value.length === expected) continue;
    return text(
      `${op}: ${name} must have ${expected} numbers for x of ${rank} dimensions, found ${value.length}.`,
      `${op}：x 有 ${rank} 个维度，${name} 须有 ${expected} 个数，实际为 ${value.length} 个。`,
    );
  }
  return undefined;
}
