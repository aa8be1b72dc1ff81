// Numbers that stand in memory: one instruction spreads such a number over four lanes, where V8 needs three for a literal.
const one = memory.data<f32>([1]);
const two = memory.data<f32>([2]);
const half = memory.data<f32>([0.5]);
const infinity = memory.data<f32>([Infinity]);

/** ln 2 in two parts; the first has 15 bits, so that its product with an exponent is exact. */
const ln2High = memory.data<f32>([0.693145751953125]);
const ln2Low = memory.data<f32>([1.428606765330187e-6]);
const log2E = memory.data<f32>([1.4426950408889634]);
/** Adding 1.5 · 2²³ rounds to a whole number, which then stands in the low bits. */
const rounder = memory.data<f32>([12582912]);
const rounderBits = memory.data<i32>([0x4b400000]);
const exponentBias = memory.data<i32>([127]);

/** Beyond these e^x is ∞ or 0 in float32. */
const expTop = memory.data<f32>([89]);
const expBottom = memory.data<f32>([-104]);
const exp2 = memory.data<f32>([0.4999999403953552]);
const exp3 = memory.data<f32>([0.1666652113199234]);
const exp4 = memory.data<f32>([0.04166838899254799]);
const exp5 = memory.data<f32>([0.00836874544620514]);
const exp6 = memory.data<f32>([0.0013814540579915047]);

/** (e^x − 1 − x − x²/2) / x³ near 0 begins with 1/6. */
const expm1Seam = memory.data<f32>([-0.35]);
const expm12 = memory.data<f32>([0.16666666666666666]);
const expm13 = memory.data<f32>([0.041666666666666664]);
const expm14 = memory.data<f32>([0.008333333333333333]);
const expm15 = memory.data<f32>([0.001388888888888889]);
const expm16 = memory.data<f32>([0.0001984126984126984]);

const erfSeam = memory.data<f32>([0.9375]);
const erfTop = memory.data<f32>([4]);
const erfNear0 = memory.data<f32>([0.12837915122509003]);
const erfNear1 = memory.data<f32>([-0.37612468004226685]);
const erfNear2 = memory.data<f32>([0.11281552910804749]);
const erfNear3 = memory.data<f32>([-0.02675703912973404]);
const erfNear4 = memory.data<f32>([0.004979134537279606]);
const erfNear5 = memory.data<f32>([-0.0005919434479437768]);
const erfFar0 = memory.data<f32>([-0.00016920400958042592]);
const erfFar1 = memory.data<f32>([1.1294883489608765]);
const erfFar2 = memory.data<f32>([0.6334008574485779]);
const erfFar3 = memory.data<f32>([0.10822036862373352]);
const erfFar4 = memory.data<f32>([-0.025080606341362]);
const erfFar5 = memory.data<f32>([0.004156250972300768]);
const erfFar6 = memory.data<f32>([-0.0004313926910981536]);
const erfFar7 = memory.data<f32>([2.0828536435146816e-5]);
const rootHalf = memory.data<f32>([0.7071067811865476]);
const densityTop = memory.data<f32>([0.3989422804014327]);

const rootHalfBits = memory.data<i32>([0x3f3504f3]);
const mantissaBits = memory.data<i32>([0x007fffff]);
const log1 = memory.data<f32>([0.6666677594184875]);
const log2 = memory.data<f32>([0.399774968624115]);
const log3 = memory.data<f32>([0.298730731010437]);

const signBit = memory.data<i32>([<i32>0x80000000]);
const tanhSeam = memory.data<f32>([0.625]);
const tanh1 = memory.data<f32>([-0.3333328068256378]);
const tanh2 = memory.data<f32>([0.13331441581249237]);
const tanh3 = memory.data<f32>([-0.05373971536755562]);
const tanh4 = memory.data<f32>([0.0206390880048275]);
const tanh5 = memory.data<f32>([-0.005704986862838268]);

/**
 * Exponential, logarithm and hyperbolic tangent of four float32 numbers, from + − × ÷ alone, so that every machine gets
 * the same bits. The polynomials are minimax fits (Remez 1934), weighted so that the relative error is even.
 */
