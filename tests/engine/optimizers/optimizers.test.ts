import { describe, expect, it } from 'vitest';
import { defaultParams, type Params } from '../../../engine/declaration/fields.ts';
import { checkParams } from '../../../engine/document/check-params.ts';
import { Graph } from '../../../engine/ops/graph.ts';
import type { OptimizerDefinition } from '../../../engine/optimizers/contract.ts';
import { optimizers } from '../../../engine/optimizers/index.ts';
import { expectDocumented } from '../declared.ts';
import { GraphRunner, type Precision } from '../graph-runner.ts';

const start = [0.5, -1.5, 2];
const gradients = [
  [0.1, -0.2, 3],
  [-0.4, -0.2, 0],
  [0.25, 1e-3, -2],
];
const rates = [0.1, 0.1, 0.05];

interface Course {
  readonly start: readonly number[];
  readonly gradients: readonly (readonly number[])[];
  readonly rates: readonly number[];
  readonly decay?: number;
  readonly precision?: Precision;
}

/** The weights after each step. */
function runOptimizer(optimizer: OptimizerDefinition, own: Params, course: Course): number[][] {
  const { decay = 0, precision = 'float64' } = course;
  const params = { ...defaultParams(optimizer.fields), ...own };
  const graph = new Graph('train', 1, 1);
  const type = { shape: [course.start.length], dtype: 'float32' } as const;
  const tensor = (name: string, role: 'weight' | 'gradient' | 'state') =>
    graph.tensor({ name, role, origin: '', type });
  const weight = tensor('w', 'weight');
  const gradient = tensor('dw', 'gradient');
  const state = Object.fromEntries(optimizer.state(params).map((name) => [name, tensor(name, 'state')]));
  const learningRate = graph.scalar('rate');
  const scalars = optimizer.scalars && graph.scalar('scalars', 'float32', optimizer.scalars.count);
  optimizer.update(graph.scope('w', 'w'), params, weight, gradient, state, {
    learningRate,
    ...(scalars !== undefined && { scalars }),
    decay,
  });
  const runner = new GraphRunner(graph, precision);
  runner.write(weight, course.start);
  for (const kept of Object.values(state))
    runner.write(
      kept,
      course.start.map(() => 0),
    );
  return course.gradients.map((values, at) => {
    runner.write(gradient, values);
    runner.write(learningRate, [course.rates[at]]);
    if (scalars !== undefined) runner.write(scalars, optimizer.scalars?.at(params, at + 1) ?? []);
    runner.run();
    return runner.read(weight);
  });
}

/** The weights after three steps, the learning rate lowered before the last. */
const trained = (optimizer: OptimizerDefinition, own: Params = {}, { decay = 0 } = {}): number[] =>
  runOptimizer(optimizer, own, { start, gradients, rates, decay }).at(-1) as number[];

/** A single weight after each of some steps. */
function oneWeight(
  optimizer: OptimizerDefinition,
  own: Params,
  first: number,
  steps: readonly number[],
  rate: number,
  decay = 0,
  precision: Precision = 'float64',
): number[] {
  return runOptimizer(optimizer, own, {
    start: [first],
    gradients: steps.map((dw) => [dw]),
    rates: steps.map(() => rate),
    decay,
    precision,
  }).map(([w]) => w as number);
}

/** The same by a rule for one weight, written as in the papers. */
const byHand = (
  rule: (w: number, dw: number, rate: number, t: number, kept: Record<string, number>) => number,
): number[] =>
  start.map((first, i) => {
    const kept = {};
    return gradients.reduce((w, dw, at) => rule(w, dw[i], rates[at], at + 1, kept), first);
  });

function expectNear(found: readonly number[], expected: readonly number[]): void {
  for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value, 12);
}

