import { floatTensor, type Model, type ModelNode } from '../../../engine/interchange/onnx/model.ts';
import { floats, int, ints, longs, node, numbers, textual, written } from './written-models.ts';

/** Encoders of text whose padding is hidden by a mask that comes in with the tokens, with the chains that exporters write. */

const width = 8;
const heads = 2;
const places = 5;

const dense = (x: string, name: string, y: string): ModelNode[] => [
  node('MatMul', [x, `${name}.w`], `${y}.product`),
  node('Add', [`${name}.b`, `${y}.product`], y),
];

const denseWeights = (name: string, from: number, to: number) => [
  floats(`${name}.w`, from, to),
  floats(`${name}.b`, to),
];

const norm = (x: string, name: string, y: string): ModelNode =>
  node('LayerNormalization', [x, `${name}.gamma`, `${name}.beta`], y);

const normWeights = (name: string) => [floats(`${name}.gamma`, width), floats(`${name}.beta`, width)];

const number = (name: string, value: number) => floatTensor(name, [], Float32Array.of(value));

/** What is done to the mask before the layers, and to the scores in each. */
export interface MaskForm {
  readonly before?: readonly ModelNode[];
  readonly inLayer: (scores: string, y: string) => readonly ModelNode[];
}

const added: MaskForm['inLayer'] = (scores, y) => [node('Add', [scores, 'bias'], y)];
const wide = (x: string, y: string): ModelNode => node('Unsqueeze', [x, 'middle'], y);

/** Ways of hiding keys whose number in `mask` is 0. */
export const maskForms = {
  'one less the mask, times a number far below zero': {
    before: [
      wide('mask', 'four'),
      node('Cast', ['four'], 'seen', int('to', 1)),
      node('Sub', ['one', 'seen'], 'turned'),
      node('Mul', ['turned', 'tenThousandBelow'], 'bias'),
    ],
    inLayer: added,
  },
  'whole numbers reckoned with before they are cast': {
    before: [
      node('Sub', ['wholeOne', 'mask'], 'turned'),
      node('Cast', ['turned'], 'hidden', int('to', 1)),
      wide('hidden', 'four'),
      node('Mul', ['four', 'lowest'], 'bias'),
    ],
    inLayer: added,
  },
  'a mask spread over all queries, by whose condition it is filled': {
    before: [
      wide('mask', 'four'),
      node('Expand', ['four', 'square'], 'whole'),
      node('Cast', ['whole'], 'seen', int('to', 1)),
      node('Sub', ['one', 'seen'], 'turned'),
      node('Cast', ['turned'], 'isHidden', int('to', 9)),
      node('Where', ['isHidden', 'lowest', 'turned'], 'bias'),
    ],
    inLayer: added,
  },
  'scores filled where the mask equals zero': {
    inLayer: (scores, y) => [
      node('Equal', ['mask', 'wholeZero'], `${y}.isZero`),
      node('Reshape', [`${y}.isZero`, 'rowsOfMask'], `${y}.four`),
      node('Shape', [scores], `${y}.shape`),
      node('Expand', [`${y}.four`, `${y}.shape`], `${y}.hidden`),
      node('Cast', [`${y}.hidden`], `${y}.isHidden`, int('to', 9)),
      node('Where', [`${y}.isHidden`, 'infinity', scores], y),
    ],
  },
  'scores kept where the mask is a condition, zeros among them': {
    before: [wide('mask', 'four'), node('Cast', ['four'], 'isSeen', int('to', 9))],
    inLayer: (scores, y) => [
      node('Where', ['isSeen', 'zero', 'infinity'], `${y}.bias`),
      node('Add', [`${y}.bias`, scores], y),
    ],
  },
} satisfies Record<string, MaskForm>;

/** Self-attention with products of its own for queries, keys and values. */
function attention(x: string, at: string, { inLayer }: MaskForm, y: string): ModelNode[] {
  const v = (name: string): string => `${at}${name}`;
  const cut = (name: string, ...perm: number[]): ModelNode[] => [
    ...dense(x, v(name), v(name)),
    node('Reshape', [v(name), 'cut'], v(`${name}.cut`)),
    node('Transpose', [v(`${name}.cut`)], v(`${name}.heads`), ints('perm', ...perm)),
  ];
  return [
    ...cut('query', 0, 2, 1, 3),
    ...cut('key', 0, 2, 3, 1),
    ...cut('value', 0, 2, 1, 3),
    node('MatMul', [v('query.heads'), v('key.heads')], v('products')),
    node('Div', [v('products'), 'rootOfWidth'], v('scores')),
    ...inLayer(v('scores'), v('masked')),
    node('Softmax', [v('masked')], v('shares'), int('axis', -1)),
    node('MatMul', [v('shares'), v('value.heads')], v('mixed')),
    node('Transpose', [v('mixed')], v('back'), ints('perm', 0, 2, 1, 3)),
    node('Reshape', [v('back'), 'joined'], v('rows')),
    ...dense(v('rows'), v('output'), y),
  ];
}

