import type { BoundKernels } from '../kernels/contract.ts';
import type { Barrier } from './barrier.ts';
import type { CallTable } from './code.ts';

/** Shares start at multiples of this, so that two workers do not write to one cache line. */
const shareGrain = 16;

/** Where the share of worker `index` of `workers` starts; that of the next one is its end. */
export function shareStart(split: number, index: number, workers: number): number {
  const start = Math.floor((split * index) / workers);
  if (index === workers || split < 2 * shareGrain * workers) return start;
  return start - (start % shareGrain);
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
    const split = table[2 * call + 1];
    if (split === 0) {
      const first = call;
      while (call < to && table[2 * call + 1] === 0) call++;
      if (worker === 0) kernels.run(table[2 * first], call - first);
      // What comes next is shared and reads what worker 0 has just written.
      if (call < to) barrier.meet();
    } else {
      const begin = shareStart(split, worker, workers);
      const end = shareStart(split, worker + 1, workers);
      if (begin < end) kernels.call(table[2 * call], begin, end);
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
