import { describe, expect, it } from 'vitest';
import type { KernelName } from '../../../engine/kernels/contract.ts';
import { type ActivationName, activationKinds } from '../../../engine/kernels/declared/activation.ts';
import { errorFunction } from '../../../engine/kernels/reference/activations.ts';
import { arenas, type Case, compute, floatsOf } from './arena.ts';

const { portable, reference } = arenas;

/** y of an elementwise kernel over `x`, named as the contract names its input and output. */
function map(
  name: KernelName | ActivationName,
  values: readonly number[],
  input = 'x',
  output = 'y',
): number[] {
  const count = values.length;
  const kind = (activationKinds as Readonly<Record<string, number>>)[name];
  const given: Case = {
    kernel: kind === undefined ? (name as KernelName) : 'activation',
    tensors: {
      [input]: Float32Array.from(values),
      [output]: new Float32Array(count),
      ...(input === 'logits' ? { target: new Int32Array(count) } : {}),
    },
    numbers: {
      count,
      ...(kind !== undefined && { kind, parameter: 0.5 }),
      ...(name === 'bceWithLogits' && { soft: 0, positiveWeight: 1 }),
    },
    split: count,
  };
  return [...floatsOf(given, compute(portable, given), output)];
}

const smallest = 2 ** -149;
const largest = (2 - 2 ** -23) * 2 ** 127;

describe('activations of special values', () => {
  it('relu and leakyRelu pass NaN, infinities and denormals on', () => {
    expect(map('relu', [NaN, Infinity, -Infinity, smallest, -smallest, largest])).toEqual([
      NaN,
      Infinity,
      0,
      smallest,
      0,
      largest,
    ]);
    expect(map('leakyRelu', [NaN, Infinity, -Infinity, smallest, -4, largest])).toEqual([
      NaN,
      Infinity,
      -Infinity,
      smallest,
      -2,
      largest,
    ]);
  });

  it('sigmoid goes to 0 and 1, keeps NaN, and is no less exact among denormal results', () => {
    expect(map('sigmoid', [NaN, Infinity, -Infinity, 0, -0, largest, -largest, smallest])).toEqual([
      NaN,
      1,
      0,
      0.5,
      0.5,
      1,
      0,
      0.5,
    ]);
    const [y] = map('sigmoid', [-100]);
    expect(Math.abs(y - Math.exp(-100))).toBeLessThanOrEqual(smallest);
  });

  it('tanh goes to ±1, keeps NaN, the sign of 0 and denormals', () => {
    expect(map('tanh', [NaN, Infinity, -Infinity, 0, -0, largest, -20, smallest, -smallest])).toEqual([
      NaN,
      1,
      -1,
      0,
      -0,
      1,
      -1,
      smallest,
      -smallest,
    ]);
  });
});

describe('smooth activations of special values', () => {
  const curved: readonly ActivationName[] = [
    'elu',
    'selu',
    'softplus',
    'swish',
    'gelu',
    'geluTanh',
    'hardswish',
  ];

  it('keep NaN, in value and gradient', () => {
    for (const name of curved) {
      expect(map(name, [NaN]), name).toEqual([NaN]);
      const given: Case = {
        kernel: 'activationGradient',
        tensors: { given: Float32Array.of(NaN), dy: Float32Array.of(1), dx: new Float32Array(1) },
        numbers: { count: 1, kind: activationKinds[name], parameter: 0.5 },
        split: 1,
      };
      for (const arena of [portable, reference]) {
        const found = floatsOf(given, compute(arena, given), 'dx');
        // ELU and SELU are told by their y, of which none is NaN but that of NaN.
        expect([...found], name).toEqual([NaN]);
      }
    }
  });

  it('come to their ends without overflow', () => {
    expect(map('elu', [Infinity, -Infinity, -200, 1e38])).toEqual([Infinity, -0.5, -0.5, Math.fround(1e38)]);
    expect(map('softplus', [Infinity, -Infinity, -200, 1e38])).toEqual([Infinity, 0, 0, Math.fround(1e38)]);
    for (const name of ['swish', 'gelu', 'geluTanh', 'hardswish'] as const) {
      expect(map(name, [Infinity, 1e30, 0]), name).toEqual([Infinity, Math.fround(1e30), 0]);
      expect(Math.abs(map(name, [-1e30])[0]), name).toBe(0);
    }
  });
});

