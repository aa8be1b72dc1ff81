import { Worker } from 'node:worker_threads';
import type { SpawnHelper } from '../runtime/machine.ts';
import { partUrl } from './engine-parts.ts';

/** Starts a helper thread of the machine. It ends by itself when the machine closes or its parent thread ends. */
export const spawnPoolThread: SpawnHelper = (seat) =>
  new Promise((resolve, reject) => {
    const thread = new Worker(partUrl('pool-worker.js'), { workerData: seat, name: `pool ${seat.worker}` });
    // After the start an error has broken the barrier, which the leader notices; it must only not go unhandled.
    thread.on('error', reject);
    thread.once('exit', (code) => reject(new Error(`a helper thread ended early with code ${code}`)));
    thread.once('message', () => {
      thread.unref();
      resolve();
    });
  });
