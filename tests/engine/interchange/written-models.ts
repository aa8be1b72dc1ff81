import { FieldWriter } from '../../../engine/interchange/onnx/field-writer.ts';
import {
  type Attribute,
  floatTensor,
  type Model,
  type ModelNode,
  type TensorData,
} from '../../../engine/interchange/onnx/model.ts';
import { writeTensor } from '../../../engine/interchange/onnx/write-model.ts';

/** Models as other programs write them, put together by hand. */

export const node = (
  opType: string,
  inputs: readonly string[],
  output: string | readonly string[],
  ...attributes: readonly Attribute[]
): ModelNode => {
  const outputs = typeof output === 'string' ? [output] : output;
  return { name: `${opType}_${outputs[0]}`, opType, domain: '', inputs, outputs, attributes };
};

export const int = (name: string, value: number): Attribute => ({ name, kind: 'int', value: BigInt(value) });
export const ints = (name: string, ...value: number[]): Attribute => ({
  name,
  kind: 'ints',
  value: value.map(BigInt),
});
export const float = (name: string, value: number): Attribute => ({ name, kind: 'float', value });
export const textual = (name: string, value: string): Attribute => ({
  name,
  kind: 'string',
  value: new TextEncoder().encode(value),
});

export const longs = (name: string, dims: readonly number[], ...values: number[]): TensorData => ({
  ...floatTensor(name, dims, new Float32Array()),
  elementType: 7,
  raw: undefined,
  int64s: BigInt64Array.from(values, BigInt),
});

/** Numbers that look random and are the same every time. */
export function floats(name: string, ...dims: number[]): TensorData {
  const count = dims.reduce((product, n) => product * n, 1);
  return floatTensor(name, dims, numbers(count, name.length + count));
}

/** Above zero, as variances are. */
const variances = (name: string, count: number): TensorData =>
  floatTensor(
    name,
    [count],
    numbers(count).map((x) => x * x + 0.1),
  );

export const numbers = (count: number, seed = 1): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin((i + 1) * 12.9898 + seed * 78.233) * 0.8);

export interface Written {
  readonly nodes: readonly ModelNode[];
  readonly initializers?: readonly TensorData[];
  readonly inputs: Readonly<Record<string, readonly (number | string)[] | undefined>>;
  /** Element types of inputs that are not float32. */
  readonly types?: Readonly<Record<string, number>>;
  readonly outputs: readonly string[];
  readonly opset?: number;
}

export const written = ({
  nodes,
  initializers = [],
  inputs,
  types = {},
  outputs,
  opset = 17,
}: Written): Model => ({
  irVersion: 8,
  producerName: 'elsewhere',
  producerVersion: '',
  modelVersion: 0,
  documentation: '',
  opsets: [{ domain: '', version: opset }],
  graph: {
    name: 'main',
    nodes,
    initializers,
    inputs: Object.entries(inputs).map(([name, dims]) => ({
      name,
      tensor: { elementType: types[name] ?? 1, dims },
    })),
    outputs: outputs.map((name) => ({ name, tensor: { elementType: 1, dims: undefined } })),
    values: [],
  },
  metadata: new Map(),
});

/** A graph within a node. */
export const graphWithin = (
  name: string,
  { nodes, outputs, initializers = [] }: Pick<Written, 'nodes' | 'outputs' | 'initializers'>,
): Attribute => ({ name, kind: 'graph', value: written({ nodes, outputs, initializers, inputs: {} }).graph });

/** An axis that goes where it has one place, as PyTorch writes squeeze(). */
export const squeezedByBranch = (): Model =>
  written({
    inputs: { row: ['N', 1, 3] },
    outputs: ['y'],
    nodes: [
      node('Relu', ['row'], 'r'),
      node('Shape', ['r'], 'shape'),
      node('Gather', ['shape', 'at'], 'size'),
      node('Equal', ['size', 'at'], 'isOne'),
      node(
        'If',
        ['isOne'],
        'squeezed',
        graphWithin('then_branch', { nodes: [node('Squeeze', ['r', 'axes'], 's')], outputs: ['s'] }),
        graphWithin('else_branch', { nodes: [node('Identity', ['r'], 'i')], outputs: ['i'] }),
      ),
      node('Gemm', ['squeezed', 'w'], 'y'),
    ],
    initializers: [longs('at', [], 1), longs('axes', [1], 1), floats('w', 3, 4)],
  });