export class Functions {
  /** e^x, at most 1 ulp off, denormal results included: x = n·ln 2 + r, |r| ≤ ln 2 / 2, e^r = 1 + r + r²·P(r). */
  @inline
  static exp(x: v128): v128 {
    // NaN goes through both of these.
    x = f32x4.pmax(f32x4.pmin(x, v128.load32_splat(expTop)), v128.load32_splat(expBottom));
    const shift = v128.load32_splat(rounder);
    const shifted = f32x4.add(f32x4.mul(x, v128.load32_splat(log2E)), shift);
    const n = f32x4.sub(shifted, shift);
    const rest = f32x4.sub(x, f32x4.mul(n, v128.load32_splat(ln2High)));
    const r = f32x4.sub(rest, f32x4.mul(n, v128.load32_splat(ln2Low)));
    let p = f32x4.add(f32x4.mul(v128.load32_splat(exp6), r), v128.load32_splat(exp5));
    p = f32x4.add(f32x4.mul(p, r), v128.load32_splat(exp4));
    p = f32x4.add(f32x4.mul(p, r), v128.load32_splat(exp3));
    p = f32x4.add(f32x4.mul(p, r), v128.load32_splat(exp2));
    p = f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r);
    p = f32x4.add(p, v128.load32_splat(one));
    // 2^n in two factors: n reaches from −150 to 128, further than one float32's exponent.
    const bias = v128.load32_splat(exponentBias);
    const whole = i32x4.sub(shifted, v128.load32_splat(rounderBits));
    const left = i32x4.shr_s(whole, 1);
    const right = i32x4.sub(whole, left);
    p = f32x4.mul(p, i32x4.shl(i32x4.add(left, bias), 23));
    return f32x4.mul(p, i32x4.shl(i32x4.add(right, bias), 23));
  }

  /** e^x − 1 for x ≤ 0, at most 3 ulp off: r + r²·P(r) near 0, where the subtraction would lose its figures. */
  @inline
  static expm1(x: v128): v128 {
    let p = f32x4.add(f32x4.mul(v128.load32_splat(expm16), x), v128.load32_splat(expm15));
    p = f32x4.add(f32x4.mul(p, x), v128.load32_splat(expm14));
    p = f32x4.add(f32x4.mul(p, x), v128.load32_splat(expm13));
    p = f32x4.add(f32x4.mul(p, x), v128.load32_splat(expm12));
    p = f32x4.add(f32x4.mul(p, x), v128.load32_splat(half));
    const near = f32x4.add(f32x4.mul(p, f32x4.mul(x, x)), x);
    const far = f32x4.sub(Functions.exp(x), v128.load32_splat(one));
    return v128.bitselect(near, far, f32x4.gt(x, v128.load32_splat(expm1Seam)));
  }

  /** erf x, at most 3 ulp off: x + x·P(x²) up to 0.9375, from there ±(1 − e^−Q(|x|)). */
  @inline
  static erf(x: v128): v128 {
    const sign = v128.load32_splat(signBit);
    const size = f32x4.pmin(v128.andnot(x, sign), v128.load32_splat(erfTop));
    const z = f32x4.mul(x, x);
    let p = f32x4.add(f32x4.mul(v128.load32_splat(erfNear5), z), v128.load32_splat(erfNear4));
    p = f32x4.add(f32x4.mul(p, z), v128.load32_splat(erfNear3));
    p = f32x4.add(f32x4.mul(p, z), v128.load32_splat(erfNear2));
    p = f32x4.add(f32x4.mul(p, z), v128.load32_splat(erfNear1));
    p = f32x4.add(f32x4.mul(p, z), v128.load32_splat(erfNear0));
    const near = f32x4.add(size, f32x4.mul(size, p));
    let q = f32x4.add(f32x4.mul(v128.load32_splat(erfFar7), size), v128.load32_splat(erfFar6));
    q = f32x4.add(f32x4.mul(q, size), v128.load32_splat(erfFar5));
    q = f32x4.add(f32x4.mul(q, size), v128.load32_splat(erfFar4));
    q = f32x4.add(f32x4.mul(q, size), v128.load32_splat(erfFar3));
    q = f32x4.add(f32x4.mul(q, size), v128.load32_splat(erfFar2));
    q = f32x4.add(f32x4.mul(q, size), v128.load32_splat(erfFar1));
    q = f32x4.add(f32x4.mul(q, size), v128.load32_splat(erfFar0));
    const far = f32x4.sub(v128.load32_splat(one), Functions.decay(q));
    const result = v128.bitselect(far, near, f32x4.gt(size, v128.load32_splat(erfSeam)));
    return v128.or(result, v128.and(x, sign));
  }

  /** Φ(x) = (1 + erf(x / √2)) / 2 */
  @inline
  static normalDistribution(x: v128): v128 {
    const e = Functions.erf(f32x4.mul(x, v128.load32_splat(rootHalf)));
    return f32x4.mul(f32x4.add(e, v128.load32_splat(one)), v128.load32_splat(half));
  }

  /** φ(x) = e^−x²/2 / √(2π) */
  @inline
  static normalDensity(x: v128): v128 {
    const e = Functions.decay(f32x4.mul(f32x4.mul(x, x), v128.load32_splat(half)));
    return f32x4.mul(e, v128.load32_splat(densityTop));
  }

  /** e^−|x| */
  @inline
  static decay(x: v128): v128 {
    return Functions.exp(v128.or(x, v128.load32_splat(signBit)));
  }

  /**
   * ln x for normal x > 0, at most 1 ulp off. x = 2^n·(1 + f) with 1 + f in [√½, √2); with s = f / (2 + f),
   * ln(1 + f) = 2s + s·R(s²) = f − (f²/2 − s·(f²/2 + R)).
   */
  @inline
  static log(x: v128): v128 {
    // Counted from √½, the bits of the exponent are n, and those of the mantissa give 1 + f.
    const root = v128.load32_splat(rootHalfBits);
    const fromRoot = i32x4.sub(x, root);
    const n = f32x4.convert_i32x4_s(i32x4.shr_s(fromRoot, 23));
    const mantissa = i32x4.add(v128.and(fromRoot, v128.load32_splat(mantissaBits)), root);
    const f = f32x4.sub(mantissa, v128.load32_splat(one));
    const s = f32x4.div(f, f32x4.add(f, v128.load32_splat(two)));
    const z = f32x4.mul(s, s);
    let r = f32x4.add(f32x4.mul(v128.load32_splat(log3), z), v128.load32_splat(log2));
    r = f32x4.add(f32x4.mul(r, z), v128.load32_splat(log1));
    r = f32x4.mul(r, z);
    const square = f32x4.mul(f32x4.mul(f, f), v128.load32_splat(half));
    const turned = f32x4.mul(s, f32x4.add(square, r));
    const low = f32x4.add(turned, f32x4.mul(n, v128.load32_splat(ln2Low)));
    const near = f32x4.sub(f, f32x4.sub(square, low));
    const result = f32x4.add(near, f32x4.mul(n, v128.load32_splat(ln2High)));
    // ∞ and NaN stay what they are.
    return v128.bitselect(result, x, f32x4.lt(x, v128.load32_splat(infinity)));
  }

  /** ln x of any number: −∞ at 0, NaN below. */
  @inline
  static logOfAny(x: v128): v128 {
    const zero = f32x4.splat(0);
    const inside = v128.bitselect(f32x4.splat(-Infinity), Functions.log(x), f32x4.eq(x, zero));
    return v128.bitselect(f32x4.splat(NaN), inside, f32x4.lt(x, zero));
  }

  /** sin x and cos x, lane by lane: few networks ask for them. */
  static sine(x: v128): v128 {
    let y = f32x4.splat(Mathf.sin(f32x4.extract_lane(x, 0)));
    y = f32x4.replace_lane(y, 1, Mathf.sin(f32x4.extract_lane(x, 1)));
    y = f32x4.replace_lane(y, 2, Mathf.sin(f32x4.extract_lane(x, 2)));
    return f32x4.replace_lane(y, 3, Mathf.sin(f32x4.extract_lane(x, 3)));
  }

  static cosine(x: v128): v128 {
    let y = f32x4.splat(Mathf.cos(f32x4.extract_lane(x, 0)));
    y = f32x4.replace_lane(y, 1, Mathf.cos(f32x4.extract_lane(x, 1)));
    y = f32x4.replace_lane(y, 2, Mathf.cos(f32x4.extract_lane(x, 2)));
    return f32x4.replace_lane(y, 3, Mathf.cos(f32x4.extract_lane(x, 3)));
  }

  /** ln(1 + u) for u in [0, 1], at most 2 ulp off: what 1 + u loses in rounding is put back to first order. */
  @inline
  static log1p(u: v128): v128 {
    const unit = v128.load32_splat(one);
    const w = f32x4.add(u, unit);
    const lost = f32x4.sub(u, f32x4.sub(w, unit));
    return f32x4.add(Functions.log(w), f32x4.div(lost, w));
  }

  /** tanh x, at most 2 ulp off: x + x³·P(x²) up to 0.625, from there ±(1 − 2 / (e^2|x| + 1)). */
  @inline
  static tanh(x: v128): v128 {
    const sign = v128.load32_splat(signBit);
    const size = v128.andnot(x, sign);
    const z = f32x4.mul(x, x);
    let p = f32x4.add(f32x4.mul(v128.load32_splat(tanh5), z), v128.load32_splat(tanh4));
    p = f32x4.add(f32x4.mul(p, z), v128.load32_splat(tanh3));
    p = f32x4.add(f32x4.mul(p, z), v128.load32_splat(tanh2));
    p = f32x4.add(f32x4.mul(p, z), v128.load32_splat(tanh1));
    const near = f32x4.add(size, f32x4.mul(f32x4.mul(size, z), p));
    const unit = v128.load32_splat(one);
    const e = Functions.exp(f32x4.add(size, size));
    const far = f32x4.sub(unit, f32x4.div(v128.load32_splat(two), f32x4.add(e, unit)));
    const result = v128.bitselect(far, near, f32x4.gt(size, v128.load32_splat(tanhSeam)));
    return v128.or(result, v128.and(x, sign));
  }

  /** 1 / (1 + e^−x), at most 3 ulp off, in the form whose exponential cannot overflow. */
  @inline
  static logistic(x: v128): v128 {
    const unit = v128.load32_splat(one);
    const e = Functions.decay(x);
    // Where x is negative its sign bit, spread over the lane, picks e.
    const numerator = v128.bitselect(e, unit, i32x4.shr_s(x, 31));
    return f32x4.div(numerator, f32x4.add(unit, e));
  }
}
