// Convolution with kernels of 3 × 3 in steps of 1 by fewer products: F(2 × 2, 3 × 3) of Lavin and Gray, Fast Algorithms for
// Convolutional Neural Networks, 2016, section 4.1. A tile of 2 × 2 outputs takes 16 products per pair of channels, not 36.
//
//   u = G g Gᵀ [4, 4]    v = Bᵀ d B [4, 4]    y = Aᵀ (Σ_c u ⊙ v) A [2, 2]    and backward   dg = Gᵀ (Σ_tiles (A dy Aᵀ) ⊙ v) G
//
// For each of the 16 places p of a tile the sums over channels are a matrix product. Vectors run along channels, so rows of
// images are turned into [column][channel] on the way in and back on the way out.
//
//   v [16][tiles of a block][channels]     u [16][channels][outputs]     m [16][tiles of a block][outputs]
#pragma once

#include "convolution-sizes.h"
#include "scratch.h"
#include "tile.h"

namespace NETWRIGHT_ISA {

/// Tiles whose transforms are in the caches at once, as long as rows of tiles are no longer.
constexpr int blockTiles = 64;

/// Rows of a product that are summed in registers at once, for so many vectors.
template <int Vectors> constexpr int placeRows = 8;
#if defined(__AVX2__) && !defined(__AVX512F__)
template <> constexpr int placeRows<2> = 6;
#elif !defined(__AVX2__) && !defined(__ARM_NEON)
template <> constexpr int placeRows<2> = 4;
#endif
/// A product may write that many rows further than it has.
constexpr int spareRows = 8;

/// What a convolution of 3 × 3 reads and makes: a source [N, C, H, W] with `top` and `left` zeros before it becomes
/// [N, O, OH, OW].
struct Tiling {
  int N, C, H, W, O, OH, OW, top, left;
  int rows, columns;  // of tiles in an image
  int paddedC, rowsAtOnce;

  Tiling(int N, int C, int H, int W, int O, int OH, int OW, int top, int left)
      : N(N), C(C), H(H), W(W), O(O), OH(OH), OW(OW), top(top), left(left), rows((OH + 1) / 2), columns((OW + 1) / 2),
        paddedC(roundedUp(C, lanes)), rowsAtOnce(columns < blockTiles ? blockTiles / columns : 1) {}

  int tilesAtOnce() const { return rowsAtOnce * columns; }
  /// From one of the 16 places of all tiles of a block to the next. A line more than there are numbers, or the 16 would
  /// fall into the same lines of the cache.
  long place(int pitch) const { return (long)tilesAtOnce() * pitch + 16; }
  size_t places(int pitch) const { return 16 * (size_t)place(pitch) + (size_t)spareRows * pitch; }
  /// Columns of a padded row that tiles read.
  int width() const { return 2 * columns + 2; }
};

/// Whether tiles save work: channels must fill vectors, tiles the outputs, and there must be enough of them for the
/// transforms of the weights to pay. Depends on the sizes of the whole only.
static bool paysInTiles(const Convolution &s) {
  if (s.KH != 3 || s.KW != 3 || s.strideH != 1 || s.strideW != 1 || s.dilationH != 1 || s.dilationW != 1 || s.groups != 1)
    return false;
  if (s.padTop > 2 || s.padLeft > 2 || s.C < 8 || s.O < 8) return false;
  const long tiles = (long)s.N * ((s.OH + 1) / 2) * ((s.OW + 1) / 2);
  if (tiles < 16 || (long)s.N * s.OH * s.OW * 3 < tiles * 8) return false;
  return (long)roundedUp(s.C, lanes) * roundedUp(s.O, lanes) * 2 <= (long)s.C * s.O * 3;
}

/// Columns [0, W) of one row of `present` ≤ lanes channels, `plane` apart, to [column][lane].
static void turnIn(const float *x, long plane, int present, int W, float *to) {
  int w = 0;
  for (; present == lanes && w + 4 <= W; w += 4) {
    floats rows[4];
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) rows[i] = loadFours(x + i * plane + w, 4 * plane);
    transposeFours(rows[0], rows[1], rows[2], rows[3]);
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) store(to + (w + i) * lanes, rows[i]);
  }
  for (; w < W; w++)
    for (int c = 0; c < lanes; c++) to[w * lanes + c] = c < present ? x[c * plane + w] : 0.0f;
}

