import { describe, expect, it } from 'vitest';
import {
  type KernelName,
  kernelNames,
  kernels,
  reservedWords,
  scratchWords,
} from '../../../engine/kernels/contract.ts';
import { bindPortable } from '../../../engine/kernels/portable-face.ts';
import { decodeArguments, decodeKernel, encodeCall } from '../../../engine/kernels/record.ts';
import { bindReference } from '../../../engine/kernels/reference-face.ts';
import { portableModule, scratchAt } from './arena.ts';
import { cases } from './cases.ts';

/** The arena, and one worker's scratch behind it. */
const pages = (scratchAt + scratchWords) / 16384;
const newMemory = () => new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });

/** Tensors that a call may do without. */
const optionalTensors: Partial<Record<KernelName, readonly string[]>> = {
  gemm: ['bias', 'given', 'sums'],
  sumOver: ['w'],
  conv2d: ['bias'],
  rmspropUpdate: ['v'],
  addSquares: ['sum'],
  batchNorm: ['gamma', 'beta', 'residual'],
  batchNormInference: ['gamma', 'beta', 'residual'],
  batchNormGradient: ['gamma', 'beta'],
  rowNorm: ['gamma', 'beta', 'mean', 'rstd'],
  rowNormGradient: ['gamma'],
};

describe('the table of cases', () => {
  it('tries every kernel of the contract, and something other than emptiness', () => {
    expect(Object.keys(cases).toSorted()).toEqual(kernelNames.toSorted());
    for (const kernel of kernelNames) {
      expect(
        cases[kernel](5).filter((given) => given.split > 0),
        kernel,
      ).not.toEqual([]);
    }
  });

  it('names in every case just the arguments that the contract lists', () => {
    for (const kernel of kernelNames) {
      for (const given of cases[kernel](3)) {
        const named = Object.keys({ ...given.tensors, ...given.numbers, ...given.aliases });
        const listed = Object.keys(kernels[kernel]);
        const optional = optionalTensors[kernel] ?? [];
        expect(named.filter((name) => !listed.includes(name))).toEqual([]);
        expect(
          listed.filter((name) => !named.includes(name) && !optional.includes(name)),
          kernel,
        ).toEqual([]);
      }
    }
  });
});

describe('a record', () => {
  it('gives back what was put into it, floats as float32', () => {
    for (const kernel of kernelNames) {
      const names = Object.entries(kernels[kernel]);
      const given = Object.fromEntries(
        names.map(([name, kind], i) => [
          name,
          kind === 'float' ? 0.1 * (i + 1) : kind === 'int' ? -i : 70000 + i,
        ]),
      );
      const words = Int32Array.from([7, ...encodeCall({ kernel, arguments: given, split: 31 })]);
      expect(decodeKernel(words, 1)).toBe(kernel);
      expect(words[2]).toBe(words.length - 1);
      expect(words[3]).toBe(31);
      const wanted = Object.fromEntries(
        names.map(([name, kind]) => [name, kind === 'float' ? Math.fround(given[name]) : given[name]]),
      );
      expect(decodeArguments(kernel, words, 1)).toEqual(wanted);
    }
  });

  it('cannot be made without all arguments', () => {
    expect(() => encodeCall({ kernel: 'fill', arguments: { y: 1, count: 2 }, split: 2 })).toThrow(
      'The call of kernel fill lacks its argument "value".',
    );
  });

  it('with a word that is no opcode is refused by both faces', () => {
    const memory = newMemory();
    const i = new Int32Array(memory.buffer);
    i.set([kernelNames.length, 3, 1], reservedWords);
    const reference = bindReference({ f: new Float32Array(memory.buffer), i });
    expect(() => reference.call(reservedWords, 0, 1)).toThrow('which is no opcode');
    expect(() => bindPortable(portableModule, memory, scratchAt).call(reservedWords, 0, 1)).toThrow(
      WebAssembly.RuntimeError,
    );
  });
});

