import { afterAll, describe, expect, it } from 'vitest';
import { floats, int, longs, node, written } from '../interchange/written-models.ts';
import { onnxruntime } from '../onnx-runner.ts';
import { layersOf } from './imported.ts';

afterAll(() => onnxruntime.close());

describe('an input of single numbers', () => {
  const both = { inputs: { a: ['N'], b: ['N'] }, outputs: ['y'] } as const;
  const rows = ['a', 'b'].map((name) => node('Unsqueeze', [name, 'last'], `${name}1`));
  const last = longs('last', [1], 1);

  it('that are joined to rows is a row of one', async () => {
    const model = written({
      ...both,
      nodes: [...rows, node('Concat', ['a1', 'b1'], 'row', int('axis', 1)), node('Gemm', ['row', 'w'], 'y')],
      initializers: [last, floats('w', 2, 3)],
    });
    expect(await layersOf(model)).toBe('concat linear');
  });

  it('that are reckoned with as they are is a row of one all the way', async () => {
    const model = written({
      ...both,
      nodes: [node('Sigmoid', ['a'], 's'), node('Mul', ['s', 'b'], 'p'), node('Add', ['p', 'half'], 'y')],
      initializers: [floats('half')],
    });
    expect(await layersOf(model)).toBe('sigmoid multiply shift');
  });

  it('that are tokens are looked up, each for itself', async () => {
    const model = written({
      ...both,
      types: { a: 7, b: 7 },
      nodes: [
        node('Gather', ['table', 'a'], 'found'),
        node('Cast', ['b'], 'number', int('to', 1)),
        node('Unsqueeze', ['number', 'last'], 'b1'),
        node('Concat', ['found', 'b1'], 'row', int('axis', 1)),
        node('Gemm', ['row', 'w'], 'y'),
      ],
      initializers: [last, floats('table', 7, 4), floats('w', 5, 3)],
    });
    expect(await layersOf(model)).toBe('embedding concat linear');
  });
});
