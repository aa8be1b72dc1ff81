// Updates of weights, and what clipping and penalties take. Nothing is fused: each result is the reference's to the bit.
#pragma once

#include <cmath>

#include "record.h"
#include "vector.h"

namespace NETWRIGHT_ISA {

/// w less the share `shrink` of itself and less `descent`.
INLINE floats updated(floats w, floats shrink, floats descent) { return (w - shrink * w) - descent; }

static void sgdUpdate(const Call &call, int begin, int end) {
  namespace at = arg::sgdUpdate;
  float *w = call.tensor(at::w);
  const float *dw = call.tensor(at::dw);
  const floats rate = splat(*call.tensor(at::rate)), shrink = rate * splat(call.real(at::decay));
  eachVector(begin, end, [=](int i, int n) { store(w + i, updated(load(w + i, n), shrink, rate * load(dw + i, n)), n); });
}

static void momentumUpdate(const Call &call, int begin, int end) {
  namespace at = arg::momentumUpdate;
  float *w = call.tensor(at::w), *v = call.tensor(at::v);
  const float *dw = call.tensor(at::dw);
  const floats rate = splat(*call.tensor(at::rate)), shrink = rate * splat(call.real(at::decay));
  const floats beta = splat(call.real(at::beta)), gain = splat(call.real(at::gain));
  eachVector(begin, end, [=](int i, int n) {
    const floats velocity = beta * load(v + i, n) + gain * load(dw + i, n);
    store(v + i, velocity, n);
    store(w + i, updated(load(w + i, n), shrink, rate * velocity), n);
  });
}

static void nesterovUpdate(const Call &call, int begin, int end) {
  namespace at = arg::nesterovUpdate;
  float *w = call.tensor(at::w), *v = call.tensor(at::v);
  const float *dw = call.tensor(at::dw);
  const floats rate = splat(*call.tensor(at::rate)), shrink = rate * splat(call.real(at::decay));
  const floats beta = splat(call.real(at::beta));
  eachVector(begin, end, [=](int i, int n) {
    const floats d = load(dw + i, n), velocity = beta * load(v + i, n) + d;
    store(v + i, velocity, n);
    store(w + i, updated(load(w + i, n), shrink, rate * (d + beta * velocity)), n);
  });
}

static void rmspropUpdate(const Call &call, int begin, int end) {
  namespace at = arg::rmspropUpdate;
  float *w = call.tensor(at::w), *s = call.tensor(at::s), *v = call.tensor(at::v);
  const float *dw = call.tensor(at::dw);
  const floats rate = splat(*call.tensor(at::rate)), shrink = rate * splat(call.real(at::decay));
  const floats beta = splat(call.real(at::beta)), gain = splat(call.real(at::gain));
  const floats inner = splat(call.real(at::inner)), outer = splat(call.real(at::outer));
  const floats momentum = splat(call.real(at::momentum));
  eachVector(begin, end, [=](int i, int n) {
    const floats d = load(dw + i, n), square = beta * load(s + i, n) + gain * (d * d);
    store(s + i, square, n);
    floats velocity = d / (squareRoot(square + inner) + outer);
    if (v != nullptr) {
      velocity = momentum * load(v + i, n) + velocity;
      store(v + i, velocity, n);
    }
    store(w + i, updated(load(w + i, n), shrink, rate * velocity), n);
  });
}

static void adamUpdate(const Call &call, int begin, int end) {
  namespace at = arg::adamUpdate;
  float *w = call.tensor(at::w), *m = call.tensor(at::m), *s = call.tensor(at::s);
  const float *dw = call.tensor(at::dw), *corrections = call.tensor(at::corrections);
  const floats rate = splat(*call.tensor(at::rate)), shrink = rate * splat(call.real(at::decay));
  const floats beta1 = splat(call.real(at::beta1)), beta2 = splat(call.real(at::beta2));
  const floats gain1 = splat(call.real(at::gain1)), gain2 = splat(call.real(at::gain2));
  const floats epsilon = splat(call.real(at::epsilon)), c1 = splat(corrections[0]), c2 = splat(corrections[1]);
  eachVector(begin, end, [=](int i, int n) {
    const floats d = load(dw + i, n);
    const floats mean = beta1 * load(m + i, n) + gain1 * d, square = beta2 * load(s + i, n) + gain2 * (d * d);
    store(m + i, mean, n);
    store(s + i, square, n);
    const floats step = rate * (mean / c1) / (squareRoot(square / c2) + epsilon);
    store(w + i, updated(load(w + i, n), shrink, step), n);
  });
}

/// Blocks of 4096 whose sums are added in float64, within a block four sums of vectors.
static void addSquares(const Call &call, int begin, int end) {
  namespace at = arg::addSquares;
  if (begin >= end) return;
  const float *x = call.tensor(at::x), *before = call.tensor(at::sum);
  const int count = call.integer(at::count);
  double total = 0;
  for (int block = 0; block < count; block += 4096) {
    const int last = block + 4096 < count ? block + 4096 : count;
    floats sum[4] = {splat(0.0f), splat(0.0f), splat(0.0f), splat(0.0f)};
    int i = block;
    for (; i + 4 * lanes <= last; i += 4 * lanes)
      for (int v = 0; v < 4; v++) {
        const floats values = load(x + i + v * lanes);
        sum[v] = fma(values, values, sum[v]);
      }
    eachVector(i, last, [&](int j, int n) {
      const floats values = load(x + j, n);
      sum[0] = fma(values, values, sum[0]);
    });
    total += sumOf((sum[0] + sum[1]) + (sum[2] + sum[3]));
  }
  *call.tensor(at::y) = (float)((before == nullptr ? 0.0 : (double)*before) + (double)call.real(at::factor) * total);
}

static void addSquaresGradient(const Call &call, int begin, int end) {
  namespace at = arg::addSquaresGradient;
  const float *x = call.tensor(at::x);
  float *dx = call.tensor(at::dx);
  const floats factor = splat(call.real(at::factor) * *call.tensor(at::dy));
  eachVector(begin, end, [=](int i, int n) { store(dx + i, factor * load(x + i, n), n); });
}

/// The small number keeps the quotient finite where every gradient is 0.
static void clipFactor(const Call &call, int begin, int end) {
  namespace at = arg::clipFactor;
  if (begin >= end) return;
  const float norm = sqrtf(*call.tensor(at::squares));
  *call.tensor(at::norm) = norm;
  const float factor = call.real(at::limit) / (norm + 1e-6f);
  *call.tensor(at::factor) = factor > 1.0f ? 1.0f : factor;
}

static void clipByNorm(const Call &call, int begin, int end) {
  namespace at = arg::clipByNorm;
  float *dw = call.tensor(at::dw);
  const floats factor = splat(*call.tensor(at::factor));
  eachVector(begin, end, [=](int i, int n) { store(dw + i, factor * load(dw + i, n), n); });
}

static void clipByValue(const Call &call, int begin, int end) {
  namespace at = arg::clipByValue;
  float *dw = call.tensor(at::dw);
  const floats most = splat(call.real(at::limit)), least = -most;
  // Comparisons with NaN are false, which keeps it.
  eachVector(begin, end, [=](int i, int n) {
    const floats d = load(dw + i, n);
    store(dw + i, select(d > most, most, select(d < least, least, d)), n);
  });
}

}  // namespace NETWRIGHT_ISA
