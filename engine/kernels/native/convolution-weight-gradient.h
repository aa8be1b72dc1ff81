// The gradients of a convolution's weights and biases: dot products of dy with the padded image, both read straight through.
#pragma once

#include "convolution.h"
#include "winograd-weight-gradient.h"

namespace NETWRIGHT_ISA {

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
  const float *left[Rows], *right[Taps];
#pragma GCC unroll 4
  for (int r = 0; r < Rows; r++) left[r] = dy + (r < rows ? r : rows - 1) * dyPlane;
#pragma GCC unroll 9
  for (int t = 0; t < Taps; t++) right[t] = x + offset[t < taps ? t : taps - 1];
  for (int n = 0; n < images; n++) {
    dotTile<Rows, Taps>(left, right, length, sum);
#pragma GCC unroll 4
    for (int r = 0; r < Rows; r++) left[r] += dyImage;
#pragma GCC unroll 9
    for (int t = 0; t < Taps; t++) right[t] += xImage;
  }
  for (int r = 0; r < rows; r++)
    for (int t = 0; t < taps; t++) {
      const float total = sumOf(sum[r][t]);
      dw[r * pitch + t] = isFirst ? total : dw[r * pitch + t] + total;
    }
}

/// dw of outputs begin … end − 1, from the images that `s` counts.
static void weightGradient(const Convolution &s, const float *x, const float *dy, float *dw, int begin, int end) {
  if (paysInTiles(s)) {
    tileWeightGradient({s.N, s.C, s.H, s.W, s.O, s.OH, s.OW, s.padTop, s.padLeft}, x, dy, begin, end, dw);
    return;
  }
  const int inputs = s.inputs(), outputs = s.outputs(), K = inputs * s.taps();
  const Layout layout = Layout::of(s);
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

static void conv2dWeightGradient(const Call &call, int begin, int end) {
  namespace at = arg::conv2dWeightGradient;
  const Convolution all = Convolution::from(call, at::N);
  const int parts = call.integer(at::parts), O = all.O;
  for (int part = begin / O; part * O < end; part++) {
    const int first = (int)((long)all.N * part / parts);
    Convolution s = all;
    s.N = (int)((long)all.N * (part + 1) / parts) - first;
    weightGradient(s, call.tensor(at::x) + (long)first * s.C * s.H * s.W, call.tensor(at::dy) + (long)first * O * s.OH * s.OW,
                   call.tensor(at::dw) + (long)part * O * s.inputs() * s.taps(), begin > part * O ? begin - part * O : 0,
                   end < (part + 1) * O ? end - part * O : O);
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
