import { describe, expect, it } from 'vitest';
import { defaultParams, type Params } from '../../../engine/declaration/fields.ts';
import { checkParams } from '../../../engine/document/check-params.ts';
import type { InitializerDefinition } from '../../../engine/initializers/contract.ts';
import { initializers } from '../../../engine/initializers/index.ts';
import { RandomStream } from '../../../engine/random/stream.ts';
import { expectDocumented } from '../declared.ts';

const fan = { fanIn: 256, fanOut: 128 };

function filled(initializer: InitializerDefinition, own: Params = {}, seed = 1, count = 65536): Float32Array {
  const values = new Float32Array(count).fill(Number.NaN);
  initializer.fill(values, { ...defaultParams(initializer.fields), ...own }, fan, new RandomStream(seed, 1));
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
  ])('%s has the mean and the standard deviation it promises', (_name, initializer, params, mean, std) => {
    const found = moments(filled(initializer, params));
    expect(Math.abs(found.mean - mean)).toBeLessThan((4 * std) / 256);
    expect(found.std / std).toBeCloseTo(1, 2);
  });

  it('He normal for a fan-in of 256 multiplies standard normal numbers by .0884', () => {
    const random = new RandomStream(1, 1);
    for (const value of filled(initializers.he, { distribution: 'normal' }, 1, 100)) {
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

  it('zeros are zeros', () => {
    expect(filled(initializers.zeros).every((value) => value === 0)).toBe(true);
  });
});