/** A file that is one tensor. */
export function tensorFile(tensor: TensorData): Uint8Array {
  const writer = new FieldWriter();
  writeTensor(writer, tensor);
  return writer.finish();
}

const affine = (x: string, name: string, y: string): ModelNode[] => [
  node('Mul', [x, `${name}.gamma`], `${name}.scaled`),
  node('Add', [`${name}.scaled`, `${name}.beta`], y),
];

/** A norm over the last axis as exporters wrote it before the operator was there. */
const layerNorm = (x: string, name: string, y: string): ModelNode[] => [
  node('ReduceMean', [x], `${name}.mean`, ints('axes', -1)),
  node('Sub', [x, `${name}.mean`], `${name}.centred`),
  node('Pow', [`${name}.centred`, 'two'], `${name}.squares`),
  node('ReduceMean', [`${name}.squares`], `${name}.variance`, ints('axes', -1)),
  node('Add', [`${name}.variance`, 'eps'], `${name}.shifted`),
  node('Sqrt', [`${name}.shifted`], `${name}.root`),
  node('Div', [`${name}.centred`, `${name}.root`], `${name}.normal`),
  ...affine(`${name}.normal`, name, y),
];

const dense = (x: string, name: string, y: string): ModelNode[] => [
  node('MatMul', [x, `${name}.w`], `${name}.product`),
  node('Add', [`${name}.b`, `${name}.product`], y),
];

/** [N, T, D] as [N, heads, T, D / heads], the sizes read from the tensor itself. */
const heads = (x: string, name: string, y: string, perm: readonly number[]): ModelNode[] => [
  node('Shape', [x], `${name}.shape`),
  node('Gather', [`${name}.shape`, 'zero'], `${name}.n`),
  node('Gather', [`${name}.shape`, 'one'], `${name}.t`),
  node('Unsqueeze', [`${name}.n`, 'front'], `${name}.n1`),
  node('Unsqueeze', [`${name}.t`, 'front'], `${name}.t1`),
  node('Concat', [`${name}.n1`, `${name}.t1`, 'headCount', 'minusOne'], `${name}.cut`, int('axis', 0)),
  node('Reshape', [x, `${name}.cut`], `${name}.heads`),
  node('Transpose', [`${name}.heads`], y, ints('perm', ...perm)),
];

/** A block of an encoder in the idioms of exporters: shapes by way of tensors, a mask of whole numbers, GELU by erf. */
export const encoderBlock = (): Model =>
  written({
    inputs: { x: ['batch', 'tokens', 8], mask: ['batch', 'tokens'] },
    types: { mask: 7 },
    outputs: ['y'],
    nodes: [
      ...layerNorm('x', 'ln1', 'a'),
      ...dense('a', 'q', 'q'),
      ...dense('a', 'k', 'k'),
      ...dense('a', 'v', 'v'),
      ...heads('q', 'hq', 'qh', [0, 2, 1, 3]),
      ...heads('k', 'hk', 'kh', [0, 2, 3, 1]),
      ...heads('v', 'hv', 'vh', [0, 2, 1, 3]),
      node('Shape', ['qh'], 'qh.shape'),
      node('Slice', ['qh.shape', 'last', 'end'], 'width'),
      node('Cast', ['width'], 'width.float', int('to', 1)),
      node('Sqrt', ['width.float'], 'width.root'),
      node('MatMul', ['qh', 'kh'], 'products'),
      node('Div', ['products', 'width.root'], 'scores'),
      node('Unsqueeze', ['mask', 'middle'], 'mask4'),
      node('Cast', ['mask4'], 'seen', int('to', 9)),
      node('Not', ['seen'], 'hidden'),
      node('Where', ['hidden', 'lowest', 'scores'], 'masked'),
      node('Softmax', ['masked'], 'shares', int('axis', -1)),
      node('Dropout', ['shares'], 'kept'),
      node('MatMul', ['kept', 'vh'], 'mixed'),
      node('Transpose', ['mixed'], 'turned', ints('perm', 0, 2, 1, 3)),
      node('Shape', ['x'], 'x.shape'),
      node('Reshape', ['turned', 'x.shape'], 'joined'),
      ...dense('joined', 'o', 'attended'),
      node('Add', ['x', 'attended'], 'r'),
      ...layerNorm('r', 'ln2', 'b'),
      ...dense('b', 'f1', 'wide'),
      node('Div', ['wide', 'root2'], 'wide.scaled'),
      node('Erf', ['wide.scaled'], 'wide.erf'),
      node('Add', ['wide.erf', 'unit'], 'wide.share'),
      node('Mul', ['wide', 'wide.share'], 'wide.twice'),
      node('Mul', ['wide.twice', 'half'], 'wide.gelu'),
      ...dense('wide.gelu', 'f2', 'narrow'),
      node('Identity', ['narrow'], 'same'),
      node('Add', ['r', 'same'], 'y'),
    ],
    initializers: [
      ...['ln1', 'ln2'].flatMap((name) => [floats(`${name}.gamma`, 8), floats(`${name}.beta`, 8)]),
      ...['q', 'k', 'v', 'o'].flatMap((name) => [floats(`${name}.w`, 8, 8), floats(`${name}.b`, 8)]),
      floats('f1.w', 8, 16),
      floats('f1.b', 16),
      floats('f2.w', 16, 8),
      floats('f2.b', 8),
      floatTensor('two', [], Float32Array.of(2)),
      floatTensor('eps', [], Float32Array.of(1e-5)),
      floatTensor('root2', [], Float32Array.of(Math.SQRT2)),
      floatTensor('unit', [], Float32Array.of(1)),
      floatTensor('half', [], Float32Array.of(0.5)),
      floatTensor('lowest', [], Float32Array.of(-Infinity)),
      longs('zero', [], 0),
      longs('one', [], 1),
      longs('front', [1], 0),
      longs('middle', [2], 1, 2),
      longs('headCount', [1], 2),
      longs('minusOne', [1], -1),
      longs('last', [1], -1),
      longs('end', [1], Number.MAX_SAFE_INTEGER),
    ],
  });

