// All kernels under the names of contract.ts. build/kernels.mjs adds what calls them by opcode.
export {
  leakyRelu,
  leakyReluGradient,
  relu,
  reluGradient,
  sigmoid,
  sigmoidGradient,
  tanh,
  tanhGradient,
} from './activations';
export { attention, attentionGradient, batchedGemm, maskScores } from './attention';
export { conv2d, conv2dDataGradient, conv2dWeightGradient } from './convolution';
export { dropout } from './dropout';
export { add, fill, scale } from './elementwise';
export { gather, scatterAdd, sinusoid } from './embedding';
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
export { adamUpdate, momentumUpdate, sgdUpdate } from './optimizers';
export { sumChannels, sumRows } from './reductions';
export { useScratch } from './scratch';
export { addEach, concat, copy, meanOver, meanOverGradient } from './shape';
export { shuffle } from './shuffle';
export { softmax, softmaxCrossEntropy, softmaxCrossEntropyGradient, softmaxGradient } from './softmax';
