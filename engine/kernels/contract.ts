import { type ArgumentKind, float, int, tensor } from './argument.ts';
import { activationKernels } from './declared/activation.ts';
import { attentionKernels } from './declared/attention.ts';
import { broadcastKernels } from './declared/broadcast.ts';
import { convolutionKernels } from './declared/convolution.ts';
import { embeddingKernels } from './declared/embedding.ts';
import { lossKernels } from './declared/losses.ts';
import { normKernels } from './declared/norms.ts';
import { optimizerKernels } from './declared/optimizers.ts';
import { poolingKernels } from './declared/pooling.ts';
import { shapeKernels } from './declared/shape.ts';
import { softmaxKernels } from './declared/softmax.ts';

/**
 * The one door between the compiled program and the code that does the arithmetic.
 *
 * A kernel gets a record of arguments and a share [begin, end) of its split dimension. The order of the
 * arguments below is the order of the words in the record, for every face (reference, portable, native).
 * What may be split, and how, is said per kernel: the result must not depend on the shares. Kernels of one family are
 * declared together in `declared/`.
 */

export const kernels = {
  /**
   * y [M, N] = op(a) · op(b) (+ y when accumulate) (+ bias [N]), then the epilogue: 0 none, 1 relu, 2 its gradient,
   * y = given [M, N] > 0 ? y : 0. a is [M, K], or [K, M] with transposeA; b is [K, N], or [N, K] with transposeB. Every
   * element's sum starts at 0, or at y when accumulating, takes k = 0 … K − 1 in that order, then the bias. Where there is
   * `sums`, sums [N] = Σ_k b [k, N] besides, k in order; b is not transposed then. y and sums overlap no other tensor.
   * Split: rows of y, or its columns with splitColumns: a worker packs the part of the larger operand that its own share
   * of y needs, and all of the smaller one; sums come with their columns, or with row 0.
   */
  gemm: {
    a: tensor,
    b: tensor,
    bias: tensor,
    given: tensor,
    y: tensor,
    sums: tensor,
    M: int,
    N: int,
    K: int,
    transposeA: int,
    transposeB: int,
    accumulate: int,
    epilogue: int,
    splitColumns: int,
  },
  /** y [N] = Σ_m x [M, N], m in order. Split: columns. */
  sumRows: { x: tensor, y: tensor, M: int, N: int },
  /** y = a + b, elementwise over `count`. Split: elements. y may be a or b. */
  add: { a: tensor, b: tensor, y: tensor, count: int },
  /** y = factor · x. Split: elements. */
  scale: { x: tensor, y: tensor, count: int, factor: float },

  ...broadcastKernels,
  ...activationKernels,
  ...softmaxKernels,

  /**
   * y_i = keep_i · x_i / (1 − rate). keep_i is drawn from Philox: key = (seed, stream), counter = (i >> 2, step, 0, 0),
   * word i & 3; kept when word ≥ rate · 2³², 0 ≤ rate ≤ 1. Serves forward (x) and backward (dy). `step` is the address of an int32 cell.
   * Split: elements.
   */
  dropout: { x: tensor, y: tensor, step: tensor, count: int, rate: float, seed: int, stream: int },
  /** The same with one draw for each channel of x [channels, inner], i its number. Split: channels. y may be x. */
  dropoutChannels: {
    x: tensor,
    y: tensor,
    step: tensor,
    channels: int,
    inner: int,
    rate: float,
    seed: int,
    stream: int,
  },

  ...lossKernels,
  ...poolingKernels,

  fill: { y: tensor, count: int, value: float },

  ...optimizerKernels,

  /** y [1] ← y + number of NaN or ±Inf among x. Not split. */
  countNonFinite: { x: tensor, y: tensor, count: int },
  /**
   * Sign-and-exponent histogram, counts and moments of every `stride`-th element of x; layout in telemetry.ts.
   * With columns > 0, x is [rows, columns, inner] and columns that hold nothing but zeros are counted, whatever the
   * stride. Not split.
   */
  histogram: { x: tensor, y: tensor, count: int, stride: int, columns: int, inner: int },

  /**
   * Puts the words of y [count] into the order that RandomStream(seed, stream, index).permutation draws: y ← y[order].
   * Not split.
   */
  shuffle: { y: tensor, count: int, seed: int, stream: int, index: int },

  ...normKernels,
  ...convolutionKernels,
  ...shapeKernels,
  ...embeddingKernels,
  ...attentionKernels,
} satisfies Record<string, Record<string, ArgumentKind>>;

export type KernelName = keyof typeof kernels;
export const kernelNames = Object.keys(kernels) as KernelName[];

/** Kernels whose share of the split writes that share of every result, and of what is as large as the result reads that share alone. */
const local: ReadonlySet<KernelName> = new Set([
  'add',
  'scale',
  'binary',
  'activation',
  'activationGradient',
  'prelu',
  'dropout',
  'dropoutChannels',
  'addChannels',
  'meanGradient',
  'addSquaresGradient',
  'squaredError',
  'squaredErrorGradient',
  'absoluteError',
  'absoluteErrorGradient',
  'huber',
  'huberGradient',
  'rowNorm',
  'rowNormGradient',
  'softmax',
  'softmaxGradient',
  'logSoftmax',
  'logSoftmaxGradient',
]);

/**
 * Whether a call's share [begin, end) of its split s writes the words [begin, end) · words / s of its result, and needs, of
 * what lies in the same words, these alone. Columns of a softmax over a middle axis lie across each other.
 */
export const isLocal = (kernel: KernelName, { inner = 1 }: KernelArguments): boolean =>
  local.has(kernel) && !(kernel in softmaxKernels && inner > 1);

/** The named arguments of one kernel as a call carries them: tensors as word indices. */
export type KernelArguments = Readonly<Record<string, number>>;
export type ArgumentsOf<K extends KernelName> = { readonly [A in keyof (typeof kernels)[K]]: number };

export type KernelFace = 'reference' | 'portable' | 'native';

/** One face's kernels bound to one arena. Every face behaves alike, so that whoever runs a program needs not know which. */
export interface BoundKernels {
  readonly name: KernelFace;
  /** Does the share [begin, end) of the call whose record starts at word `record`. */
  call(record: number, begin: number, end: number): void;
  /** Does `count` consecutive calls, the first one's record at word `first`, each over its whole split. */
  run(first: number, count: number): void;
}

/**
 * A program in the arena is a row of records, each `[opcode, words, split, argument 0, argument 1, …]`:
 * opcode = position in `kernelNames`, words = length of the whole record, split = size of the shared dimension.
 * The first words of the arena belong to the WebAssembly module itself: its constants.
 */
export const recordHeaderWords = 3;
export const reservedWords = 4096;
/** Words of its own that each worker has behind the plan's words, for what does not outlast one call: a packed panel. */
export const scratchWords = 65536;
/** Workers that may share one arena. */
export const mostWorkers = 63;
export const recordWords = (kernel: KernelName): number =>
  recordHeaderWords + Object.keys(kernels[kernel]).length;