/** A network for images as exporters write it: norms behind convolutions, ReLU6 as Clip, a view worked out from a shape. */
export const imageNetwork = (): Model =>
  written({
    inputs: { image: ['batch', 3, 16, 16] },
    outputs: ['logits'],
    nodes: [
      node(
        'Conv',
        ['image', 'c1.w'],
        'c1',
        ints('pads', 1, 1, 1, 1),
        ints('strides', 2, 2),
        ints('kernel_shape', 3, 3),
      ),
      node('BatchNormalization', ['c1', 'bn.gamma', 'bn.beta', 'bn.mean', 'bn.var'], 'bn'),
      node('Constant', [], 'low', float('value_float', 0)),
      node('Constant', [], 'high', float('value_float', 6)),
      node('Clip', ['bn', 'low', 'high'], 'r1'),
      node('Conv', ['r1', 'dw.w', 'dw.b'], 'dw', int('group', 8), textual('auto_pad', 'SAME_UPPER')),
      node('HardSigmoid', ['dw'], 'gate', float('alpha', 1 / 6)),
      node('Mul', ['r1', 'gate'], 'gated'),
      node(
        'Resize',
        ['gated', '', 'scales'],
        'up',
        textual('mode', 'nearest'),
        textual('coordinate_transformation_mode', 'asymmetric'),
        textual('nearest_mode', 'floor'),
      ),
      node('MaxPool', ['up'], 'pool', ints('kernel_shape', 3, 3), ints('strides', 2, 2), int('ceil_mode', 1)),
      node('GlobalAveragePool', ['pool'], 'mean'),
      node('Shape', ['mean'], 'mean.shape'),
      node('Gather', ['mean.shape', 'zero'], 'n'),
      node('Unsqueeze', ['n', 'front'], 'n1'),
      node('Concat', ['n1', 'minusOne'], 'view', int('axis', 0)),
      node('Reshape', ['mean', 'view'], 'row'),
      node('Gemm', ['row', 'fc.w', 'fc.b'], 'logits', int('transB', 1)),
    ],
    initializers: [
      floats('c1.w', 8, 3, 3, 3),
      floats('bn.gamma', 8),
      floats('bn.beta', 8),
      floats('bn.mean', 8),
      variances('bn.var', 8),
      floats('dw.w', 8, 1, 3, 3),
      floats('dw.b', 8),
      floatTensor('scales', [4], Float32Array.of(1, 1, 2, 2)),
      floats('fc.w', 5, 8),
      floats('fc.b', 5),
      longs('zero', [], 0),
      longs('front', [1], 0),
      longs('minusOne', [1], -1),
    ],
  });

