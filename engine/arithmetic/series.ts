/** Σ terms[k] · x^k for an even number of terms: even and odd powers apart, so that neither waits for the other. */
export function seriesAt(terms: Float64Array, x: number): number {
  const square = x * x;
  let even = 0;
  let odd = 0;
  for (let k = terms.length - 2; k >= 0; k -= 2) {
    even = even * square + (terms[k] as number);
    odd = odd * square + (terms[k + 1] as number);
  }
  return even + x * odd;
}
