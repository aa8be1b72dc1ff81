// Pooling of planes. A row of y is computed tap by tap of the window, so that neighbours in it are
// neighbours in what is read, or a stride apart.
#pragma once

#include <limits>

#include "planes.h"
#include "scratch.h"
#include "vector.h"

namespace NETWRIGHT_ISA {

struct Window : PlaneSizes {
  int kernelH, kernelW, strideH, strideW, top, left;

  /// Calls f(h, j, first, last) for every tap (row h of x, column j of the window) that row oh of y has, where [first, last)
  /// are the columns of y whose tap lies inside x: that of ow reads column ow · strideW + j − left.
  template <class F> void eachTap(int oh, F f) const {
    const int begin = oh * strideH - top;
    for (int h = begin < 0 ? 0 : begin; h < begin + kernelH && h < H; h++)
      for (int j = 0; j < kernelW; j++) {
        const int first = j >= left ? 0 : (left - j + strideW - 1) / strideW;
        int last = W - 1 + left - j < 0 ? 0 : (W - 1 + left - j) / strideW + 1;
        if (last > OW) last = OW;
        if (first < last) f(h, j, first, last);
      }
  }
  /// Numbers of x in the window of (oh, ow), or of the whole window.
  float count(int oh, int ow, bool countPadding) const {
    if (countPadding) return (float)(kernelH * kernelW);
    return (float)(inside(oh * strideH - top, kernelH, H) * inside(ow * strideW - left, kernelW, W));
  }

