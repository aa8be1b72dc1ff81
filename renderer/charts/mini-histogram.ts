import { type Histogram, zeroShare } from '../engine/histogram.ts';
import type { BinLayout } from './histogram-axis.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** What a small histogram is drawn of: SVG paths in a box with its origin at the upper left. */
export interface MiniHistogram {
  readonly negative: string;
  readonly positive: string;
  /** A bar as tall as the share of zeros, and the lines across it: the mark of what is zero, readable without colour. */
  readonly zeros: string;
  readonly hatch: string;
}

/** One histogram as bars: negative values left, positive right; the tallest bar fills the box. */
export function miniHistogram(
  { width, height }: Size,
  layout: BinLayout,
  histogram: Histogram,
): MiniHistogram {
  const shares = layout.shares(histogram);
  const peak = shares.reduce((most, share) => Math.max(most, share), 0);
  const middle = (shares.length - 1) / 2;
  const bars = (isDrawn: (bin: number) => boolean): string => {
    let path = '';
    for (let i = 0; i < shares.length; i++) {
      const share = shares[i];
      if (share === 0 || !isDrawn(i)) continue;
      const left = layout.edges[i] * width;
      const wide = Math.max(1, layout.edges[i + 1] * width - left - 0.5);
      const tall = Math.max(1, (share / peak) * (height - 1));
      path += `M${short(left)} ${height}v${short(-tall)}h${short(wide)}v${short(tall)}z`;
    }
    return path;
  };
  return {
    negative: bars((i) => i < middle),
    positive: bars((i) => i >= middle),
    ...zeroBar({ width, height }, layout, zeroShare(histogram)),
  };
}

function zeroBar(
  { width, height }: Size,
  { zero }: BinLayout,
  share: number,
): Pick<MiniHistogram, 'zeros' | 'hatch'> {
  if (share <= 0) return { zeros: '', hatch: '' };
  const tall = Math.max(1, share * (height - 1));
  const wide = Math.max(5, (zero.to - zero.from) * width);
  const left = ((zero.from + zero.to) / 2) * width - wide / 2;
  let hatch = '';
  // Diagonals from the lower edge upwards, as far as they are within the bar.
  for (let offset = -tall; offset < wide; offset += 3) {
    const from = Math.max(0, -offset);
    const to = Math.min(tall, wide - offset);
    if (to > from)
      hatch += `M${short(left + offset + from)} ${short(height - from)}L${short(left + offset + to)} ${short(height - to)}`;
  }
  const zeros = `M${short(left)} ${height}v${short(-tall)}h${short(wide)}v${short(tall)}z`;
  return { zeros, hatch };
}

const short = (value: number): number => Math.round(value * 100) / 100;
