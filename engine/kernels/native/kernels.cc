// All native kernels for one instruction set. The build compiles this file once per set, with NETWRIGHT_ISA the name of a
// namespace of its own and NETWRIGHT_TABLE the function that hands the kernels out.
#include "activations.h"
#include "attention.h"
#include "batch-norm.h"
#include "broadcast.h"
#include "convolution-weight-gradient.h"
#include "convolution.h"
#include "cross-entropy.h"
#include "distances.h"
#include "elementwise.h"
#include "gemm.h"
#include "histogram.h"
#include "metrics.h"
#include "optimizers.h"
#include "peak.h"
#include "pooling.h"
#include "random.h"
#include "resizing.h"
#include "row-norm.h"
#include "shape.h"
#include "softmax.h"

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
    KERNEL(binary);
    KERNEL(prelu);
    KERNEL(sumOver);
    KERNEL(softmax);
    KERNEL(softmaxGradient);
    KERNEL(logSoftmax);
    KERNEL(logSoftmaxGradient);
    KERNEL(conv2d);
    KERNEL(conv2dDataGradient);
    KERNEL(conv2dWeightGradient);
    KERNEL(sumChannels);
    KERNEL(activation);
    KERNEL(activationGradient);
    KERNEL(mean);
    KERNEL(meanGradient);
    KERNEL(countNonFinite);
    KERNEL(histogram);
    KERNEL(addChannels);
    KERNEL(softmaxCrossEntropy);
    KERNEL(softmaxCrossEntropyGradient);
    KERNEL(crossEntropyWithGradient);
    KERNEL(softCrossEntropy);
    KERNEL(softCrossEntropyGradient);
    KERNEL(nll);
    KERNEL(nllGradient);
    KERNEL(bceWithLogits);
    KERNEL(bceWithLogitsGradient);
    KERNEL(bce);
    KERNEL(bceGradient);
    KERNEL(squaredError);
    KERNEL(squaredErrorGradient);
    KERNEL(absoluteError);
    KERNEL(absoluteErrorGradient);
    KERNEL(huber);
    KERNEL(huberGradient);
    KERNEL(labelledMean);
    KERNEL(labelledMeanGradient);
    KERNEL(countArgmaxHits);
    KERNEL(countBinaryHits);
    KERNEL(sgdUpdate);
    KERNEL(momentumUpdate);
    KERNEL(nesterovUpdate);
    KERNEL(rmspropUpdate);
    KERNEL(adamUpdate);
    KERNEL(addSquares);
    KERNEL(addSquaresGradient);
    KERNEL(clipFactor);
    KERNEL(clipByNorm);
    KERNEL(clipByValue);
    KERNEL(batchNorm);
    KERNEL(batchNormInference);
    KERNEL(batchNormGradient);
    KERNEL(updateRunningStatistics);
    KERNEL(rowNorm);
    KERNEL(rowNormGradient);
    KERNEL(rowNormWeightGradients);
    KERNEL(dropout);
    KERNEL(dropoutChannels);
    KERNEL(shuffle);
    KERNEL(batchedGemm);
    KERNEL(maskScores);
    KERNEL(attention);
    KERNEL(attentionGradient);
    KERNEL(copy);
    KERNEL(concat);
    KERNEL(meanOver);
    KERNEL(meanOverGradient);
    KERNEL(gather);
    KERNEL(scatterAdd);
    KERNEL(sinusoid);
    KERNEL(maxPool);
    KERNEL(maxPoolGradient);
    KERNEL(averagePool);
    KERNEL(averagePoolGradient);
    KERNEL(adaptiveAveragePool);
    KERNEL(adaptiveAveragePoolGradient);
    KERNEL(upsampleNearest);
    KERNEL(upsampleNearestGradient);
    KERNEL(upsampleLinear);
    KERNEL(upsampleLinearGradient);
    KERNEL(resizeLinear);
    KERNEL(resizeLinearGradient);
    KERNEL(zeroPad);
    KERNEL(zeroPadGradient);
#undef KERNEL
    return made;
  }();
  return &table;
}
