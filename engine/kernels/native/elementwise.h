// One to one over a share of elements.
#pragma once

#include "functions.h"
#include "record.h"

namespace NETWRIGHT_ISA {

/// Several rows at a time are added to y, so that x is read straight through, as it is where columns are so few that several
/// rows fill a vector.
static void sumRows(const Call &call, int begin, int end) {
  namespace at = arg::sumRows;
  const float *x = call.tensor(at::x);
  float *y = call.tensor(at::y);
  const int M = call.integer(at::M);
  const int N = call.integer(at::N);
  if (begin >= end) return;
  if (N < lanes && lanes % N == 0) {
    floats sum[4] = {splat(0.0f), splat(0.0f), splat(0.0f), splat(0.0f)};
    const int count = M * N;
    int i = 0;
    for (; i + 4 * lanes <= count; i += 4 * lanes)
      for (int v = 0; v < 4; v++) sum[v] = sum[v] + load(x + i + v * lanes);
    eachVector(i, count, [&](int j, int n) { sum[0] = sum[0] + load(x + j, n); });
    float folded[lanes];
    store(folded, (sum[0] + sum[1]) + (sum[2] + sum[3]));
    for (int half = lanes / 2; half >= N; half /= 2)
      for (int l = 0; l < half; l++) folded[l] += folded[l + half];
    for (int n = begin; n < end; n++) y[n] = folded[n];
    return;
  }
  if (M == 0) memset(y + begin, 0, (size_t)(end - begin) * 4);
  constexpr int together = 8;
  for (int m = 0; m < M; m += together) {
    const float *rows = x + (long)m * N;
    const int count = M - m < together ? M - m : together;
    eachVector(begin, end, [=](int i, int n) {
      floats sum[together];
      if (count == together) {
        for (int r = 0; r < together; r++) sum[r] = load(rows + r * (long)N + i, n);
        for (int half = together / 2; half > 0; half /= 2)
          for (int r = 0; r < half; r++) sum[r] = sum[r] + sum[r + half];
      } else {
        sum[0] = load(rows + i, n);
        for (int r = 1; r < count; r++) sum[0] = sum[0] + load(rows + r * (long)N + i, n);
      }
      store(y + i, m > 0 ? load(y + i, n) + sum[0] : sum[0], n);
    });
  }
}

static void add(const Call &call, int begin, int end) {
  namespace at = arg::add;
  const float *a = call.tensor(at::a), *b = call.tensor(at::b);
  float *y = call.tensor(at::y);
  eachVector(begin, end, [=](int i, int n) { store(y + i, load(a + i, n) + load(b + i, n), n); });
}

static void scale(const Call &call, int begin, int end) {
  namespace at = arg::scale;
  const float *x = call.tensor(at::x);
  float *y = call.tensor(at::y);
  const floats factor = splat(call.real(at::factor));
  eachVector(begin, end, [=](int i, int n) { store(y + i, factor * load(x + i, n), n); });
}

static void fill(const Call &call, int begin, int end) {
  namespace at = arg::fill;
  float *y = call.tensor(at::y);
  const floats value = splat(call.real(at::value));
  eachVector(begin, end, [=](int i, int n) { store(y + i, value, n); });
}

/// The N · C planes of x, each with the number of its channel.
static void addChannels(const Call &call, int begin, int end) {
  namespace at = arg::addChannels;
  const int C = call.integer(at::C), inner = call.integer(at::inner);
  for (int plane = begin; plane < end; plane++) {
    const float *x = call.tensor(at::x) + (long)plane * inner;
    float *y = call.tensor(at::y) + (long)plane * inner;
    const floats b = splat(call.tensor(at::b)[plane % C]);
    eachVector(0, inner, [=](int i, int n) { store(y + i, load(x + i, n) + b, n); });
  }
}

}  // namespace NETWRIGHT_ISA
