import { elementCount, type TensorType } from '../declaration/tensor-type.ts';
import { sumTerms } from '../kernels/declared/broadcast.ts';
import { sumTo } from './broadcast.ts';
import { planesOf } from './channels.ts';
import type { Named, OnnxNode, OpDefinition, Tensor } from './contract.ts';
import { reshape } from './reshape.ts';
import { costOf, given, numbers, sameAsEachOther, sizesMeet } from './shape-rules.ts';

/** x [N, C, inner] with a slope for each of its channels, or as one channel with the only slope. */
function sizesOf(op: string, inputs: Named<TensorType>) {
  const { N, C, inner } = planesOf(op, inputs);
  const slopes = elementCount(numbers(op, inputs, 'slope').shape);
  if (slopes === 1) return { N: 1, C: 1, inner: N * C * inner };
  sizesMeet(op, ['slope', slopes], ['the channels of x', C]);
  return { N, C, inner };
}

/** y = x > 0 ? x : slope[c] · x of x [N, C, …]; slope is [C], or [1] for all. */
export const prelu: OpDefinition<'x' | 'slope', 'y'> = {
  name: 'prelu',
  inputs: ['x', 'slope'],
  outputs: ['y'],

  shape(inputs) {
    sizesOf('prelu', inputs);
    return { y: numbers('prelu', inputs, 'x') };
  },

  cost: (inputs, outputs) => costOf(elementCount(outputs.y.shape), inputs, outputs),

  // dx = x > 0 ? dy : slope[c] · dy
  // dslope[c] = Σ_{n, i} (x > 0 ? 0 : x · dy)
  gradient(g, { inputs }, { y: dy }) {
    if (dy === undefined) return {};
    const x = given('prelu', inputs, 'x');
    const slope = given('prelu', inputs, 'slope');
    const ones = x.shape.slice(2).map(() => 1);
    const [N, C] = x.shape as [number, number];
    const terms = { w: x, term: sumTerms.productBelow0 };
    // A single slope's sum is of the sums of samples or channels, which many can work at.
    const planes = ones.length > 0 ? [N, C, ...ones] : [N, 1];
    const sums: Tensor =
      elementCount(slope.shape) === 1
        ? sumTo(g, sumTo(g, dy, planes, terms), [1])
        : sumTo(g, dy, [C, ...ones], terms);
    return {
      x: g.emit(preluGradient, { x, slope, dy }).dx,
      slope: g.emit(reshape, { x: sums }, { shape: slope.shape }).y,
    };
  },

  lower({ inputs, outputs }) {
    const sizes = sizesOf('prelu', inputs);
    const { x, slope } = inputs;
    const y = given('prelu', outputs, 'y');
    return { kernel: 'prelu', arguments: { x, slope, z: x, y, ...sizes }, split: elementCount(y.shape) };
  },

  toOnnx({ inputs, outputs }): OnnxNode[] {
    const x = given('prelu', inputs, 'x');
    const slope = given('prelu', inputs, 'slope');
    const y = given('prelu', outputs, 'y').name;
    const broadcast = [-1, ...x.shape.slice(2).map(() => 1)];
    return [
      { opType: 'Constant', inputs: [], outputs: [`${y}.shape`], attributes: { value_ints: broadcast } },
      { opType: 'Reshape', inputs: [slope.name, `${y}.shape`], outputs: [`${y}.slope`] },
      { opType: 'PRelu', inputs: [x.name, `${y}.slope`], outputs: [y] },
    ];
  },
};

/** dx = x > 0 ? dy : slope[c] · dy. */
export const preluGradient: OpDefinition<'x' | 'slope' | 'dy', 'dx'> = {
  name: 'preluGradient',
  inputs: ['x', 'slope', 'dy'],
  outputs: ['dx'],
  inPlace: ['dy', 'x'],

  shape(inputs) {
    sizesOf('preluGradient', inputs);
    return { dx: sameAsEachOther('preluGradient', inputs, 'x', 'dy') };
  },

  cost: (inputs, outputs) => costOf(elementCount(outputs.dx.shape), inputs, outputs),

  lower({ inputs, outputs }) {
    const sizes = sizesOf('preluGradient', inputs);
    const { x, slope, dy: z } = inputs;
    const y = given('preluGradient', outputs, 'dx');
    return { kernel: 'prelu', arguments: { x, slope, z, y, ...sizes }, split: elementCount(y.shape) };
  },
};
