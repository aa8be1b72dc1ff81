// All native kernels for one instruction set. The build compiles this file once per set, with NETWRIGHT_ISA the name of a
// namespace of its own and NETWRIGHT_TABLE the function that hands the kernels out.
#include "activations.h"
#include "convolution.h"
#include "elementwise.h"
#include "gemm.h"
#include "metrics.h"
#include "peak.h"

const KernelTable *NETWRIGHT_TABLE() {
  using namespace NETWRIGHT_ISA;
  static const KernelTable table = [] {
    KernelTable made = {NETWRIGHT_INSTRUCTIONS, NETWRIGHT_ISA::peak, {}};
#define KERNEL(name) made.kernels[op::name] = NETWRIGHT_ISA::name
    KERNEL(gemm);
    KERNEL(sumRows);
    KERNEL(add);
    KERNEL(scale);
    KERNEL(fill);
    KERNEL(conv2d);
    KERNEL(conv2dDataGradient);
    KERNEL(conv2dWeightGradient);
    KERNEL(sumChannels);
    KERNEL(activation);
    KERNEL(activationGradient);
    KERNEL(mean);
    KERNEL(meanGradient);
    KERNEL(countNonFinite);
#undef KERNEL
    return made;
  }();
  return &table;
}
