import { elementCount, sameShape, type TensorType } from '../declaration/tensor-type.ts';
import type { OnnxNode, OpCall, OpDefinition, Tensor } from './contract.ts';
import { requireAlike, rowsOf } from './row-norm.ts';
import { attribute, costOf, given, numbers } from './shape-rules.ts';

/** y as in rowNorm, without what only its gradient needs. */
export const rowNormInference: OpDefinition<'x' | 'gamma' | 'beta', 'y'> = {
  name: 'rowNormInference',
  inputs: ['x', 'gamma', 'beta'],
  outputs: ['y'],
  inPlace: ['x'],

  shape(inputs, attributes) {
    requireAlike('rowNormInference', inputs);
    rowsOf('rowNormInference', inputs, attributes);
    return { y: numbers('rowNormInference', inputs, 'x') };
  },

  cost: (inputs, outputs) => costOf(6 * elementCount(outputs.y.shape), inputs, outputs),

  lower({ inputs, outputs: { y }, attributes }) {
    const rows = rowsOf('rowNormInference', inputs, attributes);
    const { x, gamma, beta } = inputs;
    return {
      kernel: 'rowNorm',
      arguments: {
        x,
        gamma,
        beta,
        y,
        mean: undefined,
        rstd: undefined,
        ...rows,
        epsilon: attribute('rowNormInference', attributes, 'epsilon'),
        centred: attributes['centred'] === 0 ? 0 : 1,
      },
      split: rows.rows,
    };
  },

  toOnnx(call) {
    const axis = firstAxis(call);
    if (call.attributes['centred'] === 0) return rootMeanSquare(call, axis);
    const { x, gamma } = call.inputs;
    const isLayer =
      axis !== undefined && gamma !== undefined && sameShape(gamma.shape, x?.shape.slice(axis) ?? []);
    return isLayer && call.attributes['inner'] === 1 ? layerNormalization(call, axis) : instances(call);
  },
};

/** The dimension from which on a row is all of x; undefined where it is a part of one. */
function firstAxis({ inputs, attributes }: OpCall): number | undefined {
  const { shape } = given('rowNormInference', inputs, 'x');
  const size = attribute('rowNormInference', attributes, 'size');
  const axis = shape.findLastIndex((_, at) => elementCount(shape.slice(at)) === size);
  return axis > 0 ? axis : undefined;
}

const constant = (name: string, attributes: OnnxNode['attributes'] & object): OnnxNode => ({
  opType: 'Constant',
  inputs: [],
  outputs: [name],
  attributes,
});

interface Ends {
  readonly x: Tensor;
  readonly y: string;
  readonly epsilon: number;
}

const endsOf = ({ inputs, outputs, attributes }: OpCall): Ends => ({
  x: given('rowNormInference', inputs, 'x'),
  y: given('rowNormInference', outputs, 'y').name,
  epsilon: attribute('rowNormInference', attributes, 'epsilon'),
});

function layerNormalization(call: OpCall, axis: number): OnnxNode[] {
  const { x, y, epsilon } = endsOf(call);
  const { gamma, beta } = call.inputs;
  return [
    {
      opType: 'LayerNormalization',
      inputs: [x.name, given('rowNormInference', { gamma }, 'gamma').name, ...(beta ? [beta.name] : [])],
      outputs: [y],
      attributes: { axis: { int: axis }, epsilon },
    },
  ];
}

/** y = x / √(mean of x² + ε), over the dimensions from `axis` on, or over rows that are cut out of them. */
function rootMeanSquare(call: OpCall, axis: number | undefined): OnnxNode[] {
  const { x, y, epsilon } = endsOf(call);
  const at = (part: string): string => `${y}.${part}`;
  const from = axis === undefined ? at('cut') : x.name;
  const axes = axis === undefined ? [2] : x.shape.slice(axis).map((_, i) => axis + i);
  const divided = (to: string): OnnxNode => ({ opType: 'Div', inputs: [from, at('root')], outputs: [to] });
  return [
    ...(axis === undefined ? cutIntoRows(call) : []),
    constant(at('axes'), { value_ints: axes }),
    constant(at('epsilon'), { value_float: epsilon }),
    { opType: 'Mul', inputs: [from, from], outputs: [at('squares')] },
    {
      opType: 'ReduceMean',
      inputs: [at('squares'), at('axes')],
      outputs: [at('mean')],
      attributes: { keepdims: { int: 1 } },
    },
    { opType: 'Add', inputs: [at('mean'), at('epsilon')], outputs: [at('shifted')] },
    { opType: 'Sqrt', inputs: [at('shifted')], outputs: [at('root')] },
    ...affine(call, (normal) =>
      axis === undefined ? [divided(at('rows.y')), joined(call, at('rows.y'), normal)] : [divided(normal)],
    ),
  ];
}

