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
  floats sum[Sums][2];
  for (int s = 0; s < Sums; s++) sum[s][0] = sum[s][1] = splat(0.0f);
  for (int piece = 0; piece < group.pieces; piece++) {
    const long first = piece * group.stride;
    int i = 0;
    for (; i + 2 * lanes <= group.length; i += 2 * lanes) {
#pragma GCC unroll 2
      for (int v = 0; v < 2; v++) {
        floats value[Sums];
        term(first + i + v * lanes, lanes, value);
        for (int s = 0; s < Sums; s++) sum[s][v] = sum[s][v] + value[s];
      }
    }
    for (; i < group.length; i += lanes) {
      const int n = group.length - i < lanes ? group.length - i : lanes;
      floats value[Sums];
      term(first + i, n, value);
      for (int s = 0; s < Sums; s++) sum[s][0] = sum[s][0] + (n == lanes ? value[s] : select(places() < n, value[s], splat(0.0f)));
    }
  }
  for (int s = 0; s < Sums; s++) total[s] = sumOf(sum[s][0] + sum[s][1]);
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

/// Of n ≤ lanes columns side by side, `rows` numbers each, `pitch` words from row to row.
static Moments<floats> momentsOfColumns(const float *x, int rows, long pitch, int n) {
  Moments<floats> moments{splat(0.0f), splat(0.0f), 0};
  for (int block = 0; block < rows; block += blockValues) {
    const int last = block + blockValues < rows ? block + blockValues : rows;
    const float count = (float)(last - block);
    floats sum = splat(0.0f), squares = splat(0.0f);
    for (int row = block; row < last; row++) sum = sum + load(x + row * pitch, n);
    const floats mean = sum / splat(count);
    for (int row = block; row < last; row++) {
      const floats d = load(x + row * pitch, n) - mean;
      squares = squares + d * d;
    }
    moments.join(mean, squares, count);
  }
  return moments;
}

}  // namespace NETWRIGHT_ISA
