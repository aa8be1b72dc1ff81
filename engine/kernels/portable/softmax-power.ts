import { Functions } from './functions';

/** Below this e^x is 0 in float32. */
const bottom = memory.data<f32>([-104]);

export class Power {
  /** e^(x − greatest). What a mask hides takes no part: on its way to 0 it would go through slow denormal numbers. */
  @inline
  static of(x: v128, greatest: v128): v128 {
    const z = f32x4.sub(x, greatest);
    const isHidden = f32x4.lt(z, v128.load32_splat(bottom));
    return v128.andnot(Functions.exp(v128.andnot(z, isHidden)), isHidden);
  }
}
