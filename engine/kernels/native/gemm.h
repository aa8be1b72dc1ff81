// Matrix products in every transposition.
#pragma once

#include "record.h"
#include "scratch.h"
#include "tile.h"

namespace NETWRIGHT_ISA {

/// A matrix by its strides: element (row, column) stands at data + row · row + column · column.
struct Matrix {
  const float *data;
  long row, column;
  const float *at(long r, long c) const { return data + r * row + c * column; }
};

/// Of k and of the rows and columns that are packed at once: a panel of b stays in the first cache, a block of a in the second.
constexpr int blockK = 192, blockRows = 16 * tileRows, blockColumns = 64 * tileColumns;

/// from [rows, K] to panels [K, tileRows] one after the other, the last one filled up with zeros.
static void packRows(const Matrix &from, int rows, int K, float *to) {
  for (int top = 0; top < rows; top += tileRows, to += (size_t)K * tileRows) {
    const int present = rows - top < tileRows ? rows - top : tileRows;
    for (int r = 0; r < present; r++) {
      const float *source = from.at(top + r, 0);
      for (int k = 0; k < K; k++) to[k * tileRows + r] = source[k * from.column];
    }
    for (int r = present; r < tileRows; r++)
      for (int k = 0; k < K; k++) to[k * tileRows + r] = 0.0f;
  }
}

/// from [K, columns] to panels [K, tileColumns].
static void packColumns(const Matrix &from, int K, int columns, float *to) {
  for (int left = 0; left < columns; left += tileColumns, to += (size_t)K * tileColumns) {
    const int present = columns - left < tileColumns ? columns - left : tileColumns;
    if (from.column == 1 && present == tileColumns) {
      for (int k = 0; k < K; k++) memcpy(to + k * tileColumns, from.at(k, left), tileColumns * 4);
      continue;
    }
    for (int c = 0; c < present; c++) {
      const float *source = from.at(0, left + c);
      for (int k = 0; k < K; k++) to[k * tileColumns + c] = source[k * from.row];
    }
    for (int c = present; c < tileColumns; c++)
      for (int k = 0; k < K; k++) to[k * tileColumns + c] = 0.0f;
  }
}

/// y [M, N] = a [M, K] · b [K, N], for products worth packing. The sums of an element take k in order, whatever the blocks.
static void packedProduct(const Matrix &a, const Matrix &b, float *y, long pitch, int M, int N, int K, const Finish &finish) {
  const int depth = K < blockK ? K : blockK;
  const int height = (M < blockRows ? (M + tileRows - 1) / tileRows * tileRows : blockRows);
  const int width = (N < blockColumns ? (N + tileColumns - 1) / tileColumns * tileColumns : blockColumns);
  float *packedA = scratch<0>((size_t)depth * height);
  float *packedB = scratch<1>((size_t)depth * width);
  for (int left = 0; left < N; left += blockColumns) {
    const int columns = N - left < blockColumns ? N - left : blockColumns;
    for (int first = 0; first < K; first += blockK) {
      const int k = K - first < blockK ? K - first : blockK;
      const bool isLast = first + k == K;
      packColumns({b.at(first, left), b.row, b.column}, k, columns, packedB);
      for (int top = 0; top < M; top += blockRows) {
        const int rows = M - top < blockRows ? M - top : blockRows;
        packRows({a.at(top, first), a.row, a.column}, rows, k, packedA);
        for (int c = 0; c < columns; c += tileColumns) {
          const Finish part{finish.fromY || first > 0, isLast && finish.bias ? finish.bias + left + c : nullptr,
                            isLast && finish.relu};
          for (int r = 0; r < rows; r += tileRows)
            packedTile(k, packedA + (size_t)r * k, packedB + (size_t)c * k, y + (top + r) * pitch + left + c, pitch,
                       rows - r < tileRows ? rows - r : tileRows, columns - c < tileColumns ? columns - c : tileColumns,
                       part);
        }
      }
    }
  }
}

/// The same straight from a and b, whose rows must be contiguous: for small products.
static void directProduct(const Matrix &a, const Matrix &b, float *y, long pitch, int M, int N, int K, const Finish &finish) {
  constexpr int rowsAtOnce = 4;
  for (int c = 0; c < N; c += tileColumns) {
    const int columns = N - c < tileColumns ? N - c : tileColumns;
    const Finish part{finish.fromY, finish.bias ? finish.bias + c : nullptr, finish.relu};
    for (int r = 0; r < M; r += rowsAtOnce) {
      const int rows = M - r < rowsAtOnce ? M - r : rowsAtOnce;
      if (columns <= lanes)
        tile<rowsAtOnce, 1>(K, a.at(r, 0), a.row, a.column, b.at(0, c), b.row, y + r * pitch + c, pitch, rows, columns, part);
      else
        tile<rowsAtOnce, tileVectors>(K, a.at(r, 0), a.row, a.column, b.at(0, c), b.row, y + r * pitch + c, pitch, rows,
                                      columns, part);
    }
  }
}

/// y [M, N] = a · b. Which way it goes depends on whole sizes only: `wholeM` is the number of rows of all shares together.
static void product(const Matrix &a, const Matrix &b, float *y, long pitch, int M, int N, int K, int wholeM,
                    const Finish &finish) {
  const bool isSmall = wholeM < 2 * tileRows || (long)wholeM * N * K < 32768;
  if (!isSmall) {
    packedProduct(a, b, y, pitch, M, N, K, finish);
    return;
  }
  if (b.column == 1) {
    directProduct(a, b, y, pitch, M, N, K, finish);
    return;
  }
  float *turned = scratch<1>((size_t)K * N + tileColumns);
  for (int n = 0; n < N; n++)
    for (int k = 0; k < K; k++) turned[(size_t)k * N + n] = *b.at(k, n);
  directProduct(a, {turned, N, 1}, y, pitch, M, N, K, finish);
}

static void gemm(const Call &call, int begin, int end) {
  namespace at = arg::gemm;
  if (begin >= end) return;
  const int M = call.integer(at::M), N = call.integer(at::N), K = call.integer(at::K);
  const bool transposeA = call.integer(at::transposeA), transposeB = call.integer(at::transposeB);
  const Matrix a{call.tensor(at::a), transposeA ? 1 : K, transposeA ? M : 1};
  const Matrix b{call.tensor(at::b), transposeB ? 1 : N, transposeB ? K : 1};
  const Finish finish{call.integer(at::accumulate) != 0, call.tensor(at::bias), call.integer(at::epilogue) == 1};
  product({a.at(begin, 0), a.row, a.column}, b, call.tensor(at::y) + (long)begin * N, N, end - begin, N, K, M, finish);
}

}  // namespace NETWRIGHT_ISA
