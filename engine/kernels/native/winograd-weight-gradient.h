// The gradient of a 3 × 3 convolution's weights by the same tiles as its outputs.
#pragma once

#include "winograd.h"

namespace NETWRIGHT_ISA {

/// Gᵀ du G of outputs 0 … O − 1 and all channels, to dw [O, C, 3, 3].
static void transformToWeights(const float *du, long place, int C, int O, int pitch, float *dw) {
  const floats half = splat(0.5f);
  for (int c = 0; c < C; c++)
    for (int o = 0; o < O; o += lanes) {
      const float *from = du + (long)c * pitch + o;
      floats g[3][4];
#pragma GCC unroll 4
      for (int k = 0; k < 4; k++) {
        const floats a = load(from + k * place), b = load(from + (4 + k) * place);
        const floats d = load(from + (8 + k) * place), e = load(from + (12 + k) * place);
        g[0][k] = a + (b + d) * half;
        g[1][k] = (b - d) * half;
        g[2][k] = (b + d) * half + e;
      }
      float single[9][lanes];
#pragma GCC unroll 3
      for (int r = 0; r < 3; r++) {
        store(single[3 * r], g[r][0] + (g[r][1] + g[r][2]) * half);
        store(single[3 * r + 1], (g[r][1] - g[r][2]) * half);
        store(single[3 * r + 2], (g[r][1] + g[r][2]) * half + g[r][3]);
      }
      const int present = O - o < lanes ? O - o : lanes;
      for (int l = 0; l < present; l++)
        for (int k = 0; k < 9; k++) dw[((long)(o + l) * C + c) * 9 + k] = single[k][l];
    }
}

/// A dy Aᵀ of the rows of tiles first … last − 1 and `O` planes from `firstOutput` on, to [16][tiles of a block][pitch].
static void transformGradients(const Tiling &t, const float *dy, int first, int last, int firstOutput, int O, int pitch, float *to) {
  const long line = (long)2 * t.columns * lanes, place = t.place(pitch), plane = (long)t.OH * t.OW;
  float *band = scratch<9>((size_t)2 * line);
  memset(band, 0, (size_t)2 * line * 4);
  for (int o = 0; o < O; o += lanes) {
    const int present = O - o < lanes ? O - o : lanes;
    for (int at = first; at < last; at++) {
      const int n = at / t.rows, i = at % t.rows;
      const float *from = dy + ((long)n * t.O + firstOutput + o) * plane + (long)2 * i * t.OW;
      turnIn(from, plane, present, t.OW, band);
      if (2 * i + 1 < t.OH)
        turnIn(from + t.OW, plane, present, t.OW, band + line);
      else
        memset(band + line, 0, (size_t)line * 4);
      float *out = to + (long)(at - first) * t.columns * pitch + o;
      for (int j = 0; j < t.columns; j++, out += pitch) {
        floats a[4][2];
#pragma GCC unroll 2
        for (int c = 0; c < 2; c++) {
          const floats above = load(band + (long)(2 * j + c) * lanes), below = load(band + line + (long)(2 * j + c) * lanes);
          a[0][c] = above;
          a[1][c] = above + below;
          a[2][c] = above - below;
          a[3][c] = splat(0.0f) - below;
        }
#pragma GCC unroll 4
        for (int r = 0; r < 4; r++) {
          store(out + (4 * r + 0) * place, a[r][0]);
          store(out + (4 * r + 1) * place, a[r][0] + a[r][1]);
          store(out + (4 * r + 2) * place, a[r][0] - a[r][1]);
          store(out + (4 * r + 3) * place, splat(0.0f) - a[r][1]);
        }
      }
    }
  }
}

/// dw of outputs first … last − 1. Tiles of a block are summed by themselves, which keeps long sums exact; the blocks do not
/// depend on the share.
static void tileWeightGradient(const Tiling &t, const float *x, const float *dy, int first, int last, float *dw) {
  const int O = last - first, pitch = roundedUp(O, lanes);
  const long place = (long)(t.C + spareRows) * pitch;
  float *du = scratch<6>((size_t)16 * place);
  float *v = scratch<7>(t.places(t.paddedC));
  float *gradients = scratch<8>(t.places(pitch));
  const int all = t.N * t.rows;
  Band band(t);
  for (int from = 0; from < all; from += t.rowsAtOnce) {
    const int to = from + t.rowsAtOnce < all ? from + t.rowsAtOnce : all;
    transformImages(t, x, from, to, band, v);
    transformGradients(t, dy, from, to, first, O, pitch, gradients);
    for (int p = 0; p < 16; p++)
      placeProduct(t.C, pitch, (to - from) * t.columns, v + p * t.place(t.paddedC), 1, t.paddedC,
                   gradients + p * t.place(pitch), pitch, du + p * place, pitch, from > 0);
  }
  transformToWeights(du, place, t.C, O, pitch, dw + (long)first * t.C * 9);
}

}  // namespace NETWRIGHT_ISA
