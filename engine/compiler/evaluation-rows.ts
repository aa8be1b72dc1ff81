import { placeByLiveness } from './allocate.ts';
import type { Draft } from './drafts.ts';

/** 16 MiB: below this, many rows at a time cost nothing that matters. */
const freelyWords = 4 * 2 ** 20;

/** Words that a program needs besides what it shares with others. */
const workingWords = ({ built, steps, shared, kept }: Draft): number =>
  placeByLiveness(new Map([...shared.keys()].map((tensor) => [tensor, 0])), steps, {
    filled: [built.x, built.y],
    kept,
    base: 0,
  });

/**
 * How many rows at a time are evaluated: `wanted`, or as many fewer as keep evaluation from needing more memory than the
 * training step does. It depends on shapes alone, because the mean loss is rounded batch by batch.
 */
export function evaluationRows(wanted: number, train: Draft, draftFor: (rows: number) => Draft): number {
  const allowed = Math.max(freelyWords, workingWords(train));
  let rows = wanted;
  while (rows > train.batch && workingWords(draftFor(rows)) > allowed) {
    rows = Math.max(train.batch, Math.ceil(rows / 2));
  }
  return rows;
}
