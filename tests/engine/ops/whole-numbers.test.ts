import { describe, expect, it } from 'vitest';
import { concat } from '../../../engine/ops/concat.ts';
import type { Attributes, OpDefinition } from '../../../engine/ops/contract.ts';
import { Graph } from '../../../engine/ops/graph.ts';
import { permute } from '../../../engine/ops/permute.ts';
import { slice } from '../../../engine/ops/slice.ts';
import { GraphRunner } from '../graph-runner.ts';

const ways: readonly (readonly [string, OpDefinition<string, 'y'>, Attributes, number[], number[]])[] = [
  ['permute', permute, { axes: [0, 2, 1] }, [1, 3, 2], [7, 0, 3, 2, 6, 5]],
  ['slice', slice, { axis: 1, start: 1, end: 2 }, [1, 1, 3], [2, 6, 5]],
  ['concat', concat, { axis: 2 }, [1, 2, 6], [7, 3, 6, 7, 3, 6, 2, 6, 5, 2, 6, 5]],
];

describe.each(ways)('%s', (_name, op, attributes, shape, expected) => {
  it.each(['float32', 'float64'] as const)('moves tokens as well as numbers, in %s', (precision) => {
    const graph = new Graph('eval', 1, 1);
    const type = { shape: [1, 2, 3], dtype: 'int32', classes: 8 } as const;
    const x = graph.tensor({ name: 'x', role: 'input', origin: '', type });
    const { y } = graph.scope('op', 'op').emit(op, { x, a: x, b: x }, attributes);
    expect(y).toMatchObject({ dtype: 'int32', classes: 8, shape });
    const runner = new GraphRunner(graph, precision);
    const tokens = op === permute ? [7, 3, 6, 0, 2, 5] : [7, 3, 6, 2, 6, 5];
    runner.write(x, tokens);
    runner.run();
    expect(runner.read(y)).toEqual(expected);
  });
});
