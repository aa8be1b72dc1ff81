// The inner loop of every matrix product and convolution: a tile of y is held in registers while k goes by.
#pragma once

#include "activations.h"

namespace NETWRIGHT_ISA {

#if defined(__AVX512F__)
constexpr int tileRows = 12, tileVectors = 2;
#elif defined(__AVX2__)
constexpr int tileRows = 6, tileVectors = 2;
#elif defined(__ARM_NEON)
constexpr int tileRows = 8, tileVectors = 3;
#else
constexpr int tileRows = 4, tileVectors = 2;
#endif
constexpr int tileColumns = tileVectors * lanes;

/// What becomes of a tile's sums: where they start, and what is done with them at the end.
struct Finish {
  bool fromY;         // start from what y holds, else from 0
  const float *bias;  // added at the end, one number per column; nullptr = none
  bool relu;
  float factor = 1;  // of the whole sum, before the bias
  const float *rowBias = nullptr;  // the same, one number per row; of packed tiles only
  const float *given = nullptr;    // laid out as y: where it is not above 0, y becomes 0 at the end; nullptr = none
};

/// y [Rows, Vectors · lanes] = Σ_k a[row, k] · b[k, columns]. a[row, k] stands at a + row · aRow + k · aStep, b[k] at
/// b + k · bStep. Only the first `rows` rows and `columns` columns are there; b may be read up to a vector further.
template <int Rows, int Vectors>
static void tile(int K, const float *a, long aRow, long aStep, const float *b, long bStep, float *y, long pitch, int rows,
                 int columns, const Finish &finish) {
  floats sum[Rows][Vectors];
  int present[Vectors];
  for (int v = 0; v < Vectors; v++) {
    const int left = columns - v * lanes;
    present[v] = left >= lanes ? lanes : left > 0 ? left : 0;
  }
#pragma GCC unroll 16
  for (int r = 0; r < Rows; r++)
#pragma GCC unroll 4
    for (int v = 0; v < Vectors; v++)
      sum[r][v] = finish.fromY && r < rows && present[v] > 0 ? load(y + r * pitch + v * lanes, present[v]) : splat(0.0f);

  // Rows that are not there repeat the last one.
  const float *row[Rows];
#pragma GCC unroll 16
  for (int r = 0; r < Rows; r++) row[r] = a + (r < rows ? r : rows - 1) * aRow;
  for (int k = 0; k < K; k++) {
    floats right[Vectors];
#pragma GCC unroll 4
    for (int v = 0; v < Vectors; v++) right[v] = load(b + v * lanes);
#pragma GCC unroll 16
    for (int r = 0; r < Rows; r++) {
      const floats left = splat(*row[r]);
      row[r] += aStep;
#pragma GCC unroll 4
      for (int v = 0; v < Vectors; v++) sum[r][v] = fma(left, right[v], sum[r][v]);
    }
    b += bStep;
  }

  const floats factor = splat(finish.factor);
  for (int v = 0; v < Vectors; v++) {
    if (present[v] == 0) break;
    const floats bias = finish.bias == nullptr ? splat(0.0f) : load(finish.bias + v * lanes, present[v]);
#pragma GCC unroll 16
    for (int r = 0; r < Rows; r++) {
      if (r >= rows) break;
      floats value = sum[r][v] * factor;
      if (finish.bias != nullptr) value = value + bias;
      if (finish.relu) value = rectified(value);
      if (finish.given != nullptr) value = whereAboveZero(load(finish.given + r * pitch + v * lanes, present[v]), value);
      store(y + r * pitch + v * lanes, value, present[v]);
    }
  }
}

/// The same for packed panels: a [K, tileRows], b [K, tileColumns], both padded with zeros.
static void packedTile(int K, const float *a, const float *b, float *y, long pitch, int rows, int columns,
                       const Finish &finish) {
  floats sum[tileRows][tileVectors];
#pragma GCC unroll 16
  for (int r = 0; r < tileRows; r++)
#pragma GCC unroll 4
    for (int v = 0; v < tileVectors; v++) sum[r][v] = splat(0.0f);
  const bool whole = rows == tileRows && columns == tileColumns;
  if (finish.fromY && whole) {
#pragma GCC unroll 16
    for (int r = 0; r < tileRows; r++)
#pragma GCC unroll 4
      for (int v = 0; v < tileVectors; v++) sum[r][v] = load(y + r * pitch + v * lanes);
  } else if (finish.fromY) {
#pragma GCC unroll 16
    for (int r = 0; r < tileRows; r++)
#pragma GCC unroll 4
      for (int v = 0; v < tileVectors; v++) {
        const int left = columns - v * lanes;
        if (r < rows && left > 0) sum[r][v] = load(y + r * pitch + v * lanes, left < lanes ? left : lanes);
      }
  }
  for (int k = 0; k < K; k++) {
    floats right[tileVectors];
#pragma GCC unroll 4
    for (int v = 0; v < tileVectors; v++) right[v] = load(b + v * lanes);
#pragma GCC unroll 16
    for (int r = 0; r < tileRows; r++) {
      const floats left = splat(a[r]);
#pragma GCC unroll 4
      for (int v = 0; v < tileVectors; v++) sum[r][v] = fma(left, right[v], sum[r][v]);
    }
    a += tileRows;
    b += tileColumns;
  }
  const floats factor = splat(finish.factor);
#pragma GCC unroll 4
  for (int v = 0; v < tileVectors; v++) {
    const int left = columns - v * lanes;
    if (left <= 0) break;
    const int present = left < lanes ? left : lanes;
    const floats bias = finish.bias == nullptr ? splat(0.0f) : load(finish.bias + v * lanes, present);
#pragma GCC unroll 16
    for (int r = 0; r < tileRows; r++) {
      if (r >= rows) break;
      floats value = sum[r][v] * factor;
      if (finish.bias != nullptr) value = value + bias;
      if (finish.rowBias != nullptr) value = value + splat(finish.rowBias[r]);
      if (finish.relu) value = rectified(value);
      if (finish.given != nullptr) value = whereAboveZero(load(finish.given + r * pitch + v * lanes, present), value);
      store(y + r * pitch + v * lanes, value, present);
    }
  }
}

}  // namespace NETWRIGHT_ISA