/// The way back.
static void turnOut(const float *from, int present, int W, float *y, long plane) {
  int w = 0;
  for (; present == lanes && w + 4 <= W; w += 4) {
    floats rows[4];
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) rows[i] = load(from + (w + i) * lanes);
    transposeFours(rows[0], rows[1], rows[2], rows[3]);
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) storeFours(y + i * plane + w, 4 * plane, rows[i]);
  }
  for (; w < W; w++)
    for (int c = 0; c < present; c++) y[c * plane + w] = from[w * lanes + c];
}

/// The rows of a padded image that the next row of tiles reads, of all channels: two of them are those of the row before.
struct Band {
  float *lines;  // [channels / lanes][4][width][lanes]
  int next;      // row of the image that is missing still
  int until;     // row of tiles, over all images, up to which rows have been read

  explicit Band(const Tiling &t) : lines(scratch<5>((size_t)4 * t.width() * t.paddedC)), next(0), until(-1) {
    memset(lines, 0, (size_t)4 * t.width() * t.paddedC * 4);
  }
};

/// One place in three of a row of tiles: Σ of signs of what Bᵀ d gives in its columns.
INLINE void transformRow(const floats (&d)[4], float *to, long place) {
  store(to, d[0] - d[2]);
  store(to + place, d[1] + d[2]);
  store(to + 2 * place, d[2] - d[1]);
  store(to + 3 * place, d[1] - d[3]);
}

/// v of the rows of tiles first … last − 1, counted over all images.
static void transformImages(const Tiling &t, const float *x, int first, int last, Band &band, float *v) {
  const int width = t.width(), copied = t.W < width - t.left ? t.W : width - t.left;
  const long row = (long)width * lanes, place = t.place(t.paddedC), plane = (long)t.H * t.W;
  int next = 0;
  for (int cb = 0; cb < t.C; cb += lanes) {
    const int present = t.C - cb < lanes ? t.C - cb : lanes;
    float *const lines = band.lines + (long)cb * 4 * width;
    next = band.next;
    for (int at = first; at < last; at++) {
      const int n = at / t.rows, i = at % t.rows;
      const float *image = x + ((long)n * t.C + cb) * plane;
      if (i == 0 || (at == first && at != band.until)) next = 2 * i;
      for (; next < 2 * i + 4; next++) {
        const int h = next - t.top;
        float *to = lines + (next & 3) * row + (long)t.left * lanes;
        if (h >= 0 && h < t.H)
          turnIn(image + (long)h * t.W, plane, present, copied, to);
        else
          memset(to, 0, (size_t)copied * lanes * 4);
      }
      const float *l0 = lines + (2 * i & 3) * row, *l1 = lines + ((2 * i + 1) & 3) * row;
      const float *l2 = lines + ((2 * i + 2) & 3) * row, *l3 = lines + ((2 * i + 3) & 3) * row;
      // Bᵀ d by rows; the last two columns of a tile are the first two of the next.
      float *const to = v + (long)(at - first) * t.columns * t.paddedC + cb;
      const auto outer = [&](const float *plus, const float *minus, float *out) {
        floats d[4];
        d[0] = load(plus) - load(minus);
        d[1] = load(plus + lanes) - load(minus + lanes);
        for (int j = 0; j < t.columns; j++, out += t.paddedC) {
          plus += 2 * lanes;
          minus += 2 * lanes;
          d[2] = load(plus) - load(minus);
          d[3] = load(plus + lanes) - load(minus + lanes);
          transformRow(d, out, place);
          d[0] = d[2];
          d[1] = d[3];
        }
      };
      outer(l0, l2, to);
      outer(l1, l3, to + 12 * place);
      float *out = to;
      floats sum[4], difference[4];
      const auto inner = [&](int w, int k) {
        const floats b = load(l1 + (long)w * lanes), c = load(l2 + (long)w * lanes);
        sum[k] = b + c;
        difference[k] = c - b;
      };
      inner(0, 0);
      inner(1, 1);
      for (int j = 0; j < t.columns; j++, out += t.paddedC) {
        inner(2 * j + 2, 2);
        inner(2 * j + 3, 3);
        transformRow(sum, out + 4 * place, place);
        transformRow(difference, out + 8 * place, place);
        sum[0] = sum[2];
        sum[1] = sum[3];
        difference[0] = difference[2];
        difference[1] = difference[3];
      }
    }
  }
  band.next = next;
  band.until = last;
}