describe('how exact the functions are', () => {
  const points = (from: number, to: number): number[] =>
    Array.from({ length: 4000 }, (_, i) => Math.fround(from + ((to - from) * i) / 4000));
  const worstUlps = (found: number[], wanted: number[]): number =>
    Math.max(
      ...found.map((y, i) => {
        const exponent = Math.max(Math.floor(Math.log2(Math.abs(wanted[i]) || smallest)), -126);
        return Math.abs(y - wanted[i]) / 2 ** (exponent - 23);
      }),
    );
  const logistic = (x: number): number => Math.exp(-Math.max(-x, 0)) / (1 + Math.exp(-Math.abs(x)));

  it('e^x is at most 1 ulp off, as far as float32 reaches', () => {
    // There 1 + e^x rounds to 1, so that sigmoid is e^x.
    const x = points(-104, -20);
    expect(worstUlps(map('sigmoid', x), x.map(Math.exp))).toBeLessThanOrEqual(1);
  });

  it('sigmoid is at most 3 ulp off', () => {
    for (const [from, to] of [
      [-20, 20],
      [-1, 1],
    ]) {
      const x = points(from, to);
      expect(worstUlps(map('sigmoid', x), x.map(logistic))).toBeLessThanOrEqual(3);
    }
  });

  it('tanh is at most 2 ulp off', () => {
    for (const reach of [10, 1, 0.625, 1e-3, 1e-30]) {
      const x = points(-reach, reach);
      expect(worstUlps(map('tanh', x), x.map(Math.tanh))).toBeLessThanOrEqual(2);
    }
  });

  it('erf has the values of the tables, to 1e-7', () => {
    // Abramowitz and Stegun, table 7.1. GELU is x (1 + erf(x / √2)) / 2.
    const table: readonly [number, number][] = [
      [0, 0],
      [0.1, 0.1124629160182849],
      [0.25, 0.2763263901682369],
      [0.5, 0.5204998778130465],
      [0.75, 0.7111556336535151],
      [1, 0.8427007929497149],
      [1.5, 0.9661051464753108],
      [2, 0.9953222650189527],
      [3, 0.9999779095030014],
    ];
    for (const [z, erf] of table) {
      expect(Math.abs(errorFunction(z) - erf)).toBeLessThanOrEqual(1e-15);
      if (z === 0) continue;
      for (const sign of [1, -1]) {
        const x = Math.fround(sign * z * Math.SQRT2);
        const share = map('gelu', [x])[0] / x;
        expect(Math.abs(share - (1 + sign * erf) / 2), `erf ${sign * z}`).toBeLessThanOrEqual(1e-7);
      }
    }
  });

  it('log(1 + e^z) is at most 2 ulp off for z < 0', () => {
    for (const from of [-104, -20, -1]) {
      const z = points(from, 0);
      const wanted = z.map((v) => Math.log1p(Math.exp(v)));
      expect(worstUlps(map('bceWithLogits', z, 'logits', 'losses'), wanted)).toBeLessThanOrEqual(2);
    }
  });
});

describe('losses of special values', () => {
  it('binary cross-entropy neither overflows nor loses the small losses', () => {
    const found = map('bceWithLogits', [NaN, Infinity, -Infinity, 1e38, -1e38, 0, -100], 'logits', 'losses');
    expect(found.slice(0, 6)).toEqual([NaN, NaN, NaN, Math.fround(1e38), 0, Math.fround(Math.LN2)]);
    expect(Math.abs(found[6] - Math.exp(-100))).toBeLessThanOrEqual(smallest);
  });

  it('binary cross-entropy of probabilities stops at 100, is exact among denormals, and NaN outside [0, 1]', () => {
    const p = Float32Array.of(0, 1, smallest, 1e-40, 2 ** -24, NaN, -smallest, 1 + 2 ** -23, Infinity);
    const losses = (target: number): number[] => {
      const given: Case = {
        kernel: 'bce',
        tensors: { p, target: new Int32Array(p.length).fill(target), losses: new Float32Array(p.length) },
        numbers: { count: p.length, soft: 0 },
        split: p.length,
      };
      return [...floatsOf(given, compute(portable, given), 'losses')];
    };
    const yes = losses(1);
    expect(yes.slice(0, 3).map((loss) => loss + 0)).toEqual([100, 0, 100]);
    expect(yes[3]).toBeCloseTo(-Math.log(p[3]), 4);
    expect(yes[4]).toBeCloseTo(24 * Math.LN2, 5);
    expect(yes.slice(5)).toEqual([NaN, NaN, NaN, NaN]);
    const no = losses(0);
    expect(no.slice(0, 2).map((loss) => loss + 0)).toEqual([0, 100]);
    expect(no[4]).toBeCloseTo(2 ** -24, 12);
    expect(no.slice(5)).toEqual([NaN, NaN, NaN, NaN]);
  });
});

describe('the largest of special values', () => {
  it('is NaN where there is one, and the first of nothing but −∞; ends of rows do as their middles', () => {
    for (const W of [2, 8, 18]) {
      const x = new Float32Array(W).fill(-Infinity);
      x[W - 1] = NaN;
      const sizes = { planes: 1, H: 1, W, OH: 1, OW: W / 2, kernelH: 1, kernelW: 2 };
      const numbers = { ...sizes, strideH: 1, strideW: 2, top: 0, left: 0 };
      const forward: Case = {
        kernel: 'maxPool',
        tensors: { x, y: new Float32Array(W / 2) },
        numbers,
        split: 1,
      };
      const backward: Case = {
        kernel: 'maxPoolGradient',
        tensors: { x, dy: new Float32Array(W / 2).fill(1), dx: new Float32Array(W) },
        numbers,
        split: 1,
      };
      for (const arena of [portable, reference]) {
        const y = floatsOf(forward, compute(arena, forward), 'y');
        expect([...y]).toEqual([...new Float32Array(W / 2 - 1).fill(-Infinity), NaN]);
        const dx = floatsOf(backward, compute(arena, backward), 'dx');
        expect([...dx]).toEqual(Array.from(x, (_, i) => Number(i === W - 1 || (i % 2 === 0 && i < W - 2))));
      }
    }
  });
});
