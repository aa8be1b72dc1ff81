/** A number as a person would type it: no grouping, no trailing zeros, an exponent only where it shortens. */
export function formatNumber(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  const plain = String(value).replace('e+', 'e');
  if (size < 1e9 && size >= 1e-4) return plain;
  const short = value.toExponential().replace('e+', 'e');
  return short.length < plain.length ? short : plain;
}
