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

/** Of the pieces of a call each worker has a first part of its own; what is left, this share, goes to whoever is free. */
const openShare = 1 / 2;
/** In about so many goes for each worker. */
const goesPerWorker = 4;

/**
 * Worker's part of a call that may be cut into `pieces`. Processors are seldom equally fast, or equally free: a worker that
 * something else delays takes fewer of the open pieces, and the others wait the less for it.
 */
export function takePieces(
  kernels: BoundKernels,
  record: number,
  split: number,
  pieces: number,
  barrier: Barrier,
  worker: number,
  workers: number,
): void {
  const start = (piece: number): number => Math.floor((split * piece) / pieces);
  const own = Math.floor((pieces * (1 - openShare)) / workers);
  if (own > 0) kernels.call(record, start(own * worker), start(own * (worker + 1)));
  const firstOpen = own * workers;
  const go = Math.max(1, Math.floor((pieces - firstOpen) / (goesPerWorker * workers)));
  for (;;) {
    const piece = firstOpen + barrier.take() * go;
    if (piece >= pieces) return;
    kernels.call(record, start(piece), start(Math.min(piece + go, pieces)));
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
    } else {
      if (pieces > workers) {
        takePieces(kernels, record, split, pieces, barrier, worker, workers);
      } else {
        const begin = shareStart(split, worker, workers);
        const end = shareStart(split, worker + 1, workers);
        if (begin < end) kernels.call(record, begin, end);
      }
      barrier.meet();
      call++;
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