/// u [16][C][outputs] of weights where tap k of source channel c and output o is w[o · perOutput + c · perSource + tap(k)].
static void transformWeights(const float *w, long perOutput, long perSource, bool isTurned, int C, int O, int pitch, float *u) {
  const floats half = splat(0.5f);
  for (int c = 0; c < C; c++)
    for (int o = 0; o < O; o += lanes) {
      float single[9][lanes];
      const float *from = w + o * perOutput + c * perSource;
      const int present = O - o < lanes ? O - o : lanes;
      for (int l = 0; l < lanes; l++) {
        const float *taps = from + (l < present ? l : 0) * perOutput;
        for (int k = 0; k < 9; k++) single[k][l] = taps[isTurned ? 8 - k : k];
      }
      floats g[4][3];
#pragma GCC unroll 3
      for (int k = 0; k < 3; k++) {
        const floats a = load(single[k]), b = load(single[3 + k]), e = load(single[6 + k]), ends = (a + e) * half;
        g[0][k] = a;
        g[1][k] = ends + b * half;
        g[2][k] = ends - b * half;
        g[3][k] = e;
      }
      float *to = u + (long)c * pitch + o;
      const long place = (long)C * pitch;
#pragma GCC unroll 4
      for (int r = 0; r < 4; r++) {
        const floats ends = (g[r][0] + g[r][2]) * half, middle = g[r][1] * half;
        store(to + (4 * r + 0) * place, g[r][0]);
        store(to + (4 * r + 1) * place, ends + middle);
        store(to + (4 * r + 2) * place, ends - middle);
        store(to + (4 * r + 3) * place, g[r][2]);
      }
    }
}

/// m [rows, Vectors · lanes] = Σ_k v[row, k] · u[k], where rows of v are `vRow` apart and steps of k `vStep`; added to what m
/// holds if `adds`.
template <int Vectors>
static __attribute__((noinline)) void placeTile(int K, const float *v, long vRow, long vStep, const float *u, long uStep, float *m,
                                                long mRow, bool adds) {
  constexpr int Rows = placeRows<Vectors>;
  floats sum[Rows][Vectors];
#pragma GCC unroll 8
  for (int r = 0; r < Rows; r++)
#pragma GCC unroll 4
    for (int i = 0; i < Vectors; i++) sum[r][i] = splat(0.0f);
  const float *v3 = v + 3 * vRow, *v6 = v + 6 * vRow;
  for (int k = 0; k < K; k++) {
    floats right[Vectors];
#pragma GCC unroll 4
    for (int i = 0; i < Vectors; i++) right[i] = load(u + i * lanes);
    const float *const thirds[] = {v, v3, v6};
#pragma GCC unroll 8
    for (int r = 0; r < Rows; r++) {
      const floats left = splat(thirds[r / 3][r % 3 * vRow]);
#pragma GCC unroll 4
      for (int i = 0; i < Vectors; i++) sum[r][i] = fma(left, right[i], sum[r][i]);
    }
    u += uStep;
    v += vStep;
    v3 += vStep;
    v6 += vStep;
  }
#pragma GCC unroll 8
  for (int r = 0; r < Rows; r++)
#pragma GCC unroll 4
    for (int i = 0; i < Vectors; i++) {
      float *to = m + r * mRow + i * lanes;
      store(to, adds ? load(to) + sum[r][i] : sum[r][i]);
    }
}

/// m [rows, columns] = v · u; columns are a multiple of `lanes`.
static void placeProduct(int rows, int columns, int K, const float *v, long vRow, long vStep, const float *u, long uStep, float *m,
                         long mRow, bool adds) {
  int o = 0;
  for (; o + 2 * lanes <= columns; o += 2 * lanes)
    for (int r = 0; r < rows; r += placeRows<2>)
      placeTile<2>(K, v + r * vRow, vRow, vStep, u + o, uStep, m + r * mRow + o, mRow, adds);
  if (o < columns)
    for (int r = 0; r < rows; r += placeRows<1>)
      placeTile<1>(K, v + r * vRow, vRow, vStep, u + o, uStep, m + r * mRow + o, mRow, adds);
}

