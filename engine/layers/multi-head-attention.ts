import type { Fields, ParamsOf } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import { attention } from '../ops/attention.ts';
import type { Tensor } from '../ops/contract.ts';
import { linear } from '../ops/linear.ts';
import type {
  InputTypes,
  LayerDefinition,
  LayerProblem,
  OpenedLayer,
  OpenedNode,
  OpenedWire,
  WeightDeclaration,
} from './contract.ts';
import { biasOf } from './initial-weights.ts';
import { checkMarks, maskPort } from './padding-mask.ts';
import { checkNumbers, checkSequence } from './port-checks.ts';
import { checkHeads, headsField } from './split-heads.ts';

const fields = {
  heads: headsField,
  bias: {
    kind: 'boolean',
    label: text('Bias', '偏置'),
    help: text(
      'Adds a trained number to each feature of queries, keys, values and output.',
      '给查询、键、值和输出的每个特征各加一个可训练的数。',
    ),
    default: true,
  },
  causal: {
    kind: 'boolean',
    label: text('Causal', '因果'),
    help: text(
      'Each position sees only itself and those before it. A network that writes one token after another needs this.',
      '每个位置只能看到自己和之前的位置。逐个写出词元的网络需要它。',
    ),
    default: false,
  },
  dropout: {
    kind: 'number',
    label: text('Dropout', '随机失活率'),
    help: text(
      'Share of the weights between positions that is set to 0 in each training step.',
      '每个训练步中，位置之间的权重被置 0 的比例。',
    ),
    min: 0,
    max: 1,
    exclusiveMax: true,
    default: 0,
    step: 0.05,
  },
} as const satisfies Fields;

type Settings = ParamsOf<typeof fields>;

const projections = ['query', 'key', 'value', 'output'] as const;

/** Width of the layer, which is that of x, and of what keys and values are made from. */
const widths = (inputs: InputTypes) => {
  const width = inputs.x?.shape[2];
  return { width, from: inputs.context === undefined ? width : inputs.context.shape[2] };
};

function weights({ bias }: Settings, inputs: InputTypes): WeightDeclaration[] {
  const { width, from } = widths(inputs);
  if (width === undefined || from === undefined) return [];
  return projections.flatMap((name): WeightDeclaration[] => {
    const fanIn = name === 'key' || name === 'value' ? from : width;
    const fan = { fanIn, fanOut: width };
    return [
      { name: `${name}.weight`, shape: [fanIn, width], initializer: 'project', ...fan },
      ...(bias ? [biasOf(`${name}.bias`, width, fan)] : []),
    ];
  });
}

function check({ heads }: Settings, inputs: InputTypes): LayerProblem[] {
  const problems = ['x', 'context'].flatMap((port) => [
    ...checkNumbers(inputs, port),
    ...checkSequence(inputs, port),
  ]);
  if (problems.length > 0) return problems;
  return [
    ...checkHeads(heads, widths(inputs).width),
    ...checkMarks(inputs.mask, inputs.context === undefined ? inputs.x?.shape[1] : inputs.context.shape[1]),
  ];
}

/** The same as layers that do one step each; in the order in which they compute. */
function open({ heads, bias, causal, dropout }: Settings, inputs: InputTypes): OpenedLayer {
  const width = widths(inputs).width as number;
  const project = { outFeatures: width, bias };
  const nodes: OpenedNode[] = [
    { name: 'query', type: 'linear', params: project, column: 0, row: 0 },
    { name: 'key', type: 'linear', params: project, column: 0, row: 1 },
    { name: 'value', type: 'linear', params: project, column: 0, row: 2 },
    { name: 'query_heads', type: 'split-heads', params: { heads }, column: 1, row: 0 },
    { name: 'key_heads', type: 'split-heads', params: { heads }, column: 1, row: 1 },
    { name: 'value_heads', type: 'split-heads', params: { heads }, column: 1, row: 2 },
  ];
  const wires: OpenedWire[] = ['query', 'key', 'value'].map((name) => ({
    from: { node: name, port: 'y' },
    to: { node: `${name}_heads`, port: 'x' },
  }));
  let column = 2;
  let last = '';
  const next = (name: string, type: string, params: OpenedNode['params'] = {}, port = 'x'): void => {
    nodes.push({ name, type, params, column: column++, row: 0 });
    if (last !== '') wires.push({ from: { node: last, port: 'y' }, to: { node: name, port } });
    last = name;
  };
  next('scores', 'matmul', { transposeB: true, scale: Math.sqrt(heads / width) });
  wires.push({ from: { node: 'query_heads', port: 'y' }, to: { node: 'scores', port: 'a' } });
  wires.push({ from: { node: 'key_heads', port: 'y' }, to: { node: 'scores', port: 'b' } });
  if (causal) next('causal', 'causal-mask');
  if (inputs.mask !== undefined) next('padding', 'padding-mask');
  next('weights', 'softmax');
  if (dropout > 0) next('dropout', 'dropout', { rate: dropout, form: 'inverted' });
  next('mix', 'matmul', { transposeB: false, scale: 1 }, 'a');
  wires.push({ from: { node: 'value_heads', port: 'y' }, to: { node: 'mix', port: 'b' } });
  next('merge', 'merge-heads');
  next('output', 'linear', project);

  const query = { node: 'query', port: 'x' };
  const keyAndValue = [
    { node: 'key', port: 'x' },
    { node: 'value', port: 'x' },
  ];
  const isCross = inputs.context !== undefined;
  return {
    nodes,
    wires,
    ports: {
      inputs: {
        x: isCross ? [query] : [query, ...keyAndValue],
        context: isCross ? keyAndValue : [],
        mask: inputs.mask === undefined ? [] : [{ node: 'padding', port: 'mask' }],
      },
      outputs: { y: { node: 'output', port: 'y' } },
    },
  };
}

