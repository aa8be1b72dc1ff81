import { seriesAt } from './series.ts';

/** 1 / (2k)! and 1 / (2k + 1)! with the signs of the Taylor series; on [0, π/4] what is left out is below 1e-17. */
const cosineSeries = seriesFrom(0);
const sineSeries = seriesFrom(1);

function seriesFrom(first: number): Float64Array {
  const terms = new Float64Array(10);
  for (let k = 0, term = 1; k < terms.length; k++) {
    terms[k] = term;
    term = -term / ((first + 2 * k + 1) * (first + 2 * k + 2));
  }
  return terms;
}

/**
 * cos(π x), from + − × ÷ alone: the same bits on every machine, which Math.cos does not promise.
 * Exact where it is 0, 1 or −1.
 */
export function cosineOfHalfTurns(x: number): number {
  const turned = withinTurn(Math.abs(x));
  const folded = turned > 1 ? 2 - turned : turned;
  return folded > 0.5 ? -cosineBefore(1 - folded) : cosineBefore(folded);
}

/** The same for sin(π x). */
export function sineOfHalfTurns(x: number): number {
  const turned = withinTurn(Math.abs(x));
  const folded = turned > 1 ? turned - 1 : turned;
  const size = sineBefore(folded > 0.5 ? 1 - folded : folded);
  const isBelow = turned > 1 !== x < 0;
  return isBelow ? -size : size;
}

/** cos(π x) for 0 ≤ x ≤ ½. */
function cosineBefore(x: number): number {
  if (x > 0.25) return sineBefore(0.5 - x);
  const angle = Math.PI * x;
  return seriesAt(cosineSeries, angle * angle);
}

/** sin(π x) for 0 ≤ x ≤ ½. */
function sineBefore(x: number): number {
  if (x > 0.25) return cosineBefore(0.5 - x);
  const angle = Math.PI * x;
  return angle * seriesAt(sineSeries, angle * angle);
}

/** x modulo 2, exactly: `%` of numbers with fractions is several times as slow. */
const withinTurn = (x: number): number => x - 2 * Math.floor(x / 2);
