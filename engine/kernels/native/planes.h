// Sizes of planes: x [planes, H, W], y [planes, OH, OW].
#pragma once

#include "record.h"

namespace NETWRIGHT_ISA {

struct PlaneSizes {
  int H, W, OH, OW;
  long ofX() const { return (long)H * W; }
  long ofY() const { return (long)OH * OW; }
};

/// The sizes of a call whose arguments `at` names.
#define PLANES(at) {call.integer(at::H), call.integer(at::W), call.integer(at::OH), call.integer(at::OW)}

}  // namespace NETWRIGHT_ISA
