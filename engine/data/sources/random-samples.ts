import type { Fields } from '../../declaration/fields.ts';
import { elementCount } from '../../declaration/tensor-type.ts';
import { text } from '../../declaration/text.ts';
import { RandomStream, streams } from '../../random/stream.ts';
import type { SampleType, SourceDefinition } from './contract.ts';
import { sharedFields } from './shared-fields.ts';

const size = (label: [string, string], help: [string, string], min: number, fallback: number) =>
  ({
    kind: 'integer',
    label: text(...label),
    help: text(...help),
    min,
    max: 4_194_304,
    default: fallback,
  }) as const;

const fields = {
  inputKind: {
    kind: 'choice',
    label: text('Inputs', '输入'),
    help: text(
      'What a sample is made of: numbers, tokens that an Embedding takes, or marks that say which places are tokens and which, from some place on, only padding.',
      '样本由什么组成：数值，供“嵌入”层使用的词元，或标记：指明哪些位置是词元、从何处起只是填充。',
    ),
    options: [
      { value: 'numbers', label: text('numbers', '数值') },
      { value: 'tokens', label: text('tokens', '词元') },
      { value: 'marks', label: text('marks, 1 for tokens', '标记，词元为 1') },
      { value: 'padding', label: text('marks, 1 for padding', '标记，填充为 1') },
    ],
    default: 'numbers',
  },
  inputTokens: {
    kind: 'integer',
    label: text('Different tokens', '词元种数'),
    help: text('The tokens are drawn from as many.', '词元从这么多种里抽取。'),
    min: 2,
    max: 1_000_000,
    default: 64,
    when: { field: 'inputKind', is: ['tokens'] },
  },
  inputSize1: size(
    ['First size', '第一维'],
    [
      'Length of a row, positions of a sequence, or channels of an image or a volume.',
      '一行的长度、序列的位置数，或图像、体数据的通道数。',
    ],
    1,
    16,
  ),
  inputSize2: size(
    ['Second size', '第二维'],
    [
      'Features of each position, rows of an image, or depth of a volume; 0 where a sample is one row.',
      '每个位置的特征数、图像的行数，或体数据的深度；样本只是一行时为 0。',
    ],
    0,
    0,
  ),
  inputSize3: size(
    ['Third size', '第三维'],
    [
      'Columns of an image, or rows of a volume; 0 where there are none.',
      '图像的列数，或体数据的行数；没有时为 0。',
    ],
    0,
    0,
  ),
  inputSize4: size(
    ['Fourth size', '第四维'],
    ['Columns of a volume; 0 where there are none.', '体数据的列数；没有时为 0。'],
    0,
    0,
  ),
  answerKind: {
    kind: 'choice',
    label: text('Answers', '答案'),
    help: text('What is asked for: a class, or numbers.', '要求给出的是类别，还是数值。'),
    options: [
      { value: 'class', label: text('a class', '类别') },
      { value: 'numbers', label: text('numbers', '数值') },
    ],
    default: 'class',
  },
  answerCount: size(
    ['Classes or numbers', '类别数或数值个数'],
    [
      'How many classes there are, or how many numbers are asked for.',
      '共有多少个类别，或要求给出多少个数值。',
    ],
    1,
    10,
  ),
  answerPlaces: size(
    ['Answers in each sample', '每个样本的答案数'],
    [
      '0: one for the whole sample; else one for each of so many places.',
      '0 表示整个样本一个答案；否则每个位置各一个，共这么多。',
    ],
    0,
    0,
  ),
  count: sharedFields.count,
  seed: sharedFields.seed,
} as const satisfies Fields;

/** Samples of any sizes that stand for those that a person will bring. */
export const randomSamples: SourceDefinition<typeof fields> = {
  type: 'random-samples',
  title: text('Random samples', '随机样本'),
  doc: {
    summary: text(
      'Random samples of the sizes that a network asks for, with random answers. They hold the place of your own data: a network that was opened from a file runs on them at once.',
      '与网络所需尺寸相符的随机样本，配以随机答案。它们为你自己的数据占位：从文件打开的网络借此可以立即运行。',
    ),
    formula: String.raw`x \sim \mathcal{N}(0, 1) \text{ or } \mathcal{U}\{0, \ldots, V - 1\}, \quad y \text{ at random}`,
    references: [
      {
        title: 'Understanding Deep Learning Requires Rethinking Generalization',
        authors: 'C. Zhang, S. Bengio, M. Hardt, B. Recht, O. Vinyals',
        year: 2017,
        url: 'https://arxiv.org/abs/1611.03530',
      },
    ],
  },
  fields,
  sampleType({
    inputKind,
    inputTokens,
    inputSize1,
    inputSize2,
    inputSize3,
    inputSize4,
    answerKind,
    answerCount,
    answerPlaces,
  }) {
    const sizes = [inputSize1, inputSize2, inputSize3, inputSize4];
    const shape = sizes.slice(0, sizes.includes(0) ? sizes.indexOf(0) : sizes.length);
    const places = answerPlaces === 0 ? [] : [answerPlaces];
    return {
      input:
        inputKind === 'tokens'
          ? { shape, dtype: 'int32', classes: inputTokens }
          : { shape, dtype: 'float32' },
      target:
        answerKind === 'numbers'
          ? { kind: 'number', shape: [...places, answerCount] }
          : {
              kind: 'class',
              shape: places,
              classes: Array.from({ length: Math.max(2, answerCount) }, (_, i) => text(`${i}`, `${i}`)),
            },
    } satisfies SampleType;
  },
  generate(params) {
    const { count, seed, inputKind } = params;
    const { input, target } = randomSamples.sampleType(params);
    const values = new RandomStream(seed, streams.data);
    const labels = new RandomStream(seed, streams.data, 1);
    const each = elementCount(input.shape);
    const inputs = count * each;
    const answers = count * elementCount(target.shape);
    return {
      count,
      x:
        inputKind === 'marks' || inputKind === 'padding'
          ? marks(count, each, inputKind === 'marks' ? 1 : 0, values)
          : input.classes === undefined
            ? Float32Array.from({ length: inputs }, () => values.normal())
            : Int32Array.from({ length: inputs }, () => values.below(input.classes as number)),
      y:
        target.kind === 'class'
          ? Int32Array.from({ length: answers }, () => labels.below(target.classes.length))
          : Float32Array.from({ length: answers }, () => labels.normal()),
    };
  },
};

/** Rows that begin with the mark of tokens and, where there is more than one place, end with the other. */
function marks(count: number, each: number, token: 0 | 1, random: RandomStream): Float32Array {
  const all = new Float32Array(count * each).fill(1 - token);
  for (let row = 0; row < count; row++) {
    all.fill(token, row * each, row * each + 1 + random.below(Math.max(1, each - 1)));
  }
  return all;
}
