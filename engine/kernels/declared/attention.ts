import { float, int, tensor } from '../argument.ts';

/** Products of many matrices at once, and attention. */
export const attentionKernels = {
  /**
   * For each of `batches`: y [M, N] = alpha · op(a) · op(b), dense one behind the other; transposes as in gemm. Every
   * element's sum takes k = 0 … K − 1 in that order and is then multiplied. Split: batches.
   */
  batchedGemm: {
    a: tensor,
    b: tensor,
    y: tensor,
    batches: int,
    M: int,
    N: int,
    K: int,
    transposeA: int,
    transposeB: int,
    alpha: float,
  },
  /**
   * y [rows, S] = x where seen, else `fill`. Row r stands for query t = r mod T of sample n = r / rowsPerSample. It sees
   * key s when mask[n, s] ≠ 0 (mask [N, S] int32 where maskIsWhole, else float32; may be absent) and, where causal, s ≤ t.
   * Split: rows. y may be x.
   */
  maskScores: {
    x: tensor,
    mask: tensor,
    y: tensor,
    rows: int,
    S: int,
    T: int,
    rowsPerSample: int,
    causal: int,
    maskIsWhole: int,
    fill: float,
  },
  /**
   * q [N, T, D], k, v [N, S, D], y [N, T, D], each head h on its D / heads columns; p [N, heads, T, S].
   *   p = softmax_s(scale · q · kᵀ), scores that are not seen (as in maskScores) being the lowest float32
   *   y = drop(p) · v
   * drop is as in the kernel dropout, over the elements of p; nothing is dropped when `step` is absent. S ≤ 7936.
   * Split: N · heads.
   */
  attention: {
    q: tensor,
    k: tensor,
    v: tensor,
    mask: tensor,
    step: tensor,
    y: tensor,
    p: tensor,
    T: int,
    S: int,
    D: int,
    heads: int,
    causal: int,
    maskIsWhole: int,
    scale: float,
    rate: float,
    seed: int,
    stream: int,
  },
  /**
   * p as attention leaves it; what no query sees is 0 there.
   *   dp = drop(dy · vᵀ)
   *   ds = p ⊙ (dp − Σ_s dp ⊙ p) · scale, 0 where not seen; Σ_s in four sums over s mod 4, (0 + 1) + (2 + 3)
   *   dq = ds · k,  dk = dsᵀ · q,  dv = drop(p)ᵀ · dy, sums in order
   * Split: N · heads.
   */
  attentionGradient: {
    q: tensor,
    k: tensor,
    v: tensor,
    mask: tensor,
    step: tensor,
    p: tensor,
    dy: tensor,
    dq: tensor,
    dk: tensor,
    dv: tensor,
    T: int,
    S: int,
    D: int,
    heads: int,
    causal: int,
    maskIsWhole: int,
    scale: float,
    rate: float,
    seed: int,
    stream: int,
  },
} as const;