/** A small residual network as PyTorch writes it, with a fixed number of rows and its softmax inside. */
export const residualNetwork = (): Model =>
  written({
    inputs: { input: [1, 3, 12, 12] },
    outputs: ['probabilities'],
    nodes: [
      node('Conv', ['input', 'stem.w', 'stem.b'], 'stem', ints('pads', 1, 1, 1, 1), ints('strides', 2, 2)),
      node('Relu', ['stem'], 'stem.r'),
      node(
        'MaxPool',
        ['stem.r'],
        'stem.p',
        ints('kernel_shape', 3, 3),
        ints('strides', 1, 1),
        ints('pads', 1, 1, 1, 1),
      ),
      node('Conv', ['stem.p', 'a.w'], 'a', ints('pads', 1, 1, 1, 1)),
      node('BatchNormalization', ['a', 'bn.gamma', 'bn.beta', 'bn.mean', 'bn.var'], 'a.n'),
      node('Relu', ['a.n'], 'a.r'),
      node('Conv', ['a.r', 'b.w', 'b.b'], 'b', ints('pads', 1, 1, 1, 1), int('group', 8)),
      node('Conv', ['stem.p', 'c.w', 'c.b'], 'c', ints('pads', 0, 0, 1, 1), ints('dilations', 1, 1)),
      node('Add', ['b', 'c'], 'sum'),
      node('LeakyRelu', ['sum'], 'sum.r', float('alpha', 0.1)),
      node('GlobalAveragePool', ['sum.r'], 'mean'),
      node('Flatten', ['mean'], 'row', int('axis', 1)),
      ...layerNorm('row', 'ln', 'normal'),
      ...dense('normal', 'fc', 'hidden'),
      node('Div', ['hidden', 'root2'], 'hidden.scaled'),
      node('Erf', ['hidden.scaled'], 'hidden.erf'),
      node('Add', ['hidden.erf', 'unit'], 'hidden.share'),
      node('Mul', ['hidden', 'half'], 'hidden.half'),
      node('Mul', ['hidden.half', 'hidden.share'], 'hidden.gelu'),
      node('Dropout', ['hidden.gelu'], 'kept'),
      node('Gemm', ['kept', 'head.w', 'head.b'], 'logits', int('transB', 1)),
      node('Softmax', ['logits'], 'probabilities', int('axis', 1)),
    ],
    initializers: [
      floats('stem.w', 8, 3, 3, 3),
      floats('stem.b', 8),
      floats('a.w', 8, 8, 3, 3),
      floats('bn.gamma', 8),
      floats('bn.beta', 8),
      floats('bn.mean', 8),
      variances('bn.var', 8),
      floats('b.w', 8, 1, 3, 3),
      floats('b.b', 8),
      floats('c.w', 8, 8, 2, 2),
      floats('c.b', 8),
      floats('ln.gamma', 8),
      floats('ln.beta', 8),
      floats('fc.w', 8, 16),
      floats('fc.b', 16),
      floats('head.w', 4, 16),
      floats('head.b', 4),
      floatTensor('two', [], Float32Array.of(2)),
      floatTensor('eps', [], Float32Array.of(1e-5)),
      floatTensor('root2', [], Float32Array.of(Math.SQRT2)),
      floatTensor('unit', [], Float32Array.of(1)),
      floatTensor('half', [], Float32Array.of(0.5)),
    ],
  });

/** Sums along the samples of what each of them gives of a whole: it hangs on how many there are. */
export const sharedOut = (): Model =>
  written({
    nodes: [
      node('Shape', ['x'], 'shape'),
      node('Slice', ['shape', 'zero', 'one'], 'n'),
      node('Cast', ['n'], 'count', int('to', 1)),
      node('Transpose', ['x'], 't', ints('perm', 1, 0)),
      node('Div', ['t', 'count'], 'shares'),
      node('CumSum', ['shares', 'one'], 'sums'),
      node('Transpose', ['sums'], 'y', ints('perm', 1, 0)),
    ],
    initializers: [longs('zero', [1], 0), longs('one', [1], 1)],
    inputs: { x: ['N', 3] },
    outputs: ['y'],
  });
