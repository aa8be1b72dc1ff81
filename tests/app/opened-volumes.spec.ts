import { floats, int, ints, longs, node, written } from '../engine/interchange/written-models.ts';
import { expect, test } from './studio.ts';

/** The largest numbers of cubes, and which of four distances made of them is the smallest. */
const model = written({
  inputs: { x: ['N', 1, 4, 4, 4] },
  outputs: ['y'],
  nodes: [
    node('MaxPool', ['x'], 'pooled', ints('kernel_shape', 2, 2, 2), ints('strides', 2, 2, 2)),
    node('Reshape', ['pooled', 'rows'], 'flat'),
    node('MatMul', ['flat', 'w'], 'distances'),
    node('ArgMin', ['distances'], 'y', int('axis', 1), int('keepdims', 0)),
  ],
  initializers: [longs('rows', [2], -1, 8), floats('w', 8, 4)],
});
const given = { ...model, graph: { ...model.graph, outputs: [{ name: 'y', tensor: undefined }] } };

test('a model of volumes that picks the smallest number is opened on the canvas, trained and evaluated', async ({
  studio,
  page,
}) => {
  await studio.openModel('volumes.onnx', given);
  await expect(page.getByTestId('model-missing')).toHaveCount(0);
  await studio.button('Open on the canvas').click();
  await expect(studio.canvas).toBeVisible();
  await expect(page.getByText(/onnxruntime computes the same/)).toBeVisible();
  await expect(page.getByText(/the network gives the numbers with the other sign/)).toBeVisible();
  await expect(page.getByText('N×1×4×4×4').first()).toBeVisible();
  await studio.setNumber(studio.inspector.getByLabel('Epochs'), '2');
  await studio.train();
  await studio.expectPhase('done');
  await studio.tab('Evaluate').click();
  await expect(page.getByTestId('confusion')).toBeVisible();
});
