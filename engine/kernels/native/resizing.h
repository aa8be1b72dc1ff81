// Resizing and padding of planes.
#pragma once

#include <algorithm>

#include "planes.h"
#include "scratch.h"
#include "vector.h"

namespace NETWRIGHT_ISA {

/// How often each number of an axis is repeated. The scales that are used most are known to the compiler, which then keeps
/// rows in vectors: f is called with the scale as a type.
template <int Known> struct Scale {
  int given;
  int size() const { return Known > 0 ? Known : given; }
};
template <class F> INLINE void withScale(int scale, F f) {
  switch (scale) {
    case 2: return f(Scale<2>{scale});
    case 4: return f(Scale<4>{scale});
    default: return f(Scale<0>{scale});
  }
}

static void upsampleNearest(const Call &call, int begin, int end) {
  namespace at = arg::upsampleNearest;
  const PlaneSizes s = PLANES(at);
  if (s.H == 0 || s.W == 0) return;
  const int scaleH = s.OH / s.H;
  withScale(s.OW / s.W, [=](auto scale) {
    // A plane's rows stand one behind the other, and so do those of all planes.
    const float *x = call.tensor(at::x) + begin * s.ofX();
    float *y = call.tensor(at::y) + begin * s.ofY();
    for (long row = 0; row < (long)(end - begin) * s.H; row++, x += s.W, y += (long)scaleH * s.OW) {
      const int scaleW = scale.size();
      for (int w = 0; w < s.W; w++)
        for (int j = 0; j < scaleW; j++) y[w * scaleW + j] = x[w];
      for (int i = 1; i < scaleH; i++) memcpy(y + (long)i * s.OW, y, (size_t)s.OW * 4);
    }
  });
}

static void upsampleNearestGradient(const Call &call, int begin, int end) {
  namespace at = arg::upsampleNearestGradient;
  const PlaneSizes s = PLANES(at);
  if (s.H == 0 || s.W == 0 || begin >= end) return;
  const int scaleH = s.OH / s.H;
  float *sums = scratch<0>(s.OW);
  withScale(s.OW / s.W, [=](auto scale) {
    const float *dy = call.tensor(at::dy) + begin * s.ofY();
    float *dx = call.tensor(at::dx) + begin * s.ofX();
    for (long row = 0; row < (long)(end - begin) * s.H; row++, dx += s.W, dy += (long)scaleH * s.OW) {
      const float *from = dy;
      if (scaleH > 1) {
        eachVector(0, s.OW, [=](int i, int n) {
          floats sum = load(dy + i, n);
          for (int k = 1; k < scaleH; k++) sum = sum + load(dy + (long)k * s.OW + i, n);
          store(sums + i, sum, n);
        });
        from = sums;
      }
      const int scaleW = scale.size();
      for (int w = 0; w < s.W; w++) {
        float sum = from[w * scaleW];
        for (int j = 1; j < scaleW; j++) sum += from[w * scaleW + j];
        dx[w] = sum;
      }
    }
  });
}

/// How far behind the middle of the number that it comes from the i-th of `scale` new ones lies, in numbers.
INLINE float shiftOf(int i, int scale) { return ((float)i + 0.5f) / (float)scale - 0.5f; }

/// The two neighbours that the i-th of `scale` new numbers lies between: the one that it comes from with the one before it,
/// or with the one behind it.
struct Between {
  bool startsBefore;
  float first, second;  // shares
  Between(int i, int scale) : startsBefore(2 * i + 1 < scale) {
    const float f = shiftOf(i, scale);
    second = startsBefore ? 1.0f + f : f;
    first = 1.0f - second;
  }
};

/// y [W · scale] from a row that has one more number at each end.
template <int Known> static void blendColumns(const float *__restrict row, float *__restrict y, int W, Scale<Known> scale) {
  if constexpr (Known > 0) {
    const float *const before = row - 1;
    float first[Known], second[Known];
    for (int j = 0; j < Known; j++) {
      first[j] = Between(j, Known).first;
      second[j] = Between(j, Known).second;
    }
    for (int w = 0; w < W; w++) {
#pragma GCC unroll 4
      for (int j = 0; j < Known; j++) {
        const float *from = j < Known / 2 ? before : row;
        y[w * Known + j] = first[j] * from[w] + second[j] * from[w + 1];
      }
    }
  } else {
    for (int j = 0; j < scale.size(); j++) {
      const Between between(j, scale.size());
      const float *from = between.startsBefore ? row - 1 : row;
      for (int w = 0; w < W; w++) y[w * scale.size() + j] = between.first * from[w] + between.second * from[w + 1];
    }
  }
}

static void upsampleLinear(const Call &call, int begin, int end) {
  namespace at = arg::upsampleLinear;
  const PlaneSizes s = PLANES(at);
  if (s.H == 0 || s.W == 0 || begin >= end) return;
  const int scaleH = s.OH / s.H, W = s.W;
  float *const row = scratch<0>((size_t)W + 2) + 1;
  withScale(s.OW / W, [=](auto scale) {
    for (int plane = begin; plane < end; plane++) {
      const float *x = call.tensor(at::x) + plane * s.ofX();
      float *y = call.tensor(at::y) + plane * s.ofY();
      for (int oh = 0; oh < s.OH; oh++, y += s.OW) {
        const Between between(oh % scaleH, scaleH);
        const int first = between.startsBefore ? oh / scaleH - 1 : oh / scaleH;
        const float *above = x + (long)(first < 0 ? 0 : first) * W, *below = x + (long)(first + 1 < s.H ? first + 1 : first) * W;
        const floats b0 = splat(between.first), b1 = splat(between.second);
        eachVector(0, W, [=](int w, int n) { store(row + w, b0 * load(above + w, n) + b1 * load(below + w, n), n); });
        row[-1] = row[0];
        row[W] = row[W - 1];
        blendColumns(row, y, W, scale);
      }
    }
  });
}

/// Of the new numbers around those that come from number 0 of an axis, that at place t: its share of number 0. There are
/// some for −reach ≤ t < scale + reach, where a row goes on as its mirror image behind its ends.
INLINE float shareOf(int t, int scale) {
  const float f = shiftOf(t, scale);
  return 1.0f - (f < 0 ? -f : f);
}
INLINE int reachOf(int scale) { return scale / 2; }

/// dx [W] of a row that goes on behind its ends.
template <int Known> static void gatherColumns(const float *__restrict row, float *__restrict dx, int W, Scale<Known> scale) {
  const int size = scale.size(), reach = reachOf(size);
  if constexpr (Known > 0) {
    float shares[2 * Known];
    for (int t = 0; t < 2 * Known; t++) shares[t] = shareOf(t - Known / 2, Known);
    for (int w = 0; w < W; w++) {
      float sum = 0;
#pragma GCC unroll 8
      for (int t = 0; t < 2 * Known; t++) sum += shares[t] * row[w * Known + t - Known / 2];
      dx[w] = sum;
    }
  } else {
    for (int w = 0; w < W; w++) dx[w] = 0.0f;
    for (int t = -reach; t < size + reach; t++) {
      const float share = shareOf(t, size);
      for (int w = 0; w < W; w++) dx[w] += share * row[w * size + t];
    }
  }
}

/// Rows are added up first, then the columns of their sum.
static void upsampleLinearGradient(const Call &call, int begin, int end) {
  namespace at = arg::upsampleLinearGradient;
  const PlaneSizes s = PLANES(at);
  if (s.H == 0 || s.W == 0 || begin >= end) return;
  const int scaleH = s.OH / s.H, reachH = reachOf(scaleH), scaleW = s.OW / s.W, reachW = reachOf(scaleW);
  float *const row = scratch<0>((size_t)s.OW + 2 * reachW) + reachW;
  withScale(scaleW, [=](auto scale) {
    for (int plane = begin; plane < end; plane++) {
      const float *dy = call.tensor(at::dy) + plane * s.ofY();
      float *dx = call.tensor(at::dx) + plane * s.ofX();
      for (int h = 0; h < s.H; h++, dx += s.W) {
        eachVector(0, s.OW, [=](int i, int n) {
          floats sum = splat(0.0f);
          for (int t = -reachH; t < scaleH + reachH; t++) {
            const int oh = h * scaleH + t, there = oh < 0 ? -1 - oh : oh < s.OH ? oh : 2 * s.OH - 1 - oh;
            sum = fma(splat(shareOf(t, scaleH)), load(dy + (long)there * s.OW + i, n), sum);
          }
          store(row + i, sum, n);
        });
        for (int i = 0; i < reachW; i++) {
          row[-1 - i] = row[i];
          row[s.OW + i] = row[s.OW - 1 - i];
        }
        gatherColumns(row, dx, s.W, scale);
      }
    }
  });
}

/// Where o of `to` new numbers lies among `from`: behind which one, and the share of the next.
struct Around {
  int first;
  float share;
  Around(int o, int from, int to, bool corners) {
    const long unit = corners ? (to > 1 ? to - 1 : 1) : 2L * to;
    const long place = corners ? (long)o * (from - 1) : (2L * o + 1) * from - to;
    first = place < 0 ? 0 : (int)(place / unit);
    share = place < 0 ? 0.0f : (float)(place - first * unit) / (float)unit;
  }
};

/// What the new columns lie between, the same for all rows of all planes.
struct Columns {
  int *first;
  float *share;
  Columns(int from, int to, bool corners) : first((int *)scratch<1>(to)), share(scratch<2>(to)) {
    for (int o = 0; o < to; o++) {
      const Around around(o, from, to, corners);
      first[o] = around.first;
      share[o] = around.share;
    }
  }
};

static void resizeLinear(const Call &call, int begin, int end) {
  namespace at = arg::resizeLinear;
  const PlaneSizes s = PLANES(at);
  const bool corners = call.integer(at::corners) != 0;
  if (s.H == 0 || s.W == 0 || begin >= end) return;
  const Columns columns(s.W, s.OW, corners);
  const int *__restrict first = columns.first;
  const float *__restrict share = columns.share;
  // One more number stands behind the end, as large as the last.
  float *__restrict const row = scratch<0>((size_t)s.W + 1);
  for (int plane = begin; plane < end; plane++) {
    const float *x = call.tensor(at::x) + plane * s.ofX();
    float *__restrict y = call.tensor(at::y) + plane * s.ofY();
    for (int oh = 0; oh < s.OH; oh++, y += s.OW) {
      const Around rows(oh, s.H, s.OH, corners);
      const float *above = x + (long)rows.first * s.W, *below = rows.first + 1 < s.H ? above + s.W : above;
      const floats b0 = splat(1.0f - rows.share), b1 = splat(rows.share);
      eachVector(0, s.W, [=](int w, int n) { store(row + w, b0 * load(above + w, n) + b1 * load(below + w, n), n); });
      row[s.W] = row[s.W - 1];
      for (int ow = 0; ow < s.OW; ow++)
        y[ow] = (1.0f - share[ow]) * row[first[ow]] + share[ow] * row[first[ow] + 1];
    }
  }
}

/// The columns of a row are gathered first, then they go to the two rows that it lies between.
static void resizeLinearGradient(const Call &call, int begin, int end) {
  namespace at = arg::resizeLinearGradient;
  const PlaneSizes s = PLANES(at);
  const bool corners = call.integer(at::corners) != 0;
  if (s.H == 0 || s.W == 0 || begin >= end) return;
  const Columns columns(s.W, s.OW, corners);
  float *const row = scratch<0>((size_t)s.W + 1);
  for (int plane = begin; plane < end; plane++) {
    const float *dy = call.tensor(at::dy) + plane * s.ofY();
    float *dx = call.tensor(at::dx) + plane * s.ofX();
    memset(dx, 0, s.ofX() * 4);
    for (int oh = 0; oh < s.OH; oh++, dy += s.OW) {
      memset(row, 0, ((size_t)s.W + 1) * 4);
      for (int ow = 0; ow < s.OW; ow++) {
        const int w = columns.first[ow];
        row[w] += (1.0f - columns.share[ow]) * dy[ow];
        row[w + 1] += columns.share[ow] * dy[ow];
      }
      row[s.W - 1] += row[s.W];
      const Around rows(oh, s.H, s.OH, corners);
      float *above = dx + (long)rows.first * s.W, *below = rows.first + 1 < s.H ? above + s.W : above;
      const floats b0 = splat(1.0f - rows.share), b1 = splat(rows.share);
      eachVector(0, s.W, [=](int w, int n) {
        const floats d = load(row + w, n);
        store(above + w, fma(b0, d, load(above + w, n)), n);
        store(below + w, fma(b1, d, load(below + w, n)), n);
      });
    }
  }
}

static void zeroPad(const Call &call, int begin, int end) {
  namespace at = arg::zeroPad;
  const PlaneSizes s = PLANES(at);
  const int top = call.integer(at::top), left = call.integer(at::left);
  const float value = call.real(at::value);
  for (int plane = begin; plane < end; plane++) {
    const float *x = call.tensor(at::x) + plane * s.ofX();
    float *y = call.tensor(at::y) + plane * s.ofY();
    std::fill(y, y + s.ofY(), value);
    for (int h = 0; h < s.H; h++) memcpy(y + (long)(h + top) * s.OW + left, x + (long)h * s.W, (size_t)s.W * 4);
  }
}

static void zeroPadGradient(const Call &call, int begin, int end) {
  namespace at = arg::zeroPadGradient;
  const PlaneSizes s = PLANES(at);
  const int top = call.integer(at::top), left = call.integer(at::left);
  for (int plane = begin; plane < end; plane++) {
    const float *dy = call.tensor(at::dy) + plane * s.ofY();
    float *dx = call.tensor(at::dx) + plane * s.ofX();
    for (int h = 0; h < s.H; h++) memcpy(dx + (long)h * s.W, dy + (long)(h + top) * s.OW + left, (size_t)s.W * 4);
  }
}

#undef PLANES

}  // namespace NETWRIGHT_ISA
