// The sizes of a convolution, as all kernels of it read them.
#pragma once

#include "record.h"

namespace NETWRIGHT_ISA {

static inline int roundedUp(int count, int step) { return (count + step - 1) / step * step; }

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

}  // namespace NETWRIGHT_ISA