describe('optimizers', () => {
  it.each(Object.entries<OptimizerDefinition>(optimizers))(
    '%s explains itself and is valid as it comes',
    (type, optimizer) => {
      expect(optimizer.type).toBe(type);
      expectDocumented(optimizer.title, optimizer.doc, optimizer.fields);
      expect(checkParams(optimizer.fields, defaultParams(optimizer.fields))).toEqual([]);
      expect(optimizer.defaultLearningRate).toBeGreaterThan(0);
    },
  );

  it('SGD takes w − rate · dw', () => {
    expectNear(
      trained(optimizers.sgd),
      byHand((w, dw, rate) => w - rate * dw),
    );
  });

  it('Momentum averages the gradients', () => {
    const expected = byHand((w, dw, rate, _t, kept) => {
      kept.v = 0.8 * (kept.v ?? 0) + 0.2 * dw;
      return w - rate * kept.v;
    });
    expectNear(trained(optimizers.momentum, { beta: 0.8, form: 'average' }), expected);
  });

  it("Momentum in PyTorch's form sums them", () => {
    const expected = byHand((w, dw, rate, _t, kept) => {
      kept.v = 0.8 * (kept.v ?? 0) + dw;
      return w - rate * kept.v;
    });
    expectNear(trained(optimizers.momentum, { beta: 0.8, form: 'pytorch' }), expected);
  });

  it("Nesterov's momentum looks ahead as in PyTorch", () => {
    const expected = byHand((w, dw, rate, _t, kept) => {
      kept.v = 0.8 * (kept.v ?? 0) + dw;
      return w - rate * (dw + 0.8 * kept.v);
    });
    expectNear(trained(optimizers.nesterov, { beta: 0.8 }), expected);
  });

  it('Nesterov by hand: from 1 with gradients 1 and 1, β = ½ and rate 0.1 it goes to 0.85, then 0.675', () => {
    // v = 1, step 1 + ½ · 1 = 1.5; v = 1.5, step 1 + ½ · 1.5 = 1.75
    const weights = oneWeight(optimizers.nesterov, { beta: 0.5 }, 1, [1, 1], 0.1);
    expect(weights[0]).toBeCloseTo(0.85, 12);
    expect(weights[1]).toBeCloseTo(0.675, 12);
  });

  it.each([
    ['inside', (s: number) => Math.sqrt(s + 0.01)],
    ['pytorch', (s: number) => Math.sqrt(s) + 0.01],
  ])('Adagrad sums squares, with ε %s', (form, root) => {
    const expected = byHand((w, dw, rate, _t, kept) => {
      kept.s = (kept.s ?? 0) + dw * dw;
      return w - (rate * dw) / root(kept.s);
    });
    expectNear(trained(optimizers.adagrad, { epsilon: 0.01, form }), expected);
  });

  it('Adagrad by hand: gradients 3 and 4 from 1 with rate 1 and hardly any ε go to 0, then −0.8', () => {
    const weights = oneWeight(optimizers.adagrad, { epsilon: 1e-15, form: 'pytorch' }, 1, [3, 4], 1);
    expect(weights[0]).toBeCloseTo(0, 12);
    expect(weights[1]).toBeCloseTo(-0.8, 12);
  });

  it.each([
    ['inside', (s: number) => Math.sqrt(s + 0.01)],
    ['pytorch', (s: number) => Math.sqrt(s) + 0.01],
  ])('RMSProp averages squares, with ε %s', (form, root) => {
    const expected = byHand((w, dw, rate, _t, kept) => {
      kept.s = 0.9 * (kept.s ?? 0) + 0.1 * dw * dw;
      return w - (rate * dw) / root(kept.s);
    });
    expectNear(trained(optimizers.rmsprop, { beta: 0.9, momentum: 0, epsilon: 0.01, form }), expected);
  });

  it("RMSProp's momentum sums scaled gradients as PyTorch's does", () => {
    const expected = byHand((w, dw, rate, _t, kept) => {
      kept.s = 0.9 * (kept.s ?? 0) + 0.1 * dw * dw;
      kept.v = 0.7 * (kept.v ?? 0) + dw / (Math.sqrt(kept.s) + 0.01);
      return w - rate * kept.v;
    });
    const params = { beta: 0.9, momentum: 0.7, epsilon: 0.01, form: 'pytorch' };
    expectNear(trained(optimizers.rmsprop, params), expected);
  });

  it('AdamW shrinks a weight by rate · decay beside the step of Adam', () => {
    const expected = byHand((w, dw, rate, t, kept) => {
      kept.m = 0.9 * (kept.m ?? 0) + 0.1 * dw;
      kept.s = 0.99 * (kept.s ?? 0) + 0.01 * dw * dw;
      const step = kept.m / (1 - 0.9 ** t) / (Math.sqrt(kept.s / (1 - 0.99 ** t)) + 1e-8);
      return w * (1 - rate * 0.3) - rate * step;
    });
    const params = { beta1: 0.9, beta2: 0.99, epsilon: 1e-8 };
    expectNear(trained(optimizers.adamw, params, { decay: 0.3 }), expected);
  });

  it.each(Object.entries<OptimizerDefinition>(optimizers))(
    '%s leaves what a decay of 0.5 leaves of a weight without gradient',
    (_type, optimizer) => {
      expect(oneWeight(optimizer, {}, 2, [0, 0], 0.1, 0.5)).toEqual([
        expect.closeTo(1.9, 12),
        expect.closeTo(1.805, 12),
      ]);
    },
  );

  it('Adam in float32 stays within 1e-6 of float64 over ten steps, as exact as 1 − β can be had', () => {
    const ten = Array.from({ length: 10 }, (_, i) => Math.fround(Math.sin(i + 1)));
    const params = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
    for (const rate of [0.01, 0.001]) {
      const [exact, found] = (['float64', 'float32'] as const).map(
        (precision) => oneWeight(optimizers.adam, params, 0, ten, rate, 0, precision).at(-1) as number,
      ) as [number, number];
      expect(Math.abs(found - exact) / Math.abs(exact)).toBeLessThan(1e-6);
    }
  });

  it('Adam corrects the bias of both means', () => {
    const expected = byHand((w, dw, rate, t, kept) => {
      kept.m = 0.9 * (kept.m ?? 0) + 0.1 * dw;
      kept.s = 0.99 * (kept.s ?? 0) + 0.01 * dw * dw;
      return w - (rate * (kept.m / (1 - 0.9 ** t))) / (Math.sqrt(kept.s / (1 - 0.99 ** t)) + 1e-8);
    });
    expectNear(trained(optimizers.adam, { beta1: 0.9, beta2: 0.99, epsilon: 1e-8 }), expected);
  });

  it("Adam's corrections are exact from the first step to the millionth", () => {
    const at = (t: number) =>
      optimizers.adam.scalars?.at({ beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }, t) ?? [];
    for (const t of [1, 2, 3, 10, 999, 1000, 4096, 1_000_000]) {
      expect(at(t)[0]).toBeCloseTo(1 - 0.9 ** t, 12);
      expect(at(t)[1]).toBeCloseTo(1 - 0.999 ** t, 12);
    }
  });
});
