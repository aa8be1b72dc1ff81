import { parentPort, workerData } from 'node:worker_threads';
import { viewArena } from '../runtime/arena.ts';
import { Barrier, CrewBroken } from '../runtime/barrier.ts';
import { help } from '../runtime/crew.ts';
import { kernelSource } from '../runtime/faces.ts';
import type { HelperSeat } from '../runtime/machine.ts';
import { loadAddon } from './engine-parts.ts';

/** Entry of a helper thread: takes the seat it was given and computes its shares until it is sent home. */
const { memory, kernels: seat, control, table, worker, workers, spins, scratch } = workerData as HelperSeat;
const barrier = new Barrier(control, workers, spins);
const kernels = kernelSource(seat, loadAddon).bind(viewArena(memory), scratch);
parentPort?.postMessage('ready');
try {
  help(kernels, table, barrier, worker, workers);
} catch (error) {
  // The others would wait for this thread for ever.
  barrier.break();
  if (!(error instanceof CrewBroken)) throw error;
}