describe('bound kernels', () => {
  const steps = (at: number): { kernel: KernelName; arguments: Record<string, number>; split: number }[] => [
    { kernel: 'fill', arguments: { y: at, count: 7, value: 1.5 }, split: 7 },
    { kernel: 'scale', arguments: { x: at, y: at + 8, count: 7, factor: 2 }, split: 7 },
    { kernel: 'add', arguments: { a: at, b: at + 8, y: at + 16, count: 7 }, split: 7 },
    { kernel: 'mean', arguments: { x: at + 16, y: at + 24, count: 7 }, split: 1 },
  ];

  it('do records in a row, from the first one given and as many as asked', () => {
    const memory = newMemory();
    const f = new Float32Array(memory.buffer);
    const i = new Int32Array(memory.buffer);
    const at = reservedWords + 256;
    const records = steps(at).map(encodeCall);
    i.set(records.flat(), reservedWords);
    const second = reservedWords + records[0].length;
    for (const face of [bindReference({ f, i }), bindPortable(portableModule, memory, scratchAt)]) {
      f.fill(0, at, at + 32);
      face.run(reservedWords, 4);
      expect([f[at], f[at + 6], f[at + 7], f[at + 14], f[at + 22], f[at + 24]]).toEqual([
        1.5, 1.5, 0, 3, 4.5, 4.5,
      ]);
      f.fill(0, at, at + 32);
      f.fill(1, at, at + 7);
      face.run(second, 2);
      expect([f[at], f[at + 8], f[at + 16], f[at + 24]]).toEqual([1, 2, 3, 0]);
    }
  });

  it('leave scratch of each worker and the arena alone when they are bound', () => {
    const memory = newMemory();
    bindPortable(portableModule, memory, scratchAt);
    const words = new Int32Array(memory.buffer);
    const lastUsed = words.findLastIndex((word) => word !== 0);
    expect(lastUsed).toBeGreaterThan(0);
    expect(lastUsed).toBeLessThan(reservedWords);
  });

  it('write to the scratch they were given and to no other', () => {
    const memory = newMemory();
    const f = new Float32Array(memory.buffer);
    const i = new Int32Array(memory.buffer);
    const [M, N, K] = [16, 8, 16];
    const at = reservedWords + 256;
    f.fill(1, at, at + M * K + K * N);
    const y = at + M * K + K * N;
    i.set(
      encodeCall({
        kernel: 'gemm',
        arguments: {
          a: at,
          b: at + M * K,
          bias: 0,
          given: 0,
          y,
          sums: 0,
          M,
          N,
          K,
          transposeA: 0,
          transposeB: 1,
          accumulate: 0,
          epilogue: 0,
          splitColumns: 0,
        },
        split: M,
      }),
      reservedWords,
    );
    for (const scratch of [scratchAt, scratchAt - 4096]) {
      const face = bindPortable(portableModule, memory, scratch);
      const before = i.slice();
      face.call(reservedWords, 0, M);
      const changed = [...before.keys()].filter((word) => before[word] !== i[word] && word >= y + M * N);
      expect([changed[0], changed.length]).toEqual([scratch, K * N]);
      i.fill(0, scratch);
      expect([f[y], f[y + M * N - 1]]).toEqual([K, K]);
    }
  });
});

describe('matrix products larger than one packed block', () => {
  const run = (
    shares: readonly [number, number][],
    face: 'portable' | 'reference',
    numbers: Record<string, number>,
  ) => {
    const memory = newMemory();
    const f = new Float32Array(memory.buffer);
    const i = new Int32Array(memory.buffer);
    const { M, N, K, splitColumns } = numbers;
    const split = splitColumns ? N : M;
    const a = reservedWords + 64;
    const b = a + M * K;
    const bias = b + K * N;
    const y = bias + N;
    for (let word = a; word < y + M * N; word++) f[word] = Math.sin(word * word);
    i.set(
      encodeCall({ kernel: 'gemm', arguments: { a, b, bias, given: 0, y, sums: 0, ...numbers }, split }),
      reservedWords,
    );
    const bound =
      face === 'portable' ? bindPortable(portableModule, memory, scratchAt) : bindReference({ f, i });
    for (const [begin, end] of shares) bound.call(reservedWords, begin, end);
    return i.slice(y + 0, y + M * N + 16);
  };

  it.each([
    [0, 0],
    [1, 0],
    [0, 1],
    [1, 1],
  ])('have the bits of the plain loop with transposeA %i and transposeB %i', (transposeA, transposeB) => {
    for (const [M, N, K] of [
      [13, 77, 300],
      [9, 70, 128],
      [10, 67, 129],
    ]) {
      for (const accumulate of [0, 1]) {
        for (const splitColumns of [0, 1]) {
          const numbers = { M, N, K, transposeA, transposeB, accumulate, epilogue: accumulate, splitColumns };
          const split = splitColumns ? N : M;
          const wanted = run([[0, split]], 'reference', numbers);
          expect(run([[0, split]], 'portable', numbers)).toEqual(wanted);
          expect(
            run(
              [
                [5, split],
                [1, 5],
                [0, 1],
              ],
              'portable',
              numbers,
            ),
          ).toEqual(wanted);
        }
      }
    }
  });
});
