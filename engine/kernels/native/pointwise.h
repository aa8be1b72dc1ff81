// Convolution with kernels of 1 × 1 in steps of 1: for each image the matrix product y [O, H · W] = w [O, C] · x [C, H · W].
#pragma once

#include "convolution-sizes.h"
#include "gemm.h"

namespace NETWRIGHT_ISA {

/// Whether a convolution is such a product, of at least a tile. Depends on the sizes of the whole only.
static bool isPointwise(const Convolution &s) {
  return s.KH == 1 && s.KW == 1 && s.strideH == 1 && s.strideW == 1 && s.padTop == 0 && s.padLeft == 0 && s.OH == s.H && s.OW == s.W &&
         s.groups == 1 && s.O >= 4 && s.C >= 4 && s.H * s.W >= lanes;
}

/// Planes begin … end − 1 of y [N, M, size] = w [M, K] · x [N, K, size].
static void pointwise(const Matrix &w, const float *x, int M, int K, int size, int begin, int end, const float *bias, bool relu, float *y) {
  float *columns = scratch<1>((size_t)K * tileColumns + 4), *rows = scratch<0>((size_t)K * roundedUp(M, tileRows) + 4);
  int packedFirst = -1, packedLast = -1;
  for (int n = begin / M; n * M < end; n++) {
    const int first = begin > n * M ? begin - n * M : 0, last = end < (n + 1) * M ? end - n * M : M;
    if (first != packedFirst || last != packedLast) pack<tileRows>({w.at(first, 0), w.row, w.column}, last - first, K, rows);
    packedFirst = first;
    packedLast = last;
    const float *image = x + (long)n * K * size;
    for (int at = 0; at < size; at += tileColumns) {
      const int present = size - at < tileColumns ? size - at : tileColumns;
      packPanel<tileColumns>({image + at, 1, size}, present, K, columns);
      for (int top = first; top < last; top += tileRows) {
        const Finish finish{false, nullptr, relu, 1.0f, bias ? bias + top : nullptr};
        packedTile(K, rows + (size_t)(top - first) * K, columns, y + ((long)n * M + top) * size + at, size,
                   last - top < tileRows ? last - top : tileRows, present, finish);
      }
    }
  }
}

}  // namespace NETWRIGHT_ISA
