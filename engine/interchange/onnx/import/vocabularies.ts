import type { OpCall, Tensor } from '../../../ops/contract.ts';
import { Network } from './network.ts';

/** Ops that hand on tokens as they are, some of them, or in another order; by the inputs that they come in by. */
const carriers: Readonly<Record<string, readonly string[]>> = {
  reshape: ['x'],
  permute: ['x'],
  slice: ['x'],
  upsampleNearest: ['x'],
  numbersOf: ['x'],
  wholeNumbersOf: ['x'],
  choose: ['a', 'b'],
  concat: ['a', 'b', 'c', 'd'],
  embedding: ['table'],
};

/** Tokens go to a table, whose rows say how many there are: by the tensors that such come from. */
export function vocabulariesOf(calls: readonly OpCall[]): ReadonlyMap<Tensor, number> {
  const network = new Network(calls);
  const found = new Map<Tensor, number>();
  const asked = calls.flatMap(({ op, inputs: { tokens, table } }): [Tensor, number][] =>
    op.name === 'embedding' && tokens && table ? [[tokens, table.shape[0] ?? 1]] : [],
  );
  for (let next = asked.pop(); next !== undefined; next = asked.pop()) {
    const [tensor, rows] = next;
    if (rows >= (found.get(tensor) ?? Infinity)) continue;
    found.set(tensor, rows);
    const maker = network.maker(tensor);
    for (const name of carriers[maker?.op.name ?? ''] ?? []) {
      const from = maker?.inputs[name];
      if (from !== undefined) asked.push([from, rows]);
    }
  }
  return found;
}
