import { sameShape } from '../declaration/tensor-type.ts';
import { sumTerms } from '../kernels/declared/broadcast.ts';
import { binaryOp } from './binary.ts';
import { sumTo } from './broadcast.ts';
import type { GraphBuilder, OpDefinition, Tensor } from './contract.ts';

/** y = a ⊙ b. */
export const multiply: OpDefinition<'a' | 'b', 'y'> = binaryOp({
  name: 'multiply',
  opType: 'Mul',
  // da = Σ dz ⊙ b over what a was broadcast along
  // db = Σ dz ⊙ a over what b was broadcast along
  gradient: (g, a, b, dz) => ({ a: gradientOf(g, a, b, dz), b: gradientOf(g, b, a, dz) }),
});

/** Σ dz ⊙ other; where the other is as large as y, the product is summed as it arises. */
function gradientOf(g: GraphBuilder, operand: Tensor, other: Tensor, dz: Tensor): Tensor {
  if (!sameShape(operand.shape, dz.shape) && sameShape(other.shape, dz.shape)) {
    return sumTo(g, dz, operand.shape, { w: other, term: sumTerms.product });
  }
  return sumTo(g, g.emit(multiply, { a: dz, b: other }).y, operand.shape);
}
