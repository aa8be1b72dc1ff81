// Cross-entropy with the softmax in front of it, and the negative log-likelihood of log-probabilities.
#pragma once

#include <limits>

#include "functions.h"
#include "metrics.h"
#include "record.h"
#include "rows.h"
#include "scratch.h"

namespace NETWRIGHT_ISA {

constexpr float lowest = -std::numeric_limits<float>::infinity();

/// What one row's softmax leaves behind.
struct RowSums {
  float greatest, sum, distance;  // max z, Σ e^(z − max), Σ (z − max)
};

/// p = softmax of one row of C numbers.
static RowSums softmaxRow(const float *z, float *p, int C) {
  floats most = splat(lowest);
  eachVector(0, C, [&](int c, int n) {
    if (n == lanes)
      most = larger(load(z + c), most);
    else
      for (int l = 0; l < n; l++) most[l] = z[c + l] > most[l] ? z[c + l] : most[l];
  });
  const float greatest = largestOf(most);
  const floats base = splat(greatest);
  floats sum = splat(0.0f), distance = splat(0.0f);
  eachVector(0, C, [&](int c, int n) {
    const floats below = load(z + c, n) - base, e = exponential(below);
    store(p + c, e, n);
    const ints there = places() < n;
    sum = sum + select(there, e, splat(0.0f));
    distance = distance + select(there, below, splat(0.0f));
  });
  const float total = sumOf(sum);
  const floats divisor = splat(total);
  eachVector(0, C, [&](int c, int n) { store(p + c, load(p + c, n) / divisor, n); });
  return {greatest, total, sumOf(distance)};
}

/// Rows of C logits, each with a label: losses with their softmax, and gradients. p and dlogits may take the place of what
/// they are made from.
struct LabelledRows {
  const int32_t *target;
  int C, ignored;
  float smoothing, share, shareOfTarget;

  LabelledRows(const int32_t *target, int C, int ignored, float smoothing)
      : target(target), C(C), ignored(ignored), smoothing(smoothing), share(smoothing / (float)C),
        shareOfTarget(1.0f - smoothing + share) {}

  floats loss(floats sum, floats atTarget, floats greatest, floats distance) const {
    const floats loss = logarithm(sum) - splat(1.0f - smoothing) * (atTarget - greatest);
    return smoothing != 0.0f ? loss - splat(share) * distance : loss;
  }

  float loss(int row, const float *logits, float *p) const {
    const float *z = logits + (long)row * C;
    const int wanted = target[row];
    const float atTarget = wanted >= 0 && wanted < C ? z[wanted] : __builtin_nanf("");
    const RowSums sums = softmaxRow(z, p + (long)row * C, C);
    const floats found = loss(splat(sums.sum), splat(atTarget), splat(sums.greatest), splat(sums.distance));
    return wanted == ignored ? 0.0f : found[0];
  }

  void gradient(int row, const float *p, float dloss, float *dlogits) const {
    const float *from = p + (long)row * C;
    float *to = dlogits + (long)row * C;
    const int wanted = target[row];
    if (wanted == ignored) {
      memset(to, 0, (size_t)C * 4);
      return;
    }
    const bool isClass = wanted >= 0 && wanted < C;
    const float atTarget = isClass ? from[wanted] : 0.0f;
    eachVector(0, C, [=, this](int c, int n) { store(to + c, (load(from + c, n) - splat(share)) * splat(dloss), n); });
    if (isClass) to[wanted] = (atTarget - shareOfTarget) * dloss;
  }

  /// Of a group of narrow rows.
  floats loss(const RowGroup &rows, ints wanted, const float *logits, float *p) const {
    floats greatest = splat(lowest), atTarget = splat(__builtin_nanf("")), sum = splat(0.0f), distance = splat(0.0f);
    floats e[mostNarrow];
    for (int c = 0; c < C; c++) {
      e[c] = rows.load(logits, c);
      greatest = larger(e[c], greatest);
      atTarget = select(wanted == c, e[c], atTarget);
    }
    for (int c = 0; c < C; c++) {
      const floats below = e[c] - greatest;
      e[c] = exponential(below);
      sum = sum + e[c];
      distance = distance + below;
    }
    const floats factor = sum;
    for (int c = 0; c < C; c++) rows.store(p, c, e[c] / factor);
    return select(wanted == ignored, splat(0.0f), loss(sum, atTarget, greatest, distance));
  }

