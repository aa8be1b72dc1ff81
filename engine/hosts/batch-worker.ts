import { workerData } from 'node:worker_threads';
import { makeBatches } from '../training/batch-maker.ts';
import type { MakerSeat } from '../training/batch-slots.ts';
import { openStoredRows } from './stored-rows.ts';

/** Entry of the thread that makes the batches of a run ahead of it. */
makeBatches(workerData as MakerSeat, openStoredRows);
