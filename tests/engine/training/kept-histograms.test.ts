import { describe, expect, it } from 'vitest';
import { figureWords, histogramWords, sideBins } from '../../../engine/kernels/telemetry.ts';
import type { WatchedTensorInfo } from '../../../engine/protocol/live-run-messages.ts';
import { HistogramKeeper, readHistograms } from '../../../engine/training/kept-histograms.ts';
import { runFiles } from '../../../engine/training/run-folder.ts';
import { MemoryFolder } from './memory-folder.ts';

const tensors = (count: number): WatchedTensorInfo[] =>
  Array.from({ length: count }, (_, i) => ({
    key: `weight fc${i}.weight`,
    node: `fc${i}`,
    kind: 'weight',
    tensor: 'weight',
    shape: [2, 4],
    columns: 4,
    inner: 1,
  }));

/** Histograms of a step, each with counts of its own somewhere on both sides. */
function wordsOf(step: number, count: number): Int32Array {
  const words = new Int32Array(count * histogramWords);
  for (let tensor = 0; tensor < count; tensor++) {
    const start = tensor * histogramWords;
    for (let i = 0; i < figureWords; i++) words[start + i] = step * 10 + i - 3;
    const from = (step * 7 + tensor) % (sideBins - 5);
    for (let i = 0; i < 5; i++) {
      words[start + figureWords + from + i] = step + i;
      words[start + figureWords + 2 * sideBins - 1 - i] = i;
    }
  }
  return words;
}

async function write(folder: MemoryFolder, keeper: HistogramKeeper): Promise<void> {
  const bytes = keeper.take(folder.store);
  if (bytes !== undefined) await folder.store.writeAtomic(runFiles.histograms, bytes);
}

const steps = async (folder: MemoryFolder): Promise<number[]> =>
  (await readHistograms(folder.store))?.rows.map(({ step }) => step) ?? [];

describe('the histograms that a run keeps', () => {
  it('come back word for word, with the tensors they are of', async () => {
    const folder = new MemoryFolder();
    const watched = tensors(3);
    const keeper = new HistogramKeeper(watched);
    for (const step of [5, 10, 15]) keeper.add(step, wordsOf(step, 3));
    await write(folder, keeper);
    const kept = await readHistograms(folder.store);
    expect(kept?.watched).toEqual(watched);
    expect(kept?.rows).toEqual([5, 10, 15].map((step) => ({ step, words: wordsOf(step, 3) })));
    expect(keeper.take(folder.store), 'nothing new is not written again').toBeUndefined();
    keeper.putBack();
    expect(keeper.take(folder.store), 'what could not be written is').toBeDefined();
  });

  it('are at most 64 rows and the newest, at even distances from the first, however long the run is', async () => {
    const folder = new MemoryFolder();
    const keeper = new HistogramKeeper(tensors(1));
    for (let step = 1; step <= 1000; step++) keeper.add(step, wordsOf(step, 1));
    await write(folder, keeper);
    const found = await steps(folder);
    expect(found.length).toBeLessThanOrEqual(65);
    expect(found.length).toBeGreaterThan(32);
    expect(found[0]).toBe(1);
    expect(found.at(-1)).toBe(1000);
    const gaps = found.slice(1, -1).map((step, i) => step - (found[i] ?? 0));
    expect(new Set(gaps)).toEqual(new Set([16]));
  });

  it('take at most 8 MiB in memory, and less on the disk, for a network of many tensors', async () => {
    const folder = new MemoryFolder();
    const count = 400;
    const keeper = new HistogramKeeper(tensors(count));
    for (let step = 1; step <= 200; step++) keeper.add(step, wordsOf(step, count));
    await write(folder, keeper);
    const rowBytes = count * histogramWords * 4;
    expect((await steps(folder)).length * rowBytes).toBeLessThanOrEqual(8 * 2 ** 20 + rowBytes);
    expect(folder.files.get(runFiles.histograms)?.length).toBeLessThan(4 * 2 ** 20);
  });

  it('go on from the checkpoint of a run that was killed, without what came after it', async () => {
    const folder = new MemoryFolder();
    const watched = tensors(1);
    const keeper = new HistogramKeeper(watched);
    for (let step = 1; step <= 100; step++) keeper.add(step, wordsOf(step, 1));
    await write(folder, keeper);
    const again = await HistogramKeeper.resume(folder.store, watched, 60);
    for (const step of [60, 61, 200]) again.add(step, wordsOf(step, 1));
    await write(folder, again);
    const found = await steps(folder);
    expect(found.filter((step) => step > 61)).toEqual([200]);
    expect(found).toEqual([...new Set(found)].toSorted((a, b) => a - b));
    const other = await HistogramKeeper.resume(folder.store, tensors(2), 60);
    other.add(61, wordsOf(61, 2));
    await write(folder, other);
    expect(await steps(folder), 'of other tensors nothing is taken over').toEqual([61]);
  });

  it('replace a step that is reported twice, and are none of what was never watched', async () => {
    const folder = new MemoryFolder();
    const keeper = new HistogramKeeper(tensors(1));
    keeper.add(3, wordsOf(3, 1));
    keeper.add(3, wordsOf(4, 1));
    keeper.add(2, wordsOf(2, 1));
    await write(folder, keeper);
    expect((await readHistograms(folder.store))?.rows).toEqual([{ step: 3, words: wordsOf(4, 1) }]);
    const none = new HistogramKeeper([]);
    none.add(1, new Int32Array(0));
    expect(none.take(folder.store)).toBeUndefined();
  });

  it('are as good as none where their file is lost, cut off or changed in any byte', async () => {
    const folder = new MemoryFolder();
    expect(await readHistograms(folder.store)).toBeUndefined();
    const keeper = new HistogramKeeper(tensors(2));
    for (const step of [1, 2]) keeper.add(step, wordsOf(step, 2));
    await write(folder, keeper);
    const whole = folder.files.get(runFiles.histograms) ?? expect.fail();
    for (let length = 0; length < whole.length; length += 97) {
      folder.files.set(runFiles.histograms, whole.slice(0, length));
      expect(await readHistograms(folder.store), `${length} bytes`).toBeUndefined();
    }
    for (let at = whole.length - 1; at >= whole.length - 400; at -= 37) {
      const changed = whole.slice();
      changed[at] = (changed[at] ?? 0) ^ 255;
      folder.files.set(runFiles.histograms, changed);
      expect(await readHistograms(folder.store), `byte ${at}`).toBeUndefined();
    }
    folder.files.set(runFiles.histograms, Uint8Array.of(255, 255, 255, 255, 1, 2, 3, 4));
    expect(await readHistograms(folder.store)).toBeUndefined();
  });
});
