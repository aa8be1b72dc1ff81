// Counts and means that one worker takes alone.
#pragma once

#include "record.h"
#include "rows.h"

namespace NETWRIGHT_ISA {

/// In blocks of 256, block sums in order; within a block a sum per lane.
static float sumInBlocks(const float *x, int count) {
  float total = 0;
  for (int block = 0; block < count; block += 256) {
    floats sum = splat(0.0f);
    eachVector(block, block + 256 < count ? block + 256 : count, [&](int i, int n) { sum = sum + load(x + i, n); });
    total += sumOf(sum);
  }
  return total;
}

/// How many labels are not ignored.
static int countLabels(const int32_t *target, int count, int ignored) {
  ints counted = {};
  eachVector(0, count, [&](int i, int n) { counted -= (load(target + i, n) != ignored) & (places() < n); });
  return sumOf(counted);
}

static void mean(const Call &call, int begin, int end) {
  namespace at = arg::mean;
  if (begin >= end) return;
  const int count = call.integer(at::count);
  *call.tensor(at::y) = sumInBlocks(call.tensor(at::x), count) / (float)count;
}

static void meanGradient(const Call &call, int begin, int end) {
  namespace at = arg::meanGradient;
  float *dx = call.tensor(at::dx);
  const floats share = splat(*call.tensor(at::dy) / (float)call.integer(at::count));
  eachVector(begin, end, [=](int i, int n) { store(dx + i, share, n); });
}

/// The mean of what is not ignored, in the order of `mean`.
static void labelledMean(const Call &call, int begin, int end) {
  namespace at = arg::labelledMean;
  if (begin >= end) return;
  const float *x = call.tensor(at::x);
  const int32_t *target = call.whole(at::target);
  const int count = call.integer(at::count);
  const ints ignored = splat((int32_t)call.integer(at::ignored));
  float total = 0;
  ints counted = {};
  for (int block = 0; block < count; block += 256) {
    floats sum = splat(0.0f);
    eachVector(block, block + 256 < count ? block + 256 : count, [&](int i, int n) {
      const ints counts = (load(target + i, n) != ignored) & (places() < n);
      sum = sum + select(counts, load(x + i, n), splat(0.0f));
      counted -= counts;
    });
    total += sumOf(sum);
  }
  const int all = sumOf(counted);
  *call.tensor(at::y) = all > 0 ? total / (float)all : 0.0f;
  *call.tensor(at::counted) = (float)all;
}

static void labelledMeanGradient(const Call &call, int begin, int end) {
  namespace at = arg::labelledMeanGradient;
  const int32_t *target = call.whole(at::target);
  float *dx = call.tensor(at::dx);
  const floats share = splat(*call.tensor(at::dy) / *call.tensor(at::counted));
  const ints ignored = splat((int32_t)call.integer(at::ignored));
  eachVector(begin, end, [=](int i, int n) { store(dx + i, select(load(target + i, n) == ignored, splat(0.0f), share), n); });
}

/// Where the first largest of N numbers stands; the first number's NaN is larger than all.
static int placeOfLargest(const float *x, int N) {
  float best = x[0];
  int place = 0, n = 0;
  floats most = splat(best);
  ints where = splat(0), here = places();
  for (; n + lanes <= N; n += lanes, here += lanes) {
    const floats value = load(x + n);
    const ints better = value > most;
    most = select(better, value, most);
    where = (better & here) | (~better & where);
  }
  for (int l = 0; l < lanes; l++)
    if (most[l] > best || (most[l] == best && where[l] < place)) best = most[l], place = where[l];
  for (; n < N; n++)
    if (x[n] > best) best = x[n], place = n;
  return place;
}

/// The same for each row of a group.
static ints placesOfLargest(const RowGroup &rows, const float *x, int N) {
  floats best = rows.load(x, 0);
  ints place = splat(0);
  for (int n = 1; n < N; n++) {
    const floats value = rows.load(x, n);
    const ints better = value > best;
    best = select(better, value, best);
    place = (better & n) | (~better & place);
  }
  return place;
}

static void countArgmaxHits(const Call &call, int begin, int end) {
  namespace at = arg::countArgmaxHits;
  if (begin >= end) return;
  const float *x = call.tensor(at::x), *shares = call.tensor(at::target);
  const int32_t *target = call.whole(at::target);
  float *y = call.tensor(at::y);
  const int M = call.integer(at::M), N = call.integer(at::N), ignored = call.integer(at::ignored);
  const bool soft = call.integer(at::soft) != 0;
  ints hits = {}, answers = {};
  if (N > mostNarrow) {
    for (int row = 0; row < M; row++) {
      if (!soft && target[row] == ignored) continue;
      const int wanted = soft ? placeOfLargest(shares + (long)row * N, N) : target[row];
      answers[0]++;
      hits[0] += placeOfLargest(x + (long)row * N, N) == wanted;
    }
  } else {
    eachGroup(0, M, [&](int row, int present) {
      const RowGroup rows(row, present, N);
      const ints there = places() < present;
      const ints wanted = soft ? placesOfLargest(rows, shares, N) : load(target + row, present);
      const ints counts = soft ? there : there & (wanted != ignored);
      answers -= counts;
      hits -= counts & (placesOfLargest(rows, x, N) == wanted);
    });
  }
  y[0] = (float)sumOf(hits);
  y[1] = (float)sumOf(answers);
}

static void countBinaryHits(const Call &call, int begin, int end) {
  namespace at = arg::countBinaryHits;
  if (begin >= end) return;
  const float *x = call.tensor(at::x), *target = call.tensor(at::target);
  const int32_t *labels = call.whole(at::target);
  float *y = call.tensor(at::y);
  const int count = call.integer(at::count);
  const bool soft = call.integer(at::soft) != 0;
  const float threshold = call.real(at::threshold);
  int hits = 0;
  for (int i = 0; i < count; i++) hits += (x[i] > threshold) == (soft ? target[i] > 0.5f : labels[i] > 0);
  y[0] = (float)hits;
  y[1] = (float)count;
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
  *call.tensor(at::y) += (float)sumOf(found);
}

}  // namespace NETWRIGHT_ISA
