import { float, int, tensor } from '../argument.ts';

/** Rows whose losses crossEntropyWithGradient can hold until it takes their mean. */
export const mostLossRows = 4096;

/**
 * Losses with their gradients, means of losses, and counts of right answers.
 *
 * Rows have C classes each and one target: a label (int32), or with soft targets C shares (float32). A row whose label is
 * `ignored` has a loss and gradients of 0 and counts nowhere; any other label outside 0 … C − 1 gives a loss of NaN.
 * Label smoothing s moves the share s of every target from where it is to all classes alike: q = (1 − s) t + s / C.
 * Where elements are compared, `soft` says that targets are float32, not labels 0 and 1 in int32. A soft target, and
 * one of a binary cross-entropy, outside [0, 1] gives a loss of NaN.
 */
export const lossKernels = {
  /** losses[m] = −Σ_c q log p, p [M, C] = softmax(logits [M, C]), t = onehot(target [M]). Split: rows. */
  softmaxCrossEntropy: {
    logits: tensor,
    target: tensor,
    losses: tensor,
    p: tensor,
    M: int,
    C: int,
    ignored: int,
    smoothing: float,
  },
  /** dlogits[m] = (p[m] − q[m]) · dlosses[m]. Split: rows. */
  softmaxCrossEntropyGradient: {
    p: tensor,
    target: tensor,
    dlosses: tensor,
    dlogits: tensor,
    M: int,
    C: int,
    ignored: int,
    smoothing: float,
  },
  /**
   * y [1] = mean of the losses of softmaxCrossEntropy over the rows whose label is not `ignored`, as labelledMean takes it;
   * dlogits = ∂y/∂logits · dy, dy a scalar, and 0 in rows that are ignored; where there is `hits` [2], what countArgmaxHits
   * says. M is at most `mostLossRows`. Not split. dlogits may be logits.
   */
  crossEntropyWithGradient: {
    logits: tensor,
    target: tensor,
    dy: tensor,
    dlogits: tensor,
    y: tensor,
    hits: tensor,
    M: int,
    C: int,
    ignored: int,
    smoothing: float,
  },
  /** losses[m] = −Σ_c q log p, p [M, C] = softmax(logits [M, C]), t = target [M, C] in float32. Split: rows. */
  softCrossEntropy: {
    logits: tensor,
    target: tensor,
    losses: tensor,
    p: tensor,
    M: int,
    C: int,
    smoothing: float,
  },
  /** dlogits[m] = (p[m] · Σ_c q − q[m]) · dlosses[m]. Split: rows. */
  softCrossEntropyGradient: {
    p: tensor,
    target: tensor,
    dlosses: tensor,
    dlogits: tensor,
    M: int,
    C: int,
    smoothing: float,
  },
  /** losses[m] = −logp[m, target[m]], logp [M, C]. Split: rows. */
  nll: { logp: tensor, target: tensor, losses: tensor, M: int, C: int, ignored: int },
  /** dlogp[m] = −onehot(target[m]) · dlosses[m]. Split: rows. */
  nllGradient: { target: tensor, dlosses: tensor, dlogp: tensor, M: int, C: int, ignored: int },

  /**
   * losses_i = max(z, 0) − z t + log(1 + e^−|z|), plus (w − 1) t (log(1 + e^−|z|) + max(−z, 0)), w = positiveWeight.
   * Split: elements.
   */
  bceWithLogits: {
    logits: tensor,
    target: tensor,
    losses: tensor,
    count: int,
    soft: int,
    positiveWeight: float,
  },
  /** dz_i = (σ(z) − t + (w − 1) t (σ(z) − 1)) · dlosses_i. Split: elements. */
  bceWithLogitsGradient: {
    logits: tensor,
    target: tensor,
    dlosses: tensor,
    dlogits: tensor,
    count: int,
    soft: int,
    positiveWeight: float,
  },
  /** losses_i = (t − 1) max(log(1 − p), −100) − t max(log p, −100); NaN for p outside [0, 1]. Split: elements. */
  bce: { p: tensor, target: tensor, losses: tensor, count: int, soft: int },
  /** dp_i = (p − t) / max((1 − p) p, 1e-12) · dlosses_i. Split: elements. */
  bceGradient: { p: tensor, target: tensor, dlosses: tensor, dp: tensor, count: int, soft: int },

  /** losses_i = (prediction − target)². Split: elements (so for all distances below). */
  squaredError: { prediction: tensor, target: tensor, losses: tensor, count: int },
  /** dprediction_i = 2 (prediction − target) · dlosses_i. */
  squaredErrorGradient: {
    prediction: tensor,
    target: tensor,
    dlosses: tensor,
    dprediction: tensor,
    count: int,
  },
  /** losses_i = |prediction − target|. */
  absoluteError: { prediction: tensor, target: tensor, losses: tensor, count: int },
  /** dprediction_i = sign(prediction − target) · dlosses_i, the sign of 0 being 0. */
  absoluteErrorGradient: {
    prediction: tensor,
    target: tensor,
    dlosses: tensor,
    dprediction: tensor,
    count: int,
  },
  /** losses_i = |d| < δ ? ½ d² : δ (|d| − ½ δ), d = prediction − target. */
  huber: { prediction: tensor, target: tensor, losses: tensor, count: int, delta: float },
  /** dprediction_i = min(max(d, −δ), δ) · dlosses_i. */
  huberGradient: {
    prediction: tensor,
    target: tensor,
    dlosses: tensor,
    dprediction: tensor,
    count: int,
    delta: float,
  },

  /** y [1] = Σ x / count. Elements are summed in blocks of 256, each in sixteen sums as reference/sixteen-sums.ts has
   * them, then the blocks' sums in order. Not split. */
  mean: { x: tensor, y: tensor, count: int },
  /** dx_i = dy / count, dy a scalar. Split: elements. */
  meanGradient: { dy: tensor, dx: tensor, count: int },
  /**
   * y [1] = Σ x_i / counted over the i whose label is not `ignored`, in the order of `mean`; counted [1] = their number.
   * With none of them y = 0. Not split.
   */
  labelledMean: { x: tensor, target: tensor, y: tensor, counted: tensor, count: int, ignored: int },
  /** dx_i = target_i = ignored ? 0 : dy / counted, dy and counted scalars. Split: elements. */
  labelledMeanGradient: {
    dy: tensor,
    target: tensor,
    counted: tensor,
    dx: tensor,
    count: int,
    ignored: int,
  },

  /**
   * y [2] = number of rows of x [M, N] whose first largest value stands at the target, and number of rows that count.
   * The target is a label, or with `soft` the place of the first largest of N shares. Not split.
   */
  countArgmaxHits: { x: tensor, target: tensor, y: tensor, M: int, N: int, ignored: int, soft: int },
  /** y [2] = number of i with (x_i > threshold) = (target_i > ½), and count. Not split. */
  countBinaryHits: { x: tensor, target: tensor, y: tensor, count: int, soft: int, threshold: float },
};
