// All kernels under the names of contract.ts. build/kernels.mjs adds what calls them by opcode.

export { activation, activationGradient } from './activations';
export { attention, attentionGradient, batchedGemm, maskScores } from './attention';
export { batchNorm, batchNormInference, updateRunningStatistics } from './batch-norm';
export { batchNormGradient } from './batch-norm-gradient';
export { binary } from './binary';
export { bce, bceGradient, bceWithLogits, bceWithLogitsGradient } from './binary-cross-entropy';
export { clipByNorm, clipByValue, clipFactor } from './clipping';
export { conv2d, conv2dDataGradient, conv2dWeightGradient } from './convolution';
export {
  nll,
  nllGradient,
  softCrossEntropy,
  softCrossEntropyGradient,
  softmaxCrossEntropy,
  softmaxCrossEntropyGradient,
} from './cross-entropy';
export { crossEntropyWithGradient } from './cross-entropy-with-gradient';
export {
  absoluteError,
  absoluteErrorGradient,
  huber,
  huberGradient,
  squaredError,
  squaredErrorGradient,
} from './distances';
export { dropout } from './dropout';
export { dropoutChannels } from './dropout-channels';
export { add, fill, scale } from './elementwise';
export { gather, scatterAdd, sinusoid } from './embedding';
export { gemm } from './gemm';
export { histogram } from './histogram';
export { labelledMean, labelledMeanGradient, mean, meanGradient } from './means';
export { countArgmaxHits, countBinaryHits, countNonFinite } from './metrics';
export { adamUpdate, momentumUpdate, nesterovUpdate, rmspropUpdate, sgdUpdate } from './optimizers';
export {
  adaptiveAveragePool,
  adaptiveAveragePoolGradient,
  averagePool,
  averagePoolGradient,
  maxPool,
  maxPoolGradient,
} from './pooling';
export { prelu } from './prelu';
export { addChannels, sumChannels, sumRows } from './reductions';
export {
  resizeLinear,
  resizeLinearGradient,
  upsampleLinear,
  upsampleLinearGradient,
  upsampleNearest,
  upsampleNearestGradient,
  zeroPad,
  zeroPadGradient,
} from './resizing';
export { rowNorm } from './row-norm';
export { rowNormGradient, rowNormWeightGradients } from './row-norm-gradient';
export { useScratch } from './scratch';
export { choose, concat, convert, copy, cumulativeSum, meanOver, meanOverGradient } from './shape';
export { shuffle } from './shuffle';
export { logSoftmax, logSoftmaxGradient, softmax, softmaxGradient } from './softmax';
export { addSquares, addSquaresGradient } from './squares';
export { sumOver } from './sum-over';
export { addAtPlaces, topK } from './top-k';
