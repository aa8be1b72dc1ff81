import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FoundFiles } from '../../../engine/declaration/found-files.ts';
import { NetwrightError } from '../../../engine/declaration/problem.ts';
import type { NetwrightDocument } from '../../../engine/document/schema.ts';
import { startBatchThread } from '../../../engine/hosts/batch-thread.ts';
import { openData, readFiles } from '../../../engine/hosts/data-files.ts';
import { kernelsHere } from '../../../engine/hosts/engine-parts.ts';
import { spawnPoolThread } from '../../../engine/hosts/pool-threads.ts';
import { sha256 } from '../../../engine/hosts/training-thread.ts';
import { cell, cellOf, state } from '../../../engine/training/batch-slots.ts';
import type { Ahead } from '../../../engine/training/batches.ts';
import type { Maker, StartMaker } from '../../../engine/training/batches-ahead.ts';
import { decodeCheckpoint, encodeCheckpoint } from '../../../engine/training/checkpoint.ts';
import { type Prepared, prepareTraining } from '../../../engine/training/prepare.ts';
import { weightBytes } from '../../../engine/training/weights.ts';
import { cifar10Like, dataFolder } from '../data/sample-files.ts';
import { chainDocument } from '../documents.ts';

const folder = dataFolder();
afterAll(() => folder.remove());

let source = '';
let files: FoundFiles;
beforeAll(async () => {
  ({ source, files } = await openData(folder.write('cifar', cifar10Like())));
});

/** Images varied in every way, a short last batch, and a part to test with after every epoch. */
function demanding(more = {}): NetwrightDocument {
  const document = chainDocument(
    [
      ['pool', 'average-pool', { kernelSize: 4, stride: 4 }],
      ['flat', 'flatten'],
      ['fc', 'linear', { outFeatures: 10 }],
    ],
    'cross-entropy',
    { source, files, crop: 4, flip: true, rotate: 15, brightness: 0.2, cutout: 5, mixup: 0.3, ...more },
  );
  return { ...document, training: { ...document.training, learningRate: 0.05, batchSize: 8, epochs: 6 } };
}

const always: Ahead = { start: startBatchThread, pays: () => true };

const prepare = (
  document: NetwrightDocument,
  { ahead, threads = 1 }: { readonly ahead?: Ahead; readonly threads?: number } = {},
): Promise<Prepared> =>
  prepareTraining({
    document,
    options: { threads },
    run: 'test',
    compile: { parallelThreshold: 1 },
    surroundings: {
      threads,
      spareBytes: 2 ** 32,
      kernels: kernelsHere,
      spawn: spawnPoolThread,
      readFiles,
      ...(ahead && { ahead }),
    },
  });

const digest = ({ trainer }: Prepared): string => sha256(weightBytes(trainer.weights()));

async function trained(
  document: NetwrightDocument,
  how: Parameters<typeof prepare>[1] = {},
): Promise<string> {
  const prepared = await prepare(document, how);
  while (!prepared.trainer.finished) prepared.trainer.step();
  const found = JSON.stringify([digest(prepared), prepared.trainer.measure()]);
  prepared.machine.close();
  return found;
}

/** Counts the batches that the other thread was asked for. */
function counted(): { readonly ahead: Ahead; readonly asked: () => number } {
  let cells = new Int32Array(new SharedArrayBuffer(16));
  const start: StartMaker = (seat) => {
    cells = new Int32Array(seat.control);
    return startBatchThread(seat);
  };
  return { ahead: { start, pays: () => true }, asked: () => cells[cell.asked] as number };
}

