import { type Memory, rounding } from './memory.ts';

/** Numbers that are normalised together: `pieces` runs of `length` neighbours, `stride` words apart, the first at `at`. */
export interface Group {
  readonly at: number;
  readonly pieces: number;
  readonly stride: number;
  readonly length: number;
}

const blockValues = 1024;
const laneCount = 16;

/**
 * The group in blocks of at most 1024 numbers: several whole pieces where these are short, else parts of one.
 */
export function blocksOf({ at, pieces, stride, length }: Group): Group[] {
  const together = Math.max(1, Math.floor(blockValues / length));
  const blocks: Group[] = [];
  for (let piece = 0; piece < pieces; piece += together) {
    for (let part = 0; part < length; part += blockValues) {
      blocks.push({
        at: at + piece * stride + part,
        pieces: Math.min(together, pieces - piece),
        stride,
        length: Math.min(blockValues, length - part),
      });
    }
  }
  return blocks;
}

/** Σ term(i) over the words i of a group: the n-th number of each piece goes to lane n mod 16, lanes are added last. */
export function sumInLanes(
  m: Memory,
  { at, pieces, stride, length }: Group,
  term: (i: number) => number,
): number {
  const r = rounding(m);
  const lanes = new Float64Array(laneCount);
  for (let piece = 0; piece < pieces; piece++) {
    for (let n = 0; n < length; n++) {
      const lane = n % laneCount;
      lanes[lane] = r(lanes[lane] + term(at + piece * stride + n));
    }
  }
  const quarter = (j: number): number => r(r(lanes[j] + lanes[j + 4]) + r(lanes[j + 8] + lanes[j + 12]));
  return r(r(quarter(0) + quarter(1)) + r(quarter(2) + quarter(3)));
}

/** Mean of a group, and Σ (x − mean)²; uncentred, the mean counts as 0. */
export function momentsOf(m: Memory, group: Group, centred: boolean): { mean: number; squares: number } {
  const { f } = m;
  const r = rounding(m);
  let mean = 0;
  let squares = 0;
  let seen = 0;
  for (const block of blocksOf(group)) {
    const count = r(block.pieces * block.length);
    const blockMean = centred ? r(sumInLanes(m, block, (i) => f[i]) / count) : 0;
    const blockSquares = sumInLanes(m, block, (i) => {
      const d = r(f[i] - blockMean);
      return r(d * d);
    });
    if (seen === 0) {
      mean = blockMean;
      squares = blockSquares;
      seen = count;
      continue;
    }
    const all = r(seen + count);
    const share = r(count / all);
    const delta = r(blockMean - mean);
    mean = r(mean + r(delta * share));
    squares = r(squares + r(blockSquares + r(r(delta * delta) * r(seen * share))));
    seen = all;
  }
  return { mean, squares };
}
