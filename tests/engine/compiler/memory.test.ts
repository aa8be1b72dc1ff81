import { describe, expect, it } from 'vitest';
import { small, workloadDocument, workloads } from '../../../engine/cli/bench/workload.ts';
import { compilePlan } from '../../../engine/compiler/compile.ts';
import { memoryOf, wordsKeptForBackward } from '../../../engine/compiler/memory.ts';
import type { Step } from '../../../engine/compiler/steps.ts';
import type { Role, Tensor } from '../../../engine/ops/contract.ts';
import { mlpDocument } from '../documents.ts';

let ids = 0;
const tensor = (role: Role, words: number): Tensor => {
  const id = ids++;
  return { id, name: `t${id}`, role, origin: '', shape: [words], dtype: 'float32' };
};

const step = (reads: Tensor[], writes: Tensor[]): Step => ({
  call: { kernel: 'activation', arguments: {}, split: 1 },
  reads,
  writes,
  inPlace: [],
  nodes: [],
  multiplyAdds: 0,
  bytes: 0,
});

describe('what a training step needs of memory', () => {
  it('is what backward reads of the batch and of the forward pass, each once, and nothing that passes by', () => {
    const [x, hidden, passing, logits] = [
      tensor('input', 3),
      tensor('activation', 5),
      tensor('activation', 7),
      tensor('activation', 11),
    ];
    const [w, dw, dHidden] = [tensor('weight', 100), tensor('gradient', 100), tensor('gradient', 5)];
    const steps = [
      step([x, w], [hidden]),
      step([hidden], [passing]),
      step([passing], [logits]),
      step([logits, hidden, w], [dHidden]),
      step([dHidden, hidden, x], [dw]),
      step([dw, logits], [w]),
    ];
    expect(wordsKeptForBackward(steps)).toBe(3 + 5 + 11);
  });

  it('counts weights, gradients and what the optimizer keeps, each without the ends of cache lines', () => {
    const document = mlpDocument();
    const plan = compilePlan(document, { counts: { train: 80, test: 20 } });
    const { parameterCount, programs } = plan;
    expect(memoryOf(plan).neededWords).toBe(2 * parameterCount + programs.train.keptWords);
    document.training.optimizer = { type: 'adam', params: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } };
    const adam = compilePlan(document, { counts: { train: 80, test: 20 } });
    expect(memoryOf(adam).neededWords).toBe(4 * parameterCount + programs.train.keptWords);
  });

  it.each(workloads)('is at least four fifths of the peak of $network', (workload) => {
    const counts = { train: workload.batch * 10, test: workload.batch * 2 };
    const plan = compilePlan(workloadDocument(workload), { counts, evaluateBatch: 1 });
    const { neededWords, peakWords, recordWords } = memoryOf(plan);
    expect(peakWords + recordWords).toBe(plan.arenaWords);
    expect(peakWords).toBeGreaterThan(neededWords);
    expect(peakWords).toBeLessThanOrEqual(1.25 * neededWords);
  });

  it.each(workloads.filter((workload) => workload !== small))(
    'is at least four fifths of the arena of $network: programs, histograms and evaluation add little',
    (workload) => {
      const counts = { train: workload.batch * 10, test: workload.batch * 2 };
      const plan = compilePlan(workloadDocument(workload), { counts });
      expect(plan.arenaWords / memoryOf(plan).neededWords).toBeLessThanOrEqual(1.25);
    },
  );
});
