// Histogram and moments of a tensor.
#pragma once

#include <limits>

#include "record.h"
#include "vector.h"

namespace NETWRIGHT_ISA {

/// The layout that telemetry.ts declares.
namespace layout {
enum { sampled, zeros, nans, infinities, mean, variance, norm, minimum, maximum, deadColumns, figureWords };
constexpr int firstExponent = -32, lastExponent = 16, sideBins = (lastExponent - firstExponent) * 2;
}  // namespace layout

constexpr int32_t sizeBits = 0x7fffffff, infinityBits = 0x7f800000;

typedef float halfFloats __attribute__((vector_size(lanes * 2)));
typedef double doubles __attribute__((vector_size(lanes * 4)));

/// Counts of numbers by bin, a table for each lane: a count that was just written is slow to read.
struct BinCounts {
  static constexpr int none = 2 * layout::sideBins;
  int32_t count[lanes][none + 1] = {};

  /// The first n lanes of x, of which `isBinned` says whether they belong to a bin.
  void add(floats x, ints isBinned, int n) {
    // Exponent and first bit of the mantissa.
    ints bin = (((ints)x & sizeBits) >> 22) - (127 + layout::firstExponent) * 2;
    bin &= bin > 0;
    const ints isLast = bin >= layout::sideBins;
    bin = (isLast & (layout::sideBins - 1)) | (~isLast & bin);
    bin += ((ints)x >= 0) & layout::sideBins;
    bin = (isBinned & bin) | (~isBinned & none);
    int32_t place[lanes];
    memcpy(place, &bin, sizeof place);
    if (n == lanes)
      for (int l = 0; l < lanes; l++) count[l][place[l]]++;
    else
      for (int l = 0; l < n; l++) count[l][place[l]]++;
  }
  int32_t of(int bin) const {
    int32_t sum = 0;
    for (int l = 0; l < lanes; l++) sum += count[l][bin];
    return sum;
  }
};

/// Writes bins, counts and figures of the numbers that load(i, n), the n from place i on, gives for all i < `sampled`.
template <class F> static void describe(int sampled, float *y, F load) {
  int32_t *const whole = (int32_t *)y;
  BinCounts counts;
  const floats infinity = splat(std::numeric_limits<float>::infinity());
  floats minimum = infinity, maximum = -infinity;
  doubles sums[2] = {}, squares[2] = {};
  ints nans = {}, infinities = {}, zeros = {};
  eachVector(0, sampled, [&](int i, int n) {
    const floats x = load(i, n);
    const ints size = (ints)x & sizeBits, there = places() < n, isFinite = there & (size < infinityBits), isZero = size == 0;
    counts.add(x, isFinite & ~isZero, n);
    nans -= there & (size > infinityBits);
    infinities -= there & (size == infinityBits);
    zeros -= there & isZero;
    minimum = smaller(select(isFinite, x, infinity), minimum);
    maximum = larger(select(isFinite, x, -infinity), maximum);
    const floats counted = select(isFinite, x, splat(0.0f));
    halfFloats half[2];
    memcpy(half, &counted, sizeof half);
    for (int h = 0; h < 2; h++) {
      const doubles value = __builtin_convertvector(half[h], doubles);
      sums[h] += value;
      squares[h] += value * value;
    }
  });

  for (int bin = 0; bin < BinCounts::none; bin++) whole[layout::figureWords + bin] = counts.of(bin);
  whole[layout::sampled] = sampled;
  whole[layout::zeros] = sumOf(zeros);
  whole[layout::nans] = sumOf(nans);
  whole[layout::infinities] = sumOf(infinities);
  const int finite = sampled - whole[layout::nans] - whole[layout::infinities];
  if (finite == 0) {
    for (int at = layout::mean; at <= layout::maximum; at++) y[at] = 0.0f;
    return;
  }
  double sum = 0, sumOfSquares = 0;
  for (int l = 0; l < lanes / 2; l++) {
    sum += sums[0][l] + sums[1][l];
    sumOfSquares += squares[0][l] + squares[1][l];
  }
  const double mean = sum / finite, variance = sumOfSquares / finite - mean * mean;
  y[layout::mean] = (float)mean;
  y[layout::variance] = variance > 0 ? (float)variance : 0.0f;
  y[layout::norm] = (float)__builtin_sqrt(sumOfSquares);
  y[layout::minimum] = -largestOf(-minimum);
  y[layout::maximum] = largestOf(maximum);
}

/// Which lanes of the n numbers at x are neither 0 nor −0, however small.
INLINE ints alive(const float *x, int n) { return ((ints)load(x, n) & sizeBits) != 0; }

/// Whether a lane is set.
INLINE bool any(ints mask) {
  uint64_t parts[lanes / 2], all = 0;
  memcpy(parts, &mask, sizeof parts);
  for (int i = 0; i < lanes / 2; i++) all |= parts[i];
  return all != 0;
}

/// Columns of x [rows, columns] that hold nothing but zeros. Most are left after a few rows.
static int deadColumnsOf(const float *x, int rows, int columns) {
  int dead = 0;
  eachVector(0, columns, [&](int column, int n) {
    ints silent = places() < n;
    for (long row = 0; row < rows && any(silent); row++) silent &= ~alive(x + row * columns + column, n);
    dead -= sumOf(silent);
  });
  return dead;
}

static bool isZero(const float *x, int count) {
  int i = 0;
  for (; i + lanes <= count; i += lanes)
    if (any(alive(x + i, lanes))) return false;
  return i == count || !any(alive(x + i, count - i));
}

/// The same of x [rows, columns, inner].
static int deadPlanesOf(const float *x, int rows, int columns, int inner) {
  int dead = 0;
  for (int column = 0; column < columns; column++) {
    int row = 0;
    while (row < rows && isZero(x + ((long)row * columns + column) * inner, inner)) row++;
    dead += row == rows;
  }
  return dead;
}

static void histogram(const Call &call, int begin, int end) {
  namespace at = arg::histogram;
  if (begin >= end) return;
  const float *x = call.tensor(at::x);
  float *y = call.tensor(at::y);
  const int count = call.integer(at::count), columns = call.integer(at::columns), inner = call.integer(at::inner);
  const long stride = call.integer(at::stride);
  if (stride == 1)
    describe(count, y, [=](int i, int n) { return load(x + i, n); });
  else
    describe((int)((count + stride - 1) / stride), y, [=](int i, int n) {
      floats value = {};
      for (int l = 0; l < n; l++) value[l] = x[(i + l) * stride];
      return value;
    });
  const int rows = columns > 0 ? count / (columns * inner) : 0;
  call.whole(at::y)[layout::deadColumns] =
      rows == 0 ? 0 : inner == 1 ? deadColumnsOf(x, rows, columns) : deadPlanesOf(x, rows, columns, inner);
}

}  // namespace NETWRIGHT_ISA
