import { Worker } from 'node:worker_threads';
import type { Maker, StartMaker } from '../training/batches-ahead.ts';
import { partUrl } from './engine-parts.ts';

/** Starts the thread that makes a run's batches. It ends by itself when the run does, or its parent thread. */
export const startBatchThread: StartMaker = (seat) => {
  const thread = new Worker(partUrl('batch-worker.js'), { workerData: seat, name: 'batches' });
  const maker: Maker = { onEnd: () => {} };
  thread.unref();
  // Why it failed is found out where the batch is made again; it must only not go unhandled.
  thread.on('error', () => maker.onEnd());
  thread.on('exit', () => maker.onEnd());
  return maker;
};
