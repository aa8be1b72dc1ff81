// Convolution straight from NCHW. Each image is copied once into scratch with its zero padding, split into stride × stride
// phases, so that a tap reads every position of the output from consecutive words: no column matrix is ever written.
//
//   image  [C][strideH · strideW][rows][pitch]      tap (kh, kw) of position (oh, ow): offset(tap) + oh · pitch + ow
#pragma once

#include "activations.h"
#include "record.h"
#include "scratch.h"

namespace NETWRIGHT_ISA {

/// The sizes of one convolution, in the order in which all three kernels have them.
struct Convolution {
  int N, C, H, W, O, KH, KW, strideH, strideW, padTop, padLeft, OH, OW, dilationH, dilationW, groups;

  static Convolution from(const Call &call, int first) {
    Convolution sizes;
    int *const fields[] = {&sizes.N,      &sizes.C,      &sizes.H,       &sizes.W,  &sizes.O,  &sizes.KH,        &sizes.KW,        &sizes.strideH,
                           &sizes.strideW, &sizes.padTop, &sizes.padLeft, &sizes.OH, &sizes.OW, &sizes.dilationH, &sizes.dilationW, &sizes.groups};
    for (int i = 0; i < 16; i++) *fields[i] = call.integer(first + i);
    return sizes;
  }
  int inputs() const { return C / groups; }
  int outputs() const { return O / groups; }
  int taps() const { return KH * KW; }
};

/// Vectors are read up to this far behind what is there.
constexpr int slack = 4 * lanes;

/// Where the parts of a padded image lie.
struct Layout {
  int strideH, strideW, rows, pitch;
  long phase, plane;

