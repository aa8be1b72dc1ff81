// Sums along a row, in the order that the contract gives them: the same bits as the portable kernels'; and sums of columns.
#pragma once

#include "vector.h"

namespace NETWRIGHT_ISA {

/// Σ of `count` terms: term i goes to sum i mod 16, each in order from 0; then, with sums 4v … 4v + 3 as vector v,
/// (v₀ + v₁) + (v₂ + v₃) and of its lanes (l₀ + l₁) + (l₂ + l₃). term(i, n) is those from i on, with 0 in the lanes behind n.
template <class F> INLINE float sixteenSums(int count, F term) {
  floats sums[16 / lanes] = {};
  int i = 0;
  for (; i + 16 <= count; i += 16)
    for (int v = 0; v < 16 / lanes; v++) sums[v] += term(i + v * lanes, lanes);
  for (int v = 0; i < count; v++, i += lanes) sums[v] += term(i, count - i < lanes ? count - i : lanes);
  typedef float quad __attribute__((vector_size(16)));
  quad four[4];
  memcpy(four, sums, sizeof four);
  const quad all = (four[0] + four[1]) + (four[2] + four[3]);
  return (all[0] + all[1]) + (all[2] + all[3]);
}

/// y [N] = Σ_m x [M, N] for columns begin … end − 1. Several rows at a time are added to y, so that x is read straight through, as it is where columns are so few that several
/// rows fill a vector.
static void sumColumns(const float *x, float *y, int M, int N, int begin, int end) {
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

}  // namespace NETWRIGHT_ISA
