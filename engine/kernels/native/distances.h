// Losses that compare element with element, and their gradients.
#pragma once

#include "functions.h"
#include "record.h"

namespace NETWRIGHT_ISA {

/// losses = f(prediction − target) in each element.
template <class F> INLINE void eachDistance(const float *prediction, const float *target, float *losses, int begin, int end, F f) {
  eachVector(begin, end, [=](int i, int n) { store(losses + i, f(load(prediction + i, n) - load(target + i, n)), n); });
}

/// dprediction = f(prediction − target) · dlosses.
template <class F>
INLINE void eachSlope(const float *prediction, const float *target, const float *dlosses, float *dprediction, int begin, int end, F f) {
  eachVector(begin, end, [=](int i, int n) {
    store(dprediction + i, f(load(prediction + i, n) - load(target + i, n)) * load(dlosses + i, n), n);
  });
}

static void squaredError(const Call &call, int begin, int end) {
  namespace at = arg::squaredError;
  eachDistance(call.tensor(at::prediction), call.tensor(at::target), call.tensor(at::losses), begin, end,
               [](floats d) { return d * d; });
}

static void squaredErrorGradient(const Call &call, int begin, int end) {
  namespace at = arg::squaredErrorGradient;
  eachSlope(call.tensor(at::prediction), call.tensor(at::target), call.tensor(at::dlosses), call.tensor(at::dprediction), begin, end,
            [](floats d) { return d + d; });
}

static void absoluteError(const Call &call, int begin, int end) {
  namespace at = arg::absoluteError;
  eachDistance(call.tensor(at::prediction), call.tensor(at::target), call.tensor(at::losses), begin, end,
               [](floats d) { return absolute(d); });
}

static void absoluteErrorGradient(const Call &call, int begin, int end) {
  namespace at = arg::absoluteErrorGradient;
  const floats zero = splat(0.0f), one = splat(1.0f);
  eachSlope(call.tensor(at::prediction), call.tensor(at::target), call.tensor(at::dlosses), call.tensor(at::dprediction), begin, end,
            [=](floats d) { return select(d > zero, one, select(d < zero, -one, zero)); });
}

static void huber(const Call &call, int begin, int end) {
  namespace at = arg::huber;
  const floats delta = splat(call.real(at::delta)), half = splat(0.5f);
  eachDistance(call.tensor(at::prediction), call.tensor(at::target), call.tensor(at::losses), begin, end, [=](floats d) {
    const floats size = absolute(d);
    return select(size < delta, half * size * size, delta * (size - half * delta));
  });
}

static void huberGradient(const Call &call, int begin, int end) {
  namespace at = arg::huberGradient;
  const floats delta = splat(call.real(at::delta));
  eachSlope(call.tensor(at::prediction), call.tensor(at::target), call.tensor(at::dlosses), call.tensor(at::dprediction), begin, end,
            [=](floats d) { return select(d > delta, delta, select(d < -delta, -delta, d)); });
}

/// Targets as numbers, whether they are held as such or as labels.
INLINE floats targets(const float *from, int count, bool soft) {
  const floats held = load(from, count);
  return soft ? held : __builtin_convertvector((ints)held, floats);
}

/// Losses that mean something only for targets from 0 to 1; NaN for others.
INLINE floats within(floats t, floats losses) {
  const ints inside = (t >= splat(0.0f)) & (t <= splat(1.0f));
  return select(inside, losses, splat(__builtin_nanf("")));
}

static void bceWithLogits(const Call &call, int begin, int end) {
  namespace at = arg::bceWithLogits;
  const float *logits = call.tensor(at::logits), *target = call.tensor(at::target);
  float *losses = call.tensor(at::losses);
  const bool soft = call.integer(at::soft) != 0;
  const floats extra = splat(call.real(at::positiveWeight) - 1.0f), zero = splat(0.0f);
  eachVector(begin, end, [=](int i, int n) {
    const floats z = load(logits + i, n), t = targets(target + i, n, soft);
    const floats rest = logarithmOfOnePlus(decay(z));
    const floats plain = (rectified(z) - z * t) + rest;
    const floats missed = rest + select(z < zero, -z, zero);
    store(losses + i, within(t, fma(extra * t, missed, plain)), n);
  });
}

static void bceWithLogitsGradient(const Call &call, int begin, int end) {
  namespace at = arg::bceWithLogitsGradient;
  const float *logits = call.tensor(at::logits), *target = call.tensor(at::target), *dlosses = call.tensor(at::dlosses);
  float *dlogits = call.tensor(at::dlogits);
  const bool soft = call.integer(at::soft) != 0;
  const floats extra = splat(call.real(at::positiveWeight) - 1.0f), one = splat(1.0f);
  eachVector(begin, end, [=](int i, int n) {
    const floats t = targets(target + i, n, soft), p = logistic(load(logits + i, n));
    store(dlogits + i, ((p - t) + extra * t * (p - one)) * load(dlosses + i, n), n);
  });
}

/// max(ln p, −100) for p in [0, 1], NaN below 0. Numbers below the usual form are taken as whole numbers times 2^−149.
INLINE floats boundedLogarithm(floats p) {
  const ints bits = (ints)p, isTiny = (bits & 0x7fffffff) < 0x00800000, isNothing = (bits & 0x7fffffff) == 0;
  const floats least = splat(-100.0f), shift = splat(103.27892990343184f);
  const floats tiny = logarithm(__builtin_convertvector(bits, floats)) - shift;
  const floats value = select(isTiny, tiny, logarithm(p));
  const floats bounded = select(isNothing, least, select(value < least, least, value));
  return select((bits < 0) & ~isNothing, splat(__builtin_nanf("")), bounded);
}

/// max(ln(1 − p), −100) for p in [0, 1], NaN above 1: what 1 − p loses in rounding is put back to first order.
INLINE floats boundedLogarithmOfRest(floats p) {
  const floats one = splat(1.0f), zero = splat(0.0f), rest = one - p;
  const floats lost = (one - rest) - p;
  return boundedLogarithm(rest) + select(rest == zero, zero, lost / rest);
}

static void bce(const Call &call, int begin, int end) {
  namespace at = arg::bce;
  const float *probability = call.tensor(at::p), *target = call.tensor(at::target);
  float *losses = call.tensor(at::losses);
  const bool soft = call.integer(at::soft) != 0;
  eachVector(begin, end, [=](int i, int n) {
    const floats p = load(probability + i, n), t = targets(target + i, n, soft);
    const floats no = (t - splat(1.0f)) * boundedLogarithmOfRest(p);
    store(losses + i, within(t, no - t * boundedLogarithm(p)), n);
  });
}

static void bceGradient(const Call &call, int begin, int end) {
  namespace at = arg::bceGradient;
  const float *probability = call.tensor(at::p), *target = call.tensor(at::target), *dlosses = call.tensor(at::dlosses);
  float *dp = call.tensor(at::dp);
  const bool soft = call.integer(at::soft) != 0;
  const floats least = splat(1e-12f);
  eachVector(begin, end, [=](int i, int n) {
    const floats p = load(probability + i, n), variance = (splat(1.0f) - p) * p;
    const floats slope = (p - targets(target + i, n, soft)) / select(variance < least, least, variance);
    store(dp + i, slope * load(dlosses + i, n), n);
  });
}

}  // namespace NETWRIGHT_ISA