 private:
  static int inside(int begin, int size, int limit) {
    const int end = begin + size < limit ? begin + size : limit;
    return end - (begin < 0 ? 0 : begin);
  }
};

#define WINDOW(at)                                                                                                             \
  {                                                                                                                            \
    {call.integer(at::H), call.integer(at::W), call.integer(at::OH), call.integer(at::OW)}, call.integer(at::kernelH),         \
        call.integer(at::kernelW), call.integer(at::strideH), call.integer(at::strideW), call.integer(at::top), call.integer(at::left) \
  }

static void maxPool(const Call &call, int begin, int end) {
  namespace at = arg::maxPool;
  const Window s = WINDOW(at);
  const float *x = call.tensor(at::x) + begin * s.ofX();
  float *y = call.tensor(at::y) + begin * s.ofY();
  for (int plane = begin; plane < end; plane++, x += s.ofX())
    for (int oh = 0; oh < s.OH; oh++, y += s.OW) {
      for (int ow = 0; ow < s.OW; ow++) y[ow] = -std::numeric_limits<float>::infinity();
      float *const to = y;
      s.eachTap(oh, [=](int h, int j, int first, int last) {
        const float *from = x + (long)h * s.W + j - s.left;
        // NaN is not below anything, and nothing is above it.
        if (s.strideW == 1)
          for (int ow = first; ow < last; ow++) to[ow] = from[ow] <= to[ow] || to[ow] != to[ow] ? to[ow] : from[ow];
        else
          for (int ow = first; ow < last; ow++) {
            const float value = from[ow * s.strideW];
            to[ow] = value <= to[ow] || to[ow] != to[ow] ? to[ow] : value;
          }
      });
    }
}

/// The place of the first largest number of each window of a row of y, or of its last NaN, is kept while the taps go by.
static void maxPoolGradient(const Call &call, int begin, int end) {
  namespace at = arg::maxPoolGradient;
  const Window s = WINDOW(at);
  if (begin >= end) return;
  float *best = scratch<0>(s.OW);
  int32_t *place = (int32_t *)scratch<1>(s.OW);
  for (int plane = begin; plane < end; plane++) {
    const float *x = call.tensor(at::x) + plane * s.ofX(), *dy = call.tensor(at::dy) + plane * s.ofY();
    float *dx = call.tensor(at::dx) + plane * s.ofX();
    memset(dx, 0, s.ofX() * 4);
    for (int oh = 0; oh < s.OH; oh++, dy += s.OW) {
      const int top = oh * s.strideH - s.top < 0 ? 0 : oh * s.strideH - s.top;
      for (int ow = 0; ow < s.OW; ow++) {
        const int left = ow * s.strideW - s.left;
        best[ow] = -std::numeric_limits<float>::infinity();
        place[ow] = top * s.W + (left < 0 ? 0 : left);
      }
      s.eachTap(oh, [=](int h, int j, int first, int last) {
        const int row = h * s.W + j - s.left;
        for (int ow = first; ow < last; ow++) {
          const int32_t here = row + ow * s.strideW;
          const float value = x[here];
          const bool better = value > best[ow] || value != value;
          best[ow] = better ? value : best[ow];
          place[ow] = better ? here : place[ow];
        }
      });
      for (int ow = 0; ow < s.OW; ow++) dx[place[ow]] += dy[ow];
    }
  }
}

static void averagePool(const Call &call, int begin, int end) {
  namespace at = arg::averagePool;
  const Window s = WINDOW(at);
  const bool countPadding = call.integer(at::countPadding) != 0;
  for (int plane = begin; plane < end; plane++) {
    const float *x = call.tensor(at::x) + plane * s.ofX();
    float *y = call.tensor(at::y) + plane * s.ofY();
    for (int oh = 0; oh < s.OH; oh++, y += s.OW) {
      for (int ow = 0; ow < s.OW; ow++) y[ow] = 0.0f;
      float *const to = y;
      s.eachTap(oh, [=](int h, int j, int first, int last) {
        const float *from = x + (long)h * s.W + j - s.left;
        if (s.strideW == 1)
          for (int ow = first; ow < last; ow++) to[ow] += from[ow];
        else
          for (int ow = first; ow < last; ow++) to[ow] += from[ow * s.strideW];
      });
      for (int ow = 0; ow < s.OW; ow++) y[ow] /= s.count(oh, ow, countPadding);
    }
  }
}

static void averagePoolGradient(const Call &call, int begin, int end) {
  namespace at = arg::averagePoolGradient;
  const Window s = WINDOW(at);
  const bool countPadding = call.integer(at::countPadding) != 0;
  if (begin >= end) return;
  float *share = scratch<0>(s.OW);
  for (int plane = begin; plane < end; plane++) {
    const float *dy = call.tensor(at::dy) + plane * s.ofY();
    float *dx = call.tensor(at::dx) + plane * s.ofX();
    memset(dx, 0, s.ofX() * 4);
    for (int oh = 0; oh < s.OH; oh++, dy += s.OW) {
      for (int ow = 0; ow < s.OW; ow++) share[ow] = dy[ow] / s.count(oh, ow, countPadding);
      s.eachTap(oh, [=](int h, int j, int first, int last) {
        float *to = dx + (long)h * s.W + j - s.left;
        if (s.strideW == 1)
          for (int ow = first; ow < last; ow++) to[ow] += share[ow];
        else
          for (int ow = first; ow < last; ow++) to[ow * s.strideW] += share[ow];
      });
    }
  }
}

/// Where bin `o` of `count` bins over `size` numbers begins and ends.
static int binStart(int o, int count, int size) { return (int)((long)o * size / count); }
static int binEnd(int o, int count, int size) { return (int)(((long)(o + 1) * size + count - 1) / count); }

static void adaptiveAveragePool(const Call &call, int begin, int end) {
  namespace at = arg::adaptiveAveragePool;
  const PlaneSizes s = PLANES(at);
  for (int plane = begin; plane < end; plane++) {
    const float *x = call.tensor(at::x) + plane * s.ofX();
    float *y = call.tensor(at::y) + plane * s.ofY();
    for (int oh = 0; oh < s.OH; oh++) {
      const int h0 = binStart(oh, s.OH, s.H), h1 = binEnd(oh, s.OH, s.H);
      for (int ow = 0; ow < s.OW; ow++) {
        const int w0 = binStart(ow, s.OW, s.W), w1 = binEnd(ow, s.OW, s.W);
        floats sum = splat(0.0f);
        // Bins as wide as the plane are read straight through.
        if (w1 - w0 == s.W)
          eachVector(h0 * s.W, h1 * s.W, [&](int i, int n) { sum = sum + load(x + i, n); });
        else
          for (int h = h0; h < h1; h++)
            eachVector(h * s.W + w0, h * s.W + w1, [&](int i, int n) { sum = sum + load(x + i, n); });
        *y++ = sumOf(sum) / (float)((h1 - h0) * (w1 - w0));
      }
    }
  }
}

static void adaptiveAveragePoolGradient(const Call &call, int begin, int end) {
  namespace at = arg::adaptiveAveragePoolGradient;
  const PlaneSizes s = PLANES(at);
  for (int plane = begin; plane < end; plane++) {
    const float *dy = call.tensor(at::dy) + plane * s.ofY();
    float *dx = call.tensor(at::dx) + plane * s.ofX();
    memset(dx, 0, s.ofX() * 4);
    for (int oh = 0; oh < s.OH; oh++) {
      const int h0 = binStart(oh, s.OH, s.H), h1 = binEnd(oh, s.OH, s.H);
      for (int ow = 0; ow < s.OW; ow++) {
        const int w0 = binStart(ow, s.OW, s.W), w1 = binEnd(ow, s.OW, s.W);
        const float share = *dy++ / (float)((h1 - h0) * (w1 - w0));
        for (int h = h0; h < h1; h++)
          for (int w = w0; w < w1; w++) dx[h * s.W + w] += share;
      }
    }
  }
}

#undef WINDOW

}  // namespace NETWRIGHT_ISA
