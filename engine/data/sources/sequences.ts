import type { Fields } from '../../declaration/fields.ts';
import { text } from '../../declaration/text.ts';
import { RandomStream, streams } from '../../random/stream.ts';
import type { SourceDefinition } from './contract.ts';
import { sharedFields } from './shared-fields.ts';

/** The target where nothing is asked for: Cross-Entropy leaves it out. */
export const ignoredTarget = -100;

const fields = {
  task: {
    kind: 'choice',
    label: text('Task', '任务'),
    help: text(
      'What is to follow the question: the same symbols, in the same order, backwards, or from low to high.',
      '问句之后应写出什么：同样的符号，按原序、倒序，或从小到大。',
    ),
    options: [
      { value: 'copy', label: text('copy', '复制') },
      { value: 'reverse', label: text('reverse', '倒序') },
      { value: 'sort', label: text('sort', '排序') },
    ],
    default: 'copy',
  },
  symbols: {
    kind: 'integer',
    label: text('Symbols', '符号数'),
    help: text(
      'How many different symbols there are; one more marks the end of the question.',
      '共有多少种符号；另有一个符号标记问句结束。',
    ),
    min: 2,
    max: 256,
    default: 8,
  },
  questionLength: {
    kind: 'integer',
    label: text('Question length', '问句长度'),
    help: text(
      'Symbols in each question. Each sample is twice as long: question, mark, answer.',
      '每个问句的符号数。每个样本的长度是它的两倍：问句、标记、答句。',
    ),
    min: 1,
    max: 512,
    default: 8,
  },
  count: sharedFields.count,
  seed: sharedFields.seed,
} as const satisfies Fields;

export const sequences: SourceDefinition<typeof fields> = {
  type: 'sequences',
  title: text('Sequences', '序列'),
  doc: {
    summary: text(
      'Symbols to be written again after a mark: as they are, backwards or sorted. At each place the network is asked for the next symbol, as a language model is.',
      '在标记之后把符号重写一遍：原样、倒序或排序。网络在每个位置预测下一个符号，与语言模型一样。',
    ),
    formula: String.raw`x = (s_1, \ldots, s_L, \mathrm{mark}, t_1, \ldots, t_{L-1}), \quad y_i = x_{i+1}`,
    references: [
      {
        title: 'Neural Turing Machines',
        authors: 'A. Graves, G. Wayne, I. Danihelka',
        year: 2014,
        url: 'https://arxiv.org/abs/1410.5401',
      },
    ],
  },
  fields,
  sampleType({ symbols, questionLength }) {
    const shape = [2 * questionLength];
    const names = Array.from({ length: symbols + 1 }, (_, i) => (i === symbols ? '|' : `${i}`));
    return {
      input: { shape, dtype: 'int32', classes: symbols + 1 },
      target: { kind: 'class', shape, classes: names.map((name) => text(name, name)) },
    };
  },
  generate({ task, symbols, questionLength, count, seed }) {
    const length = 2 * questionLength;
    const x = new Int32Array(count * length); // [count, 2 L]
    const y = new Int32Array(count * length).fill(ignoredTarget); // [count, 2 L]
    for (let i = 0; i < count; i++) {
      const random = new RandomStream(seed, streams.data, i);
      const question = Array.from({ length: questionLength }, () => random.below(symbols));
      const answer = answers[task]?.(question) ?? question;
      x.set([...question, symbols, ...answer.slice(0, -1)], i * length);
      y.set(answer, i * length + questionLength);
    }
    return { count, x, y };
  },
};

const answers: Readonly<Record<string, (question: readonly number[]) => readonly number[]>> = {
  copy: (question) => question,
  reverse: (question) => question.toReversed(),
  sort: (question) => question.toSorted((a, b) => a - b),
};
