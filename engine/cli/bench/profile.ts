import type { Prepared } from '../../training/prepare.ts';
import type { KernelTime } from './contestant.ts';

interface Spent {
  calls: number;
  ms: number;
}

/** Runs the calls of a training step one by one and adds up the time per kernel, the costliest first. */
export function profileOf({ machine, trainer }: Prepared, seconds: number): readonly KernelTime[] {
  const { train } = machine.plan.programs;
  const loaded = machine.loaded(train);
  const spent = new Map<string, Spent>();
  // Weights and a batch are there after a step.
  trainer.step();
  const begin = performance.now();
  let steps = 0;
  do {
    for (const [at, { kernel }] of train.calls.entries()) {
      const before = performance.now();
      machine.run(loaded, at, at + 1);
      const entry = spent.get(kernel) ?? { calls: 0, ms: 0 };
      spent.set(kernel, { calls: entry.calls + 1, ms: entry.ms + performance.now() - before });
    }
    steps++;
  } while (performance.now() - begin < seconds * 1000);

  const arithmetic = new Map<string, number>();
  for (const { kernel, multiplyAdds } of train.calls)
    arithmetic.set(kernel, (arithmetic.get(kernel) ?? 0) + multiplyAdds);
  return [...spent]
    .map(([kernel, { calls, ms }]) => ({
      kernel,
      calls: calls / steps,
      msPerStep: ms / steps,
      gflops: (2 * (arithmetic.get(kernel) ?? 0)) / ((ms / steps) * 1e6),
    }))
    .toSorted((a, b) => b.msPerStep - a.msPerStep);
}
