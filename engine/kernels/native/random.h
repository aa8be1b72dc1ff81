// Philox 4×32-10 (Salmon et al. 2011; the same words as engine/random/philox.ts), and what is dropped and shuffled by it.
#pragma once

#include <cmath>

#include "record.h"
#include "vector.h"

namespace NETWRIGHT_ISA {

/// Words that one call of `drawWords` draws.
constexpr int drawn = 4 * lanes;

/// The words of the counters (block … block + lanes − 1, step, 0, 0), in order.
static void drawWords(uint32_t block, uint32_t step, uint32_t seed, uint32_t stream, uint32_t *to) {
  const words zero = {}, factorA = zero + 0xd2511f53u, factorB = zero + 0xcd9e8d57u;
  words c0 = (words)places() + block, c1 = zero + step, c2 = zero, c3 = zero;
  for (int round = 0; round < 10; round++, seed += 0x9e3779b9u, stream += 0xbb67ae85u) {
    const words highA = upperHalves(factorA, c0), lowA = factorA * c0, highB = upperHalves(factorB, c2), lowB = factorB * c2;
    c0 = highB ^ c1 ^ seed;
    c1 = lowB;
    c2 = highA ^ c3 ^ stream;
    c3 = lowA;
  }
  const words word[4] = {c0, c1, c2, c3};
#pragma GCC unroll 4
  for (int g = 0; g < lanes; g += 4) {
    four line[4];
    for (int i = 0; i < 4; i++) memcpy(&line[i], (const char *)&word[i] + 4 * g, 16);
    transpose(line[0], line[1], line[2], line[3]);
    memcpy(to + 4 * g, line, 64);
  }
}

/// A whole number is ≥ rate · 2³² exactly when it is ≥ the next whole number from there.
static uint64_t thresholdOf(float rate) { return (uint64_t)std::ceil((double)rate * 4294967296.0); }

/// What is dropped of elements that are numbered from 0 on.
struct Dropper {
  float rate;
  uint32_t step, seed, stream;

  /// Elements first … last − 1 of a tensor, which stand at x: y = keep ? x / (1 − rate) : 0. y may be x.
  void drop(const float *x, float *y, long first, long last) const {
    if (rate >= 1.0f) {
      // No word reaches 2³²; nor does it fit the comparison below.
      memset(y, 0, (size_t)(last - first) * 4);
      return;
    }
    const words threshold = words{} + (uint32_t)thresholdOf(rate);
    const floats keptShare = splat(1.0f - rate);
    uint32_t draw[drawn];
    for (long group = first / drawn * drawn; group < last; group += drawn) {
      drawWords((uint32_t)(group / 4), step, seed, stream, draw);
      const long from = group < first ? first : group, to = group + drawn < last ? group + drawn : last;
      eachVector((int)(from - group), (int)(to - group), [&](int i, int n) {
        const ints keep = (ints)((words)load((const int32_t *)draw + i, n) >= threshold);
        const long at = group + i - first;
        store(y + at, select(keep, load(x + at, n) / keptShare, splat(0.0f)), n);
      });
    }
  }
};

static void dropout(const Call &call, int begin, int end) {
  namespace at = arg::dropout;
  if (begin >= end) return;
  const Dropper dropper{call.real(at::rate), (uint32_t)*call.whole(at::step), (uint32_t)call.integer(at::seed),
                        (uint32_t)call.integer(at::stream)};
  dropper.drop(call.tensor(at::x) + begin, call.tensor(at::y) + begin, begin, end);
}

static void dropoutChannels(const Call &call, int begin, int end) {
  namespace at = arg::dropoutChannels;
  const int inner = call.integer(at::inner);
  const float rate = call.real(at::rate);
  const uint64_t threshold = thresholdOf(rate);
  const floats keptShare = splat(1.0f - rate);
  uint32_t draw[drawn];
  for (int group = begin / drawn * drawn; group < end; group += drawn) {
    drawWords((uint32_t)group / 4, (uint32_t)*call.whole(at::step), (uint32_t)call.integer(at::seed),
              (uint32_t)call.integer(at::stream), draw);
    for (int i = group < begin ? begin - group : 0; i < drawn && group + i < end; i++) {
      const float *x = call.tensor(at::x) + (long)(group + i) * inner;
      float *y = call.tensor(at::y) + (long)(group + i) * inner;
      if (draw[i] < threshold)
        memset(y, 0, (size_t)inner * 4);
      else
        eachVector(0, inner, [=](int k, int n) { store(y + k, load(x + k, n) / keptShare, n); });
    }
  }
}

/// Fisher and Yates as Durstenfeld (1964) runs it; places are drawn without bias as in Lemire 2019, "Fast random integer
/// generation in an interval".
static void shuffle(const Call &call, int begin, int end) {
  namespace at = arg::shuffle;
  if (begin >= end) return;
  int32_t *y = call.whole(at::y);
  uint32_t draw[drawn], block = 0;
  int used = drawn;
  for (int i = call.integer(at::count) - 1; i > 0; i--) {
    const uint32_t bound = (uint32_t)i + 1;
    uint64_t product;
    do {
      if (used == drawn) {
        drawWords(block, (uint32_t)call.integer(at::index), (uint32_t)call.integer(at::seed), (uint32_t)call.integer(at::stream), draw);
        block += lanes;
        used = 0;
      }
      product = (uint64_t)draw[used++] * bound;
      // The exact threshold is less than the bound, and costs a division that is hardly ever needed.
    } while ((uint32_t)product < bound && (uint32_t)product < (0u - bound) % bound);
    const int32_t kept = y[i], place = (int32_t)(product >> 32);
    y[i] = y[place];
    y[place] = kept;
  }
}

}  // namespace NETWRIGHT_ISA
