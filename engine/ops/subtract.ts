import { binaryOp } from './binary.ts';
import { sumTo } from './broadcast.ts';
import { scale } from './scale.ts';

/** y = a − b. */
export const subtract = binaryOp({
  name: 'subtract',
  opType: 'Sub',
  // da = Σ dz over what a was broadcast along
  // db = −Σ dz over what b was broadcast along
  gradient: (g, a, b, dz) => ({
    a: sumTo(g, dz, a.shape),
    b: g.emit(scale, { x: sumTo(g, dz, b.shape) }, { factor: -1 }).y,
  }),
});
