import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BoundKernels } from '../../../engine/kernels/contract.ts';
import { activationKinds } from '../../../engine/kernels/declared/activation.ts';
import { Barrier, controlWords } from '../../../engine/runtime/barrier.ts';
import { shareStart, takePieces } from '../../../engine/runtime/crew.ts';
import type { Machine } from '../../../engine/runtime/machine.ts';
import { buildMachine, dataAt, type HandCall, handPlan } from './hand-plan.ts';

const at = (word: number): number => dataAt + word;
const scale = (x: number, y: number, count: number, factor: number, parallel = false): HandCall => ({
  kernel: 'scale',
  arguments: { x: at(x), y: at(y), count, factor },
  split: count,
  parallel,
});
const floats = (machine: Machine, word: number, count: number): number[] => [
  ...machine.arena.floats.subarray(at(word), at(word) + count),
];

const size = 64;
/**
 * Square matrices a, b, c of side 64 and a vector s. Every element of a product needs a whole row and a whole column of
 * what other workers have just written, and the single calls in between are worker 0's alone.
 */
const [a, b, c, s] = [0, size * size, 2 * size * size, 3 * size * size] as const;
const gemm = (from: number, to: number, bias: number): HandCall => ({
  kernel: 'gemm',
  arguments: {
    a: at(from),
    b: at(b),
    bias,
    given: 0,
    y: at(to),
    sums: 0,
    M: size,
    N: size,
    K: size,
    transposeA: 0,
    transposeB: 0,
    accumulate: 0,
    epilogue: 0,
    splitColumns: bias === 0 ? 0 : 1,
  },
  split: size,
  parallel: true,
  pieces: bias === 0 ? size : 1,
});
const entangled: readonly HandCall[] = [
  gemm(a, c, 0),
  { kernel: 'sumRows', arguments: { x: at(c), y: at(s), M: size, N: size }, split: size, parallel: true },
  scale(s, s, size, -0.003),
  // Long enough that a worker who did not wait for them would read what they have not yet written.
  ...Array.from({ length: 40 }, (_, i) => scale(c, c, size * size, i % 2 === 0 ? 3 : 0.25)),
  scale(c, c, size * size, 2000),
  gemm(c, a, at(s)),
  {
    kernel: 'activation',
    arguments: { x: at(a), y: at(a), count: size * size, kind: activationKinds.tanh, parameter: 0 },
    split: size * size,
    parallel: true,
  },
  scale(a, a, 3, 1.25),
];

function fillEntangled(machine: Machine): void {
  for (let i = 0; i < size * size; i++) {
    machine.arena.floats[at(a) + i] = Math.sin(i * 0.7);
    machine.arena.floats[at(b) + i] = Math.cos(i * 1.3) * 0.2;
  }
}