/// Aᵀ m A of the rows of tiles first … last − 1 to outputs firstOutput … of y, `O` of them from m's column 0 on.
static void transformBack(const Tiling &t, const float *m, long mRow, int first, int last, int firstOutput, int O, const float *bias,
                          bool relu, float *y) {
  const long place = t.place(mRow), line = (long)2 * t.columns * lanes, plane = (long)t.OH * t.OW;
  float *band = scratch<9>((size_t)2 * line);
  for (int at = first; at < last; at++) {
    const int n = at / t.rows, i = at % t.rows;
    for (int o = 0; o < O; o += lanes) {
      const int present = O - o < lanes ? O - o : lanes;
      const floats shift = bias == nullptr ? splat(0.0f) : load(bias + firstOutput + o, present);
      const float *from = m + (long)(at - first) * t.columns * mRow + o;
      for (int j = 0; j < t.columns; j++, from += mRow) {
        floats a[2][4];
#pragma GCC unroll 4
        for (int c = 0; c < 4; c++) {
          const floats m0 = load(from + c * place), m1 = load(from + (4 + c) * place);
          const floats m2 = load(from + (8 + c) * place), m3 = load(from + (12 + c) * place);
          a[0][c] = m0 + m1 + m2;
          a[1][c] = m1 - m2 - m3;
        }
#pragma GCC unroll 2
        for (int r = 0; r < 2; r++) {
          floats left = a[r][0] + a[r][1] + a[r][2], right = a[r][1] - a[r][2] - a[r][3];
          if (bias != nullptr) left = left + shift, right = right + shift;
          if (relu) left = rectified(left), right = rectified(right);
          store(band + r * line + (long)2 * j * lanes, left);
          store(band + r * line + (long)(2 * j + 1) * lanes, right);
        }
      }
      float *to = y + ((long)n * t.O + firstOutput + o) * plane + (long)2 * i * t.OW;
      turnOut(band, present, t.OW, to, plane);
      if (2 * i + 1 < t.OH) turnOut(band + line, present, t.OW, to + t.OW, plane);
    }
  }
}

/// How the weights stand for a source and its outputs.
struct TileWeights {
  const float *w;
  long perOutput, perSource;
  bool isTurned;
};

/// Outputs first … last − 1 of images firstImage … lastImage − 1.
static void convolveTiles(const Tiling &t, const float *x, const TileWeights &weights, int firstImage, int lastImage, int first, int last,
                          const float *bias, bool relu, float *y) {
  const int O = last - first, pitch = roundedUp(O, lanes);
  float *u = scratch<6>((size_t)16 * t.C * pitch);
  transformWeights(weights.w + first * weights.perOutput, weights.perOutput, weights.perSource, weights.isTurned, t.C, O, pitch, u);
  float *v = scratch<7>(t.places(t.paddedC));
  float *m = scratch<8>(t.places(pitch));
  Band band(t);
  for (int from = firstImage * t.rows; from < lastImage * t.rows; from += t.rowsAtOnce) {
    const int to = from + t.rowsAtOnce < lastImage * t.rows ? from + t.rowsAtOnce : lastImage * t.rows;
    transformImages(t, x, from, to, band, v);
    for (int p = 0; p < 16; p++)
      placeProduct((to - from) * t.columns, pitch, t.C, v + p * t.place(t.paddedC), t.paddedC, 1,
                   u + (long)p * t.C * pitch, pitch, m + p * t.place(pitch), pitch, false);
    transformBack(t, m, pitch, from, to, first, O, bias, relu, y);
  }
}

/// Planes begin … end − 1 of [N, O]: what is left of the first image, whole images, what there is of the last.
static void convolveTiles(const Tiling &t, const float *x, const TileWeights &weights, int begin, int end, const float *bias, bool relu,
                          float *y) {
  while (begin < end) {
    const int n = begin / t.O, first = begin % t.O;
    const bool isWhole = first == 0 && end - begin >= t.O;
    const int images = isWhole ? (end - begin) / t.O : 1;
    const int last = isWhole ? t.O : end - n * t.O < t.O ? end - n * t.O : t.O;
    convolveTiles(t, x, weights, n, n + images, first, last, bias, relu, y);
    begin = isWhole ? begin + images * t.O : n * t.O + last;
  }
}

}  // namespace NETWRIGHT_ISA
