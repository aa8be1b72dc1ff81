/** Functions in Python for what PyTorch has no expression of one line for. */
const sources: Readonly<Record<string, string>> = {
  attention: `def attention(q, k, v, heads, mask=None, causal=False):
    """What each query finds in v, and how much it looks at each key."""
    q, k, v = (part.unflatten(2, (heads, -1)).transpose(1, 2) for part in (q, k, v))
    scores = q @ k.mT / q.shape[-1] ** 0.5
    if causal:
        later = torch.ones(scores.shape[-2:], dtype=torch.bool, device=q.device).triu(1)
        scores = scores.masked_fill(later, torch.finfo(q.dtype).min)
    if mask is not None:
        scores = scores.masked_fill(mask[:, None, None] == 0, torch.finfo(q.dtype).min)
    shares = scores.softmax(-1)
    return (shares @ v).transpose(1, 2).flatten(2), shares`,

  cumulative_sum: `def cumulative_sum(x, dim, exclusive=False, reverse=False):
    """Sums up to each place, or to the one before; from the last place back if reversed."""
    turned = x.flip(dim) if reverse else x
    total = turned.cumsum(dim)
    if exclusive:
        total = torch.cat((torch.zeros_like(total.narrow(dim, 0, 1)), total.narrow(dim, 0, x.shape[dim] - 1)), dim)
    return total.flip(dim) if reverse else total`,

  row_norm: `def row_norm(x, size, inner, gamma=None, beta=None, eps=1e-5, centred=True):
    """Normalises each \`size\` neighbours; gamma and beta have a number for each \`inner\` neighbours, in turn."""
    rows = x.reshape(-1, size)
    if centred:
        rows = rows - rows.mean(1, keepdim=True)
    y = rows * torch.rsqrt(rows.square().mean(1, keepdim=True) + eps)
    if gamma is not None:
        y = y.reshape(-1, gamma.numel(), inner) * gamma.reshape(-1, 1)
    if beta is not None:
        y = y.reshape(-1, beta.numel(), inner) + beta.reshape(-1, 1)
    return y.reshape(x.shape)`,

  sinusoid: `def sinusoid(positions, width):
    """Sines and cosines of each position, in turn."""
    position = torch.arange(positions, dtype=torch.float64)[:, None]
    pair = torch.arange(width, dtype=torch.float64) // 2
    angle = position / 10000 ** (2 * pair / width)
    return torch.where(torch.arange(width) % 2 == 0, angle.sin(), angle.cos()).float()`,

  top_k: `def top_k(x, k, dim, largest=True, last=False):
    """The k largest numbers, or smallest, and their places; of equal ones the first come first, or the last."""
    turned = x.flip(dim) if last else x
    values, places = turned.sort(dim=dim, descending=largest, stable=True)
    values, places = values.narrow(dim, 0, k), places.narrow(dim, 0, k)
    return values, x.shape[dim] - 1 - places if last else places`,
};

/** What those functions are called: names that nothing else in a file with them may have. */
export const helperNames: readonly string[] = Object.keys(sources);

/** Sources of the functions that this Python calls. */
export const helpersFor = (python: string): readonly string[] =>
  Object.entries(sources)
    .filter(([name]) => new RegExp(`(?<![\\w.])${name}\\(`).test(python))
    .map(([, source]) => source);
