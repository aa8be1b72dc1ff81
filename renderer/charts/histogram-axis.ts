import { binLowerBound, firstExponent, lastExponent, sideBins } from '../../engine/kernels/telemetry.ts';
import type { Histogram } from '../engine/histogram.ts';

/** Powers of two between which the values of a tensor are drawn; what lies nearer to zero is drawn at the inner edge. */
export interface ExponentWindow {
  readonly low: number;
  readonly high: number;
}

/** Bins as they are drawn, from the most negative to the most positive. */
export interface BinLayout {
  readonly kind: 'log' | 'linear';
  /** [bins + 1] positions in [0, 1]; the zero bin is not among them. */
  readonly edges: Float64Array;
  /** Where 0 stands, and how wide its own bin is drawn. */
  readonly zero: { readonly from: number; readonly to: number };
  /** Share of the sampled values in each bin; zeros are in none. [bins] */
  shares(histogram: Histogram): Float64Array;
  /** The values that bin `i` stands for; what lies beyond either end is drawn in the outermost bins. */
  bounds(i: number): readonly [from: number, to: number];
  readonly ticks: readonly { readonly at: number; readonly value: number }[];
}

const binsPerOctave = 2;
const leastSpan = 4;
/** A share of values this small at the inner end is not worth an octave of its own. */
const negligible = 0.002;

/**
 * The window that shows these histograms. It contains the former one, so that an axis only ever grows.
 * Undefined while nothing but zeros has been seen.
 */
export function exponentWindow(
  histograms: readonly Histogram[],
  former: ExponentWindow | undefined,
): ExponentWindow | undefined {
  let low = former?.low ?? Infinity;
  let high = former?.high ?? -Infinity;
  for (const { negative, positive } of histograms) {
    let total = 0;
    let last = -1;
    for (let i = 0; i < sideBins; i++) {
      const count = negative[i] + positive[i];
      total += count;
      if (count > 0) last = i;
    }
    if (last < 0) continue;
    let first = 0;
    let below = 0;
    while (first < last) {
      below += negative[first] + positive[first];
      if (below > total * negligible) break;
      first++;
    }
    low = Math.min(low, firstExponent + Math.floor(first / binsPerOctave));
    high = Math.max(high, firstExponent + Math.floor(last / binsPerOctave) + 1);
  }
  if (low === Infinity) return undefined;
  if (former && low >= former.low && high <= former.high) return former;
  low -= low & 1;
  high += high & 1;
  if (high - low < leastSpan) low = high - leastSpan;
  return { low: Math.max(firstExponent, low), high: Math.min(lastExponent, high) };
}

const zeroGap = 0.04;

const exponentOf = (bin: number): number => (bin >= sideBins ? lastExponent : Math.log2(binLowerBound(bin)));

/** Half-octave bins on both sides of a gap that belongs to zero. */
export function logLayout({ low, high }: ExponentWindow): BinLayout {
  const first = (low - firstExponent) * binsPerOctave;
  const last = (high - firstExponent) * binsPerOctave; // exclusive
  const side = last - first;
  const inner = 0.5 - zeroGap / 2;
  /** Distance from the inner edge to the outer one, 0 … 1. */
  const reach = (bin: number): number => (exponentOf(bin) - low) / (high - low);

  const edges = new Float64Array(2 * side + 2); // [2·side + 2], with the gap between the two middle ones
  for (let i = 0; i <= side; i++) {
    edges[side - i] = inner * (1 - reach(first + i));
    edges[side + 1 + i] = 1 - inner * (1 - reach(first + i));
  }

  const ticks: { at: number; value: number }[] = [{ at: 0.5, value: 0 }];
  const decades = Math.max(1, Math.ceil(((high - low) * Math.log10(2)) / 3));
  const firstDecade = Math.ceil(low * Math.log10(2));
  for (let decade = firstDecade; decade <= high * Math.log10(2); decade++) {
    if ((decade - firstDecade) % decades !== 0) continue;
    const distance = inner * (1 - (decade / Math.log10(2) - low) / (high - low));
    ticks.push({ at: distance, value: -(10 ** decade) }, { at: 1 - distance, value: 10 ** decade });
  }

  return {
    kind: 'log',
    edges,
    zero: { from: inner, to: 1 - inner },
    ticks: ticks.toSorted((a, b) => a.at - b.at),
    bounds(i) {
      if (i === side) return [0, 0];
      const at = i < side ? side - 1 - i : i - side - 1;
      // What lies nearer to zero than the axis reaches is in the innermost bin.
      const [from, to] = [at === 0 ? 0 : 2 ** exponentOf(first + at), 2 ** exponentOf(first + at + 1)];
      return i < side ? [-to, -from] : [from, to];
    },
    shares({ negative, positive, sampled }) {
      const shares = new Float64Array(2 * side + 1); // [2·side + 1], the middle one is the gap and stays 0
      if (sampled === 0) return shares;
      for (let bin = 0; bin < sideBins; bin++) {
        const at = Math.min(Math.max(bin - first, 0), side - 1);
        shares[side - 1 - at] = shares[side - 1 - at] + negative[bin] / sampled;
        shares[side + 1 + at] = shares[side + 1 + at] + positive[bin] / sampled;
      }
      return shares;
    },
  };
}

const linearBins = 49;

/** Bins of equal width from −2^high to 2^high; the counts of a half-octave are spread evenly over it. */
export function linearLayout({ high }: ExponentWindow): BinLayout {
  const limit = 2 ** high;
  const width = (2 * limit) / linearBins;
  const edges = Float64Array.from({ length: linearBins + 1 }, (_, i) => i / linearBins);
  const spread = (shares: Float64Array, from: number, to: number, share: number): void => {
    if (share === 0) return;
    const firstBin = Math.max(0, Math.floor((from + limit) / width));
    const lastBin = Math.min(linearBins - 1, Math.floor((to + limit) / width));
    for (let bin = firstBin; bin <= lastBin; bin++) {
      const left = Math.max(from, bin * width - limit);
      const right = Math.min(to, (bin + 1) * width - limit);
      if (right > left) shares[bin] = shares[bin] + (share * (right - left)) / (to - from);
    }
  };
  return {
    kind: 'linear',
    edges,
    zero: { from: 0.5, to: 0.5 },
    ticks: [-1, -0.5, 0, 0.5, 1].map((t) => ({ at: (t + 1) / 2, value: t * limit })),
    bounds: (i) => [i * width - limit, (i + 1) * width - limit],
    shares({ negative, positive, sampled }) {
      const shares = new Float64Array(linearBins);
      if (sampled === 0) return shares;
      for (let bin = 0; bin < sideBins; bin++) {
        const from = bin === 0 ? 0 : binLowerBound(bin);
        // What the last bin holds may be larger than any bound; it is drawn at the edge.
        const to = Math.min(limit, bin + 1 < sideBins ? binLowerBound(bin + 1) : limit);
        const start = Math.min(from, limit - width / 2);
        spread(shares, start, Math.max(to, start + width / 4), positive[bin] / sampled);
        spread(shares, -Math.max(to, start + width / 4), -start, negative[bin] / sampled);
      }
      return shares;
    },
  };
}

/** Shares per width of the axis, so that bins of unequal width make one smooth outline. [bins] */
export function densities(layout: BinLayout, histogram: Histogram): Float64Array {
  const { edges } = layout;
  return layout.shares(histogram).map((share, i) => share / (edges[i + 1] - edges[i]));
}