  Layout(int strideH, int strideW, int height, int width)
      : strideH(strideH), strideW(strideW), rows((height + strideH - 1) / strideH), pitch((width + strideW - 1) / strideW) {
    phase = (long)rows * pitch;
    plane = phase * strideH * strideW;
  }
  /// Of row h and column w of the padded image.
  long at(int h, int w) const {
    return ((h % strideH) * strideW + w % strideW) * phase + (long)(h / strideH) * pitch + w / strideW;
  }
};

/// One image [C, H, W] into its layout, with `top` rows and `left` columns of zeros before it and as many behind as it takes.
static void padImage(const float *x, int C, int H, int W, int top, int left, const Layout &to, float *image) {
  for (int c = 0; c < C; c++, x += (long)H * W)
    for (int ph = 0; ph < to.strideH; ph++)
      for (int pw = 0; pw < to.strideW; pw++)
        for (int i = 0; i < to.rows; i++, image += to.pitch) {
          const int h = i * to.strideH + ph - top;
          if (h < 0 || h >= H) {
            memset(image, 0, to.pitch * 4);
            continue;
          }
          const float *row = x + (long)h * W;
          // Columns j with 0 ≤ j · stride + pw − left < W.
          int first = left - pw > 0 ? (left - pw + to.strideW - 1) / to.strideW : 0;
          int last = (W - 1 + left - pw) / to.strideW + 1;
          if (W - 1 + left - pw < 0) last = 0;
          if (first > to.pitch) first = to.pitch;
          if (last > to.pitch) last = to.pitch;
          if (last < first) last = first;
          for (int j = 0; j < first; j++) image[j] = 0.0f;
          if (to.strideW == 1)
            memcpy(image + first, row + first + pw - left, (size_t)(last - first) * 4);
          else
            for (int j = first; j < last; j++) image[j] = row[j * to.strideW + pw - left];
          for (int j = last; j < to.pitch; j++) image[j] = 0.0f;
        }
  memset(image, 0, slack * 4);
}

#if defined(__AVX512F__) || defined(__ARM_NEON)
constexpr int convolutionRows = 8;
#else
constexpr int convolutionRows = 4;
#endif
constexpr int convolutionVectors = 3;

/// Σ_k a[k, row] · image[offset[k] + where[v]], one vector of positions for each v.
template <int Vectors>
INLINE void convolutionTile(int K, const float *a, const float *image, const int *offset, const int *where,
                            floats (&sum)[convolutionRows][convolutionVectors]) {
#pragma GCC unroll 8
  for (int r = 0; r < convolutionRows; r++)
#pragma GCC unroll 4
    for (int v = 0; v < Vectors; v++) sum[r][v] = splat(0.0f);
  const float *base[Vectors];
#pragma GCC unroll 4
  for (int v = 0; v < Vectors; v++) base[v] = image + where[v];
  for (int k = 0; k < K; k++) {
    const long at = offset[k];
    floats right[Vectors];
#pragma GCC unroll 4
    for (int v = 0; v < Vectors; v++) right[v] = load(base[v] + at);
#pragma GCC unroll 8
    for (int r = 0; r < convolutionRows; r++) {
      const floats left = splat(a[r]);
#pragma GCC unroll 4
      for (int v = 0; v < Vectors; v++) sum[r][v] = fma(left, right[v], sum[r][v]);
    }
    a += convolutionRows;
  }
}

/// Planes of an output: plane r begins at y + r · plane; position (i, j) stands at i · rowStep + j · columnStep.
struct Planes {
  float *y;
  long plane;
  int rows, columns;
  long rowStep, columnStep;
};

/// All positions of `count` planes, planes first … first + count, from one padded image. `packed` are panels [K, convolutionRows].
static void convolve(const float *image, int pitch, const float *packed, int K, const int *offset, const Planes &to, int first,
                     int count, const float *bias, bool relu) {
  const bool isDense = to.columnStep == 1 && to.rowStep == to.columns;
  // Vectors run along rows where these are whole vectors, or where rows follow each other without a gap; else along the
  // padded rows, whose ends are left out again.
  const bool alongRows = to.columns % lanes == 0;
  const bool isGapless = pitch == to.columns;
  const int perRow = to.columns / lanes;
  const int length = isGapless ? to.rows * to.columns : (to.rows - 1) * pitch + to.columns;
  const int vectors = alongRows ? to.rows * perRow : (length + lanes - 1) / lanes;
  const bool isDirect = isDense && (alongRows || isGapless);
  float *flat = isDirect ? nullptr : scratch<3>((size_t)convolutionRows * (vectors + convolutionVectors) * lanes);

  for (int panel = first; panel < first + count; panel += convolutionRows) {
    const int present = first + count - panel < convolutionRows ? first + count - panel : convolutionRows;
    const float *a = packed + (size_t)panel * K;
    const auto keep = [&](int v, int r, floats value) {
      if (bias != nullptr) value = value + splat(bias[panel + r]);
      if (relu) value = rectified(value);
      if (isDirect) {
        const int left = to.rows * to.columns - v * lanes;
        store(to.y + (long)(panel + r) * to.plane + (long)v * lanes, value, left < lanes ? left : lanes);
      } else {
        store(flat + ((size_t)r * vectors + v) * lanes, value);
      }
    };
    floats sum[convolutionRows][convolutionVectors];
    for (int v = 0; v < vectors; v += convolutionVectors) {
      int where[convolutionVectors];
      const int here = vectors - v < convolutionVectors ? vectors - v : convolutionVectors;
      for (int i = 0; i < here; i++)
        where[i] = alongRows ? (v + i) / perRow * pitch + (v + i) % perRow * lanes : (v + i) * lanes;
      switch (here) {
        case 3: convolutionTile<3>(K, a, image, offset, where, sum); break;
        case 2: convolutionTile<2>(K, a, image, offset, where, sum); break;
        default: convolutionTile<1>(K, a, image, offset, where, sum);
      }
      for (int r = 0; r < present; r++)
        for (int i = 0; i < here; i++) keep(v + i, r, sum[r][i]);
    }
    if (isDirect) continue;
    const int flatPitch = alongRows ? to.columns : pitch;
    for (int r = 0; r < present; r++)
      for (int i = 0; i < to.rows; i++) {
        const float *from = flat + (size_t)r * vectors * lanes + (size_t)i * flatPitch;
        float *row = to.y + (long)(panel + r) * to.plane + i * to.rowStep;
        if (to.columnStep == 1)
          memcpy(row, from, (size_t)to.columns * 4);
        else
          for (int j = 0; j < to.columns; j++) row[j * to.columnStep] = from[j];
      }
  }
}

/// One plane by itself, for depthwise layers: every vector of positions is Σ over taps, four vectors at a time.
static void convolvePlane(const float *image, int pitch, const float *weights, int taps, const int *offset, const Planes &to,
                          float bias, bool hasBias, bool relu) {
  for (int i = 0; i < to.rows; i++)
    for (int j = 0; j < to.columns; j += 4 * lanes) {
      const float *base = image + (long)i * pitch + j;
      floats sum[4];
#pragma GCC unroll 4
      for (int v = 0; v < 4; v++) sum[v] = splat(0.0f);
      for (int k = 0; k < taps; k++) {
        const floats weight = splat(weights[k]);
#pragma GCC unroll 4
        for (int v = 0; v < 4; v++) sum[v] = fma(weight, load(base + offset[k] + v * lanes), sum[v]);
      }
      for (int v = 0; v < 4; v++) {
        const int left = to.columns - j - v * lanes;
        if (left <= 0) break;
        floats value = hasBias ? sum[v] + splat(bias) : sum[v];
        if (relu) value = rectified(value);
        float *row = to.y + i * to.rowStep + (j + v * lanes) * to.columnStep;
        const int present = left < lanes ? left : lanes;
        if (to.columnStep == 1) {
          store(row, value, present);
        } else {
          float single[lanes];
          store(single, value);
          for (int l = 0; l < present; l++) row[l * to.columnStep] = single[l];
        }
      }
    }
}

static int roundedUp(int count, int step) { return (count + step - 1) / step * step; }

static void conv2d(const Call &call, int begin, int end) {
  namespace at = arg::conv2d;
  if (begin >= end) return;
  const Convolution s = Convolution::from(call, at::N);
  const float *x = call.tensor(at::x), *w = call.tensor(at::w), *bias = call.tensor(at::bias);
  float *y = call.tensor(at::y);
  const bool relu = call.integer(at::epilogue) == 1;
  const int inputs = s.inputs(), outputs = s.outputs(), K = inputs * s.taps();
  const Layout layout(s.strideH, s.strideW, (s.OH - 1) * s.strideH + (s.KH - 1) * s.dilationH + 1,
                      (s.OW - 1) * s.strideW + (s.KW - 1) * s.dilationW + 1);
  const bool isBare = s.strideH == 1 && s.strideW == 1 && s.padTop == 0 && s.padLeft == 0 && layout.rows == s.H && layout.pitch == s.W;

  int *offset = (int *)scratch<4>(K);
  for (int c = 0, k = 0; c < inputs; c++)
    for (int kh = 0; kh < s.KH; kh++)
      for (int kw = 0; kw < s.KW; kw++, k++)
        offset[k] = (int)(c * layout.plane + layout.at(kh * s.dilationH, kw * s.dilationW));
  const bool isDepthwise = outputs == 1;
  const int padded = roundedUp(outputs, convolutionRows);
  float *packed = nullptr;
  if (!isDepthwise) {
    packed = scratch<0>((size_t)s.groups * padded * K);
    for (int o = 0; o < s.groups * padded; o++) {
      const int group = o / padded, row = o % padded;
      float *to = packed + (size_t)(o - o % convolutionRows) * K + o % convolutionRows;
      const float *from = w + (size_t)(group * outputs + row) * K;
      for (int k = 0; k < K; k++) to[(size_t)k * convolutionRows] = row < outputs ? from[k] : 0.0f;
    }
  }
  float *image = isBare ? nullptr : scratch<1>((size_t)s.C * layout.plane + slack);
  const long plane = (long)s.OH * s.OW;
  for (int n = begin / s.O; n * s.O < end; n++) {
    const int firstPlane = begin > n * s.O ? begin - n * s.O : 0, lastPlane = end < (n + 1) * s.O ? end - n * s.O : s.O;
    const float *from = x + (long)n * s.C * s.H * s.W;
    const int firstGroup = firstPlane / outputs, lastGroup = (lastPlane - 1) / outputs;
    if (!isBare)
      padImage(from + (long)firstGroup * inputs * s.H * s.W, (lastGroup - firstGroup + 1) * inputs, s.H, s.W, s.padTop, s.padLeft,
               layout, image);
    for (int group = firstGroup; group <= lastGroup; group++) {
      const float *source = isBare ? from + (long)group * inputs * s.H * s.W : image + (group - firstGroup) * inputs * layout.plane;
      float *planes = y + ((long)n * s.O + (long)group * outputs) * plane;
      const Planes to{planes, plane, s.OH, s.OW, s.OW, 1};
      if (isDepthwise) {
        convolvePlane(source, layout.pitch, w + (size_t)group * K, K, offset, to, bias ? bias[group] : 0.0f, bias != nullptr, relu);
        continue;
      }
      const int first = firstPlane > group * outputs ? firstPlane - group * outputs : 0;
      const int last = lastPlane < (group + 1) * outputs ? lastPlane - group * outputs : outputs;
      // Panels begin at multiples of their height; planes before `first` are another worker's.
      const int from0 = first - first % convolutionRows;
      if (from0 == first) {
        convolve(source, layout.pitch, packed + (size_t)group * padded * K, K, offset, to, first, last - first,
                 bias ? bias + group * outputs : nullptr, relu);
        continue;
      }
      // A share that begins within a panel: its planes go by way of scratch.
      float *aside = scratch<2>((size_t)padded * plane);
      const Planes whole{aside, plane, s.OH, s.OW, s.OW, 1};
      convolve(source, layout.pitch, packed + (size_t)group * padded * K, K, offset, whole, from0, last - from0,
               bias ? bias + group * outputs : nullptr, relu);
      memcpy(planes + first * plane, aside + first * plane, (size_t)(last - first) * plane * 4);
    }
  }
}

static void conv2dDataGradient(const Call &call, int begin, int end) {
  namespace at = arg::conv2dDataGradient;
  if (begin >= end) return;
  const Convolution s = Convolution::from(call, at::N);
  const float *dy = call.tensor(at::dy), *w = call.tensor(at::w);
  float *dx = call.tensor(at::dx);
  const int inputs = s.inputs(), outputs = s.outputs();
  const long plane = (long)s.H * s.W;
  const bool isDepthwise = inputs == 1 && outputs == 1;
  const int padded = roundedUp(inputs, convolutionRows);

  // dx at row h takes dy at row (h + padTop − kh · dilation) / stride where that is whole: rows of one phase h mod stride
  // have taps in common. Index i + reach of the padded dy is row i of dy.
  const int reachTop = ((s.KH - 1) * s.dilationH) / s.strideH + 1, reachLeft = ((s.KW - 1) * s.dilationW) / s.strideW + 1;
  const int rowsOfPhase = (s.H - 1 + s.padTop) / s.strideH + 1, columnsOfPhase = (s.W - 1 + s.padLeft) / s.strideW + 1;
  const int height = reachTop + (rowsOfPhase > s.OH ? rowsOfPhase : s.OH) + 1, width = reachLeft + (columnsOfPhase > s.OW ? columnsOfPhase : s.OW) + 1;
  const Layout layout(1, 1, height, width);
  float *image = scratch<1>((size_t)s.O * layout.plane + slack);
  int *offset = (int *)scratch<4>((size_t)outputs * s.taps());
  const size_t most = (size_t)outputs * s.taps();
  const int phases = s.strideH * s.strideW;
  float *packed = scratch<0>((size_t)phases * s.groups * padded * most + phases);
  int taps[phases], firstRow[phases], firstColumn[phases];

  const auto eachTap = [&](int ph, int pw, auto visit) {
    int count = 0;
    for (int kh = 0; kh < s.KH; kh++) {
      const int down = ph + s.padTop - kh * s.dilationH;
      if (((down % s.strideH) + s.strideH) % s.strideH != 0) continue;
      for (int kw = 0; kw < s.KW; kw++) {
        const int across = pw + s.padLeft - kw * s.dilationW;
        if (((across % s.strideW) + s.strideW) % s.strideW != 0) continue;
        visit(count++, kh * s.KW + kw, down / s.strideH, across / s.strideW);
      }
    }
    return count;
  };
  for (int phase = 0; phase < phases; phase++) {
    const int ph = phase / s.strideW, pw = phase % s.strideW;
    taps[phase] = eachTap(ph, pw, [](int, int, int, int) {});
    const int K = outputs * taps[phase];
    float *panels = packed + (size_t)phase * s.groups * padded * most;
    for (int group = 0; group < s.groups; group++)
      for (int c = 0; c < padded; c++)
        for (int o = 0; o < outputs; o++)
          eachTap(ph, pw, [&](int t, int tap, int, int) {
            const int row = group * padded + c, k = o * taps[phase] + t;
            panels[((size_t)(row - row % convolutionRows)) * K + (size_t)k * convolutionRows + row % convolutionRows] =
                c < inputs ? w[((size_t)(group * outputs + o) * inputs + c) * s.taps() + tap] : 0.0f;
          });
    (void)firstRow;
    (void)firstColumn;
  }

  for (int n = begin / s.C; n * s.C < end; n++) {
    const int firstPlane = begin > n * s.C ? begin - n * s.C : 0, lastPlane = end < (n + 1) * s.C ? end - n * s.C : s.C;
    const int firstGroup = firstPlane / inputs, lastGroup = (lastPlane - 1) / inputs;
    padImage(dy + ((long)n * s.O + (long)firstGroup * outputs) * s.OH * s.OW, (lastGroup - firstGroup + 1) * outputs, s.OH, s.OW,
             reachTop, reachLeft, layout, image);
    for (int phase = 0; phase < phases; phase++) {
      const int ph = phase / s.strideW, pw = phase % s.strideW;
      const int rows = (s.H - ph + s.strideH - 1) / s.strideH, columns = (s.W - pw + s.strideW - 1) / s.strideW;
      if (rows <= 0 || columns <= 0) continue;
      const int K = outputs * taps[phase];
      for (int o = 0; o < outputs; o++)
        eachTap(ph, pw, [&](int t, int, int down, int across) {
          offset[o * taps[phase] + t] = (int)(o * layout.plane + layout.at(down + reachTop, across + reachLeft));
        });
      for (int group = firstGroup; group <= lastGroup; group++) {
        const int first = firstPlane > group * inputs ? firstPlane - group * inputs : 0;
        const int last = lastPlane < (group + 1) * inputs ? lastPlane - group * inputs : inputs;
        float *planes = dx + ((long)n * s.C + (long)group * inputs) * plane + (long)ph * s.W + pw;
        const float *source = image + (group - firstGroup) * outputs * layout.plane;
        const float *panels = packed + ((size_t)phase * s.groups) * padded * most + (size_t)group * padded * K;
        const Planes to{planes, plane, rows, columns, (long)s.strideH * s.W, s.strideW};
        if (K == 0) {
          for (int c = first; c < last; c++)
            for (int i = 0; i < rows; i++)
              for (int j = 0; j < columns; j++) planes[c * plane + i * to.rowStep + j * to.columnStep] = 0.0f;
          continue;
        }
        if (isDepthwise) {
          float weights[s.taps()];
          for (int k = 0; k < K; k++) weights[k] = panels[(size_t)k * convolutionRows];
          convolvePlane(source, layout.pitch, weights, K, offset, to, 0.0f, false, false);
          continue;
        }
        const int from0 = first - first % convolutionRows;
        if (from0 == first) {
          convolve(source, layout.pitch, panels, K, offset, to, first, last - first, nullptr, false);
          continue;
        }
        float *aside = scratch<2>((size_t)padded * rows * columns);
        const Planes whole{aside, (long)rows * columns, rows, columns, columns, 1};
        convolve(source, layout.pitch, panels, K, offset, whole, from0, last - from0, nullptr, false);
        for (int c = first; c < last; c++)
          for (int i = 0; i < rows; i++)
            for (int j = 0; j < columns; j++)
              planes[c * plane + i * to.rowStep + j * to.columnStep] = aside[((long)c * rows + i) * columns + j];
      }
    }
  }
}

/// Σ over `length` positions of dy[r] · x[t] for a tile of outputs and taps; both are read in vectors.
template <int Rows, int Taps>
INLINE void dotTile(const float *const *dy, const float *const *x, int length, floats (&sum)[Rows][Taps]) {
  for (int i = 0; i < length; i += lanes) {
    floats right[Taps];
#pragma GCC unroll 9
    for (int t = 0; t < Taps; t++) right[t] = load(x[t] + i);
#pragma GCC unroll 4
    for (int r = 0; r < Rows; r++) {
      const floats left = load(dy[r] + i);
#pragma GCC unroll 9
      for (int t = 0; t < Taps; t++) sum[r][t] = fma(left, right[t], sum[r][t]);
    }
  }
}

template <int Rows, int Taps>
static void dotImages(const float *dy, long dyPlane, long dyImage, int rows, const float *x, const int *offset, int taps, long xImage,
                      int images, int length, float *dw, long pitch, bool isFirst) {
  floats sum[Rows][Taps];
#pragma GCC unroll 4
  for (int r = 0; r < Rows; r++)
#pragma GCC unroll 9
    for (int t = 0; t < Taps; t++) sum[r][t] = splat(0.0f);
  for (int n = 0; n < images; n++) {
    const float *left[Rows], *right[Taps];
#pragma GCC unroll 4
    for (int r = 0; r < Rows; r++) left[r] = dy + n * dyImage + (r < rows ? r : rows - 1) * dyPlane;
#pragma GCC unroll 9
    for (int t = 0; t < Taps; t++) right[t] = x + n * xImage + offset[t < taps ? t : taps - 1];
    dotTile<Rows, Taps>(left, right, length, sum);
  }
  for (int r = 0; r < rows; r++)
    for (int t = 0; t < taps; t++) {
      const float total = sumOf(sum[r][t]);
      dw[r * pitch + t] = isFirst ? total : dw[r * pitch + t] + total;
    }
}

static void conv2dWeightGradient(const Call &call, int begin, int end) {
  namespace at = arg::conv2dWeightGradient;
  if (begin >= end) return;
  const Convolution s = Convolution::from(call, at::N);
  const float *x = call.tensor(at::x), *dy = call.tensor(at::dy);
  float *dw = call.tensor(at::dw);
  const int inputs = s.inputs(), outputs = s.outputs(), K = inputs * s.taps();
  const Layout layout(s.strideH, s.strideW, (s.OH - 1) * s.strideH + (s.KH - 1) * s.dilationH + 1,
                      (s.OW - 1) * s.strideW + (s.KW - 1) * s.dilationW + 1);
  int *offset = (int *)scratch<4>(K);
  for (int c = 0, k = 0; c < inputs; c++)
    for (int kh = 0; kh < s.KH; kh++)
      for (int kw = 0; kw < s.KW; kw++, k++)
        offset[k] = (int)(c * layout.plane + layout.at(kh * s.dilationH, kw * s.dilationW));

  // dy stands in rows as long as those of the padded image, with zeros behind, so that both are read straight through.
  const int length = roundedUp(s.OH * layout.pitch, lanes);
  const int firstGroup = begin / outputs, lastGroup = (end - 1) / outputs;
  const int channels = (lastGroup - firstGroup + 1) * inputs;
  const long xImage = channels * layout.plane, dyImage = (long)(end - begin) * length;
  // As many images at once as make the sums of lanes at the end of a dot product cheap.
  int images = (1024 + length - 1) / length;
  if (images > s.N) images = s.N;
  float *padded = scratch<1>((size_t)images * xImage + slack + length);
  float *rows = scratch<2>((size_t)images * dyImage);
  for (int n = 0; n < s.N; n += images) {
    const int here = s.N - n < images ? s.N - n : images;
    for (int i = 0; i < here; i++) {
      padImage(x + ((long)(n + i) * s.C + (long)firstGroup * inputs) * s.H * s.W, channels, s.H, s.W, s.padTop, s.padLeft, layout,
               padded + i * xImage);
      float *to = rows + i * dyImage;
      const float *from = dy + ((long)(n + i) * s.O + begin) * s.OH * s.OW;
      for (int o = begin; o < end; o++) {
        float *const next = to + length;
        for (int h = 0; h < s.OH; h++, from += s.OW) {
          memcpy(to, from, (size_t)s.OW * 4);
          for (int j = s.OW; j < layout.pitch; j++) to[j] = 0.0f;
          to += layout.pitch;
        }
        while (to < next) *to++ = 0.0f;
      }
    }
    for (int group = firstGroup; group <= lastGroup; group++) {
      const int first = begin > group * outputs ? begin : group * outputs;
      const int last = end < (group + 1) * outputs ? end : (group + 1) * outputs;
      const float *source = padded + (group - firstGroup) * inputs * layout.plane;
      if (outputs == 1) {
        for (int k = 0; k < K; k += 9)
          dotImages<1, 9>(rows + (long)(first - begin) * length, length, dyImage, 1, source, offset + k, K - k < 9 ? K - k : 9, xImage,
                          here, length, dw + (long)first * K + k, K, n == 0);
        continue;
      }
      for (int o = first; o < last; o += 4)
        for (int k = 0; k < K; k += 3)
          dotImages<4, 3>(rows + (long)(o - begin) * length, length, dyImage, last - o < 4 ? last - o : 4, source, offset + k,
                          K - k < 3 ? K - k : 3, xImage, here, length, dw + (long)o * K + k, K, n == 0);
    }
  }
}

/// Numbers go to 16 lanes in turn, whatever the vectors of this set: their sums are joined at the end of each plane.
static void sumChannels(const Call &call, int begin, int end) {
  namespace at = arg::sumChannels;
  const float *x = call.tensor(at::x);
  float *y = call.tensor(at::y);
  const int N = call.integer(at::N), C = call.integer(at::C), inner = call.integer(at::inner);
  for (int c = begin; c < end; c++) {
    float total = 0.0f;
    for (int n = 0; n < N; n++) {
      const float *plane = x + ((long)n * C + c) * inner;
      floats sum[4];
      for (int v = 0; v < 4; v++) sum[v] = splat(0.0f);
      int i = 0;
      for (; i + 4 * lanes <= inner; i += 4 * lanes)
        for (int v = 0; v < 4; v++) sum[v] = sum[v] + load(plane + i + v * lanes);
      eachVector(i, inner, [&](int j, int count) { sum[0] = sum[0] + load(plane + j, count); });
      total += sumOf((sum[0] + sum[1]) + (sum[2] + sum[3]));
    }
    y[c] = total;
  }
}

}  // namespace NETWRIGHT_ISA
