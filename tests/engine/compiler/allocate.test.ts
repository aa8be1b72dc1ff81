import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alignedWords, placeByLiveness } from '../../../engine/compiler/allocate.ts';
import { lowerAll, type Step } from '../../../engine/compiler/steps.ts';
import { relu } from '../../../engine/ops/activations.ts';
import type { Tensor } from '../../../engine/ops/contract.ts';
import { Graph } from '../../../engine/ops/graph.ts';
import { multiply } from '../../../engine/ops/multiply.ts';

const tensor = (id: number, words: number): Tensor => ({
  id,
  name: `t${id}`,
  role: 'activation',
  origin: '',
  shape: [words],
  dtype: 'float32',
});

const step = (reads: Tensor[], writes: Tensor[], inPlace: Tensor[] = []): Step => ({
  call: { kernel: 'activation', arguments: {}, split: 1 },
  reads,
  writes,
  inPlace,
  multiplyAdds: 0,
  nodes: [],
  bytes: 0,
});

/** A chain t0 → t1 → …, with some tensors read again later. */
const chains = fc
  .array(fc.record({ words: fc.integer({ min: 1, max: 100 }), again: fc.nat({ max: 6 }) }), {
    minLength: 2,
    maxLength: 30,
  })
  .map((links) => {
    const tensors = links.map(({ words }, id) => tensor(id, words));
    const steps = tensors.slice(1).map((output, at) => {
      const older = tensors.filter((_, id) => id < at && id + (links[id]?.again ?? 0) >= at);
      return step([tensors[at] as Tensor, ...older], [output]);
    });
    return { tensors, steps };
  });

const lifeOf = (subject: Tensor, steps: readonly Step[]): [number, number] => {
  const uses = steps.flatMap(({ reads, writes }, at) =>
    [...reads, ...writes].includes(subject) ? [at] : [],
  );
  return [Math.min(...uses), Math.max(...uses)];
};

describe('placing tensors by liveness', () => {
  it('never lets two tensors that are needed at one time share a word', () => {
    fc.assert(
      fc.property(chains, ({ tensors, steps }) => {
        const places = new Map<Tensor, number>();
        const end = placeByLiveness(places, steps, { filled: [], kept: [], base: 64 });
        for (const a of tensors) {
          const start = places.get(a) as number;
          expect(start).toBeGreaterThanOrEqual(64);
          expect(start + (a.shape[0] as number)).toBeLessThanOrEqual(end);
          for (const b of tensors) {
            if (a === b) continue;
            const [aFrom, aTo] = lifeOf(a, steps);
            const [bFrom, bTo] = lifeOf(b, steps);
            const together = aFrom <= bTo && bFrom <= aTo;
            const other = places.get(b) as number;
            const overlap = start < other + (b.shape[0] as number) && other < start + (a.shape[0] as number);
            expect(together && overlap).toBe(false);
          }
        }
      }),
    );
  });

  it('needs room for two neighbours of a plain chain, however long it is', () => {
    const tensors = Array.from({ length: 50 }, (_, id) => tensor(id, 32));
    const steps = tensors.slice(1).map((output, at) => step([tensors[at] as Tensor], [output]));
    expect(placeByLiveness(new Map(), steps, { filled: [], kept: [], base: 0 })).toBe(2 * alignedWords(32));
  });

  it('keeps what is filled before the first step and what is read after the last', () => {
    const [x, middle, y] = [tensor(0, 16), tensor(1, 16), tensor(2, 16)] as const;
    const places = new Map<Tensor, number>();
    placeByLiveness(places, [step([], [middle]), step([x, middle], [y])], {
      filled: [x],
      kept: [middle, y],
      base: 0,
    });
    expect(new Set(places.values()).size).toBe(3);
  });

  it('lets a result take the words of an operand that ends there, and of no other', () => {
    const [a, b, sum, last] = [tensor(0, 16), tensor(1, 16), tensor(2, 16), tensor(3, 32)] as const;
    const places = new Map<Tensor, number>();
    const steps = [
      step([], [a]),
      step([], [b]),
      step([a, b], [sum], [a, b]),
      step([a, sum], [last], [a, sum]),
    ];
    placeByLiveness(places, steps, { filled: [], kept: [last], base: 0 });
    // a is read once more, so the sum takes the words of b; the last result is larger than either.
    expect(places.get(sum)).toBe(places.get(b));
    expect(places.get(a)).not.toBe(places.get(sum));
    expect([places.get(a), places.get(sum)]).not.toContain(places.get(last));
  });

  it('lets no result take the words of an operand that is broadcast, though both fill one cache line', () => {
    const graph = new Graph('eval', 1, 2);
    const input = (name: string, shape: readonly number[]): Tensor =>
      graph.tensor({ name, role: 'input', origin: '', type: { shape, dtype: 'float32' } });
    const scope = graph.scope('n', 'n');
    const a = scope.emit(relu, { x: input('x', [2, 8]) }).y;
    const gate = scope.emit(relu, { x: input('z', [2, 1]) }).y;
    const scaled = scope.emit(multiply, { a, b: gate }).y;
    const last = scope.emit(multiply, { a: scaled, b: a }).y;
    const places = new Map<Tensor, number>();
    placeByLiveness(places, lowerAll(graph.calls, new Map()), { filled: [], kept: [last], base: 0 });
    expect(places.get(scaled)).not.toBe(places.get(gate));
  });
});
