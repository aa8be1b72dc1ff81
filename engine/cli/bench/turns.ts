import { text } from '../../declaration/text.ts';
import type { Output } from '../output.ts';
import { median } from './contestant.ts';
import type { PeerSource } from './peers.ts';

/** How a row of the benchmark is measured. */
export interface Measuring {
  readonly output: Output;
  /** Undefined: as many as the time of one allows. */
  readonly rounds: number | undefined;
  readonly source: PeerSource | undefined;
  /** Images that a person named for the row that loads some; made ones without it. */
  readonly data?: string | undefined;
}

export const stretchSeconds = 0.4;

/** A row has this long for its rounds, but never fewer than the fewest: a median of less is none. */
const rowSeconds = 8;
const fewestRounds = 5;
export const mostRounds = 9;

/** How many rounds there are where one takes so long: an odd number, so that the median is one that was measured. */
export function roundsFor(secondsPerRound: number): number {
  const fitting = Math.floor(rowSeconds / secondsPerRound);
  const odd = fitting - 1 + (fitting % 2);
  return Math.min(mostRounds, Math.max(fewestRounds, odd));
}

export interface Taken {
  /** Of each side. */
  readonly medians: readonly number[];
  readonly rounds: number;
}

/** All sides take turns within each round, so that what else the machine does meets them alike. */
export async function inTurn(
  { output, rounds: asked }: Pick<Measuring, 'output' | 'rounds'>,
  name: string,
  sides: readonly (() => Promise<number>)[],
): Promise<Taken> {
  const found: number[][] = sides.map(() => []);
  const begin = performance.now();
  let rounds = asked ?? mostRounds;
  for (let round = 1; round <= rounds; round++) {
    if (output.live)
      output.progress(text(`${name}: round ${round}/${rounds}`, `${name}：第 ${round}/${rounds} 轮`));
    for (const [i, side] of sides.entries()) found[i]?.push(await side());
    if (round === 1 && asked === undefined) rounds = roundsFor((performance.now() - begin) / 1000);
  }
  return { medians: found.map(median), rounds };
}

export const shown = (value: number): string =>
  value >= 100
    ? Math.round(value).toLocaleString('en')
    : value.toLocaleString('en', { maximumSignificantDigits: 3 });
