// Convolution straight from NCHW. Each image is copied once into scratch with its zero padding, split into stride × stride
// phases, so that a tap reads every position of the output from consecutive words: no column matrix is ever written.
//
//   image  [C][strideH · strideW][rows][pitch]      tap (kh, kw) of position (oh, ow): offset(tap) + oh · pitch + ow
#pragma once

#include "activations.h"
#include "convolution-sizes.h"
#include "pointwise.h"
#include "scratch.h"
#include "winograd.h"

namespace NETWRIGHT_ISA {

/// Vectors are read up to this far behind what is there.
constexpr int slack = 4 * lanes;

/// Where the parts of a padded image lie: of the phases only those that a kernel of `reachH` × `reachW` touches.
struct Layout {
  int strideH, strideW, phasesH, phasesW, rows, pitch;
  long phase, plane;

  Layout(int strideH, int strideW, int reachH, int reachW, int OH, int OW)
      : strideH(strideH),
        strideW(strideW),
        phasesH(reachH < strideH ? reachH : strideH),
        phasesW(reachW < strideW ? reachW : strideW),
        rows(OH + (reachH - 1) / strideH),
        pitch(OW + (reachW - 1) / strideW) {
    phase = (long)rows * pitch;
    plane = phase * phasesH * phasesW;
  }
  static Layout of(const Convolution &s) {
    return Layout(s.strideH, s.strideW, (s.KH - 1) * s.dilationH + 1, (s.KW - 1) * s.dilationW + 1, s.OH, s.OW);
  }
  /// Of row h and column w within the reach of the kernel at position (0, 0).
  long at(int h, int w) const {
    return ((h % strideH) * phasesW + w % strideW) * phase + (long)(h / strideH) * pitch + w / strideW;
  }
};

/// Every `step`-th number, `count` of them; the compiler has vectors for steps that it knows.
INLINE void copyEvery(const float *from, int step, float *to, int count) {
  if (step == 2)
    for (int j = 0; j < count; j++) to[j] = from[2 * j];
  else
    for (int j = 0; j < count; j++) to[j] = from[(long)j * step];
}

/// One image [C, H, W] into its layout, with `top` rows and `left` columns of zeros before it and as many behind as it takes.
static void padImage(const float *x, int C, int H, int W, int top, int left, const Layout &to, float *image) {
  for (int c = 0; c < C; c++, x += (long)H * W)
    for (int ph = 0; ph < to.phasesH; ph++)
      for (int pw = 0; pw < to.phasesW; pw++) {
        // Columns j with 0 ≤ j · stride + pw − left < W.
        const auto within = [&](int j) { return j < 0 ? 0 : j > to.pitch ? to.pitch : j; };
        const int last = within(W - 1 + left - pw < 0 ? 0 : (W - 1 + left - pw) / to.strideW + 1);
        const int least = within((left - pw + to.strideW - 1) / to.strideW), first = least < last ? least : last;
        for (int i = 0; i < to.rows; i++, image += to.pitch) {
          const int h = i * to.strideH + ph - top;
          if (h < 0 || h >= H) {
            memset(image, 0, to.pitch * 4);
            continue;
          }
          const float *row = x + (long)h * W + (long)first * to.strideW + pw - left;
          for (int j = 0; j < first; j++) image[j] = 0.0f;
          if (to.strideW == 1)
            memcpy(image + first, row, (size_t)(last - first) * 4);
          else
            copyEvery(row, to.strideW, image + first, last - first);
          for (int j = last; j < to.pitch; j++) image[j] = 0.0f;
        }
      }
  memset(image, 0, slack * 4);
}

constexpr int convolutionRows = 4, convolutionVectors = 3;

/// What a convolution sums over, by k: tap k of output plane r is weights[weight[k] + r · rowStep], and it reads
/// image[offset[k] + position].
struct Taps {
  int K;
  const int *offset, *weight;
  long rowStep;
};

/// Where the sums of a tile go: that of plane r and vector v to y + r · plane + at[v], as many of its lanes as are present.
struct Destination {
  float *y;
  long plane, at[convolutionVectors];
  int present[convolutionVectors];
  const float *bias;  // of plane 0; nullptr = none
  bool relu;
};

/// Σ_k of `rows` planes at one vector of positions for each v. A function of its own, so that sums stay in registers.
template <int Vectors>
static __attribute__((noinline)) void convolutionTile(const Taps &taps, const float *weights, int rows, const float *image, const int *where,
                                                      const Destination &to) {
  floats sum[convolutionRows][Vectors];
#pragma GCC unroll 8
  for (int r = 0; r < convolutionRows; r++)
#pragma GCC unroll 4
    for (int v = 0; v < Vectors; v++) sum[r][v] = splat(0.0f);
  // Rows that are not there repeat the last one.
  long row[convolutionRows];
#pragma GCC unroll 8
  for (int r = 0; r < convolutionRows; r++) row[r] = (r < rows ? r : rows - 1) * taps.rowStep;
  const float *base[Vectors];
#pragma GCC unroll 4
  for (int v = 0; v < Vectors; v++) base[v] = image + where[v];
  const int *const offset = taps.offset, *const place = taps.weight, K = taps.K;
  for (int k = 0; k < K; k++) {
    const long at = offset[k];
    const float *weight = weights + place[k];
    floats right[Vectors];
#pragma GCC unroll 4
    for (int v = 0; v < Vectors; v++) right[v] = load(base[v] + at);
#pragma GCC unroll 8
    for (int r = 0; r < convolutionRows; r++) {
      const floats left = splat(weight[row[r]]);
#pragma GCC unroll 4
      for (int v = 0; v < Vectors; v++) sum[r][v] = fma(left, right[v], sum[r][v]);
    }
  }
#pragma GCC unroll 8
  for (int r = 0; r < convolutionRows; r++) {
    if (r >= rows) break;
#pragma GCC unroll 4
    for (int v = 0; v < Vectors; v++) {
      floats value = sum[r][v];
      if (to.bias != nullptr) value = value + splat(to.bias[r]);
      if (to.relu) value = rectified(value);
      store(to.y + r * to.plane + to.at[v], value, to.present[v]);
    }
  }
}

/// Planes of an output: plane r begins at y + r · plane; position (i, j) stands at i · rowStep + j · columnStep.
struct Planes {
  float *y;
  long plane;
  int rows, columns;
  long rowStep, columnStep;
};

/// All positions of planes first … last − 1 from one padded image.
static void convolve(const float *image, int pitch, const Taps &taps, const float *weights, const Planes &to, int first, int last,
                     const float *bias, bool relu) {
  // Vectors run along rows where these are whole vectors, or where rows follow each other without a gap; else along the
  // padded rows, whose ends are left out again.
  const bool alongRows = to.columns % lanes == 0;
  const bool isGapless = pitch == to.columns;
  const int perRow = to.columns / lanes;
  const int length = isGapless ? to.rows * to.columns : (to.rows - 1) * pitch + to.columns;
  const int vectors = alongRows ? to.rows * perRow : (length + lanes - 1) / lanes;
  const bool isDirect = to.columnStep == 1 && to.rowStep == to.columns && (alongRows || isGapless);
  float *flat = isDirect ? nullptr : scratch<3>((size_t)convolutionRows * vectors * lanes);

  for (int top = first; top < last; top += convolutionRows) {
    const int present = last - top < convolutionRows ? last - top : convolutionRows;
    const float *here = weights + top * taps.rowStep;
    for (int v = 0; v < vectors; v += convolutionVectors) {
      int where[convolutionVectors];
      const int count = vectors - v < convolutionVectors ? vectors - v : convolutionVectors;
      for (int i = 0; i < count; i++)
        where[i] = alongRows ? (v + i) / perRow * pitch + (v + i) % perRow * lanes : (v + i) * lanes;
      Destination out{isDirect ? to.y + top * to.plane : flat, isDirect ? to.plane : (long)vectors * lanes, {}, {}, bias ? bias + top : nullptr, relu};
      for (int i = 0; i < count; i++) {
        const int left = isDirect ? to.rows * to.columns - (v + i) * lanes : lanes;
        out.at[i] = (long)(v + i) * lanes;
        out.present[i] = left < lanes ? left : lanes;
      }
      switch (count) {
        case 3: convolutionTile<3>(taps, here, present, image, where, out); break;
        case 2: convolutionTile<2>(taps, here, present, image, where, out); break;
        default: convolutionTile<1>(taps, here, present, image, where, out);
      }
    }
    if (isDirect) continue;
    const int flatPitch = alongRows ? to.columns : pitch;
    for (int r = 0; r < present; r++)
      for (int i = 0; i < to.rows; i++) {
        const float *from = flat + (size_t)r * vectors * lanes + (size_t)i * flatPitch;
        float *row = to.y + (top + r) * to.plane + i * to.rowStep;
        if (to.columnStep == 1)
          memcpy(row, from, (size_t)to.columns * 4);
        else
          for (int j = 0; j < to.columns; j++) row[j * to.columnStep] = from[j];
      }
  }
}

/// One plane by itself, for depthwise layers: Σ over taps of four vectors of positions at a time, whatever their rows.
static void convolvePlane(const float *image, int pitch, const Taps &taps, const float *weights, const Planes &to, const float *bias,
                          bool relu) {
  const int perRow = (to.columns + lanes - 1) / lanes, vectors = to.rows * perRow;
  const floats shift = bias != nullptr ? splat(*bias) : splat(0.0f);
  int i = 0, j = 0;
  for (int first = 0; first < vectors; first += 4) {
    const float *base[4];
    float *row[4];
    int present[4];
#pragma GCC unroll 4
    for (int v = 0; v < 4; v++) {
      base[v] = image + (long)i * pitch + j;
      row[v] = to.y + i * to.rowStep + j * to.columnStep;
      present[v] = first + v < vectors ? to.columns - j < lanes ? to.columns - j : lanes : 0;
      // Vectors that are not there repeat the last one.
      if (first + v + 1 >= vectors) continue;
      j += lanes;
      if (j >= to.columns) j = 0, i++;
    }
    floats sum[4];
#pragma GCC unroll 4
    for (int v = 0; v < 4; v++) sum[v] = splat(0.0f);
    for (int k = 0; k < taps.K; k++) {
      const floats weight = splat(weights[taps.weight[k]]);
#pragma GCC unroll 4
      for (int v = 0; v < 4; v++) sum[v] = fma(weight, load(base[v] + taps.offset[k]), sum[v]);
    }
#pragma GCC unroll 4
    for (int v = 0; v < 4; v++) {
      if (present[v] == 0) break;
      floats value = bias != nullptr ? sum[v] + shift : sum[v];
      if (relu) value = rectified(value);
      if (to.columnStep == 1) {
        store(row[v], value, present[v]);
      } else {
        float single[lanes];
        store(single, value);
        for (int l = 0; l < present[v]; l++) row[v][l * to.columnStep] = single[l];
      }
    }
  }
}

static void conv2d(const Call &call, int begin, int end) {
  namespace at = arg::conv2d;
  if (begin >= end) return;
  const Convolution s = Convolution::from(call, at::N);
  const float *x = call.tensor(at::x), *w = call.tensor(at::w), *bias = call.tensor(at::bias);
  float *y = call.tensor(at::y);
  const bool relu = call.integer(at::epilogue) == 1;
  if (isPointwise(s)) {
    pointwise({w, s.C, 1}, x, s.O, s.C, s.H * s.W, begin, end, bias, relu, y);
    return;
  }
  if (paysInTiles(s)) {
    const Tiling tiling(s.N, s.C, s.H, s.W, s.O, s.OH, s.OW, s.padTop, s.padLeft);
    convolveTiles(tiling, x, {w, s.C * 9, 9, false}, begin, end, bias, relu, y);
    return;
  }
  const int inputs = s.inputs(), outputs = s.outputs(), K = inputs * s.taps();
  const Layout layout = Layout::of(s);
  const bool isBare = layout.plane == (long)s.H * s.W && layout.pitch == s.W && s.padTop == 0 && s.padLeft == 0;

  int *offset = (int *)scratch<4>(2 * (size_t)K), *weight = offset + K;
  for (int c = 0, k = 0; c < inputs; c++)
    for (int kh = 0; kh < s.KH; kh++)
      for (int kw = 0; kw < s.KW; kw++, k++) {
        offset[k] = (int)(c * layout.plane + layout.at(kh * s.dilationH, kw * s.dilationW));
        weight[k] = k;
      }
  const Taps taps{K, offset, weight, K};
  float *image = isBare ? nullptr : scratch<1>((size_t)s.C * layout.plane + slack);
  const long plane = (long)s.OH * s.OW;
  for (int n = begin / s.O; n * s.O < end; n++) {
    const int firstPlane = begin > n * s.O ? begin - n * s.O : 0, lastPlane = end < (n + 1) * s.O ? end - n * s.O : s.O;
    const int firstGroup = firstPlane / outputs, lastGroup = (lastPlane - 1) / outputs;
    const float *from = x + ((long)n * s.C + (long)firstGroup * inputs) * s.H * s.W;
    if (!isBare) padImage(from, (lastGroup - firstGroup + 1) * inputs, s.H, s.W, s.padTop, s.padLeft, layout, image);
    const Planes to{y + (long)n * s.O * plane, plane, s.OH, s.OW, s.OW, 1};
    for (int group = firstGroup; group <= lastGroup; group++) {
      const float *source = (isBare ? from : image) + (group - firstGroup) * inputs * layout.plane;
      const int first = firstPlane > group * outputs ? firstPlane : group * outputs;
      const int last = lastPlane < (group + 1) * outputs ? lastPlane : (group + 1) * outputs;
      if (outputs == 1) {
        const Planes one{to.y + group * plane, plane, s.OH, s.OW, s.OW, 1};
        convolvePlane(source, layout.pitch, taps, w + (size_t)group * K, one, bias ? bias + group : nullptr, relu);
      } else {
        convolve(source, layout.pitch, taps, w, to, first, last, bias, relu);
      }
    }
  }
}

/// The taps that reach the positions (h, w) of dx with h mod strideH = ph and w mod strideW = pw: from output plane o of a
/// group, index o · taps + t.
static int tapsOfPhase(const Convolution &s, int ph, int pw, const Layout &layout, int reachTop, int reachLeft, int *offset,
                       int *weight) {
  int k = 0;
  for (int o = 0; o < s.outputs(); o++)
    for (int kh = 0; kh < s.KH; kh++) {
      const int down = ph + s.padTop - kh * s.dilationH;
      if (down % s.strideH != 0) continue;
      for (int kw = 0; kw < s.KW; kw++) {
        const int across = pw + s.padLeft - kw * s.dilationW;
        if (across % s.strideW != 0) continue;
        offset[k] = (int)(o * layout.plane + layout.at(down / s.strideH + reachTop, across / s.strideW + reachLeft));
        weight[k] = o * s.taps() + kh * s.KW + kw;
        k++;
      }
    }
  return k;
}

/// dx at row h takes dy at row (h + padTop − kh · dilation) / stride where that is whole, so rows of one phase h mod stride
/// have their taps in common, and each phase is a convolution of dy.
static void conv2dDataGradient(const Call &call, int begin, int end) {
  namespace at = arg::conv2dDataGradient;
  if (begin >= end) return;
  const Convolution s = Convolution::from(call, at::N);
  const float *dy = call.tensor(at::dy), *w = call.tensor(at::w);
  float *dx = call.tensor(at::dx);
  if (isPointwise(s)) {
    pointwise({w, 1, s.C}, dy, s.C, s.O, s.H * s.W, begin, end, nullptr, false, dx);
    return;
  }
  if (paysInTiles(s)) {
    const Tiling tiling(s.N, s.O, s.OH, s.OW, s.C, s.H, s.W, 2 - s.padTop, 2 - s.padLeft);
    convolveTiles(tiling, dy, {w, 9, s.C * 9, true}, begin, end, nullptr, false, dx);
    return;
  }
  const int inputs = s.inputs(), outputs = s.outputs();
  const long plane = (long)s.H * s.W;

  // Row i of dy is row i + reach of its padded image.
  const auto reachOf = [](int reach, int pad, int stride) { return reach > pad ? (reach - pad + stride - 1) / stride : 0; };
  const int reachTop = reachOf((s.KH - 1) * s.dilationH, s.padTop, s.strideH);
  const int reachLeft = reachOf((s.KW - 1) * s.dilationW, s.padLeft, s.strideW);
  const int lastRow = (s.H - 1 + s.padTop) / s.strideH, lastColumn = (s.W - 1 + s.padLeft) / s.strideW;
  const Layout layout(1, 1, 1, 1, reachTop + (lastRow + 1 > s.OH ? lastRow + 1 : s.OH),
                      reachLeft + (lastColumn + 1 > s.OW ? lastColumn + 1 : s.OW));
  float *image = scratch<1>((size_t)s.O * layout.plane + slack);
  const size_t most = (size_t)outputs * s.taps();
  // w [O, inputs, taps] turned to [groups, inputs, outputs, taps], so that what one plane of dx takes stands in a row.
  float *turned = scratch<0>((size_t)s.C * most);
  for (int c = 0; c < s.C; c++)
    for (int o = 0; o < outputs; o++) {
      const float *from = w + ((size_t)(c / inputs * outputs + o) * inputs + c % inputs) * s.taps();
      float *to = turned + c * most + (size_t)o * s.taps();
      for (int t = 0; t < s.taps(); t++) to[t] = from[t];
    }
  const int phases = s.strideH * s.strideW;
  int *tables = (int *)scratch<4>(2 * most * phases + phases), *counts = tables + 2 * most * phases;
  for (int phase = 0; phase < phases; phase++)
    counts[phase] = tapsOfPhase(s, phase / s.strideW, phase % s.strideW, layout, reachTop, reachLeft, tables + 2 * most * phase,
                                tables + 2 * most * phase + most);

  for (int n = begin / s.C; n * s.C < end; n++) {
    const int firstPlane = begin > n * s.C ? begin - n * s.C : 0, lastPlane = end < (n + 1) * s.C ? end - n * s.C : s.C;
    const int firstGroup = firstPlane / inputs, lastGroup = (lastPlane - 1) / inputs;
    padImage(dy + ((long)n * s.O + (long)firstGroup * outputs) * s.OH * s.OW, (lastGroup - firstGroup + 1) * outputs, s.OH, s.OW,
             reachTop, reachLeft, layout, image);
    for (int phase = 0; phase < phases; phase++) {
      const int ph = phase / s.strideW, pw = phase % s.strideW;
      const int rows = (s.H - ph + s.strideH - 1) / s.strideH, columns = (s.W - pw + s.strideW - 1) / s.strideW;
      if (rows <= 0 || columns <= 0) continue;
      const int *table = tables + 2 * most * phase;
      const Taps taps{counts[phase], table, table + most, (long)most};
      for (int group = firstGroup; group <= lastGroup; group++) {
        const int first = firstPlane > group * inputs ? firstPlane - group * inputs : 0;
        const int last = lastPlane < (group + 1) * inputs ? lastPlane - group * inputs : inputs;
        const float *source = image + (group - firstGroup) * outputs * layout.plane;
        const float *weights = turned + (size_t)group * inputs * most;
        const Planes to{dx + ((long)n * s.C + (long)group * inputs) * plane + (long)ph * s.W + pw, plane, rows, columns,
                        (long)s.strideH * s.W, s.strideW};
        if (inputs == 1)
          convolvePlane(source, layout.pitch, taps, weights, to, nullptr, false);
        else
          convolve(source, layout.pitch, taps, weights, to, first, last, nullptr, false);
      }
    }
  }
}

}  // namespace NETWRIGHT_ISA
