// The activations of declared/activation.ts, by their numbers.
#pragma once

#include "functions.h"
#include "record.h"

namespace NETWRIGHT_ISA {

enum ActivationKind {
  none, relu, leakyRelu, sigmoid, tangent, elu, selu, softplus, swish, gelu, geluTanh, hardswish,
  clippedRelu, hardTanh, power, naturalLogarithm, root, inverse, lower, upper, rounded, signOf, sine, cosine, errorOf, shifted,
  atLeast, atMost
};

constexpr float seluLambda = 1.0507009873554805f, seluAlpha = 1.6732632423543772f;
constexpr float rootTwoOverPi = 0.7978845608028654f, cubic = 0.044715f, twoOverRootPi = 1.1283791670955126f;

INLINE floats rectified(floats x) { return select(x < splat(0.0f), splat(0.0f), x); }
/// The gradient of that.
INLINE floats whereAboveZero(floats given, floats dy) { return select(given > splat(0.0f), dy, splat(0.0f)); }

/// The nearest whole number, ties to even: adding 2²³ to its size leaves no room for a fraction. From there on all are whole.
INLINE floats roundedToEven(floats x) {
  const floats size = absolute(x), top = splat(8388608.0f);
  return select(size < top, withSignOf((size + top) - top, x), x);
}

INLINE floats innerOf(floats x) { return splat(rootTwoOverPi) * x * fma(splat(cubic), x * x, splat(1.0f)); }

template <int Kind> INLINE floats valueOf(floats x, floats p) {
  const floats zero = splat(0.0f), one = splat(1.0f);
  switch (Kind) {
    case relu: return rectified(x);
    case leakyRelu: return select(x > zero, x, p * x);
    case sigmoid: return logistic(x);
    case tangent: return hyperbolicTangent(x);
    case elu: return select(x > zero, x, p * exponentialMinusOne(x));
    case selu: return splat(seluLambda) * select(x > zero, x, splat(seluAlpha) * exponentialMinusOne(x));
    case softplus: return select(x < zero, zero, x) + logarithmOfOnePlus(decay(x));
    case swish: return x * logistic(p * x);
    case gelu: return x * normalDistribution(x);
    case geluTanh: return x * splat(0.5f) * (one + hyperbolicTangent(innerOf(x)));
    case hardswish: return x * (smaller(rectified(x + splat(3.0f)), splat(6.0f)) * splat(1.0f / 6.0f));
    case clippedRelu: return select(x > p, p, rectified(x));
    case hardTanh: return select(x < -p, -p, select(x > p, p, x));
    case power: return exponential(x);
    case naturalLogarithm: return logarithmOfAny(x);
    case root: return squareRoot(x);
    case inverse: return one / x;
    case lower: { const floats n = roundedToEven(x); return withSignOf(select(n > x, n - one, n), x); }
    case upper: { const floats n = roundedToEven(x); return withSignOf(select(n < x, n + one, n), x); }
    case rounded: return roundedToEven(x);
    case signOf: return select(x > zero, one, select(x < zero, -one, x));
    case sine: return eachLane(x, __builtin_sinf);
    case cosine: return eachLane(x, __builtin_cosf);
    case errorOf: return errorFunction(x);
    case shifted: return x + p;
    case atLeast: return select(x < p, p, x);
    case atMost: return select(x > p, p, x);
    default: return x;
  }
}

/// dy · ∂y/∂x, from y for the kinds that the declaration names, from x for the others.
template <int Kind> INLINE floats gradientOf(floats given, floats dy, floats p) {
  const floats zero = splat(0.0f), one = splat(1.0f), half = splat(0.5f);
  switch (Kind) {
    case relu: return whereAboveZero(given, dy);
    case leakyRelu: return select(given > zero, dy, p * dy);
    case sigmoid: return dy * given * (one - given);
    case tangent: return dy * (one - given * given);
    case elu: return select(given > zero, dy, dy * (given + p));
    case selu: return dy * select(given > zero, splat(seluLambda), given + splat(seluLambda * seluAlpha));
    case softplus: return dy * logistic(given);
    case swish: {
      const floats scaled = p * given, s = logistic(scaled);
      return dy * s * fma(scaled, one - s, one);
    }
    case gelu: return dy * fma(given, normalDensity(given), normalDistribution(given));
    case geluTanh: {
      const floats t = hyperbolicTangent(innerOf(given));
      const floats slope = splat(rootTwoOverPi) * fma(splat(3 * cubic), given * given, one);
      return dy * (half * (one + t) + half * given * (one - t * t) * slope);
    }
    case hardswish: {
      const floats inside = dy * ((given + given + splat(3.0f)) * splat(1.0f / 6.0f));
      return select(given <= splat(-3.0f), zero, select(given >= splat(3.0f), dy, inside));
    }
    case clippedRelu: return select((given > zero) & (given < p), dy, zero);
    case hardTanh: return select(absolute(given) < p, dy, zero);
    case power: return dy * given;
    case naturalLogarithm: return dy / given;
    case root: return dy / (given + given);
    case inverse: return -(dy * (given * given));
    case lower: case upper: case rounded: case signOf: return zero;
    case sine: return dy * eachLane(given, __builtin_cosf);
    case cosine: return -(dy * eachLane(given, __builtin_sinf));
    case shifted: return dy;
    case atLeast: return select(given > p, dy, zero);
    case atMost: return select(given < p, dy, zero);
    case errorOf: return dy * (splat(twoOverRootPi) * decay(given * given));
    default: return dy;
  }
}

template <int Kind> static void values(const Call &call, int begin, int end) {
  namespace at = arg::activation;
  const float *x = call.tensor(at::x);
  float *y = call.tensor(at::y);
  const floats p = splat(call.real(at::parameter));
  eachVector(begin, end, [=](int i, int n) { store(y + i, valueOf<Kind>(load(x + i, n), p), n); });
}

template <int Kind> static void gradients(const Call &call, int begin, int end) {
  namespace at = arg::activationGradient;
  const float *given = call.tensor(at::given), *dy = call.tensor(at::dy);
  float *dx = call.tensor(at::dx);
  const floats p = splat(call.real(at::parameter));
  eachVector(begin, end, [=](int i, int n) { store(dx + i, gradientOf<Kind>(load(given + i, n), load(dy + i, n), p), n); });
}

static void activation(const Call &call, int begin, int end) {
  static const Kernel kinds[] = {nullptr,           values<relu>,     values<leakyRelu>, values<sigmoid>, values<tangent>,
                                 values<elu>,       values<selu>,     values<softplus>,  values<swish>,   values<gelu>,
                                 values<geluTanh>, values<hardswish>,
                                 values<clippedRelu>, values<hardTanh>, values<power>, values<naturalLogarithm>,
                                 values<root>, values<inverse>, values<lower>, values<upper>, values<rounded>,
                                 values<signOf>, values<sine>, values<cosine>, values<errorOf>, values<shifted>,
                                 values<atLeast>, values<atMost>};
  kinds[call.integer(arg::activation::kind)](call, begin, end);
}

static void activationGradient(const Call &call, int begin, int end) {
  static const Kernel kinds[] = {nullptr,           gradients<relu>,     gradients<leakyRelu>, gradients<sigmoid>,
                                 gradients<tangent>, gradients<elu>,      gradients<selu>,      gradients<softplus>,
                                 gradients<swish>,   gradients<gelu>,     gradients<geluTanh>,  gradients<hardswish>,
                                 gradients<clippedRelu>, gradients<hardTanh>, gradients<power>,
                                 gradients<naturalLogarithm>, gradients<root>, gradients<inverse>, gradients<lower>,
                                 gradients<upper>, gradients<rounded>, gradients<signOf>, gradients<sine>,
                                 gradients<cosine>, gradients<errorOf>, gradients<shifted>,
                                 gradients<atLeast>, gradients<atMost>};
  kinds[call.integer(arg::activationGradient::kind)](call, begin, end);
}

}  // namespace NETWRIGHT_ISA
