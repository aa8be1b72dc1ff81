// Sums along a row, in the order that the contract gives them: the same bits as the portable kernels'.
#pragma once

#include "vector.h"

namespace NETWRIGHT_ISA {

/// Σ of `count` terms: term i goes to sum i mod 16, each in order from 0; then, with sums 4v … 4v + 3 as vector v,
/// (v₀ + v₁) + (v₂ + v₃) and of its lanes (l₀ + l₁) + (l₂ + l₃). term(i, n) is those from i on, with 0 in the lanes behind n.
template <class F> INLINE float sixteenSums(int count, F term) {
  floats sums[16 / lanes] = {};
  int i = 0;
  for (; i + 16 <= count; i += 16)
    for (int v = 0; v < 16 / lanes; v++) sums[v] += term(i + v * lanes, lanes);
  for (int v = 0; i < count; v++, i += lanes) sums[v] += term(i, count - i < lanes ? count - i : lanes);
  typedef float quad __attribute__((vector_size(16)));
  quad four[4];
  memcpy(four, sums, sizeof four);
  const quad all = (four[0] + four[1]) + (four[2] + four[3]);
  return (all[0] + all[1]) + (all[2] + all[3]);
}

}  // namespace NETWRIGHT_ISA
