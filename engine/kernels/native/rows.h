// Rows of few numbers, one row per lane.
#pragma once

#include "vector.h"

namespace NETWRIGHT_ISA {

/// Rows of more numbers than this are taken one by one, their numbers in vectors.
constexpr int mostNarrow = 2 * lanes;

/// Calls f(row, present) for every group of `lanes` rows of [begin, end).
template <class F> INLINE void eachGroup(int begin, int end, F f) {
  for (int row = begin; row < end; row += lanes) f(row, end - row < lanes ? end - row : lanes);
}

/// `present` rows of x [rows, pitch] from `row` on.
struct RowGroup {
  int start[lanes], present;

  RowGroup(int row, int present, int pitch) : present(present) {
    // Rows that are not there repeat the last one.
    for (int l = 0; l < lanes; l++) start[l] = (row + (l < present ? l : present - 1)) * pitch;
  }
  /// Number n of each row.
  floats load(const float *x, int n) const {
    floats value;
    for (int l = 0; l < lanes; l++) value[l] = x[start[l] + n];
    return value;
  }
  void store(float *y, int n, floats value) const {
    for (int l = 0; l < present; l++) y[start[l] + n] = value[l];
  }
};

}  // namespace NETWRIGHT_ISA
