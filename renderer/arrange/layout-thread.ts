import type { Answer, Asked, Found, Given, LayoutKind } from './layout-worker.ts';

let asked = 0;

/** A thread that lays out what it is asked to, one thing after the other; it is there from the first question on. */
export function layoutThread() {
  let worker: Worker | undefined;
  return {
    /** Undefined where the network is deeper than the layout can follow. */
    find<K extends LayoutKind>(kind: K, given: Given<K>): Promise<Found<K> | undefined> {
      worker ??= new Worker(new URL('./layout-worker.ts', import.meta.url), { type: 'module' });
      const here = worker;
      const id = ++asked;
      return new Promise((resolve, reject) => {
        const listening = new AbortController();
        const { signal } = listening;
        here.addEventListener(
          'message',
          ({ data }: MessageEvent<Answer<K>>) => {
            if (data.id !== id) return;
            listening.abort();
            resolve(data.found);
          },
          { signal },
        );
        here.addEventListener('error', ({ message }) => reject(new Error(message)), { signal });
        here.postMessage({ id, kind, given } satisfies Asked<K>);
      });
    },
    /** What it was asked for is never answered. */
    stop(): void {
      worker?.terminate();
      worker = undefined;
    },
  };
}
