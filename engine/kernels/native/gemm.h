// Matrix products in every transposition.
#pragma once

#include "record.h"
#include "scratch.h"
#include "sums.h"
#include "tile.h"

namespace NETWRIGHT_ISA {

/// A matrix by its strides: element (row, column) stands at data + row · row + column · column.
struct Matrix {
  const float *data;
  long row, column;
  const float *at(long r, long c) const { return data + r * row + c * column; }
  Matrix turned() const { return {data, column, row}; }
};

/// Of k and of the rows and columns that are packed at once: a panel of b stays in the first cache, a block of a in the second.
constexpr int blockK = 256, blockRows = 16 * tileRows, blockColumns = 64 * tileColumns;

/// Rows [0, present) of `from` to the panel [K, Width]. Lanes of rows that are not there hold anything. Up to four words
/// behind the panel are written too.
template <int Width> static void packPanel(const Matrix &from, int present, int K, float *to) {
  if (from.row == 1 && present == Width) {
    for (int k = 0; k < K; k++) memcpy(to + k * Width, from.at(0, k), Width * 4);
    return;
  }
  if (from.column != 1) {
    for (int r = 0; r < present; r++)
      for (int k = 0; k < K; k++) to[k * Width + r] = *from.at(r, k);
    for (int r = present; r < Width; r++)
      for (int k = 0; k < K; k++) to[k * Width + r] = 0.0f;
    return;
  }
  // Four rows by four steps of k. Where Width is no multiple of 4, the lanes that a store writes too far are written anew
  // by the store of the next k.
  constexpr int groups = (Width + 3) / 4;
  const float *row[groups * 4];
  for (int r = 0; r < groups * 4; r++) row[r] = from.at(r < present ? r : present - 1, 0);
  int k = 0;
  for (; k + 4 <= K; k += 4) {
    four lines[groups][4];
#pragma GCC unroll 8
    for (int g = 0; g < groups; g++) {
#pragma GCC unroll 4
      for (int i = 0; i < 4; i++) memcpy(&lines[g][i], row[4 * g + i] + k, 16);
      transpose(lines[g][0], lines[g][1], lines[g][2], lines[g][3]);
    }
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++)
#pragma GCC unroll 8
      for (int g = 0; g < groups; g++) memcpy(to + (k + i) * Width + 4 * g, &lines[g][i], 16);
  }
  for (; k < K; k++)
    for (int r = 0; r < Width; r++) to[k * Width + r] = row[r][k];
}

/// All rows of `from`, panel behind panel.
template <int Width> static void pack(const Matrix &from, int rows, int K, float *to) {
  for (int top = 0; top < rows; top += Width, to += (size_t)K * Width)
    packPanel<Width>({from.at(top, 0), from.row, from.column}, rows - top < Width ? rows - top : Width, K, to);
}

/// y [M, N] = a [M, K] · b [K, N], for products worth packing. The sums of an element take k in order, whatever the blocks.
static void packedProduct(const Matrix &a, const Matrix &b, float *y, long pitch, int M, int N, int K, const Finish &finish) {
  const int depth = K < blockK ? K : blockK;
  const int height = M < blockRows ? (M + tileRows - 1) / tileRows * tileRows : blockRows;
  const int width = N < blockColumns ? (N + tileColumns - 1) / tileColumns * tileColumns : blockColumns;
  float *packedA = scratch<0>((size_t)depth * height + 4);
  float *packedB = scratch<1>((size_t)depth * width + 4);
  for (int left = 0; left < N; left += blockColumns) {
    const int columns = N - left < blockColumns ? N - left : blockColumns;
    for (int first = 0; first < K; first += blockK) {
      const int k = K - first < blockK ? K - first : blockK;
      const bool isLast = first + k == K;
      pack<tileColumns>({b.at(first, left), b.column, b.row}, columns, k, packedB);
      for (int top = 0; top < M; top += blockRows) {
        const int rows = M - top < blockRows ? M - top : blockRows;
        pack<tileRows>({a.at(top, first), a.row, a.column}, rows, k, packedA);
        for (int c = 0; c < columns; c += tileColumns) {
          Finish part{finish.fromY || first > 0, isLast && finish.bias ? finish.bias + left + c : nullptr,
                      isLast && finish.relu, isLast ? finish.factor : 1.0f};
          for (int r = 0; r < rows; r += tileRows) {
            const long place = (top + r) * pitch + left + c;
            if (isLast && finish.given) part.given = finish.given + place;
            packedTile(k, packedA + (size_t)r * k, packedB + (size_t)c * k, y + place, pitch,
                       rows - r < tileRows ? rows - r : tileRows, columns - c < tileColumns ? columns - c : tileColumns,
                       part);
          }
        }
      }
    }
  }
}

