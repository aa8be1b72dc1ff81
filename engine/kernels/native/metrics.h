// Counts and means that one worker takes alone.
#pragma once

#include "record.h"
#include "vector.h"

namespace NETWRIGHT_ISA {

/// In blocks of 256, block sums in order; within a block a sum per lane.
static void mean(const Call &call, int begin, int end) {
  namespace at = arg::mean;
  if (begin >= end) return;
  const float *x = call.tensor(at::x);
  const int count = call.integer(at::count);
  float total = 0;
  for (int block = 0; block < count; block += 256) {
    floats sum = splat(0.0f);
    eachVector(block, block + 256 < count ? block + 256 : count, [&](int i, int n) { sum = sum + load(x + i, n); });
    total += sumOf(sum);
  }
  *call.tensor(at::y) = total / (float)count;
}

static void meanGradient(const Call &call, int begin, int end) {
  namespace at = arg::meanGradient;
  float *dx = call.tensor(at::dx);
  const floats share = splat(*call.tensor(at::dy) / (float)call.integer(at::count));
  eachVector(begin, end, [=](int i, int n) { store(dx + i, share, n); });
}

static void countNonFinite(const Call &call, int begin, int end) {
  namespace at = arg::countNonFinite;
  if (begin >= end) return;
  const float *x = call.tensor(at::x);
  ints found = {};
  eachVector(0, call.integer(at::count), [&](int i, int n) {
    // The exponent of NaN and ±∞ is all ones; lanes that are not there hold 0. A true comparison is −1.
    found -= ((ints)load(x + i, n) & 0x7f800000) == 0x7f800000;
  });
  int count = 0;
  for (int i = 0; i < lanes; i++) count += found[i];
  *call.tensor(at::y) += (float)count;
}

}  // namespace NETWRIGHT_ISA
