import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { median } from '../../engine/cli/bench/contestant.ts';
import { rows, rowsFor } from '../../engine/cli/bench/rows.ts';
import { inTurn, mostRounds, roundsFor } from '../../engine/cli/bench/turns.ts';
import { createOutput } from '../../engine/cli/output.ts';
import { cifar10Like } from '../engine/data/sample-files.ts';
import { netwright, temporaryFolder } from './netwright.ts';

const folder = temporaryFolder();
afterAll(folder.remove);

/** An npm project with TensorFlow.js, where there is one. */
const tfjs = process.env['NETWRIGHT_TFJS'] ?? '';

const bench = (...args: string[]): ReturnType<typeof netwright> =>
  netwright(['bench', '--rounds', '1', '--json', ...args]);

describe('bench', () => {
  it('measures a network, and says plainly when there is no PyTorch to compare with', async () => {
    const { code, objects, stderr } = await bench(
      '--peer',
      'torch',
      '--python',
      folder.path('no-python'),
      '--only',
      'mlp-2-4-4-2',
    );
    expect(code).toBe(0);
    expect(stderr).toContain('There is no Python with torch to compare with');
    expect(objects).toEqual([
      expect.objectContaining({
        bench: 'mlp-2-4-4-2',
        batch: 128,
        stepsPerSecond: expect.any(Number),
        gflops: expect.any(Number),
        arenaBytes: expect.any(Number),
        neededBytes: expect.any(Number),
        memoryRatio: expect.any(Number),
        loss: expect.any(Number),
        peer: null,
        ratio: null,
      }),
    ]);
  });

  it('says what is missing of TensorFlow.js, and the command that brings it', async () => {
    const empty = folder.path('an empty folder');
    mkdirSync(empty);
    const { code, objects, stderr } = await bench(
      '--peer',
      'tfjs',
      '--tfjs',
      empty,
      '--only',
      'mlp-2-4-4-2+portable',
    );
    expect(code).toBe(0);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain(`missing in ${empty}: @tensorflow/tfjs-core, @tensorflow/tfjs-layers`);
    expect(stderr).toMatch(/npm install --prefix ".*an empty folder" @tensorflow\/tfjs-core@\d+\.\d+\.\d+ /);
    expect(objects).toEqual([
      expect.objectContaining({
        bench: 'mlp-2-4-4-2+portable',
        kernels: 'portable',
        peer: null,
        ratio: null,
      }),
    ]);
  });

  it.skipIf(tfjs === '')('compares with TensorFlow.js, whose loss falls from that of chance', async () => {
    const { code, objects } = await bench('--peer', 'tfjs', '--tfjs', tfjs, '--only', 'mlp-2-4-4-2+portable');
    expect(code).toBe(0);
    const [row] = objects as {
      peer: { name: string; backend: string; loss: [number, number] };
      ratio: number;
    }[];
    expect(row?.peer.name).toBe('tfjs');
    expect(['wasm', 'cpu']).toContain(row?.peer.backend);
    const [first, last] = row?.peer.loss ?? [Number.NaN, Number.NaN];
    expect(Math.abs(Math.log(first / Math.LN2))).toBeLessThan(Math.LN2 * 2);
    expect(last).toBeLessThan(first);
    expect(row?.ratio).toBeGreaterThan(1);
  });

  it.skipIf(tfjs === '')('says which networks TensorFlow.js sits out', async () => {
    const { objects } = await bench('--peer', 'tfjs', '--tfjs', tfjs, '--only', 'gpt');
    expect(objects).toEqual([
      expect.objectContaining({ event: 'notice', message: expect.stringContaining('gpt: the WebAssembly') }),
      expect.objectContaining({ bench: 'gpt', peer: null }),
    ]);
  });

  it('measures each row that it is asked for, in its own order', async () => {
    const { code, objects } = await bench('--only', 'matmul-512', '--only', 'mlp-2-4-4-2+portable');
    expect(code).toBe(0);
    expect(objects.map(({ bench: name }) => name)).toEqual(['mlp-2-4-4-2+portable', 'matmul-512']);
    expect(objects[1]?.['gflops']).toBeGreaterThan(0);
  });

  it('measures what loading images costs, on those that it is given', async () => {
    const images = folder.path('images');
    mkdirSync(images);
    for (const [name, bytes] of Object.entries(cifar10Like())) writeFileSync(join(images, name), bytes);
    const { code, objects } = await bench('--only', 'resnet-20+loading', '--data', images);
    expect(code).toBe(0);
    expect(objects).toEqual([
      expect.objectContaining({ bench: 'resnet-20+loading', batch: 64, data: images }),
    ]);
    const [{ stepsPerSecond, withoutLoading, keeps } = {}] = objects as {
      stepsPerSecond: number;
      withoutLoading: number;
      keeps: number;
    }[];
    expect(stepsPerSecond).toBeGreaterThan(0);
    expect(withoutLoading).toBeGreaterThan(0);
    // Nothing but a factor of its own: how large depends on the machine.
    expect(keeps).toBeGreaterThan(0.1);
  });

  it('measures what freezing all but the head of a network gains', async () => {
    const { code, objects } = await bench('--only', 'resnet-20+head');
    expect(code).toBe(0);
    expect(objects).toEqual([expect.objectContaining({ bench: 'resnet-20+head', batch: 64 })]);
    const [{ ratio, stepsPerSecond } = {}] = objects as { ratio: number; stepsPerSecond: number }[];
    expect(stepsPerSecond).toBeGreaterThan(0);
    // How large depends on the machine, and on what else it does.
    expect(ratio).toBeGreaterThan(0);
  });

  it('says in which kernels a step spends its time', async () => {
    const { objects } = await netwright(['bench', '--profile', '--only', 'mlp-2-4-4-2', '--json']);
    const [{ msPerStep, kernels } = {}] = objects as {
      msPerStep: number;
      kernels: { kernel: string; msPerStep: number }[];
    }[];
    expect(kernels?.map(({ kernel }) => kernel)).toContain('gemm');
    expect(kernels?.reduce((sum, entry) => sum + entry.msPerStep, 0)).toBeCloseTo(msPerStep ?? Number.NaN, 6);
  });

  it('ends a side that fails, though nobody closed its input', async () => {
    const cli = join(process.env['NETWRIGHT_DIST'] ?? 'dist/node', 'cli.js');
    const side = spawn(process.execPath, [cli, 'bench-engine'], { stdio: ['pipe', 'ignore', 'pipe'] });
    side.stdin.write('{"seconds": 1}\n');
    const code = await new Promise((resolve) => side.on('close', resolve));
    expect(code).toBe(1);
  });
});