/// The same straight from a and b, whose rows must be contiguous.
template <int Rows>
static void directProduct(const Matrix &a, const Matrix &b, float *y, long pitch, int M, int N, int K, const Finish &finish) {
  for (int c = 0; c < N; c += tileColumns) {
    const int columns = N - c < tileColumns ? N - c : tileColumns;
    Finish part{finish.fromY, finish.bias ? finish.bias + c : nullptr, finish.relu, finish.factor};
    for (int r = 0; r < M; r += Rows) {
      const int rows = M - r < Rows ? M - r : Rows;
      const long place = r * pitch + c;
      if (finish.given) part.given = finish.given + place;
      if (columns <= lanes)
        tile<Rows, 1>(K, a.at(r, 0), a.row, a.column, b.at(0, c), b.row, y + place, pitch, rows, columns, part);
      else
        tile<Rows, tileVectors>(K, a.at(r, 0), a.row, a.column, b.at(0, c), b.row, y + place, pitch, rows, columns, part);
    }
  }
}

/// y [M, N] = a · b, which may be a share of rows or columns of a product of `wholeM` × `wholeN`: which way it goes depends
/// on the sizes of the whole only.
static void product(const Matrix &a, const Matrix &b, float *y, long pitch, int M, int N, int K, int wholeM, int wholeN,
                    const Finish &finish) {
  const bool isTiny = (long)wholeM * wholeN * K < 32768;
  const bool isNarrow = wholeN <= 2 * tileColumns && K <= 4096;
  const bool isFlat = wholeM < 2 * tileRows && b.column == 1;
  if (!isTiny && !isNarrow && !isFlat) {
    packedProduct(a, b, y, pitch, M, N, K, finish);
    return;
  }
  Matrix rows = b;
  if (b.column != 1) {
    float *turned = scratch<1>((size_t)K * N + tileColumns);
    for (int n = 0; n < N; n++)
      for (int k = 0; k < K; k++) turned[(size_t)k * N + n] = *b.at(k, n);
    rows = {turned, N, 1};
  }
  if (isTiny)
    directProduct<4>(a, rows, y, pitch, M, N, K, finish);
  else
    directProduct<tileRows>(a, rows, y, pitch, M, N, K, finish);
}

static void gemm(const Call &call, int begin, int end) {
  namespace at = arg::gemm;
  if (begin >= end) return;
  const int M = call.integer(at::M), N = call.integer(at::N), K = call.integer(at::K);
  const bool transposeA = call.integer(at::transposeA), transposeB = call.integer(at::transposeB);
  const Matrix a{call.tensor(at::a), transposeA ? 1 : K, transposeA ? M : 1};
  const Matrix b{call.tensor(at::b), transposeB ? 1 : N, transposeB ? K : 1};
  const float *bias = call.tensor(at::bias);
  float *y = call.tensor(at::y), *sums = call.tensor(at::sums);
  const int epilogue = call.integer(at::epilogue);
  const bool splitColumns = call.integer(at::splitColumns);
  Finish finish{call.integer(at::accumulate) != 0, bias, epilogue == 1};
  const long first = splitColumns ? begin : (long)begin * N;
  if (epilogue == 2) finish.given = call.tensor(at::given) + first;
  if (splitColumns) {
    if (bias != nullptr) finish.bias = bias + begin;
    product(a, {b.at(0, begin), b.row, b.column}, y + first, N, M, end - begin, K, M, N, finish);
    if (sums != nullptr) sumColumns(b.data, sums, K, N, begin, end);
  } else {
    product({a.at(begin, 0), a.row, a.column}, b, y + first, N, end - begin, N, K, M, N, finish);
    if (sums != nullptr && begin == 0) sumColumns(b.data, sums, K, N, 0, N);
  }
}

}  // namespace NETWRIGHT_ISA
