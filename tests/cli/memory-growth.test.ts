import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { lastOf, netwright, temporaryFolder } from './netwright.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

interface Sample {
  readonly isMain: boolean;
  readonly rss: number;
  readonly heapUsed: number;
  readonly arrayBuffers: number;
}

/** Every thread of the process that loads this says every now and then what it holds after a full collection. */
const watcher = (log: string): string => `
  import { appendFileSync } from 'node:fs';
  import { setFlagsFromString } from 'node:v8';
  import { runInNewContext } from 'node:vm';
  import { isMainThread } from 'node:worker_threads';
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  const say = () => {
    const began = performance.now();
    collect();
    const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
    const sample = { isMain: isMainThread, rss, heapUsed, arrayBuffers };
    appendFileSync(${JSON.stringify(log)}, JSON.stringify(sample) + '\\n');
    // At most a tenth of the time goes to this, however busy the machine is.
    setTimeout(say, Math.max(50, 9 * (performance.now() - began))).unref();
  };
  say();`;

const mebibyte = 2 ** 20;
const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

it('holds no more memory after hundreds of thousands of steps, tens of thousands of epochs and many checkpoints than early on', async () => {
  const log = folder.path('memory.jsonl');
  const script = folder.path('watch.mjs');
  writeFileSync(script, watcher(log));
  const args = ['--epochs', '30000', '--checkpoint-every', '0.05s', '--out', folder.path('run'), '--json'];
  const env = { NODE_OPTIONS: `--import ${pathToFileURL(script).href}` };
  const { steps } = lastOf(await netwright(['train', 'circle', ...args], env));
  expect(steps).toBe(750_000);

  const samples = readFileSync(log, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Sample);
  for (const isMain of [true, false]) {
    const ofThread = samples.filter((sample) => sample.isMain === isMain);
    expect(ofThread.length).toBeGreaterThan(6);
    const part = (from: number, to: number): readonly Sample[] =>
      ofThread.slice(Math.floor(ofThread.length * from), Math.ceil(ofThread.length * to));
    const growth = (of: (sample: Sample) => number): number =>
      median(part(0.7, 0.95).map(of)) - median(part(0.2, 0.45).map(of));
    // Half the run lies between the two: six bytes leaked in each step would be two mebibytes.
    expect(growth(({ heapUsed }) => heapUsed)).toBeLessThan(2 * mebibyte);
    expect(growth(({ arrayBuffers }) => arrayBuffers)).toBeLessThan(2 * mebibyte);
    // What the system counts moves in larger pieces.
    expect(growth(({ rss }) => rss)).toBeLessThan(24 * mebibyte);
  }
});