export const multiHeadAttention: LayerDefinition<typeof fields> = {
  type: 'multi-head-attention',
  version: 1,
  shortName: 'mha',
  title: text('Multi-Head Attention', '多头注意力'),
  category: 'attention',
  doc: {
    summary: text(
      'Lets each position of a sequence look at all positions and take a weighted mean of what it finds. With a context wired, it looks there instead. It can be opened into its parts.',
      '让序列的每个位置去看所有位置，并取所见内容的加权平均。若接入上下文，则改为看上下文。可以展开成各个部分。',
    ),
    when: text(
      'Where far-apart positions of a sequence have something to do with each other. It needs to be told positions, and its cost grows with the square of the length.',
      '序列中相距很远的位置彼此有关时使用。位置须另外告知；计算量随长度的平方增长。',
    ),
    formula: String.raw`y = \left[\,\mathrm{softmax}\!\left(\frac{Q_h K_h^\top}{\sqrt{D / H}}\right) V_h\right]_{h = 1}^{H} W_O, \quad Q = x W_Q,\; K = c W_K,\; V = c W_V`,
    references: [
      {
        title: 'Attention Is All You Need',
        authors:
          'A. Vaswani, N. Shazeer, N. Parmar, J. Uszkoreit, L. Jones, A. N. Gomez, Ł. Kaiser, I. Polosukhin',
        year: 2017,
        url: 'https://arxiv.org/abs/1706.03762',
      },
    ],
  },
  fields,
  ports: {
    inputs: [
      { name: 'x', label: text('x', 'x'), carries: 'numbers' },
      { name: 'context', label: text('context', '上下文'), carries: 'numbers', optional: true },
      { ...maskPort, optional: true },
    ],
    outputs: [{ name: 'y', label: text('y', 'y'), carries: 'numbers' }],
  },
  example: {
    x: { shape: [2, 3, 4], dtype: 'float32' },
    context: { shape: [2, 5, 6], dtype: 'float32' },
    mask: { shape: [2, 5], dtype: 'int32', classes: 9 },
  },
  face: ({ heads, causal }) =>
    causal ? text(`${heads} heads, causal`, `${heads} 头，因果`) : text(`${heads} heads`, `${heads} 头`),
  check,
  weights,
  build(g, { heads, causal, dropout }, inputs, named) {
    const { x, context = x, mask } = inputs;
    const project = (name: (typeof projections)[number], from: Tensor | undefined): Tensor =>
      g.emit(linear, { x: from, w: named[`${name}.weight`], b: named[`${name}.bias`] }).y;
    const drops = dropout > 0 && g.mode === 'train';
    const mixed = g.emit(
      attention,
      {
        q: project('query', x),
        k: project('key', context),
        v: project('value', context),
        mask,
        ...(drops && { step: g.step }),
      },
      {
        heads,
        causal: causal ? 1 : 0,
        ...(drops && { rate: dropout, seed: g.seed, stream: g.randomStream() }),
      },
    );
    return { y: project('output', mixed.y) };
  },
  open,
  pytorch({ heads, bias, causal, dropout }, inputs) {
    const { width = '?', from } = widths(inputs);
    const options = [
      ...(from === undefined || from === width ? [] : [`context=${from}`]),
      ...(bias ? [] : ['bias=False']),
      ...(causal ? ['causal=True'] : []),
      ...(dropout > 0 ? [`dropout=${dropout}`] : []),
    ];
    return `MultiHeadAttention(${[width, heads, ...options].join(', ')})`;
  },
  pytorchWeights: Object.fromEntries(
    projections.map((name) => [`${name}.weight`, { name: `${name}.weight`, transposed: true }]),
  ),
  pytorchClass: `class MultiHeadAttention(nn.Module):
    def __init__(self, width, heads, context=None, bias=True, causal=False, dropout=0.0):
        super().__init__()
        self.heads, self.causal = heads, causal
        self.query = nn.Linear(width, width, bias=bias)
        self.key = nn.Linear(context or width, width, bias=bias)
        self.value = nn.Linear(context or width, width, bias=bias)
        self.output = nn.Linear(width, width, bias=bias)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x, context=None, mask=None):
        context = x if context is None else context

        def split(y):
            return y.reshape(*y.shape[:2], self.heads, -1).transpose(1, 2)

        q, k, v = split(self.query(x)), split(self.key(context)), split(self.value(context))
        scores = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5
        if self.causal:
            later = torch.ones(scores.shape[-2:], dtype=torch.bool, device=x.device).triu(1)
            scores = scores.masked_fill(later, torch.finfo(x.dtype).min)
        if mask is not None:
            scores = scores.masked_fill(mask[:, None, None] == 0, torch.finfo(x.dtype).min)
        mixed = self.dropout(scores.softmax(-1)) @ v
        return self.output(mixed.transpose(1, 2).flatten(2))`,
};
