import { elementCount } from '../declaration/tensor-type.ts';
import type { KernelName } from '../kernels/contract.ts';
import type { OpDefinition } from './contract.ts';
import { attribute, costOf, given, numbers, sameAsEachOther, sizesMeet } from './shape-rules.ts';

interface WeightUpdate<N extends KernelName> {
  readonly name: N;
  /** Tensors of the weight's shape that the kernel changes along with it. */
  readonly state: readonly string[];
  /** State that a call may do without. */
  readonly optional?: readonly string[];
  /** Cells, with the names of the numbers in them. */
  readonly cells?: Readonly<Record<string, readonly string[]>>;
  /** Attributes, which the kernel takes as floats of the same names. */
  readonly attributes: readonly string[];
  readonly multiplyAdds: number;
}

/**
 * What all updates of a weight w by its gradient dw have in common: everything but the cells has the shape of w, nothing
 * comes out, and the kernel goes by the op's name and takes its arguments by theirs.
 */
export function weightUpdate<N extends KernelName>(update: WeightUpdate<N>): OpDefinition<string, never> {
  const { name, state, optional = [], cells = {}, attributes: numbersOf, multiplyAdds } = update;
  return {
    name,
    inputs: ['w', 'dw', ...state, 'rate', ...Object.keys(cells)],
    outputs: [],
    mutates: ['w', ...state],

    shape(inputs) {
      for (const tensor of ['dw', ...state]) {
        if (inputs[tensor] !== undefined || !optional.includes(tensor))
          sameAsEachOther(name, inputs, 'w', tensor);
      }
      for (const [cell, names] of Object.entries({ rate: ['η'], ...cells })) {
        const { shape } = numbers(name, inputs, cell);
        sizesMeet(name, [cell, elementCount(shape)], [names.join(', '), names.length]);
      }
      return {};
    },

    cost(inputs) {
      const changed = Object.fromEntries(['w', ...state].map((tensor) => [tensor, inputs[tensor]]));
      return costOf(multiplyAdds * elementCount(given(name, inputs, 'w').shape), inputs, changed);
    },

    lower({ inputs, attributes }) {
      const count = elementCount(given(name, inputs, 'w').shape);
      const tensors = ['w', 'dw', ...state, 'rate', ...Object.keys(cells)];
      const floats = numbersOf.map((number) => [number, attribute(name, attributes, number)]);
      return {
        kernel: name,
        arguments: {
          ...Object.fromEntries(tensors.map((tensor) => [tensor, inputs[tensor]])),
          count,
          ...Object.fromEntries(floats),
        },
        split: count,
      };
    },
  };
}
