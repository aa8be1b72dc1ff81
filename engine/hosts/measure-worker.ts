import { parentPort, workerData } from 'node:worker_threads';
import { endlessly, measureTraining } from '../training/measure.ts';
import { framePeriodMs } from './frame-period.ts';
import type { MeasureAnswer, MeasureOrder } from './measuring.ts';
import { refusalOf } from './refusal.ts';
import { prepareHere } from './training-thread.ts';

/** Entry of the thread that measures what training a document costs. */
const port = parentPort;
if (port === null) throw new Error('measure-worker is started as a worker thread');
const post = (answer: MeasureAnswer): void => port.postMessage(answer);
/** Long enough to look past a hiccup, short enough to wait for. */
const seconds = 1.2;

try {
  const { document } = workerData as MeasureOrder;
  const prepared = await prepareHere({ document: endlessly(document), options: {}, run: 'measuring' });
  try {
    const options = {
      seconds,
      watch: 'all',
      framePeriodMs: framePeriodMs(prepared.started.workers),
    } as const;
    post({ measured: measureTraining(prepared, { ...options, send: structuredClone }) });
  } finally {
    prepared.machine.close();
  }
} catch (error) {
  post({ refused: refusalOf(error) });
}
