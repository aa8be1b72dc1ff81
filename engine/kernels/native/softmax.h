// Softmax and its logarithm over the middle dimension of [M, N, inner]: along a row where inner = 1, else columns side by
// side, one to a lane.
#pragma once

#include "functions.h"
#include "record.h"
#include "sums.h"

namespace NETWRIGHT_ISA {

/// The first `count` lanes of `value`, the others of `other`.
INLINE floats firstOf(floats value, int count, floats other) {
  return count == lanes ? value : select(places() < count, value, other);
}

/// e^(x − greatest). What a mask hides takes no part: on its way to 0 it would go through slow denormal numbers.
INLINE floats powerOf(floats x, floats greatest) {
  const floats z = x - greatest;
  const ints isHidden = z < splat(-104.0f);
  return select(isHidden, splat(0.0f), exponential(select(isHidden, splat(0.0f), z)));
}

INLINE floats greatestOfRow(const float *x, int count) {
  const floats least = splat(-__builtin_inff());
  floats greatest = least;
  eachVector(0, count, [&](int i, int n) { greatest = larger(firstOf(load(x + i, n), n, least), greatest); });
  return splat(largestOf(greatest));
}

/// Σ e^(x − greatest); f(i, n, e) is given the powers of the n numbers from i on.
template <class F> INLINE float powersOfRow(const float *x, int count, floats greatest, F f) {
  return sixteenSums(count, [=](int i, int n) {
    const floats e = powerOf(load(x + i, n), greatest);
    f(i, n, e);
    return firstOf(e, n, splat(0.0f));
  });
}

INLINE floats greatestOfColumns(const float *x, long N, long inner, int n) {
  floats greatest = splat(-__builtin_inff());
  for (long k = 0; k < N; k++) greatest = larger(load(x + k * inner, n), greatest);
  return greatest;
}

/// Calls f(start, n) for columns side by side, n at a time from the number at `start` on.
template <class F> INLINE void eachColumns(int begin, int end, long N, long inner, F f) {
  for (int column = begin; column < end;) {
    const long place = column % inner, start = column / inner * N * inner + place;
    const int beside = inner - place < end - column ? (int)(inner - place) : end - column;
    eachVector(0, beside, [=](int i, int n) { f(start + i, n); });
    column += beside;
  }
}

static void softmax(const Call &call, int begin, int end) {
  namespace at = arg::softmax;
  const float *from = call.tensor(at::x);
  float *to = call.tensor(at::y);
  const long N = call.integer(at::N), inner = call.integer(at::inner);
  if (inner == 1) {
    for (int row = begin; row < end; row++) {
      const float *x = from + row * N;
      float *y = to + row * N;
      const float sum = powersOfRow(x, (int)N, greatestOfRow(x, (int)N), [=](int i, int n, floats e) { store(y + i, e, n); });
      eachVector(0, (int)N, [=](int i, int n) { store(y + i, load(y + i, n) / splat(sum), n); });
    }
    return;
  }
  eachColumns(begin, end, N, inner, [=](long start, int n) {
    const float *x = from + start;
    float *y = to + start;
    const floats greatest = greatestOfColumns(x, N, inner, n);
    floats sum = splat(0.0f);
    for (long k = 0; k < N; k++) {
      const floats e = powerOf(load(x + k * inner, n), greatest);
      store(y + k * inner, e, n);
      sum += e;
    }
    for (long k = 0; k < N; k++) store(y + k * inner, load(y + k * inner, n) / sum, n);
  });
}

static void softmaxGradient(const Call &call, int begin, int end) {
  namespace at = arg::softmaxGradient;
  const float *fromY = call.tensor(at::y), *fromDy = call.tensor(at::dy);
  float *to = call.tensor(at::dx);
  const long N = call.integer(at::N), inner = call.integer(at::inner);
  if (inner == 1) {
    for (int row = begin; row < end; row++) {
      const float *y = fromY + row * N, *dy = fromDy + row * N;
      float *dx = to + row * N;
      const floats sum = splat(sixteenSums((int)N, [=](int i, int n) { return load(dy + i, n) * load(y + i, n); }));
      eachVector(0, (int)N, [=](int i, int n) { store(dx + i, load(y + i, n) * (load(dy + i, n) - sum), n); });
    }
    return;
  }
  eachColumns(begin, end, N, inner, [=](long start, int n) {
    const float *y = fromY + start, *dy = fromDy + start;
    float *dx = to + start;
    floats sum = splat(0.0f);
    for (long k = 0; k < N; k++) sum += load(dy + k * inner, n) * load(y + k * inner, n);
    for (long k = 0; k < N; k++) store(dx + k * inner, load(y + k * inner, n) * (load(dy + k * inner, n) - sum), n);
  });
}

static void logSoftmax(const Call &call, int begin, int end) {
  namespace at = arg::logSoftmax;
  const float *from = call.tensor(at::x);
  float *to = call.tensor(at::y);
  const long N = call.integer(at::N), inner = call.integer(at::inner);
  if (inner == 1) {
    for (int row = begin; row < end; row++) {
      const float *x = from + row * N;
      float *y = to + row * N;
      const floats greatest = greatestOfRow(x, (int)N);
      const floats log = logarithm(splat(powersOfRow(x, (int)N, greatest, [](int, int, floats) {})));
      eachVector(0, (int)N, [=](int i, int n) { store(y + i, load(x + i, n) - greatest - log, n); });
    }
    return;
  }
  eachColumns(begin, end, N, inner, [=](long start, int n) {
    const float *x = from + start;
    float *y = to + start;
    const floats greatest = greatestOfColumns(x, N, inner, n);
    floats sum = splat(0.0f);
    for (long k = 0; k < N; k++) sum += powerOf(load(x + k * inner, n), greatest);
    const floats log = logarithm(sum);
    for (long k = 0; k < N; k++) store(y + k * inner, load(x + k * inner, n) - greatest - log, n);
  });
}

static void logSoftmaxGradient(const Call &call, int begin, int end) {
  namespace at = arg::logSoftmaxGradient;
  const float *fromY = call.tensor(at::y), *fromDy = call.tensor(at::dy);
  float *to = call.tensor(at::dx);
  const long N = call.integer(at::N), inner = call.integer(at::inner);
  if (inner == 1) {
    for (int row = begin; row < end; row++) {
      const float *y = fromY + row * N, *dy = fromDy + row * N;
      float *dx = to + row * N;
      const floats sum = splat(sixteenSums((int)N, [=](int i, int n) { return load(dy + i, n); }));
      eachVector(0, (int)N, [=](int i, int n) {
        store(dx + i, load(dy + i, n) - powerOf(load(y + i, n), splat(0.0f)) * sum, n);
      });
    }
    return;
  }
  eachColumns(begin, end, N, inner, [=](long start, int n) {
    const float *y = fromY + start, *dy = fromDy + start;
    float *dx = to + start;
    floats sum = splat(0.0f);
    for (long k = 0; k < N; k++) sum += load(dy + k * inner, n);
    for (long k = 0; k < N; k++) {
      const floats share = powerOf(load(y + k * inner, n), splat(0.0f)) * sum;
      store(dx + k * inner, load(dy + k * inner, n) - share, n);
    }
  });
}

}  // namespace NETWRIGHT_ISA
