import { describe, expect, it } from 'vitest';
import { NetwrightError } from '../../../engine/declaration/problem.ts';
import type { NetwrightDocument } from '../../../engine/document/schema.ts';
import { readFiles } from '../../../engine/hosts/data-files.ts';
import { kernelsHere } from '../../../engine/hosts/engine-parts.ts';
import { prepareHere } from '../../../engine/hosts/training-thread.ts';
import { prepareTraining } from '../../../engine/training/prepare.ts';
import { chainDocument } from '../documents.ts';

const wide = (batchSize: number, outFeatures: number, count: number): NetwrightDocument => {
  const document = chainDocument(
    [
      ['fc1', 'linear', { outFeatures }],
      ['tanh1', 'tanh'],
      ['fc2', 'linear', { outFeatures }],
      ['tanh2', 'tanh'],
      ['fc3', 'linear', { outFeatures: 2 }],
    ],
    'cross-entropy',
    { source: 'moons', count },
  );
  return { ...document, training: { ...document.training, batchSize } };
};

const prepare = (document: NetwrightDocument, spareBytes: number) =>
  prepareTraining({
    document,
    options: {},
    run: 'test',
    surroundings: {
      threads: 1,
      spareBytes,
      kernels: kernelsHere,
      spawn: () => Promise.reject(new Error('one thread has no helpers')),
      readFiles,
    },
  });

async function refusal(document: NetwrightDocument, spareBytes: number): Promise<NetwrightError> {
  const refused = await prepare(document, spareBytes).catch((error: unknown) => error);
  if (refused instanceof NetwrightError) return refused;
  throw new Error('it was not refused');
}

describe('a plan that does not fit', () => {
  it('is refused with its size, what there is, and the largest batch size that does fit', async () => {
    const spare = 20 * 2 ** 20;
    const refused = await refusal(wide(4096, 512, 6000), spare);
    expect(refused.code).toBe('plan.too-large');
    const found =
      /^This network needs (\d+) MiB of memory at batch size 4096, and this machine has 20 MiB to spare; the largest batch size that fits is (\d+)\.$/.exec(
        refused.text.en,
      );
    expect(found, refused.text.en).not.toBeNull();
    const [, size, largest] = found ?? [];
    expect(refused.text.zh).toBe(
      `这个网络在批大小为 4096 时需要 ${size} MiB 内存，而本机可用内存为 20 MiB；可容纳的最大批大小为 ${largest}。`,
    );
    expect(refused.problems).toEqual([
      expect.objectContaining({ severity: 'error', place: { path: 'training.batchSize' } }),
    ]);
    expect(Number(size)).toBeGreaterThan(20);
    const { machine } = await prepare(wide(Number(largest), 512, 6000), spare);
    machine.close();
    await expect(prepare(wide(Number(largest) + 1, 512, 6000), spare)).rejects.toThrow(NetwrightError);
  });

  it('is said not to fit at any batch size where that is so', async () => {
    const refused = await refusal(wide(64, 2048, 1000), 2 ** 20);
    expect(refused.text.en).toMatch(
      /^This network needs [\d.]+ MiB .* this machine has 1\.0 MiB to spare; even batch size 1 needs [\d.]+ MiB\.$/,
    );
  });

  it('is refused for what kernels can address, however much memory there is, before any of it is taken', async () => {
    const document = wide(65536, 16384, 100_000);
    const before = process.memoryUsage.rss();
    const refused = await refusal(document, Infinity);
    expect(process.memoryUsage.rss() - before).toBeLessThan(200 * 2 ** 20);
    expect(refused.text.en).toMatch(
      /^This network needs [\d.]+ GiB of memory at batch size 65536, and WebAssembly can address 4\.0 GiB; the largest batch size that fits is \d+\.$/,
    );
    await expect(prepareHere({ document, options: {}, run: 'test' })).rejects.toThrow(
      'WebAssembly can address',
    );
  });
});
