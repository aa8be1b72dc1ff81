/**
 * Sum of `count` terms: term i goes to sum i mod 16, each in order from 0; then, with sums 4v … 4v + 3 as vector v,
 * (v₀ + v₁) + (v₂ + v₃) and of its lanes (l₀ + l₁) + (l₂ + l₃). `r` rounds every step.
 */
export function sixteenSums(r: (x: number) => number, count: number, term: (i: number) => number): number {
  const sums = new Float64Array(16);
  for (let i = 0; i < count; i++) sums[i % 16] = r(sums[i % 16] + term(i));
  const lane = (l: number): number => r(r(sums[l] + sums[4 + l]) + r(sums[8 + l] + sums[12 + l]));
  return r(r(lane(0) + lane(1)) + r(lane(2) + lane(3)));
}
