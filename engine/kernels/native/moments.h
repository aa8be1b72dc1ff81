// Sums, means and variances in one order whatever the share: numbers of one group are taken in blocks that stay in the first
// cache, lanes are added at the end of a block, and blocks are joined as in Chan, Golub and LeVeque (1979).
#pragma once

#include "record.h"
#include "vector.h"

namespace NETWRIGHT_ISA {

constexpr int blockValues = 1024;

/// Numbers that belong together: `pieces` runs of `length` neighbours, `stride` words apart.
struct Group {
  int pieces;
  long stride;
  int length;
};

/// Calls f(from, block) for blocks of about 1024 numbers, the first of which stands `from` words behind the group's: several
/// whole runs where these are short, else parts of one.
template <class F> INLINE void eachBlock(const Group &group, F f) {
  const int together = group.length > 0 && group.length < blockValues ? blockValues / group.length : 1;
  for (int piece = 0; piece < group.pieces; piece += together)
    for (int part = 0; part < group.length; part += blockValues) {
      const int pieces = group.pieces - piece < together ? group.pieces - piece : together;
      const int length = group.length - part < blockValues ? group.length - part : blockValues;
      f(piece * group.stride + part, Group{pieces, group.stride, length});
    }
}

/// Calls f(i, n) for every vector of the group's numbers.
template <class F> INLINE void eachVectorOf(const Group &group, F f) {
  for (int piece = 0; piece < group.pieces; piece++) {
    const long first = piece * group.stride;
    int i = 0;
    for (; i + lanes <= group.length; i += lanes) f(first + i, lanes);
    if (i < group.length) f(first + i, group.length - i);
  }
}

/// Σ of `Sums` terms at once: term(i, n, values) gives those of n numbers from place i on.
template <int Sums, class F> INLINE void sumsOf(const Group &group, F term, float (&total)[Sums]) {
  floats sum[Sums][4];
  for (int s = 0; s < Sums; s++)
    for (int v = 0; v < 4; v++) sum[s][v] = splat(0.0f);
  const auto add = [&](long i, int v) {
    floats value[Sums];
    term(i, lanes, value);
    for (int s = 0; s < Sums; s++) sum[s][v] = sum[s][v] + value[s];
  };
  for (int piece = 0; piece < group.pieces; piece++) {
    const long first = piece * group.stride;
    int i = 0;
    for (; i + 4 * lanes <= group.length; i += 4 * lanes)
#pragma GCC unroll 4
      for (int v = 0; v < 4; v++) add(first + i + v * lanes, v);
    if (i + 2 * lanes <= group.length) {
      add(first + i, 0);
      add(first + i + lanes, 1);
      i += 2 * lanes;
    }
    if (i + lanes <= group.length) {
      add(first + i, 2);
      i += lanes;
    }
    if (i < group.length) {
      const int n = group.length - i;
      floats value[Sums];
      term(first + i, n, value);
      for (int s = 0; s < Sums; s++) sum[s][3] = sum[s][3] + select(places() < n, value[s], splat(0.0f));
    }
  }
  for (int s = 0; s < Sums; s++) total[s] = sumOf((sum[s][0] + sum[s][1]) + (sum[s][2] + sum[s][3]));
}

/// Mean and Σ (x − mean)², of numbers or of vectors of them side by side.
template <class Value> struct Moments {
  Value mean, squares;
  float seen;

  void join(Value blockMean, Value blockSquares, float count) {
    if (seen == 0.0f) {
      mean = blockMean;
      squares = blockSquares;
      seen = count;
      return;
    }
    const float all = seen + count, share = count / all;
    const Value delta = blockMean - mean;
    mean = mean + delta * share;
    squares = squares + (blockSquares + delta * delta * (seen * share));
    seen = all;
  }
};

/// Of a group at x; uncentred, the mean counts as 0.
static Moments<float> momentsOf(const float *x, const Group &group, bool centred) {
  Moments<float> moments{0, 0, 0};
  eachBlock(group, [&](long from, const Group &block) {
    const float *values = x + from;
    const float count = (float)(block.pieces * block.length);
    float total[1] = {0};
    if (centred) sumsOf<1>(block, [=](long i, int n, floats (&value)[1]) { value[0] = load(values + i, n); }, total);
    const float mean = total[0] / count;
    const floats center = splat(mean);
    sumsOf<1>(block, [=](long i, int n, floats (&value)[1]) {
      const floats d = load(values + i, n) - center;
      value[0] = d * d;
    }, total);
    moments.join(mean, total[0], count);
  });
  return moments;
}

/// Of `Vectors` vectors of columns side by side, n numbers each; `rows` rows, `pitch` words apart.
template <int Vectors> static void momentsOfColumns(const float *x, int rows, long pitch, int n, Moments<floats> (&moments)[Vectors]) {
  for (int v = 0; v < Vectors; v++) moments[v] = {splat(0.0f), splat(0.0f), 0};
  for (int block = 0; block < rows; block += blockValues) {
    const int last = block + blockValues < rows ? block + blockValues : rows;
    const float count = (float)(last - block);
    floats mean[Vectors], squares[Vectors];
    for (int v = 0; v < Vectors; v++) mean[v] = squares[v] = splat(0.0f);
    for (int row = block; row < last; row++)
      for (int v = 0; v < Vectors; v++) mean[v] = mean[v] + load(x + row * pitch + v * lanes, n);
    for (int v = 0; v < Vectors; v++) mean[v] = mean[v] / splat(count);
    for (int row = block; row < last; row++)
      for (int v = 0; v < Vectors; v++) {
        const floats d = load(x + row * pitch + v * lanes, n) - mean[v];
        squares[v] = squares[v] + d * d;
      }
    for (int v = 0; v < Vectors; v++) moments[v].join(mean[v], squares[v], count);
  }
}

}  // namespace NETWRIGHT_ISA