/** x as [N, rows, size], which is called `${y}.cut`. */
function cutIntoRows(call: OpCall): OnnxNode[] {
  const { x, y } = endsOf(call);
  const size = attribute('rowNormInference', call.attributes, 'size');
  return [
    constant(`${y}.rows`, { value_ints: [0, elementCount(x.shape.slice(1)) / size, size] }),
    constant(`${y}.shape`, { value_ints: [0, ...x.shape.slice(1)] }),
    { opType: 'Reshape', inputs: [x.name, `${y}.rows`], outputs: [`${y}.cut`] },
  ];
}

/** Rows in the shape of x again. */
const joined = (call: OpCall, rows: string, output: string): OnnxNode => ({
  opType: 'Reshape',
  inputs: [rows, `${endsOf(call).y}.shape`],
  outputs: [output],
});

/**
 * Rows as the instances of [N, rows, size]. GroupNormalization would do for some, but its gamma and beta belong to groups
 * in opset 18 and to channels from 21 on, and not every reader keeps to that.
 */
function instances(call: OpCall): OnnxNode[] {
  const { x, y, epsilon } = endsOf(call);
  const at = (part: string): string => `${y}.${part}`;
  const rows = elementCount(x.shape.slice(1)) / attribute('rowNormInference', call.attributes, 'size');
  return [
    ...cutIntoRows(call),
    constant(at('one'), { value_floats: { floats: Array<number>(rows).fill(1) } }),
    constant(at('zero'), { value_floats: { floats: Array<number>(rows).fill(0) } }),
    {
      opType: 'InstanceNormalization',
      inputs: [at('cut'), at('one'), at('zero')],
      outputs: [at('instances')],
      attributes: { epsilon },
    },
    ...affine(call, (normal) => [joined(call, at('instances'), normal)]),
  ];
}

/** What `normalise` makes, times gamma, plus beta, each shaped so that it meets the dimension it belongs to. */
function affine(call: OpCall, normalise: (output: string) => OnnxNode[]): OnnxNode[] {
  const { x, y } = endsOf(call);
  const { gamma, beta } = call.inputs;
  const at = (part: string): string => `${y}.${part}`;
  const weight = gamma ?? beta;
  if (weight === undefined) return normalise(y);
  const meets = elementCount(weight.shape) === 1 ? [1] : meetingShape(x, weight, call);
  const shaped = (tensor: Tensor, name: string): OnnxNode[] => [
    { opType: 'Reshape', inputs: [tensor.name, at('weights')], outputs: [name] },
  ];
  const scaled = beta === undefined ? y : at('scaled');
  const normal = at('normal');
  return [
    ...normalise(normal),
    constant(at('weights'), { value_ints: meets }),
    ...(gamma === undefined
      ? []
      : [...shaped(gamma, at('gamma')), { opType: 'Mul', inputs: [normal, at('gamma')], outputs: [scaled] }]),
    ...(beta === undefined
      ? []
      : [
          ...shaped(beta, at('beta')),
          { opType: 'Add', inputs: [gamma === undefined ? normal : scaled, at('beta')], outputs: [y] },
        ]),
  ];
}

/** gamma [C] over x [N, C, H, W] is [C, 1, 1]; over the dimensions that have a weight for each number it is those. */
function meetingShape(x: TensorType, weight: TensorType, call: OpCall): number[] {
  const inner = attribute('rowNormInference', call.attributes, 'inner');
  const { shape } = x;
  const behind = shape.findIndex((_, at) => elementCount(shape.slice(at)) === inner);
  const end = inner === 1 ? shape.length : behind;
  let first = end;
  while (first > 1 && elementCount(shape.slice(first, end)) < elementCount(weight.shape)) first--;
  return [...shape.slice(first, end), ...shape.slice(end).map(() => 1)];
}
