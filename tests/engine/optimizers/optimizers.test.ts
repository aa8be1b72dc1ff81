import { describe, expect, it } from 'vitest';
import { defaultParams, type Params } from '../../../engine/declaration/fields.ts';
import { checkParams } from '../../../engine/document/check-params.ts';
import { Graph } from '../../../engine/ops/graph.ts';
import type { OptimizerDefinition } from '../../../engine/optimizers/contract.ts';
import { optimizers } from '../../../engine/optimizers/index.ts';
import { expectDocumented } from '../declared.ts';
import { GraphRunner } from '../graph-runner.ts';

const start = [0.5, -1.5, 2];
const gradients = [
  [0.1, -0.2, 3],
  [-0.4, -0.2, 0],
  [0.25, 1e-3, -2],
];
const rates = [0.1, 0.1, 0.05];

/** The weights after three steps, the learning rate lowered before the last. */
function trained(optimizer: OptimizerDefinition, own: Params = {}): number[] {
  const params = { ...defaultParams(optimizer.fields), ...own };
  const graph = new Graph('train', 1, 1);
  const type = { shape: [3], dtype: 'float32' } as const;
  const tensor = (name: string, role: 'weight' | 'gradient' | 'state') =>
    graph.tensor({ name, role, origin: '', type });
  const weight = tensor('w', 'weight');
  const gradient = tensor('dw', 'gradient');
  const state = Object.fromEntries(optimizer.state.map((name) => [name, tensor(name, 'state')]));
  const learningRate = graph.scalar('rate');
  const scalars = optimizer.scalars && graph.scalar('scalars', 'float32', optimizer.scalars.count);
  optimizer.update(graph.scope('w', 'w'), params, weight, gradient, state, {
    learningRate,
    ...(scalars !== undefined && { scalars }),
  });
  const runner = new GraphRunner(graph);
  runner.write(weight, start);
  for (const kept of Object.values(state)) runner.write(kept, [0, 0, 0]);
  for (const [at, values] of gradients.entries()) {
    runner.write(gradient, values);
    runner.write(learningRate, [rates[at]]);
    if (scalars !== undefined) runner.write(scalars, optimizer.scalars?.at(params, at + 1) ?? []);
    runner.run();
  }
  return runner.read(weight);
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
