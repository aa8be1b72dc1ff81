import { type ArgumentKind, float, int, tensor } from '../argument.ts';

/**
 * Normalisation. Numbers of one group are summed in a fixed order that vectors can follow: neighbours go to 16 lanes in
 * turn, and lanes are added at the end of a block of at most 1024 numbers; mean and variance of blocks are joined as in
 * Chan, Golub and LeVeque, "Updating Formulae and a Pairwise Algorithm for Computing Sample Variances" (1979).
 * gamma and beta are absent where there is no scale or shift. y may be x or residual, dx may be x or dy.
 */
export const normKernels = {
  /**
   * Each channel c of x [N, C, inner] for itself, over its N · inner numbers:
   * y = (x − mean[c]) · gamma[c] / √(variance[c] + ε) + beta[c], plus residual [N, C, inner] where there is one, then the
   * epilogue (0 none, 1 relu).
   * mean and variance (of the population) are [C]. Split: channels (so for the three below).
   */
  batchNorm: {
    x: tensor,
    gamma: tensor,
    beta: tensor,
    residual: tensor,
    y: tensor,
    mean: tensor,
    variance: tensor,
    N: int,
    C: int,
    inner: int,
    epsilon: float,
    epilogue: int,
  },
  /** The same with the mean and variance that are given. */
  batchNormInference: {
    x: tensor,
    gamma: tensor,
    beta: tensor,
    mean: tensor,
    variance: tensor,
    residual: tensor,
    y: tensor,
    N: int,
    C: int,
    inner: int,
    epsilon: float,
    epilogue: int,
  },
  /**
   * dx [N, C, inner], dgamma [C], dbeta [C] of batchNorm; with epilogue 1 dy counts only where y > 0, y computed
   * anew as batchNorm does it, to the bit.
   */
  batchNormGradient: {
    x: tensor,
    dy: tensor,
    mean: tensor,
    variance: tensor,
    gamma: tensor,
    beta: tensor,
    dx: tensor,
    dgamma: tensor,
    dbeta: tensor,
    N: int,
    C: int,
    inner: int,
    epsilon: float,
    epilogue: int,
  },
  /**
   * runningMean ← momentum · runningMean + (1 − momentum) · mean;
   * runningVariance ← momentum · runningVariance + (1 − momentum) · correction · variance. All [C].
   */
  updateRunningStatistics: {
    mean: tensor,
    variance: tensor,
    runningMean: tensor,
    runningVariance: tensor,
    C: int,
    momentum: float,
    correction: float,
  },

  /**
   * Each row of x [rows, size] for itself: y = (x − mean) · rstd · gamma + beta, rstd = 1 / √(mean of (x − mean)² + ε).
   * Without `centred` the mean counts as 0. Element i of x has channel ⌊i / inner⌋ mod channels; a row holds whole
   * channels, all different. mean and rstd [rows] are written where they are not absent. Split: rows.
   */
  rowNorm: {
    x: tensor,
    gamma: tensor,
    beta: tensor,
    y: tensor,
    mean: tensor,
    rstd: tensor,
    rows: int,
    size: int,
    inner: int,
    channels: int,
    epsilon: float,
    centred: int,
  },
  /** dx of rowNorm. Split: rows. */
  rowNormGradient: {
    x: tensor,
    dy: tensor,
    mean: tensor,
    rstd: tensor,
    gamma: tensor,
    dx: tensor,
    rows: int,
    size: int,
    inner: int,
    channels: int,
    centred: int,
  },
  /** dgamma, dbeta [channels] of rowNorm: samples in order, the 16 lanes within each. Split: channels. */
  rowNormWeightGradients: {
    x: tensor,
    dy: tensor,
    mean: tensor,
    rstd: tensor,
    dgamma: tensor,
    dbeta: tensor,
    rows: int,
    size: int,
    inner: int,
    channels: int,
  },
} satisfies Record<string, Record<string, ArgumentKind>>;
