/**
 * Exponential, logarithm and hyperbolic tangent of four float32 numbers, from + − × ÷ alone, so that every machine gets
 * the same bits. The polynomials are minimax fits (Remez) with the weight that makes the relative error even.
 */
export class Functions {
  /**
   * e^x, at most 1 ulp off, denormal results included. x = n·ln 2 + r with |r| ≤ ln 2 / 2; e^r = 1 + r + r²·P(r).
   */
  @inline
  static exp(x: v128): v128 {
    // Beyond these e^x is 0 or ∞ in float32. NaN goes through both.
    x = f32x4.pmax(f32x4.pmin(x, f32x4.splat(89)), f32x4.splat(-104));
    // Adding 1.5·2²³ rounds to a whole number, which then stands in the low bits.
    const shifted = f32x4.add(f32x4.mul(x, f32x4.splat(1.4426950408889634)), f32x4.splat(12582912));
    const n = f32x4.sub(shifted, f32x4.splat(12582912));
    // ln 2 in two parts; the first has 15 bits, so its product with n is exact.
    let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693145751953125)));
    r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(1.428606765330187e-6)));
    let p = f32x4.splat(0.0013814540579915047);
    p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.00836874544620514));
    p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.04166838899254799));
    p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.1666652113199234));
    p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.4999999403953552));
    p = f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r);
    p = f32x4.add(p, f32x4.splat(1));
    // 2^n in two factors: n reaches from −150 to 128, further than one float32's exponent.
    const whole = i32x4.sub(shifted, i32x4.splat(0x4b400000));
    const half = i32x4.shr_s(whole, 1);
    const rest = i32x4.sub(whole, half);
    const bias = i32x4.splat(127);
    p = f32x4.mul(p, i32x4.shl(i32x4.add(half, bias), 23));
    return f32x4.mul(p, i32x4.shl(i32x4.add(rest, bias), 23));
  }

  /**
   * ln x for normal x > 0, at most 1 ulp off. x = 2^n·(1 + f) with 1 + f in [√½, √2); with s = f / (2 + f),
   * ln(1 + f) = 2s + s·R(s²) = f − (f²/2 − s·(f²/2 + R)).
   */
  @inline
  static log(x: v128): v128 {
    // Counting from √½ makes the bits of the exponent n, and leaves the mantissa in [√½, √2).
    const fromRoot = i32x4.sub(x, i32x4.splat(0x3f3504f3));
    const n = f32x4.convert_i32x4_s(i32x4.shr_s(fromRoot, 23));
    const mantissa = i32x4.add(v128.and(fromRoot, i32x4.splat(0x007fffff)), i32x4.splat(0x3f3504f3));
    const f = f32x4.sub(mantissa, f32x4.splat(1));
    const s = f32x4.div(f, f32x4.add(f, f32x4.splat(2)));
    const z = f32x4.mul(s, s);
    let r = f32x4.splat(0.298730731010437);
    r = f32x4.add(f32x4.mul(r, z), f32x4.splat(0.399774968624115));
    r = f32x4.add(f32x4.mul(r, z), f32x4.splat(0.6666677594184875));
    r = f32x4.mul(r, z);
    const half = f32x4.mul(f32x4.mul(f, f), f32x4.splat(0.5));
    const low = f32x4.add(f32x4.mul(s, f32x4.add(half, r)), f32x4.mul(n, f32x4.splat(1.428606765330187e-6)));
    const near = f32x4.sub(f, f32x4.sub(half, low));
    const result = f32x4.add(near, f32x4.mul(n, f32x4.splat(0.693145751953125)));
    // ∞ and NaN stay what they are.
    return v128.bitselect(result, x, f32x4.lt(x, f32x4.splat(Infinity)));
  }

  /** ln(1 + u) for u in [0, 1], at most 2 ulp off: what 1 + u loses in rounding is put back to first order. */
  @inline
  static log1p(u: v128): v128 {
    const w = f32x4.add(u, f32x4.splat(1));
    const lost = f32x4.sub(u, f32x4.sub(w, f32x4.splat(1)));
    return f32x4.add(Functions.log(w), f32x4.div(lost, w));
  }

  /** tanh x, at most 2 ulp off: x + x³·P(x²) up to 0.625, from there ±(1 − 2 / (e^2|x| + 1)). */
  @inline
  static tanh(x: v128): v128 {
    const size = f32x4.abs(x);
    const z = f32x4.mul(x, x);
    let p = f32x4.splat(-0.005704986862838268);
    p = f32x4.add(f32x4.mul(p, z), f32x4.splat(0.0206390880048275));
    p = f32x4.add(f32x4.mul(p, z), f32x4.splat(-0.05373971536755562));
    p = f32x4.add(f32x4.mul(p, z), f32x4.splat(0.13331441581249237));
    p = f32x4.add(f32x4.mul(p, z), f32x4.splat(-0.3333328068256378));
    const near = f32x4.add(x, f32x4.mul(f32x4.mul(x, z), p));
    const e = Functions.exp(f32x4.add(size, size));
    const far = f32x4.sub(f32x4.splat(1), f32x4.div(f32x4.splat(2), f32x4.add(e, f32x4.splat(1))));
    const sign = v128.and(x, i32x4.splat(0x80000000));
    return v128.bitselect(v128.or(far, sign), near, f32x4.gt(size, f32x4.splat(0.625)));
  }

  /** 1 / (1 + e^−x), at most 3 ulp off, in the form whose exponential cannot overflow. */
  @inline
  static logistic(x: v128): v128 {
    const one = f32x4.splat(1);
    const e = Functions.exp(f32x4.neg(f32x4.abs(x)));
    const numerator = v128.bitselect(one, e, f32x4.ge(x, f32x4.splat(0)));
    return f32x4.div(numerator, f32x4.add(one, e));
  }
}
