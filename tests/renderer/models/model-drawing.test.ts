import { describe, expect, it } from 'vitest';
import type { ModelWire, OpenedModel } from '../../../engine/protocol/model-messages.ts';
import { layOutWays } from '../../../renderer/arrange/lay-out-ways.ts';
import { drawingOf, drawnPlace, stepFrom } from '../../../renderer/models/model-drawing.ts';
import { operatorKind } from '../../../renderer/models/operator-kinds.ts';

const size = { width: 200, height: 50 };

/** x feeds Conv and Add; the Constant is read by Add alone. */
const model: OpenedModel = {
  model: '1',
  name: 'a.onnx',
  sizeBytes: 1,
  beside: [],
  opset: 17,
  producer: '',
  parameterCount: 9,
  inputs: [{ name: 'x', shape: ['N', 3], dtype: 'float32' }],
  outputs: [{ name: 'y', shape: [], dtype: 'float32' }],
  nodes: [
    { opType: 'Conv', name: 'conv', shape: ['N', 4], weightCount: 9 },
    { opType: 'Constant', name: 'half', shape: undefined, weightCount: 0 },
    { opType: 'far.away.GRU', name: 'gru', shape: undefined, weightCount: 0 },
    { opType: 'Add', name: 'add', shape: undefined, weightCount: 1 },
  ],
  wires: [
    { from: 'input-0', to: 'node-0' },
    { from: 'input-0', to: 'node-2' },
    { from: 'node-0', to: 'node-3' },
    { from: 'node-1', to: 'node-3' },
    { from: 'node-2', to: 'node-3' },
    { from: 'node-3', to: 'output-0' },
  ],
  openSizes: [],
  operators: [
    { opType: 'Conv', count: 1, isMissing: false },
    { opType: 'far.away.GRU', count: 1, isMissing: true },
  ],
  metadata: undefined,
};

const laidOut = (wires: readonly ModelWire[], boxes: readonly string[]) => {
  const { places, ways } = layOutWays({ boxes, size, wires });
  return { at: new Map(boxes.map((id, i) => [id, places[i] ?? { x: NaN, y: NaN }])), places, ways };
};

describe('the drawing of a model', () => {
  it('has boxes for inputs, nodes and outputs, and none for constants', () => {
    const { boxes, wires } = drawingOf(model);
    expect(boxes.map(({ place, kind, isMissing }) => [place, kind, isMissing])).toEqual([
      ['input-0', 'input', false],
      ['node-0', 'convolution', false],
      ['node-2', 'other', true],
      ['node-3', 'linear', false],
      ['output-0', 'output', false],
    ]);
    expect(wires).toEqual(model.wires.filter(({ from }) => from !== 'node-1'));
    expect(boxes.at(-1)?.shape, 'of an output without sizes').toBeUndefined();
  });

  it('shows a constant in the node that reads it', () => {
    expect(drawnPlace(model, 'node-1')).toBe('node-3');
    expect(drawnPlace(model, 'node-2')).toBe('node-2');
    expect(drawnPlace(model, 'output-0')).toBe('output-0');
    expect(drawnPlace({ ...model, wires: [] }, 'node-1')).toBe('node-1');
  });

  it('lets every wire lead downwards, with nothing on top of anything and no wire through a box', () => {
    const drawing = drawingOf(model);
    // One more, past two rows.
    const wires: readonly ModelWire[] = [...drawing.wires, { from: 'input-0', to: 'output-0' }];
    const { at, ways } = laidOut(
      wires,
      drawing.boxes.map(({ place }) => place),
    );
    const boxes = [...at.values()];
    for (const { from, to } of wires)
      expect((at.get(from)?.y ?? NaN) + size.height).toBeLessThan(at.get(to)?.y ?? NaN);
    for (const [i, a] of boxes.entries())
      for (const b of boxes.slice(i + 1))
        expect(Math.abs(a.x - b.x) >= size.width || Math.abs(a.y - b.y) >= size.height).toBe(true);
    for (const way of ways)
      for (const point of way)
        for (const { x, y } of boxes) {
          const isInside =
            point.x > x && point.x < x + size.width && point.y > y && point.y < y + size.height;
          expect(isInside, JSON.stringify(point)).toBe(false);
        }
    expect(ways.at(-1)?.length, 'the long wire goes round').toBeGreaterThan(1);
  });

  it('is walked along its wires and rows', () => {
    const drawing = drawingOf(model);
    const { places, at } = laidOut(
      drawing.wires,
      drawing.boxes.map(({ place }) => place),
    );
    const [left, right] = (['node-0', 'node-2'] as const).toSorted(
      (a, b) => (at.get(a)?.x ?? NaN) - (at.get(b)?.x ?? NaN),
    );
    expect(stepFrom(drawing, places, undefined, 'down')).toBe('input-0');
    expect(stepFrom(drawing, places, 'input-0', 'down')).toBe('node-0');
    expect(stepFrom(drawing, places, 'node-3', 'up')).toBe('node-0');
    expect(stepFrom(drawing, places, left, 'right')).toBe(right);
    expect(stepFrom(drawing, places, right, 'left')).toBe(left);
    expect(stepFrom(drawing, places, left, 'left')).toBeUndefined();
    expect(stepFrom(drawing, places, 'output-0', 'down')).toBeUndefined();
  });
});

describe('the kind of an operator', () => {
  it.each([
    ['Conv', 'convolution'],
    ['ConvTranspose', 'convolution'],
    ['GlobalAveragePool', 'convolution'],
    ['com.microsoft.FusedMatMul', 'linear'],
    ['BatchNormalization', 'normalisation'],
    ['LeakyRelu', 'activation'],
    ['LogSoftmax', 'activation'],
    ['MultiHeadAttention', 'attention'],
    ['SoftmaxCrossEntropyLoss', 'loss'],
    ['ReduceMean', 'shape'],
    ['GatherElements', 'shape'],
    ['GRU', 'other'],
    ['If', 'other'],
  ])('%s is %s', (operator, kind) => {
    expect(operatorKind(operator)).toBe(kind);
  });
});