describe('the machine', () => {
  it('executes the calls it is asked for and no others', async () => {
    const plan = handPlan([scale(0, 1, 1, 2), scale(1, 2, 1, 3), scale(2, 3, 1, 5)], 4);
    for (const kernels of ['portable', 'reference'] as const) {
      const machine = await buildMachine(plan, 1, kernels);
      const program = machine.loaded(plan.programs.train);
      machine.arena.floats[at(0)] = 1;
      machine.run(program, 1, 2);
      expect(floats(machine, 0, 4)).toEqual([1, 0, 0, 0]);
      machine.run(program, 0, 2);
      expect(floats(machine, 0, 4)).toEqual([1, 2, 6, 0]);
      machine.run(program);
      expect(floats(machine, 0, 4)).toEqual([1, 2, 6, 30]);
      machine.run(program, 2, 2);
      expect(machine.kernels).toBe(kernels);
    }
  });

  it('puts the constants of the plan in place', async () => {
    const machine = await buildMachine(handPlan([], 2, [{ offset: at(1), value: 0.25 }]), 1);
    expect(floats(machine, 0, 2)).toEqual([0, 0.25]);
  });

  it('refuses a program of another plan', async () => {
    const plan = handPlan([scale(0, 1, 1, 2)], 2);
    const machine = await buildMachine(plan, 1);
    expect(() => machine.loaded(handPlan([], 0).programs.train)).toThrow('not part of the plan');
  });

  it('starts no thread for a plan that has nothing to share', async () => {
    const spawned: number[] = [];
    const machine = await buildMachine(handPlan([scale(0, 1, 1, 2)], 2), 2, 'portable', (seat) => {
      spawned.push(seat.worker);
      return Promise.resolve();
    });
    expect(machine.workers).toBe(1);
    expect(spawned).toEqual([]);
  });

  it('leaves the same bits for one, two and three workers, over thousands of barriers', async () => {
    const plan = handPlan(entangled, 3 * size * size + size);
    const rounds = 300;
    const results: number[][] = [];
    for (const threads of [1, 2, 3]) {
      const machine = await buildMachine(plan, threads);
      expect(machine.workers).toBe(threads);
      fillEntangled(machine);
      const program = machine.loaded(plan.programs.train);
      for (let round = 0; round < rounds; round++) {
        machine.run(program, 0, 3);
        machine.run(program, 3);
      }
      results.push(floats(machine, 0, 3 * size * size + size));
      machine.close();
    }
    expect(results[0]?.every(Number.isFinite)).toBe(true);
    expect(new Set(results[0]).size).toBeGreaterThan(1000);
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });

  it('fails instead of waiting for ever when a helper cannot do its share', async () => {
    // The leader's half ends where the memory does; the helper's lies beyond it.
    const half = 4096;
    const beyond: HandCall = {
      kernel: 'fill',
      arguments: { y: 0, count: 2 * half, value: 1 },
      split: 2 * half,
      parallel: true,
    };
    const plan = handPlan([beyond], half);
    const machine = await buildMachine(plan, 2);
    const end = machine.arena.floats.length;
    const record = plan.code.offset;
    machine.arena.ints[record + 3] = end - half;
    const program = machine.loaded(plan.programs.train);
    expect(() => machine.run(program)).toThrow('another worker thread stopped');
    machine.close();
  });

  it('says how much memory a plan would need that is too large', async () => {
    const plan = { ...handPlan([], 0), arenaWords: 2 ** 31 };
    await expect(buildMachine(plan, 1)).rejects.toThrow('needs 8193 MiB');
  });
});

describe('shares', () => {
  it('cover every element exactly once, in order', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: 1, max: 64 }), (split, workers) => {
        const starts = Array.from({ length: workers + 1 }, (_, worker) => shareStart(split, worker, workers));
        expect(starts[0]).toBe(0);
        expect(starts.at(-1)).toBe(split);
        for (let i = 1; i < starts.length; i++) expect(starts[i]).toBeGreaterThanOrEqual(starts[i - 1]);
      }),
    );
  });

  it('are taken piece by piece, every element exactly once, also where one worker comes late', () => {
    const sizes = { split: fc.integer({ min: 1, max: 5000 }), pieces: fc.integer({ min: 1, max: 100 }) };
    const crew = { workers: fc.integer({ min: 1, max: 4 }), first: fc.nat(3) };
    fc.assert(
      fc.property(fc.record({ ...sizes, ...crew }), ({ split, pieces, workers, first }) => {
        const barrier = new Barrier(new SharedArrayBuffer(controlWords * 4), workers, 1);
        const done: [number, number][] = [];
        const table = new Int32Array([0, split, pieces, 1]);
        const chain = { first: 0, count: 1, pieces, split };
        const kernels: BoundKernels = {
          name: 'portable',
          call: (_, begin, end) => done.push([begin, end]),
          run: () => {},
        };
        // One after the other: whoever is first finds all of the open pieces.
        for (let i = 0; i < workers; i++)
          takePieces(kernels, table, chain, barrier, (first + i) % workers, workers);
        const sorted = done.filter(([begin, end]) => begin < end).toSorted(([a], [b]) => a - b);
        expect(sorted[0]?.[0]).toBe(0);
        expect(sorted.at(-1)?.[1]).toBe(split);
        for (let i = 1; i < sorted.length; i++) expect(sorted[i]?.[0]).toBe(sorted[i - 1]?.[1]);
      }),
    );
  });

  it('leave no worker idle while another has a cache line to give', () => {
    for (const split of [64, 65, 100, 1000]) {
      const starts = [0, 1, 2].map((worker) => shareStart(split, worker, 2));
      expect(Math.abs(starts[1] * 2 - split)).toBeLessThanOrEqual(32);
    }
  });
});
