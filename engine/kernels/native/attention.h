// Products of many matrices, and attention. A head works on its own columns of q, k, v and y where they lie, D apart from row
// to row. Queries are taken in blocks of rows: of what is causal the keys behind a block are left out.
#pragma once

#include <limits>

#include "functions.h"
#include "gemm.h"
#include "random.h"
#include "record.h"
#include "scratch.h"

namespace NETWRIGHT_ISA {

static void batchedGemm(const Call &call, int begin, int end) {
  namespace at = arg::batchedGemm;
  const int M = call.integer(at::M), N = call.integer(at::N), K = call.integer(at::K);
  const bool transposeA = call.integer(at::transposeA), transposeB = call.integer(at::transposeB);
  const Finish finish{false, nullptr, false, call.real(at::alpha)};
  for (long batch = begin; batch < end; batch++) {
    const Matrix a{call.tensor(at::a) + batch * M * K, transposeA ? 1 : K, transposeA ? M : 1};
    const Matrix b{call.tensor(at::b) + batch * K * N, transposeB ? 1 : N, transposeB ? K : 1};
    product(a, b, call.tensor(at::y) + batch * M * N, N, M, N, K, M, N, finish);
  }
}

/// What the queries of one sample see.
struct Sight {
  const float *mask;  // [S]; nullptr where there is none
  bool isWhole, causal;

  /// Lanes of keys s … s + n − 1 that query t sees.
  ints seen(int t, int s, int n) const {
    ints sees = splat(-1);
    if (mask != nullptr) {
      const floats marks = load(mask + s, n);
      sees = isWhole ? (ints)marks != 0 : ~(marks == splat(0.0f));
    }
    return causal ? sees & (places() + s <= t) : sees;
  }
  /// Whether t sees all keys before `keys`.
  bool seesAll(int t, int keys) const { return mask == nullptr && (!causal || t + 1 >= keys); }
};

static void maskScores(const Call &call, int begin, int end) {
  namespace at = arg::maskScores;
  const float *mask = call.tensor(at::mask);
  const int S = call.integer(at::S), T = call.integer(at::T), rowsPerSample = call.integer(at::rowsPerSample);
  const floats fill = splat(call.real(at::fill));
  for (int row = begin; row < end; row++) {
    const Sight sight{mask ? mask + (long)(row / rowsPerSample) * S : nullptr, call.integer(at::maskIsWhole) != 0,
                      call.integer(at::causal) != 0};
    const float *x = call.tensor(at::x) + (long)row * S;
    float *y = call.tensor(at::y) + (long)row * S;
    eachVector(0, S, [=](int s, int n) { store(y + s, select(sight.seen(row % T, s, n), load(x + s, n), fill), n); });
  }
}

/// Sizes and places of one call of attention or of its gradient.
struct Heads {
  int T, S, D, heads;
  bool causal;

