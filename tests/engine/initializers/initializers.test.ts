import { describe, expect, it } from 'vitest';
import { defaultParams, type Params } from '../../../engine/declaration/fields.ts';
import { checkParams } from '../../../engine/document/check-params.ts';
import type { InitializerDefinition } from '../../../engine/initializers/contract.ts';
import { initializers } from '../../../engine/initializers/index.ts';
import { RandomStream } from '../../../engine/random/stream.ts';
import { expectDocumented } from '../declared.ts';

type Of = Parameters<InitializerDefinition['fill']>[2];
const weight: Of = { shape: [512, 128], fanIn: 256, fanOut: 128 };

function filled(
  initializer: InitializerDefinition,
  own: Params = {},
  seed = 1,
  of: Of = weight,
): Float32Array {
  const count = of.shape.reduce((product, n) => product * n, 1);
  const values = new Float32Array(count).fill(Number.NaN);
  initializer.fill(values, { ...defaultParams(initializer.fields), ...own }, of, new RandomStream(seed, 1));
  return values;
}

function moments(values: Float32Array): { mean: number; std: number; greatest: number } {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
  return {
    mean,
    std: Math.sqrt(variance),
    greatest: values.reduce((most, x) => Math.max(most, Math.abs(x)), 0),
  };
}

const all = Object.entries<InitializerDefinition>(initializers);

describe('initializers', () => {
  it.each(all)('%s explains itself and is valid as it comes', (type, initializer) => {
    expect(initializer.type).toBe(type);
    expectDocumented(initializer.title, initializer.doc, initializer.fields);
    expect(checkParams(initializer.fields, defaultParams(initializer.fields))).toEqual([]);
  });

  it.each(all)('%s gives the same weights for the same seed, and others for another', (type, initializer) => {
    expect(filled(initializer)).toEqual(filled(initializer));
    expect(filled(initializer).every(Number.isFinite)).toBe(true);
    if (!['zeros', 'ones', 'constant'].includes(type))
      expect(filled(initializer, {}, 2)).not.toEqual(filled(initializer));
  });

  it.each<[string, InitializerDefinition, Params, number, number]>([
    ['normal', initializers.normal, { mean: 0, std: 0.1 }, 0, 0.1],
    ['normal with a mean', initializers.normal, { mean: -1, std: 2 }, -1, 2],
    ['Xavier normal', initializers.xavier, { distribution: 'normal' }, 0, Math.sqrt(2 / 384)],
    ['Xavier uniform', initializers.xavier, { distribution: 'uniform' }, 0, Math.sqrt(2 / 384)],
    ['He normal', initializers.he, { distribution: 'normal' }, 0, 0.0884],
    ['He uniform', initializers.he, { distribution: 'uniform' }, 0, 0.0884],
    ['He for the way back', initializers.he, { fan: 'out' }, 0, 0.125],
    ['uniform', initializers.uniform, { from: -1, to: 3 }, 1, 4 / Math.sqrt(12)],
    ['uniform with its ends swapped', initializers.uniform, { from: 3, to: -1 }, 1, 4 / Math.sqrt(12)],
    ['orthogonal', initializers.orthogonal, { gain: 2 }, 0, 2 / Math.sqrt(512)],
  ])('%s has the mean and the standard deviation it promises', (_name, initializer, params, mean, std) => {
    const found = moments(filled(initializer, params));
    expect(Math.abs(found.mean - mean)).toBeLessThan((4 * std) / 256);
    expect(found.std / std).toBeCloseTo(1, 2);
  });

  it('He normal for a fan-in of 256 multiplies standard normal numbers by .0884', () => {
    const random = new RandomStream(1, 1);
    for (const value of filled(initializers.he, { distribution: 'normal' }).subarray(0, 100)) {
      expect(value / random.normal()).toBeCloseTo(0.0884, 4);
    }
  });

  it('uniform weights stay within √(6 / (fan-in + fan-out)) and √(6 / fan-in), and reach nearly that far', () => {
    for (const [initializer, bound] of [
      [initializers.xavier, Math.sqrt(6 / 384)],
      [initializers.he, Math.sqrt(6 / 256)],
    ] as const) {
      const { greatest } = moments(filled(initializer, { distribution: 'uniform' }));
      expect(greatest).toBeLessThanOrEqual(bound * (1 + 1e-6));
      expect(greatest).toBeGreaterThan(0.999 * bound);
    }
  });

  it('zeros are zeros, ones are ones, and a constant is what it was set to', () => {
    expect(filled(initializers.zeros).every((value) => value === 0)).toBe(true);
    expect(filled(initializers.ones).every((value) => value === 1)).toBe(true);
    expect(filled(initializers.constant, { value: -0.75 }).every((value) => value === -0.75)).toBe(true);
  });

  it.each([[[1, 1]], [[5, 5]], [[17, 3]], [[3, 17]], [[6, 2, 3, 3]]])(
    'orthogonal vectors of shape %j are of the gain’s length and at right angles',
    (shape) => {
      const count = shape.reduce((product, n) => product * n, 1);
      const values = filled(initializers.orthogonal, { gain: 1.5 }, 3, { shape, fanIn: 1, fanOut: 1 });
      const rows = shape[0] as number;
      const columns = count / rows;
      const at = (i: number, j: number) => values[i * columns + j] as number;
      // The shorter side's vectors: columns of a tall matrix, rows of a wide one.
      const short = Math.min(rows, columns);
      const long = Math.max(rows, columns);
      const element = (vector: number, i: number) => (rows >= columns ? at(i, vector) : at(vector, i));
      for (let a = 0; a < short; a++) {
        for (let b = 0; b < short; b++) {
          let dot = 0;
          for (let i = 0; i < long; i++) dot += element(a, i) * element(b, i);
          expect(dot).toBeCloseTo(a === b ? 2.25 : 0, 5);
        }
      }
    },
  );

  it('orthogonal weights favour no direction: over many seeds each element is as often negative as positive', () => {
    const signs = [0, 0, 0, 0];
    for (let seed = 1; seed <= 400; seed++) {
      const values = filled(initializers.orthogonal, {}, seed, { shape: [2, 2], fanIn: 2, fanOut: 2 });
      for (const i of signs.keys()) signs[i] = (signs[i] as number) + Math.sign(values[i] as number);
    }
    for (const sum of signs) expect(Math.abs(sum)).toBeLessThan(80);
  });
});
