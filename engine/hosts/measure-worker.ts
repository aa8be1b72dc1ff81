import { parentPort, workerData } from 'node:worker_threads';
import { endlessly, measureTraining } from '../training/measure.ts';
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
    post({ measured: measureTraining(prepared, { seconds, watch: 'all', send: structuredClone }) });
  } finally {
    prepared.machine.close();
  }
} catch (error) {
  post({ refused: refusalOf(error) });
}