  void gradient(const RowGroup &rows, ints wanted, const float *p, floats dloss, float *dlogits) const {
    const ints counts = wanted != ignored;
    for (int c = 0; c < C; c++) {
      const floats q = select(wanted == c, splat(shareOfTarget), splat(share));
      rows.store(dlogits, c, select(counts, (rows.load(p, c) - q) * dloss, splat(0.0f)));
    }
  }
};

static void softmaxCrossEntropy(const Call &call, int begin, int end) {
  namespace at = arg::softmaxCrossEntropy;
  const float *logits = call.tensor(at::logits);
  float *losses = call.tensor(at::losses), *p = call.tensor(at::p);
  const LabelledRows all(call.whole(at::target), call.integer(at::C), call.integer(at::ignored), call.real(at::smoothing));
  if (all.C > mostNarrow) {
    for (int row = begin; row < end; row++) losses[row] = all.loss(row, logits, p);
    return;
  }
  eachGroup(begin, end, [=](int row, int present) {
    const RowGroup rows(row, present, all.C);
    store(losses + row, all.loss(rows, load(all.target + row, present), logits, p), present);
  });
}

static void softmaxCrossEntropyGradient(const Call &call, int begin, int end) {
  namespace at = arg::softmaxCrossEntropyGradient;
  const float *p = call.tensor(at::p), *dlosses = call.tensor(at::dlosses);
  float *dlogits = call.tensor(at::dlogits);
  const LabelledRows all(call.whole(at::target), call.integer(at::C), call.integer(at::ignored), call.real(at::smoothing));
  if (all.C > mostNarrow) {
    for (int row = begin; row < end; row++) all.gradient(row, p, dlosses[row], dlogits);
    return;
  }
  eachGroup(begin, end, [=](int row, int present) {
    const RowGroup rows(row, present, all.C);
    all.gradient(rows, load(all.target + row, present), p, load(dlosses + row, present), dlogits);
  });
}

static void crossEntropyWithGradient(const Call &call, int begin, int end) {
  namespace at = arg::crossEntropyWithGradient;
  if (begin >= end) return;
  const float *logits = call.tensor(at::logits);
  float *dlogits = call.tensor(at::dlogits), *hits = call.tensor(at::hits);
  const int M = call.integer(at::M);
  const LabelledRows all(call.whole(at::target), call.integer(at::C), call.integer(at::ignored), call.real(at::smoothing));
  const int counted = countLabels(all.target, M, all.ignored);
  const float dloss = *call.tensor(at::dy) / (float)counted;
  float *losses = scratch<0>((size_t)M);
  ints right = {};
  if (all.C > mostNarrow) {
    for (int row = 0; row < M; row++) {
      const int wanted = all.target[row];
      if (hits && wanted != all.ignored) right[0] += placeOfLargest(logits + (long)row * all.C, all.C) == wanted;
      losses[row] = all.loss(row, logits, dlogits);
      all.gradient(row, dlogits, dloss, dlogits);
    }
  } else {
    eachGroup(0, M, [&](int row, int present) {
      const RowGroup rows(row, present, all.C);
      const ints wanted = load(all.target + row, present);
      if (hits) right -= (places() < present) & (wanted != all.ignored) & (placesOfLargest(rows, logits, all.C) == wanted);
      store(losses + row, all.loss(rows, wanted, logits, dlogits), present);
      all.gradient(rows, wanted, dlogits, splat(dloss), dlogits);
    });
  }
  *call.tensor(at::y) = counted > 0 ? sumInBlocks(losses, M) / (float)counted : 0.0f;
  if (!hits) return;
  hits[0] = (float)sumOf(right);
  hits[1] = (float)counted;
}

static void softCrossEntropy(const Call &call, int begin, int end) {
  namespace at = arg::softCrossEntropy;
  const int C = call.integer(at::C);
  const float smoothing = call.real(at::smoothing);
  const floats kept = splat(1.0f - smoothing), share = splat(smoothing / (float)C), zero = splat(0.0f), one = splat(1.0f);
  for (int row = begin; row < end; row++) {
    const float *z = call.tensor(at::logits) + (long)row * C, *target = call.tensor(at::target) + (long)row * C;
    float *p = call.tensor(at::p) + (long)row * C;
    const RowSums sums = softmaxRow(z, p, C);
    const floats base = logarithm(splat(sums.sum)) + zero, greatest = splat(sums.greatest);
    floats loss = zero;
    ints outside = {};
    eachVector(0, C, [&](int c, int n) {
      const ints there = places() < n;
      const floats t = load(target + c, n), q = fma(kept, t, share);
      outside |= there & ~((t >= zero) & (t <= one));
      loss = loss + select(there, q * (base - (load(z + c, n) - greatest)), zero);
    });
    const floats broken = select(outside, one, zero);
    call.tensor(at::losses)[row] = sumOf(broken) > 0.0f ? __builtin_nanf("") : sumOf(loss);
  }
}

static void softCrossEntropyGradient(const Call &call, int begin, int end) {
  namespace at = arg::softCrossEntropyGradient;
  const int C = call.integer(at::C);
  const float smoothing = call.real(at::smoothing);
  const floats kept = splat(1.0f - smoothing), share = splat(smoothing / (float)C), zero = splat(0.0f);
  for (int row = begin; row < end; row++) {
    const float *p = call.tensor(at::p) + (long)row * C, *target = call.tensor(at::target) + (long)row * C;
    float *dlogits = call.tensor(at::dlogits) + (long)row * C;
    floats sum = zero;
    eachVector(0, C, [&](int c, int n) { sum = sum + select(places() < n, kept * load(target + c, n) + share, zero); });
    const floats total = splat(sumOf(sum)), dloss = splat(call.tensor(at::dlosses)[row]);
    eachVector(0, C, [=](int c, int n) {
      store(dlogits + c, (load(p + c, n) * total - (kept * load(target + c, n) + share)) * dloss, n);
    });
  }
}

static void nll(const Call &call, int begin, int end) {
  namespace at = arg::nll;
  const float *logp = call.tensor(at::logp);
  const int C = call.integer(at::C), ignored = call.integer(at::ignored);
  for (int row = begin; row < end; row++) {
    const int wanted = call.whole(at::target)[row];
    const float loss = wanted >= 0 && wanted < C ? -logp[(long)row * C + wanted] : __builtin_nanf("");
    call.tensor(at::losses)[row] = wanted == ignored ? 0.0f : loss;
  }
}

static void nllGradient(const Call &call, int begin, int end) {
  namespace at = arg::nllGradient;
  const int C = call.integer(at::C), ignored = call.integer(at::ignored);
  for (int row = begin; row < end; row++) {
    float *dlogp = call.tensor(at::dlogp) + (long)row * C;
    const int wanted = call.whole(at::target)[row];
    memset(dlogp, 0, (size_t)C * 4);
    if (wanted != ignored && wanted >= 0 && wanted < C) dlogp[wanted] = -call.tensor(at::dlosses)[row];
  }
}

}  // namespace NETWRIGHT_ISA