describe('the rows of a benchmark', () => {
  it('have names of their own, and all are measured but where the peer sits out', () => {
    expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
    expect(rowsFor([], undefined)).toEqual(rows);
    expect(rowsFor([], 'tfjs').map(({ name }) => name)).toEqual([
      'mlp-2-4-4-2',
      'mlp-784-512-512-10',
      'mlp-2-4-4-2+portable',
      'mlp-784-512-512-10+portable',
    ]);
  });
});

describe('rounds', () => {
  it('are fewer where one takes long, odd in number, and never too few for a median', () => {
    expect(roundsFor(0.1)).toBe(mostRounds);
    expect(roundsFor(1)).toBe(7);
    expect(roundsFor(1.3)).toBe(5);
    expect(roundsFor(60)).toBe(5);
  });

  it('let the sides take turns', async () => {
    const order: string[] = [];
    const side = (name: string, values: number[]) => (): Promise<number> => {
      order.push(name);
      return Promise.resolve(values.shift() ?? Number.NaN);
    };
    const taken = await inTurn({ output: createOutput(true), rounds: 3 }, 'row', [
      side('a', [1, 9, 2]),
      side('b', [5, 3, 4]),
    ]);
    expect(order).toEqual(['a', 'b', 'a', 'b', 'a', 'b']);
    expect(taken).toEqual({ medians: [median([1, 9, 2]), 4], rounds: 3 });
    expect(taken.medians[0]).toBe(2);
  });
});
