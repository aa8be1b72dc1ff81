import type { BoundKernels } from '../kernels/contract.ts';
import type { Barrier } from './barrier.ts';
import { type CallTable, tableWords } from './code.ts';

/** Shares start at multiples of this, so that two workers do not write to one cache line. */
const shareGrain = 16;

/** Where the share of worker `index` of `workers` starts; that of the next one is its end. */
export function shareStart(split: number, index: number, workers: number): number {
  const start = Math.floor((split * index) / workers);
  if (index === workers || split < 2 * shareGrain * workers) return start;
  return start - (start % shareGrain);
}

/** Calls [first, first + count) of the table, which are done together, piece by piece; they have the same `pieces`. */
interface Chain {
  readonly first: number;
  readonly count: number;
  readonly pieces: number;
  /** The smallest of their splits, which divides the others: where pieces begin in it, they begin in all. */
  readonly split: number;
}

function chainAt(table: CallTable, first: number, end: number): Chain {
  const count = Math.min(table[tableWords * first + 3], end - first);
  let split = table[tableWords * first + 1];
  for (let i = 1; i < count; i++) split = Math.min(split, table[tableWords * (first + i) + 1]);
  return { first, count, pieces: table[tableWords * first + 2], split };
}

/** Pieces [from, to) of a chain: all calls for one of them, then for the next. Those of a single call are done at one go. */
function doPieces(kernels: BoundKernels, table: CallTable, chain: Chain, from: number, to: number): void {
  const { first, count, pieces, split } = chain;
  const step = count === 1 ? to - from : 1;
  for (let piece = from; piece < to; piece += step) {
    const begin = Math.floor((split * piece) / pieces);
    const end = Math.floor((split * (piece + step)) / pieces);
    for (let call = first; call < first + count; call++) {
      const finer = table[tableWords * call + 1] / split;
      kernels.call(table[tableWords * call], begin * finer, end * finer);
    }
  }
}

/** Of the pieces of a chain each worker has a first part of its own; what is left, this share, goes to whoever is free. */
const openShare = 1 / 2;
/** In about so many goes for each worker. */
const goesPerWorker = 16;

/**
 * Worker's part of calls that may be cut into pieces. Processors are seldom equally fast, or equally free: a worker that
 * something else delays takes fewer of the open pieces, and the others wait the less for it.
 */
export function takePieces(
  kernels: BoundKernels,
  table: CallTable,
  chain: Chain,
  barrier: Barrier,
  worker: number,
  workers: number,
): void {
  const { pieces } = chain;
  const own = Math.floor((pieces * (1 - openShare)) / workers);
  if (own > 0) doPieces(kernels, table, chain, own * worker, own * (worker + 1));
  const firstOpen = own * workers;
  const go = Math.max(1, Math.floor((pieces - firstOpen) / (goesPerWorker * workers)));
  for (;;) {
    const piece = firstOpen + barrier.take() * go;
    if (piece >= pieces) return;
    doPieces(kernels, table, chain, piece, Math.min(piece + go, pieces));
  }
}

/**
 * What every worker does with calls [from, to): its share of each shared call, the rest done by worker 0,
 * and a barrier wherever a result may be read by another.
 */
export function walk(
  kernels: BoundKernels,
  table: CallTable,
  barrier: Barrier,
  worker: number,
  workers: number,
  from: number,
  to: number,
): void {
  let call = from;
  while (call < to) {
    const record = table[tableWords * call];
    const split = table[tableWords * call + 1];
    const pieces = table[tableWords * call + 2];
    if (split === 0) {
      const first = call;
      while (call < to && table[tableWords * call + 1] === 0) call++;
      if (worker === 0) kernels.run(record, call - first);
      // What comes next is shared and reads what worker 0 has just written.
      if (call < to) barrier.meet();
    } else if (pieces > workers) {
      const chain = chainAt(table, call, to);
      takePieces(kernels, table, chain, barrier, worker, workers);
      barrier.meet();
      call += chain.count;
    } else {
      const begin = shareStart(split, worker, workers);
      const end = shareStart(split, worker + 1, workers);
      if (begin < end) kernels.call(record, begin, end);
      barrier.meet();
      call++;
    }
  }
}

/** What one thread does that has calls [from, to) to itself. */
export function walkAlone(kernels: BoundKernels, table: CallTable, from: number, to: number): void {
  let call = from;
  while (call < to) {
    const chain = chainAt(table, call, to);
    if (chain.count > 1) {
      doPieces(kernels, table, chain, 0, chain.pieces);
      call += chain.count;
    } else {
      const first = call;
      do call++;
      while (call < to && table[tableWords * call + 3] === 1);
      kernels.run(table[tableWords * first], call - first);
    }
  }
}

/** The life of a helper thread: walks with the leader job by job until it is sent home. */
export function help(
  kernels: BoundKernels,
  table: CallTable,
  barrier: Barrier,
  worker: number,
  workers: number,
): void {
  let job: number | undefined = 0;
  for (;;) {
    job = barrier.nextJob(job);
    if (job === undefined) return;
    walk(kernels, table, barrier, worker, workers, barrier.from, barrier.to);
  }
}
