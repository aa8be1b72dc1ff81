import { elementCount, sameShape } from '../declaration/tensor-type.ts';
import { binaryOp } from './binary.ts';
import { sumTo } from './broadcast.ts';
import type { OpDefinition } from './contract.ts';
import { given } from './shape-rules.ts';

const broadcasting = binaryOp({
  name: 'add',
  opType: 'Add',
  // da = Σ dz over what a was broadcast along
  // db = Σ dz over what b was broadcast along
  gradient: (g, a, b, dz) => ({ a: sumTo(g, dz, a.shape), b: sumTo(g, dz, b.shape) }),
});

/** y = a + b. */
export const add: OpDefinition<'a' | 'b', 'y'> = {
  ...broadcasting,

  /** Sums of gradients, the most frequent of all, are of one shape and have a kernel of their own. */
  lower(call) {
    const a = given('add', call.inputs, 'a');
    const b = given('add', call.inputs, 'b');
    const y = given('add', call.outputs, 'y');
    if (!sameShape(a.shape, b.shape) || call.attributes.epilogue === 1) return broadcasting.lower(call);
    const count = elementCount(y.shape);
    return { kernel: 'add', arguments: { a, b, y, count }, split: count };
  },
};
