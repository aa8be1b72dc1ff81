/** The strongest smoothing that is offered: a mean over some hundred points. */
export const strongest = 0.99;

/**
 * The exponential moving average of what a column holds, each mean divided by the sum of its weights, so that the first
 * points are not drawn towards 0: Kingma & Ba, "Adam" (2015), section 3. Gaps stay gaps; with weight 0 nothing changes.
 */
export function smoothed(column: readonly (number | null)[], weight: number): (number | null)[] {
  let mean = 0;
  let missing = 1;
  return column.map((value) => {
    if (value === null) return null;
    mean = weight * mean + (1 - weight) * value;
    missing *= weight;
    return mean / (1 - missing);
  });
}