function encoderLayer(x: string, at: string, form: MaskForm, y: string): ModelNode[] {
  const v = (name: string): string => `${at}${name}`;
  return [
    ...attention(x, v('attention/'), form, v('attended')),
    node('Add', [v('attended'), x], v('sum')),
    norm(v('sum'), v('norm1'), v('a')),
    ...dense(v('a'), v('wide'), v('wide')),
    node('Gelu', [v('wide')], v('bent'), textual('approximate', 'none')),
    ...dense(v('bent'), v('narrow'), v('narrow')),
    node('Add', [v('narrow'), v('a')], v('sum2')),
    norm(v('sum2'), v('norm2'), y),
  ];
}

const encoderWeights = (at: string) => [
  ...['query', 'key', 'value', 'output'].flatMap((name) =>
    denseWeights(`${at}attention/${name}`, width, width),
  ),
  ...normWeights(`${at}norm1`),
  ...normWeights(`${at}norm2`),
  ...denseWeights(`${at}wide`, width, 12),
  ...denseWeights(`${at}narrow`, 12, width),
];

const constants = [
  longs('middle', [2], 1, 2),
  longs('wholeOne', [], 1),
  longs('wholeZero', [], 0),
  longs('rowsOfMask', [4], -1, 1, 1, places),
  longs('square', [4], 1, 1, places, 1),
  longs('cut', [4], 0, places, heads, width / heads),
  longs('joined', [3], 0, places, width),
  number('one', 1),
  number('zero', 0),
  number('tenThousandBelow', -1e4),
  number('lowest', -3.4028234663852886e38),
  number('infinity', -Infinity),
  number('rootOfWidth', Math.sqrt(width / heads)),
];

/**
 * A classifier as BERT is one: tables of tokens, of two types of them, and of places, the numbers of which are cut from all;
 * two layers; the first place through a tanh. `pooled`: the mean of what is seen instead.
 */
export const maskedEncoder = (form: MaskForm, pooled = false): Model =>
  written({
    inputs: { tokens: ['batch', places], mask: ['batch', places], types: ['batch', places] },
    types: { tokens: 7, mask: 7, types: 7 },
    outputs: ['logits'],
    opset: 20,
    nodes: [
      node('Gather', ['table', 'tokens'], 'words'),
      node('Gather', ['typeTable', 'types'], 'kinds'),
      node('Add', ['words', 'kinds'], 'both'),
      node('Shape', ['tokens'], 'shape'),
      node('Gather', ['shape', 'wholeOne'], 'length'),
      node('Unsqueeze', ['length', 'front'], 'end'),
      node('Slice', ['numbers', 'front', 'end', 'second'], 'numbersHere'),
      node('Gather', ['placeTable', 'numbersHere'], 'placed'),
      node('Add', ['both', 'placed'], 'sum'),
      norm('sum', 'norm', 'a0'),
      ...(form.before ?? []),
      ...encoderLayer('a0', '/layer.0/', form, 'a1'),
      ...encoderLayer('a1', '/layer.1/', form, 'a2'),
      ...(pooled
        ? [
            node('Unsqueeze', ['mask', 'last'], 'column'),
            node('Shape', ['a2'], 'wholeShape'),
            node('Expand', ['column', 'wholeShape'], 'wideMask'),
            node('Cast', ['wideMask'], 'weights', int('to', 1)),
            node('Mul', ['a2', 'weights'], 'kept'),
            node('ReduceSum', ['kept', 'second'], 'total', int('keepdims', 0)),
            node('ReduceSum', ['weights', 'second'], 'count', int('keepdims', 0)),
            node('Clip', ['count', 'tiny'], 'atLeast'),
            node('Div', ['total', 'atLeast'], 'pooled'),
          ]
        : [
            node('Gather', ['a2', 'wholeZero'], 'first', int('axis', 1)),
            ...dense('first', 'pool', 'dense'),
            node('Tanh', ['dense'], 'pooled'),
          ]),
      node('Gemm', ['pooled', 'head.w', 'head.b'], 'logits', int('transB', 1)),
    ],
    initializers: [
      floats('table', 11, width),
      floats('typeTable', 2, width),
      floats('placeTable', 9, width),
      longs('numbers', [1, 9], 0, 1, 2, 3, 4, 5, 6, 7, 8),
      longs('front', [1], 0),
      longs('second', [1], 1),
      longs('last', [1], -1),
      number('tiny', 1e-9),
      ...normWeights('norm'),
      ...encoderWeights('/layer.0/'),
      ...encoderWeights('/layer.1/'),
      ...denseWeights('pool', width, width),
      floats('head.w', 3, width),
      floats('head.b', 3),
      ...constants,
    ],
  });