  int width() const { return D / heads; }
  /// Where the columns of head `index` of N · heads begin.
  long queries(int index) const { return (long)(index / heads) * T * D + index % heads * width(); }
  long keys(int index) const { return (long)(index / heads) * S * D + index % heads * width(); }
  /// Rows of queries in a block.
  int blockRows() const { return causal ? 4 * tileRows : 16 * tileRows; }
  /// Keys that a block of queries before `last` reaches.
  int reach(const Sight &sight, int last) const { return causal && sight.mask == nullptr && last < S ? last : S; }
};

/// Softmax of the scores p of query t, those of keys that it does not see being the lowest number; zeros from `keys` to S.
static void softmaxOfScores(float *p, const Sight &sight, int t, int keys, int S) {
  const floats unseen = splat(-std::numeric_limits<float>::max()), absent = splat(-std::numeric_limits<float>::infinity());
  const int count = sight.mask == nullptr && sight.causal && t + 1 < keys ? t + 1 : keys;
  floats greatest = absent;
  eachVector(0, count, [&](int s, int n) {
    floats score = load(p + s, n);
    if (sight.mask != nullptr) {
      score = select(sight.seen(t, s, n), score, unseen);
      store(p + s, score, n);
    }
    if (n < lanes) score = select(places() < n, score, absent);
    greatest = larger(score, greatest);
  });
  const floats base = splat(largestOf(greatest));
  floats sum = splat(0.0f);
  eachVector(0, count, [&](int s, int n) {
    floats e = exponential(load(p + s, n) - base);
    store(p + s, e, n);
    if (n < lanes) e = select(places() < n, e, splat(0.0f));
    sum = sum + e;
  });
  const floats share = splat(1.0f / sumOf(sum));
  eachVector(0, count, [=](int s, int n) { store(p + s, load(p + s, n) * share, n); });
  for (int s = count; s < S; s++) p[s] = 0.0f;
}

static void attention(const Call &call, int begin, int end) {
  namespace at = arg::attention;
  const Heads h{call.integer(at::T), call.integer(at::S), call.integer(at::D), call.integer(at::heads), call.integer(at::causal) != 0};
  const int T = h.T, S = h.S, D = h.D, width = h.width();
  const int32_t *step = call.whole(at::step);
  const float *mask = call.tensor(at::mask);
  const Dropper dropper{call.real(at::rate), step ? (uint32_t)*step : 0, (uint32_t)call.integer(at::seed),
                        (uint32_t)call.integer(at::stream)};
  const Finish scaled{false, nullptr, false, call.real(at::scale)}, plain{false, nullptr, false};
  for (int head = begin; head < end; head++) {
    const Sight sight{mask ? mask + (long)(head / h.heads) * S : nullptr, call.integer(at::maskIsWhole) != 0, h.causal};
    const Matrix turnedKeys{call.tensor(at::k) + h.keys(head), 1, D}, v{call.tensor(at::v) + h.keys(head), D, 1};
    for (int t = 0; t < T; t += h.blockRows()) {
      const int rows = T - t < h.blockRows() ? T - t : h.blockRows(), keys = h.reach(sight, t + rows);
      const Matrix q{call.tensor(at::q) + h.queries(head) + (long)t * D, D, 1};
      const long first = ((long)head * T + t) * S;
      float *p = call.tensor(at::p) + first;
      product(q, turnedKeys, p, S, rows, keys, width, rows, keys, scaled);
      for (int row = 0; row < rows; row++) softmaxOfScores(p + (long)row * S, sight, t + row, keys, S);
      const float *weights = p;
      if (step) {
        float *kept = scratch<5>((size_t)rows * S);
        dropper.drop(p, kept, first, first + (long)rows * S);
        weights = kept;
      }
      product({weights, S, 1}, v, call.tensor(at::y) + h.queries(head) + (long)t * D, D, rows, width, keys, rows, width, plain);
    }
  }
}

/// ds = p ⊙ (ds − Σ ds ⊙ p) · scale for the keys that query t sees, else 0.
static void softmaxOfScoresGradient(const float *p, float *ds, const Sight &sight, int t, int keys, floats scale) {
  floats sum = splat(0.0f);
  eachVector(0, keys, [&](int s, int n) { sum = fma(load(ds + s, n), load(p + s, n), sum); });
  const floats total = splat(sumOf(sum));
  const bool all = sight.seesAll(t, keys);
  eachVector(0, keys, [=](int s, int n) {
    const floats value = load(p + s, n) * (load(ds + s, n) - total) * scale;
    store(ds + s, all ? value : select(sight.seen(t, s, n), value, splat(0.0f)), n);
  });
}

static void attentionGradient(const Call &call, int begin, int end) {
  namespace at = arg::attentionGradient;
  const Heads h{call.integer(at::T), call.integer(at::S), call.integer(at::D), call.integer(at::heads), call.integer(at::causal) != 0};
  const int T = h.T, S = h.S, D = h.D, width = h.width();
  const int32_t *step = call.whole(at::step);
  const float *mask = call.tensor(at::mask);
  const Dropper dropper{call.real(at::rate), step ? (uint32_t)*step : 0, (uint32_t)call.integer(at::seed),
                        (uint32_t)call.integer(at::stream)};
  const floats scale = splat(call.real(at::scale));
  const Finish plain{false, nullptr, false}, added{true, nullptr, false};
  for (int head = begin; head < end; head++) {
    const Sight sight{mask ? mask + (long)(head / h.heads) * S : nullptr, call.integer(at::maskIsWhole) != 0, h.causal};
    const Matrix k{call.tensor(at::k) + h.keys(head), D, 1}, turnedValues{call.tensor(at::v) + h.keys(head), 1, D};
    float *dk = call.tensor(at::dk) + h.keys(head), *dv = call.tensor(at::dv) + h.keys(head);
    for (int s = 0; s < S; s++) {
      memset(dk + (long)s * D, 0, (size_t)width * 4);
      memset(dv + (long)s * D, 0, (size_t)width * 4);
    }
    for (int t = 0; t < T; t += h.blockRows()) {
      const int rows = T - t < h.blockRows() ? T - t : h.blockRows(), keys = h.reach(sight, t + rows);
      const long ofQueries = h.queries(head) + (long)t * D, first = ((long)head * T + t) * S;
      const Matrix q{call.tensor(at::q) + ofQueries, D, 1}, dy{call.tensor(at::dy) + ofQueries, D, 1};
      const float *p = call.tensor(at::p) + first, *weights = p;
      float *ds = scratch<5>((size_t)rows * S);  // [rows, S], of which `keys` columns are used
      product(dy, turnedValues, ds, S, rows, keys, width, rows, keys, plain);
      if (step) {
        float *kept = scratch<6>((size_t)rows * S);
        for (int row = 0; row < rows; row++) {
          const long from = first + (long)row * S;
          dropper.drop(ds + (long)row * S, ds + (long)row * S, from, from + keys);
          dropper.drop(p + (long)row * S, kept + (long)row * S, from, from + keys);
        }
        weights = kept;
      }
      for (int row = 0; row < rows; row++)
        softmaxOfScoresGradient(p + (long)row * S, ds + (long)row * S, sight, t + row, keys, scale);
      product({weights, 1, S}, dy, dv, D, keys, width, rows, keys, width, added);
      product({ds, S, 1}, k, call.tensor(at::dq) + ofQueries, D, rows, width, keys, rows, width, plain);
      product({ds, 1, S}, q, dk, D, keys, width, rows, keys, width, added);
    }
  }
}

}  // namespace NETWRIGHT_ISA
