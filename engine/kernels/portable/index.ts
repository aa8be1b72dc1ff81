// All kernels under the names of contract.ts. build/kernels.mjs adds what calls them by opcode.
export { activation, activationGradient } from './activations';
export { clipByNorm, clipByValue, clipFactor } from './clipping';
export { conv2d, conv2dDataGradient, conv2dWeightGradient } from './convolution';
export { dropout } from './dropout';
export { add, fill, scale } from './elementwise';
export { gemm } from './gemm';
export { histogram } from './histogram';
export {
  bceWithLogits,
  bceWithLogitsGradient,
  mean,
  meanGradient,
  squaredError,
  squaredErrorGradient,
} from './losses';
export { countArgmaxHits, countNonFinite, countSignHits } from './metrics';
export { adamUpdate, momentumUpdate, nesterovUpdate, rmspropUpdate, sgdUpdate } from './optimizers';
export { sumChannels, sumRows } from './reductions';
export { useScratch } from './scratch';
export { shuffle } from './shuffle';
export { softmax, softmaxCrossEntropy, softmaxCrossEntropyGradient, softmaxGradient } from './softmax';
export { addSquares, addSquaresGradient } from './squares';
