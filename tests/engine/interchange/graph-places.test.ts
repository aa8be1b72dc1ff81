import { describe, expect, it } from 'vitest';
import { wholeFile } from '../../../engine/interchange/onnx/external-data.ts';
import { FieldWriter } from '../../../engine/interchange/onnx/field-writer.ts';
import { inspectModel } from '../../../engine/interchange/onnx/inspect.ts';
import { floatTensor, type Model } from '../../../engine/interchange/onnx/model.ts';
import { writeModel } from '../../../engine/interchange/onnx/write-model.ts';
import { patchClassifier } from './foreign-models.ts';
import { floats, longs, node, written } from './written-models.ts';

const summaryOf = (model: Model, more: Uint8Array = new Uint8Array()) =>
  inspectModel(wholeFile(Buffer.concat([writeModel(model), more])), 'a.onnx', () => '').summary;

const drawn = ({ nodes, wires }: ReturnType<typeof summaryOf>): string[] => {
  const named = (place: string): string => {
    const [kind, at] = place.split('-');
    return kind === 'node' ? (nodes[Number(at)]?.name ?? '?') : place;
  };
  return wires.map(({ from, to }) => `${named(from)} > ${named(to)}`);
};

describe('the wires of an opened model', () => {
  it('lead from inputs over nodes to outputs, constants being no origins', () => {
    const model = written({
      inputs: { x: ['N', 3, 8, 8], length: [1] },
      outputs: ['y', 'state'],
      nodes: [
        node('Conv', ['x', 'w', 'b'], 'c'),
        node('Split', ['c'], ['left', 'right']),
        node('Mul', ['left', 'left'], 'square'),
        node('GRU', ['square', 'w', '', '', 'length'], ['', 'state']),
        node('Add', ['square', 'right'], 'y'),
      ],
      initializers: [floats('w', 4, 3, 3, 3), floats('b', 4)],
    });
    expect(drawn(summaryOf(model))).toEqual([
      'input-0 > Conv_c',
      'Conv_c > Split_left',
      'Split_left > Mul_square',
      'Mul_square > GRU_',
      'input-1 > GRU_',
      'Mul_square > Add_y',
      'Split_left > Add_y',
      'Add_y > output-0',
      'GRU_ > output-1',
    ]);
  });

  it('reach into the graphs that a node holds, and not to what these make themselves', () => {
    const model = written({
      inputs: { x: ['N', 4], which: [] },
      outputs: ['y'],
      nodes: [node('Relu', ['x'], 'bent'), node('Sigmoid', ['x'], 'squashed')],
      initializers: [floats('gain', 4)],
    });
    const named = (w: FieldWriter, name: string) => w.string(1, name);
    const branch = (attribute: FieldWriter, name: string, read: string, deep?: string) =>
      attribute
        .string(1, name)
        .message(6, (graph) => {
          graph.message(1, (inner) =>
            inner.strings(1, [read, 'gain', 'own']).strings(2, ['made']).string(4, 'Sum'),
          );
          if (deep !== undefined)
            graph.message(1, (inner) =>
              inner
                .strings(1, ['made'])
                .strings(2, ['end'])
                .string(4, 'If')
                .message(5, (held) => branch(held, 'then_branch', deep)),
            );
          graph.message(5, (tensor) => tensor.string(8, 'own')).message(12, (w) => named(w, 'made'));
        })
        .int(20, 5);
    // A graph in two pieces is one graph.
    const choice = new FieldWriter().message(7, (graph) =>
      graph.message(1, (held) =>
        held
          .strings(1, ['which'])
          .strings(2, ['y'])
          .string(3, 'choice')
          .string(4, 'If')
          .message(5, (attribute) => branch(attribute, 'then_branch', 'bent'))
          .message(5, (attribute) => branch(attribute, 'else_branch', 'bent', 'squashed')),
      ),
    );
    const summary = summaryOf(model, choice.finish());
    expect(drawn(summary)).toEqual([
      'input-0 > Relu_bent',
      'input-0 > Sigmoid_squashed',
      'input-1 > choice',
      'Relu_bent > choice',
      'Sigmoid_squashed > choice',
      'choice > output-0',
    ]);
    expect(summary.nodes.at(-1)).toMatchObject({ opType: 'If', weightCount: 4 });
    expect(summary.operators.find(({ opType }) => opType === 'If')).toMatchObject({
      count: 1,
      isMissing: false,
    });
  });

  it('come with the numbers that a node’s constants hold, and the shape of what it makes where the file says it', () => {
    const model = written({
      inputs: { x: ['N', 6] },
      outputs: ['y'],
      nodes: [
        node('Constant', [], 'half', {
          name: 'value',
          kind: 'tensor',
          value: floatTensor('', [2], new Float32Array(2)),
        }),
        node('Constant', [], 'to', { name: 'value_ints', kind: 'ints', value: [2n, 3n] }),
        node('Gemm', ['x', 'w', 'b'], 'h'),
        node('Mul', ['h', 'half'], 'scaled'),
        node('Reshape', ['scaled', 'to'], 'y'),
      ],
      initializers: [floats('w', 6, 2), floats('b', 2), longs('unused', [2], 1, 2)],
    });
    const values = [{ name: 'h', tensor: { elementType: 1, dims: ['N', '', 2] } }];
    const { nodes } = summaryOf({ ...model, graph: { ...model.graph, values } });
    expect(nodes.map(({ opType, weightCount, shape }) => [opType, weightCount, shape])).toEqual([
      ['Constant', 0, undefined],
      ['Constant', 0, undefined],
      ['Gemm', 14, ['N', -1, 2]],
      ['Mul', 2, undefined],
      ['Reshape', 0, undefined],
    ]);
  });

  it('name every pair of places once, each of them a place that is there', () => {
    const { nodes, inputs, outputs, wires } = summaryOf(patchClassifier(8, 8));
    const places = new Set([
      ...inputs.map((_, at) => `input-${at}`),
      ...nodes.map((_, at) => `node-${at}`),
      ...outputs.map((_, at) => `output-${at}`),
    ]);
    expect(wires.filter(({ from, to }) => !places.has(from) || !places.has(to))).toEqual([]);
    expect(new Set(wires.map(({ from, to }) => `${from} ${to}`)).size).toBe(wires.length);
  });
});
