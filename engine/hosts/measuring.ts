import { Worker } from 'node:worker_threads';
import { NetwrightError } from '../declaration/problem.ts';
import { text } from '../declaration/text.ts';
import type { NetwrightDocument } from '../document/schema.ts';
import type { Measured } from '../protocol/live-run-messages.ts';
import type { Refusal } from '../protocol/refusal.ts';
import { partUrl } from './engine-parts.ts';
import { errorOf, refusalOf } from './refusal.ts';

/** What the thread that measures is started with, and what it answers. */
export interface MeasureOrder {
  readonly document: NetwrightDocument;
}
export type MeasureAnswer = { readonly measured: Measured } | { readonly refused: Refusal };

/** A measuring on a thread of its own. */
export interface Measuring {
  /** Rejects with a NetwrightError when the document cannot run, and when it was stopped. */
  readonly measured: Promise<Measured>;
  stop(): void;
}

const stopped = (): NetwrightError =>
  new NetwrightError(
    'measure.stopped',
    text('Measuring gave way to something else.', '测量已让位于其他任务。'),
  );

const ended = (): NetwrightError =>
  new NetwrightError(
    'measure.ended',
    text('The thread that measures ended unexpectedly.', '用于测量的线程意外终止。'),
  );

/** Measures what training a document costs, as a studio would see it. */
export function measureApart(document: NetwrightDocument): Measuring {
  const order: MeasureOrder = { document };
  let isStopped = false;
  const worker = new Worker(partUrl('measure-worker.js'), { workerData: order, name: 'measuring' });
  const measured = new Promise<Measured>((resolve, reject) => {
    worker.on('message', (answer: MeasureAnswer) => {
      if ('measured' in answer) resolve(answer.measured);
      else reject(errorOf(answer.refused));
    });
    worker.on('error', (error: unknown) => reject(errorOf(refusalOf(error))));
    // After an answer this changes nothing.
    worker.on('exit', () => reject(isStopped ? stopped() : ended()));
  });
  const stop = (): void => {
    isStopped = true;
    void worker.terminate();
  };
  return { measured, stop };
}