describe('batches that another thread makes ahead', () => {
  it('give the same bits as without it, with one thread and with two, and are asked for', async () => {
    const document = demanding();
    const expected = await trained(document);
    const { ahead, asked } = counted();
    expect(await trained(document, { ahead })).toBe(expected);
    expect(asked()).toBeGreaterThan(30);
    expect(await trained(document, { ahead: always, threads: 2 })).toBe(expected);
    const plain = demanding({ crop: 0, flip: false, rotate: 0, brightness: 0, cutout: 0, mixup: 0 });
    expect(await trained(plain, { ahead: always })).toBe(await trained(plain));
  });

  it('give the same bits across a checkpoint, single steps, watched steps and measuring in between', async () => {
    const document = demanding();
    const expected = await prepare(document);
    while (!expected.trainer.finished) expected.trainer.step();
    const first = await prepare(document, { ahead: always });
    for (let step = 0; step < 20; step++) {
      first.trainer.step(step % 5 === 0);
      // The batches that were made ahead are not those that are asked for now.
      if (step % 7 === 3) first.trainer.measure();
    }
    const saved = first.trainer.checkpoint();
    if (saved === undefined) throw new Error('its weights are finite');
    const bytes = encodeCheckpoint(saved, crc32);
    first.machine.close();
    const second = await prepare(document, { ahead: always });
    for (let step = 0; step < 9; step++) second.trainer.step();
    second.trainer.restore(decodeCheckpoint(bytes, 'checkpoint', crc32), 'checkpoint');
    while (!second.trainer.finished) second.trainer.step();
    expect(digest(second)).toBe(digest(expected));
    for (const { machine } of [expected, second]) machine.close();
  });

  it('are made by whoever needs them where the other thread is slow, or never comes', async () => {
    const never: Ahead = { start: () => ({ onEnd: () => {} }), pays: () => true };
    const document = demanding();
    expect(await trained(document, { ahead: never })).toBe(await trained(document));
  });

  it('are made by whoever needs them where the other thread began one and was never seen again', async () => {
    const document = demanding();
    let cells = new Int32Array(new SharedArrayBuffer(64));
    const start: StartMaker = (seat) => {
      cells = new Int32Array(seat.control);
      return { onEnd: () => {} };
    };
    const prepared = await prepare(document, { ahead: { start, pays: () => true } });
    while (!prepared.trainer.finished) {
      prepared.trainer.step();
      if (prepared.trainer.stepsTaken !== 12) continue;
      for (const slot of [0, 1])
        Atomics.compareExchange(cells, cellOf(slot, 'state'), state.wanted, state.taken);
    }
    const alone = await prepare(document);
    while (!alone.trainer.finished) alone.trainer.step();
    expect(digest(prepared)).toBe(digest(alone));
    for (const { machine } of [prepared, alone]) machine.close();
  });

  it('are not made where that does not pay: nothing is started, as where numbers lie there as they go in', async () => {
    let starts = 0;
    const start: StartMaker = () => {
      starts++;
      return { onEnd: () => {} };
    };
    await trained(demanding(), { ahead: { start, pays: () => false } });
    const points = chainDocument([['fc', 'linear', { outFeatures: 2 }]], 'cross-entropy', {
      source: 'circle',
    });
    await trained(points, { ahead: { start, pays: () => true } });
    expect(starts).toBe(0);
    const told: number[][] = [];
    await trained(demanding(), { ahead: { start, pays: (...ms) => told.push(ms) > 5 } });
    expect(told).toHaveLength(1);
    for (const ms of told[0] ?? []) expect(ms).toBeGreaterThan(0);
  });

  it('end the run in a sentence when the other thread ends before it was to', async () => {
    let maker: Maker | undefined;
    const start: StartMaker = () => (maker = { onEnd: () => {} });
    const { trainer, machine } = await prepare(demanding(), { ahead: { start, pays: () => true } });
    for (let step = 0; step < 12; step++) trainer.step();
    maker?.onEnd();
    expect(() => trainer.step()).toThrow(NetwrightError);
    expect(() => trainer.step()).toThrow('The thread that makes batches ended unexpectedly.');
    // What it came to can still be asked for.
    machine.close();
    expect(trainer.measure().train?.loss).toBeGreaterThan(0);
  });

  it('end with the machine: the thread goes home', async () => {
    let exited: Promise<void> = Promise.resolve();
    const start: StartMaker = (seat) => {
      const maker = startBatchThread(seat);
      exited = new Promise((resolve) => {
        // The host listens in the trainer's place, which has let go by then.
        const told = maker;
        setTimeout(() => {
          told.onEnd = resolve;
        });
      });
      return maker;
    };
    const { trainer, machine } = await prepare(demanding(), { ahead: { start, pays: () => true } });
    for (let step = 0; step < 12; step++) trainer.step();
    await new Promise((resolve) => setTimeout(resolve, 20));
    machine.close();
    await exited;
    trainer.step();
  });
});