/** Time first all through, heads and samples in one axis, as nn.TransformerEncoder writes it with a mask of conditions. */
export const paddedEncoder = ({ causal }: { readonly causal: boolean }): Model => {
  const layer = (x: string, at: string, y: string): ModelNode[] => {
    const v = (name: string): string => `${at}${name}`;
    return [
      ...dense(x, v('qkv'), v('qkv')),
      node('Split', [v('qkv')], ['q', 'k', 'v'].map(v), int('axis', -1)),
      node('Mul', [v('q'), 'scale'], v('scaled')),
      ...[
        ['scaled', 'qh', 1, 0, 2] as const,
        ['k', 'kh', 1, 2, 0] as const,
        ['v', 'vh', 1, 0, 2] as const,
      ].flatMap(([from, to, ...perm]) => [
        node('Reshape', [v(from), 'cutTime'], v(`${to}.cut`)),
        node('Transpose', [v(`${to}.cut`)], v(to), ints('perm', ...perm)),
      ]),
      node('MatMul', [v('qh'), v('kh')], v('products')),
      node('Add', ['bias', v('products')], v('masked')),
      node('Softmax', [v('masked')], v('shares'), int('axis', -1)),
      node('MatMul', [v('shares'), v('vh')], v('mixed')),
      node('Transpose', [v('mixed')], v('back'), ints('perm', 1, 0, 2)),
      node('Reshape', [v('back'), 'flatRows'], v('joined')),
      node('Gemm', [v('joined'), v('proj.w'), v('proj.b')], v('flat'), int('transB', 1)),
      node('Reshape', [v('flat'), 'timed'], v('attended')),
      node('Add', [x, v('attended')], v('sum')),
      norm(v('sum'), v('norm'), v('a')),
      ...dense(v('a'), v('wide'), v('wide')),
      node('Relu', [v('wide')], v('bent')),
      ...dense(v('bent'), v('narrow'), v('narrow')),
      node('Add', [v('a'), v('narrow')], y),
    ];
  };
  const weights = (at: string) => [
    ...denseWeights(`${at}qkv`, width, 3 * width),
    floats(`${at}proj.w`, width, width),
    floats(`${at}proj.b`, width),
    ...normWeights(`${at}norm`),
    ...denseWeights(`${at}wide`, width, 12),
    ...denseWeights(`${at}narrow`, 12, width),
  ];
  const later = Float32Array.from({ length: places * places }, (_, at) =>
    at % places > Math.floor(at / places) ? -Infinity : 0,
  );
  return written({
    inputs: { x: ['batch', places, width], padding: ['batch', places] },
    types: { padding: 9 },
    outputs: ['y'],
    opset: 17,
    nodes: [
      node('Transpose', ['x'], 't0', ints('perm', 1, 0, 2)),
      node('Add', ['t0', 'placeTable'], 't'),
      node('Shape', ['x'], 'shape'),
      node('Slice', ['shape', 'front', 'second'], 'B'),
      node('Mul', ['B', 'headCount'], 'BH'),
      node('Concat', ['P', 'BH', 'each'], 'cutTime', int('axis', 0)),
      node('Concat', ['P', 'B', 'full'], 'timed', int('axis', 0)),
      node('Concat', ['B', 'second', 'second', 'P'], 'fourShape', int('axis', 0)),
      node('Concat', ['B', 'headCount', 'second', 'P'], 'spread', int('axis', 0)),
      node('Concat', ['BH', 'second', 'P'], 'three', int('axis', 0)),
      node('Reshape', ['padding', 'fourShape'], 'four'),
      node('Expand', ['four', 'spread'], 'perHead'),
      node('Reshape', ['perHead', 'three'], 'isHidden'),
      node('Where', ['isHidden', 'infinity', causal ? 'later' : 'zeros'], 'bias'),
      ...layer('t', '/layers.0/', 't1'),
      ...layer('t1', '/layers.1/', 't2'),
      node('Transpose', ['t2'], 'rows', ints('perm', 1, 0, 2)),
      ...dense('rows', 'head', 'y'),
    ],
    initializers: [
      floatTensor('placeTable', [places, 1, width], numbers(places * width, 3)),
      floatTensor('later', [1, places, places], later),
      floatTensor('zeros', [1, 1, places], new Float32Array(places)),
      longs('front', [1], 0),
      longs('second', [1], 1),
      longs('headCount', [1], heads),
      longs('P', [1], places),
      longs('each', [1], width / heads),
      longs('full', [1], width),
      longs('flatRows', [2], -1, width),
      number('scale', Math.sqrt(heads / width)),
      number('infinity', -Infinity),
      ...weights('/layers.0/'),
      ...weights('/layers.1/'),
      ...denseWeights('head', width, 3),
    ],
  });
};

/** Tokens that say themselves where there are none: 0 is padding. */
export const selfMaskedEncoder = (): Model => {
  const model = maskedEncoder(maskForms['scores filled where the mask equals zero']);
  const { graph } = model;
  return {
    ...model,
    graph: {
      ...graph,
      inputs: graph.inputs.filter(({ name }) => name !== 'mask'),
      nodes: graph.nodes.map((one) => ({
        ...one,
        inputs: one.inputs.map((name) => (name === 'mask' ? 'tokens' : name)),
      })),
    },
  };
};
