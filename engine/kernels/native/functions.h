// Exponential, logarithm and what is made of them, lane by lane. Polynomials are minimax fits (Remez 1934); results are at
// most a few ulp off.
#pragma once

#include "vector.h"

namespace NETWRIGHT_ISA {

constexpr float ln2High = 0.693145751953125f, ln2Low = 1.428606765330187e-6f;

/// 2^n for whole n in −126 … 127.
INLINE floats powerOfTwo(ints n) { return (floats)((n + 127) << 23); }

/// e^x: x = n·ln 2 + r, |r| ≤ ln 2 / 2, e^r = 1 + r + r²·P(r). NaN stays NaN.
INLINE floats exponential(floats x) {
  const floats top = splat(89.0f), bottom = splat(-104.0f);
  x = select(x > top, top, select(x < bottom, bottom, x));
  const floats n = nearest(x * splat(1.4426950408889634f));
  const floats r = fma(n, splat(-ln2Low), fma(n, splat(-ln2High), x));
  floats p = fma(splat(0.0013814540579915047f), r, splat(0.00836874544620514f));
  p = fma(p, r, splat(0.04166838899254799f));
  p = fma(p, r, splat(0.1666652113199234f));
  p = fma(p, r, splat(0.4999999403953552f));
  p = fma(p, r * r, r) + splat(1.0f);
  // In two factors: n reaches from −150 to 128, further than one exponent.
  const ints whole = wholeOf(n);
  const ints left = whole >> 1;
  return p * powerOfTwo(left) * powerOfTwo(whole - left);
}

/// e^−|x|
INLINE floats decay(floats x) { return exponential((floats)((ints)x | (int32_t)0x80000000)); }

/// e^x − 1 for x ≤ 0: r + r²·P(r) near 0, where the subtraction would lose its figures.
INLINE floats exponentialMinusOne(floats x) {
  floats p = fma(splat(1.0f / 5040), x, splat(1.0f / 720));
  p = fma(p, x, splat(1.0f / 120));
  p = fma(p, x, splat(1.0f / 24));
  p = fma(p, x, splat(1.0f / 6));
  p = fma(p, x, splat(0.5f));
  const floats near = fma(p, x * x, x);
  return select(x > splat(-0.35f), near, exponential(x) - splat(1.0f));
}

/// x + x·P(x²) up to 0.9375, from there ±(1 − e^−Q(|x|)).
INLINE floats errorFunction(floats x) {
  const ints sign = (ints)x & (int32_t)0x80000000;
  const floats size = select(absolute(x) > splat(4.0f), splat(4.0f), absolute(x));
  const floats z = x * x;
  floats p = fma(splat(-0.0005919434479437768f), z, splat(0.004979134537279606f));
  p = fma(p, z, splat(-0.02675703912973404f));
  p = fma(p, z, splat(0.11281552910804749f));
  p = fma(p, z, splat(-0.37612468004226685f));
  p = fma(p, z, splat(0.12837915122509003f));
  const floats near = fma(size, p, size);
  floats q = fma(splat(2.0828536435146816e-5f), size, splat(-0.0004313926910981536f));
  q = fma(q, size, splat(0.004156250972300768f));
  q = fma(q, size, splat(-0.025080606341362f));
  q = fma(q, size, splat(0.10822036862373352f));
  q = fma(q, size, splat(0.6334008574485779f));
  q = fma(q, size, splat(1.1294883489608765f));
  q = fma(q, size, splat(-0.00016920400958042592f));
  const floats far = splat(1.0f) - decay(q);
  return (floats)((ints)select(size > splat(0.9375f), far, near) | sign);
}

/// Φ(x) = (1 + erf(x / √2)) / 2
INLINE floats normalDistribution(floats x) {
  return (errorFunction(x * splat(0.7071067811865476f)) + splat(1.0f)) * splat(0.5f);
}

/// φ(x) = e^−x²/2 / √(2π)
INLINE floats normalDensity(floats x) { return decay(x * x * splat(0.5f)) * splat(0.3989422804014327f); }

/// ln x for normal x > 0: x = 2^n·(1 + f), 1 + f in [√½, √2), s = f / (2 + f), ln(1 + f) = 2s + s·R(s²). ∞ and NaN stay.
INLINE floats logarithm(floats x) {
  const ints fromRoot = (ints)x - 0x3f3504f3;
  const floats n = __builtin_convertvector(fromRoot >> 23, floats);
  const floats f = (floats)((fromRoot & 0x007fffff) + 0x3f3504f3) - splat(1.0f);
  const floats s = f / (f + splat(2.0f));
  const floats z = s * s;
  floats r = fma(splat(0.298730731010437f), z, splat(0.399774968624115f));
  r = fma(r, z, splat(0.6666677594184875f)) * z;
  const floats square = f * f * splat(0.5f);
  const floats low = fma(n, splat(ln2Low), s * (square + r));
  const floats result = fma(n, splat(ln2High), f - (square - low));
  return select(x < splat(__builtin_inff()), result, x);
}

/// ln x of any number: −∞ at 0, NaN below.
INLINE floats logarithmOfAny(floats x) {
  const floats zero = splat(0.0f);
  const floats inside = select(x == zero, splat(-__builtin_inff()), logarithm(x));
  return select(x < zero, splat(__builtin_nanf("")), inside);
}

/// The size of a number with the sign of another.
INLINE floats withSignOf(floats size, floats of) {
  const ints sign = splat((int32_t)0x80000000);
  return (floats)(((ints)size & ~sign) | ((ints)of & sign));
}

/// What few networks ask for, lane by lane.
INLINE floats eachLane(floats x, float (*of)(float)) {
  floats y;
  for (int i = 0; i < lanes; i++) y[i] = of(x[i]);
  return y;
}

/// ln(1 + u) for u in [0, 1]: what 1 + u loses in rounding is put back to first order.
INLINE floats logarithmOfOnePlus(floats u) {
  const floats w = u + splat(1.0f);
  const floats lost = u - (w - splat(1.0f));
  return logarithm(w) + lost / w;
}

/// x + x³·P(x²) up to 0.625, from there ±(1 − 2 / (e^2|x| + 1)).
INLINE floats hyperbolicTangent(floats x) {
  const ints sign = (ints)x & (int32_t)0x80000000;
  const floats size = absolute(x);
  const floats z = x * x;
  floats p = fma(splat(-0.005704986862838268f), z, splat(0.0206390880048275f));
  p = fma(p, z, splat(-0.05373971536755562f));
  p = fma(p, z, splat(0.13331441581249237f));
  p = fma(p, z, splat(-0.3333328068256378f));
  const floats near = fma(size * z, p, size);
  const floats far = splat(1.0f) - splat(2.0f) / (exponential(size + size) + splat(1.0f));
  return (floats)((ints)select(size > splat(0.625f), far, near) | sign);
}

/// 1 / (1 + e^−x) in the form whose exponential cannot overflow.
INLINE floats logistic(floats x) {
  const floats e = decay(x);
  return select(x < splat(0.0f), e, splat(1.0f)) / (splat(1.0f) + e);
}

}  // namespace NETWRIGHT_ISA
