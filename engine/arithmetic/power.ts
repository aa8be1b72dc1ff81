/** base ^ exponent by squaring: multiplications only, so that every machine gets the same bits. exponent ≥ 0, whole. */
export function power(base: number, exponent: number): number {
  let result = 1;
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result *= base;
    base *= base;
  }
  return result;
}
