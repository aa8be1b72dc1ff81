import { elementCount } from '../declaration/tensor-type.ts';
import type { Attributes, OpDefinition } from './contract.ts';
import { aroundAxis, axisOf, costOf, given, numbers } from './shape-rules.ts';

const isSet = (attributes: Attributes, name: 'exclusive' | 'reverse'): 0 | 1 =>
  attributes[name] === 1 ? 1 : 0;

/**
 * y = the sums of x along one axis up to each place; with the attribute exclusive = 1 up to the one before, with reverse = 1
 * from the last place back.
 */
export const cumulativeSum: OpDefinition<'x', 'y'> = {
  name: 'cumulativeSum',
  inputs: ['x'],
  outputs: ['y'],

  shape(inputs, attributes) {
    axisOf('cumulativeSum', inputs, 'x', attributes);
    return { y: numbers('cumulativeSum', inputs, 'x') };
  },

  cost: (inputs, outputs) => costOf(elementCount(outputs.y.shape), inputs, outputs),

  // dx = the sums of dy from each place on
  gradient(g, { attributes }, { y: dy }) {
    const reverse = 1 - isSet(attributes, 'reverse');
    return { x: dy && g.emit(cumulativeSum, { x: dy }, { ...attributes, reverse }).y };
  },

  lower({ inputs, outputs: { y }, attributes }) {
    const x = given('cumulativeSum', inputs, 'x');
    const { outer, count, inner } = aroundAxis(x.shape, axisOf('cumulativeSum', inputs, 'x', attributes));
    const [exclusive, reverse] = [isSet(attributes, 'exclusive'), isSet(attributes, 'reverse')];
    return {
      kernel: 'cumulativeSum',
      arguments: { x, y, outer, count, inner, exclusive, reverse },
      split: outer,
    };
  },

  toOnnx({ inputs, outputs, attributes }) {
    const y = given('cumulativeSum', outputs, 'y').name;
    const axis = axisOf('cumulativeSum', inputs, 'x', attributes);
    const [exclusive, reverse] = [isSet(attributes, 'exclusive'), isSet(attributes, 'reverse')];
    return [
      { opType: 'Constant', inputs: [], outputs: [`${y}.axis`], attributes: { value_int: { int: axis } } },
      {
        opType: 'CumSum',
        inputs: [given('cumulativeSum', inputs, 'x').name, `${y}.axis`],
        outputs: [y],
        attributes: { exclusive: { int: exclusive }, reverse: { int: reverse } },
      },
    ];
  },
};
