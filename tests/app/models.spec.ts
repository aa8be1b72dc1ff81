import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { unzipSync } from 'fflate';
import { writeModel } from '../../engine/interchange/onnx/write-model.ts';
import { formatFigure } from '../../renderer/charts/figures.ts';
import { patchClassifier, withWeightsBeside } from '../engine/interchange/foreign-models.ts';
import { floats, ints, longs, node, written } from '../engine/interchange/written-models.ts';
import { netwright } from './server.ts';
import { expect, type NamedFile, numberIn, test } from './studio.ts';

test('a trained network is exported with its certificate, opened again, and gives the same answers', async ({
  studio,
  page,
}) => {
  await studio.withoutPickers();
  await studio.openTemplate('Circle');
  await studio.setNumber(studio.inspector.getByLabel('Epochs'), '150');
  await expect(studio.button('Export ONNX')).toHaveAttribute('aria-disabled', 'true');
  await studio.train();
  await studio.expectPhase('done');
  await expect(studio.field('epoch')).toHaveText('150/150');
  await expect(page.getByTestId('test-accuracy')).toHaveText(/%$/);
  const accuracy = numberIn((await page.getByTestId('test-accuracy').textContent()) ?? '');

  await studio.button('Export ONNX').click();
  const dialog = page.getByRole('dialog', { name: 'Export ONNX' });
  const certificate = dialog.getByTestId('certificate');
  await expect(certificate).toHaveAttribute('data-equal', 'true');
  await expect(certificate).toContainText(
    /Equal: onnxruntime [\d.]+ and the engine agree on [\d,]+ inputs\./,
  );
  expect(numberIn((await dialog.getByTestId('certificate-max').textContent()) ?? 'NaN')).toBeLessThanOrEqual(
    1e-5,
  );
  for (const name of ['fc1', 'relu1', 'fc2', 'relu2', 'fc3']) {
    await expect(dialog.getByRole('row', { name: new RegExp(`^${name} `) })).toBeVisible();
  }

  const save = (name: string) => studio.download(() => dialog.getByRole('button', { name }).click());
  const model = await save('Save model');
  await expect(dialog).toContainText('Saved: circle.onnx. The certificate is not saved yet.');
  const proof = await save('Save certificate');
  expect([model.name, proof.name]).toEqual(['circle.onnx', 'circle.certificate.json']);
  await expect(dialog).toContainText('Saved: circle.onnx, circle.certificate.json.');
  const written = JSON.parse(readFileSync(proof.path, 'utf8')) as Record<string, unknown>;
  expect(written).toMatchObject({ onnx: 'circle.onnx', equal: true });
  expect(written['onnxSha256']).toBe(createHash('sha256').update(readFileSync(model.path)).digest('hex'));
  const module = await save('Save for PyTorch');
  expect(module.name).toBe('circle-pytorch.zip');
  expect(Object.keys(unzipSync(new Uint8Array(readFileSync(module.path))))).toEqual([
    'model.py',
    'train.py',
    'weights.safetensors',
  ]);
  await dialog.getByRole('button', { name: 'Close' }).click();

  await studio.button('Models').click();
  await page.getByRole('textbox', { name: /Path of a model/ }).fill(model.path);
  await studio.button('Open the path').click();
  await expect(page.getByTestId('model-inputs')).toContainText(/2/);
  await expect(page.getByTestId('model-outputs')).toContainText(/2/);
  await expect(page.getByTestId('model-size')).toHaveText(/^[\d.]+ (B|KB)$/);

  const run = page.getByRole('region', { name: 'Run the model' });
  const [first, second] = await run.getByRole('spinbutton').all();
  if (first === undefined || second === undefined) throw new Error('two fields were expected');
  await studio.setNumber(first, '0.5');
  await studio.setNumber(second, '-1.25');
  await studio.button('Run').click();
  await expect(page.getByTestId('model-result')).toHaveAttribute('data-on', 'values');
  const [answer] = await netwright(['run', model.path, '--values', '0.5,-1.25']);
  const [[logits]] = Object.values(answer?.['outputs'] as Record<string, number[][]>) as [number[][]];
  await expect(page.getByTestId('output-0')).toHaveText(formatFigure(logits?.[0]));
  await expect(page.getByTestId('output-1')).toHaveText(formatFigure(logits?.[1]));

  await page.getByRole('combobox', { name: 'Rows to run it on' }).click();
  await page.getByRole('option', { name: 'The test part of its own data' }).click();
  await studio.button('Run').click();
  await expect(page.getByTestId('model-result')).toHaveAttribute('data-on', 'test');
  const inOnnxruntime = numberIn((await page.getByTestId('model-accuracy').textContent()) ?? '');
  await expect(page.getByTestId('model-engine-accuracy')).toHaveText(`${inOnnxruntime.toFixed(2)} %`);
  expect(Math.abs(inOnnxruntime - accuracy)).toBeLessThanOrEqual(0.05);
});

test('a stranger’s file is looked at, run on pictures, compared, timed, and opened on the canvas with its weights', async ({
  studio,
  page,
}) => {
  await studio.withoutPickers();
  await studio.open();
  await studio.button('Models').click();
  const { onnx, data } = withWeightsBeside(patchClassifier('height', 'width'), 'patches.onnx.data');
  const beside = { name: 'patches.onnx.data', text: data };
  const choose = (button: string, ...files: NamedFile[]): Promise<void> =>
    studio.upload(files, () => studio.button(button).click());
  // Its weights lie in a file beside it: alone it waits for that.
  await choose('Open an ONNX file', { name: 'patches.onnx', text: onnx });
  const waiting = page.getByTestId('model-waiting');
  await expect(waiting).toContainText('patches.onnx keeps weights in a file beside it');
  await expect(waiting.getByRole('listitem')).toHaveText('patches.onnx.data');
  await choose('Add the file', { name: 'other.data', text: data });
  await expect(page.getByTestId('model-refusal')).toContainText(
    'Expected patches.onnx.data, found other.data',
  );
  await choose('Add the file', beside);
  await expect(page.getByTestId('model-name')).toHaveText('patches.onnx');
  await expect(waiting).toHaveCount(0);
  await expect(page.getByTestId('model-beside')).toContainText('patches.onnx.data');
  await choose('Open an ONNX file', beside, { name: 'same.onnx', text: onnx });
  await expect(page.getByTestId('model-name')).toHaveText('same.onnx');
  await expect(page.getByTestId('model-operators')).toContainText('Gather×2');
  await expect(page.getByTestId('model-missing')).toHaveCount(0);

  // The file leaves height and width open: numbers that everything in it meets are proposed, and everything here takes them.
  const sizes = page.getByRole('region', { name: 'Open sizes' });
  await expect(sizes.getByRole('spinbutton')).toHaveCount(2);
  await expect(sizes.getByLabel('height')).toHaveValue('8');
  await studio.setNumber(sizes.getByLabel('height'), '20');
  await studio.button('Open on the canvas').click();
  await expect(page.getByTestId('model-refusal')).toContainText(/node "Reshape_flat" \(Reshape\): expected/);
  await studio.setNumber(sizes.getByLabel('height'), '9');

  await page.getByRole('combobox', { name: 'Rows to run it on' }).click();
  await page.getByRole('option', { name: 'Pictures' }).click();
  const picture = await page.screenshot();
  await page.getByTestId('picture-files').setInputFiles({
    name: 'studio.png',
    mimeType: 'image/png',
    buffer: picture,
  });
  await expect(page.getByRole('img', { name: 'studio.png' })).toBeVisible();
  await studio.button('Run').click();
  await expect(page.getByTestId('model-result')).toHaveAttribute('data-on', 'pictures');
  await expect(page.getByRole('rowheader', { name: 'studio.png' })).toBeVisible();
  await studio.button('Compare with').click();
  await expect(page.getByTestId('comparison-max')).toHaveText('0');
  await expect(page.getByTestId('comparison-agreement')).toHaveText('100.00 %');
  await studio.button('Measure').click();
  await expect(page.getByTestId('times-engine')).toContainText(/[\d.]+ ms/);

  await studio.button('Open on the canvas').click();
  await expect(studio.canvas).toBeVisible();
  await expect(page.getByText(/onnxruntime computes the same/)).toBeVisible();
  await expect(studio.nodes).toHaveCount(10);
  await expect(page.getByTestId('start-weights')).toHaveText('Weights of same');
  // The run that holds the weights stands before its first step, and can be exported at once.
  await studio.expectPhase('paused');
  await studio.button('Export ONNX').click();
  const dialog = page.getByRole('dialog', { name: 'Export ONNX' });
  await expect(dialog.getByTestId('certificate')).toHaveAttribute('data-equal', 'true');
  await studio.escape();
  // With other settings it is not that run which goes on.
  await expect(studio.button('Resume')).toBeVisible();
  await studio.setNumber(studio.inspector.getByLabel('Epochs'), '100000');
  await studio.button('Train').click();
  await studio.expectPhase('running');
  await expect(page.getByTestId('changed-since-run')).toHaveCount(0);
});

test('a file that is not ONNX gets one clear sentence, and what was open stays', async ({ studio, page }) => {
  await studio.withoutPickers();
  await studio.open();
  await studio.button('Models').click();
  await studio.upload({ name: 'notes.onnx', text: 'these are no bytes of a model' }, () =>
    studio.button('Open an ONNX file').click(),
  );
  const refusal = page.getByTestId('model-refusal');
  await expect(refusal).toContainText(/notes\.onnx/);
  expect((await refusal.locator('p').textContent())?.match(/[.!?](\s|$)/g), 'one sentence').toHaveLength(1);
  await refusal.getByRole('button', { name: 'Dismiss' }).click();
  await expect(refusal).toHaveCount(0);
  await expect(studio.button('Open an ONNX file')).toBeVisible();
});

/** Volumes through a residual convolution, read as a sequence: the canvas cannot show it, and the engine has no GRU. */
const recurrent = (): Uint8Array =>
  writeModel(
    written({
      inputs: { volume: ['batch', 2, 4, 4, 4] },
      outputs: ['scores'],
      nodes: [
        node('Conv', ['volume', 'conv.w', 'conv.b'], 'c', ints('pads', 1, 1, 1, 1, 1, 1)),
        node('Relu', ['c'], 'bent'),
        node('Add', ['volume', 'bent'], 'sum'),
        node('Constant', [], 'rows', { name: 'value', kind: 'tensor', value: longs('', [3], 0, 0, -1) }),
        node('Reshape', ['sum', 'rows'], 'sequence'),
        node('GRU', ['sequence', 'gru.w', 'gru.r'], ['', 'last'], ints('hidden_size', 3)),
        node('Softmax', ['last'], 'scores'),
      ],
      initializers: [
        floats('conv.w', 2, 2, 3, 3, 3),
        floats('conv.b', 2),
        floats('gru.w', 1, 9, 64),
        floats('gru.r', 1, 9, 3),
      ],
    }),
  );

async function openModel(page: Page, name: string, bytes: Uint8Array): Promise<void> {
  await page
    .getByTestId('model-files')
    .setInputFiles({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(bytes) });
  await expect(page.getByTestId('model-name')).toHaveText(name);
}

test('a model that the canvas cannot show is looked at as a graph, by mouse and keyboard, beside the list of its nodes', async ({
  studio,
  page,
}) => {
  await studio.open();
  await studio.button('Models').click();
  await openModel(page, 'recurrent.onnx', recurrent());
  await expect(page.getByTestId('model-missing')).toContainText('GRU (1)');
  await studio.button('Graph').click();

  const graph = page.getByRole('group', { name: 'Graph of recurrent.onnx' });
  const boxes = graph.locator('.react-flow__node').getByRole('button');
  await expect(boxes).toHaveCount(8);
  await expect(graph.locator('.react-flow__edge')).toHaveCount(8);
  const box = (name: string) => graph.getByRole('button', { name });
  await expect(graph.getByLabel('Wire from volume to Add_sum')).toBeAttached();
  await expect(box('Conv Conv_c 110 weights')).toBeVisible();
  await expect(box('Input batch×2×4×4×4 volume')).toBeVisible();
  await expect(box('GRU')).toHaveAccessibleName('GRU not in the engine GRU_ 603 weights');
  await expect(page.getByTestId('model-graph-legend').getByRole('listitem')).toHaveText([
    'Convolution',
    'Activation',
    'Linear',
    'Shape',
    'Other',
    '1 node with an operator that the engine lacks',
  ]);
  // From top to bottom, along the data's way.
  const top = async (name: string) => (await box(name).boundingBox())?.y ?? NaN;
  const tops = await Promise.all(
    ['Input', 'Conv ', 'Relu', 'Add', 'Reshape', 'GRU', 'Softmax', 'Output'].map(top),
  );
  expect(tops).toEqual(tops.toSorted((a, b) => a - b));

  // From the graph to the list, and from the list to the graph.
  const list = page.getByRole('listbox', { name: '7 nodes' });
  const row = (name: string) => list.getByRole('option', { name });
  await box('GRU').click();
  await expect(row('GRU')).toHaveAttribute('aria-selected', 'true');
  const zoom = graph.getByRole('button', { name: /^\d+%$/ });
  const before = numberIn((await zoom.textContent()) ?? '');
  for (let press = 0; press < 3; press++) await graph.getByRole('button', { name: 'Zoom in' }).click();
  await expect.poll(async () => numberIn((await zoom.textContent()) ?? '')).toBeGreaterThan(1.5 * before);
  const isCentred = (name: string) =>
    expect
      .poll(async () => {
        const [frame, one] = await Promise.all([graph.boundingBox(), box(name).boundingBox()]);
        if (frame === null || one === null) return NaN;
        return Math.hypot(
          one.x + one.width / 2 - frame.x - frame.width / 2,
          one.y + one.height / 2 - frame.y - frame.height / 2,
        );
      })
      .toBeLessThan(4);
  await row('Conv').click();
  await isCentred('Conv ');
  await expect(box('Conv ')).toHaveAttribute('aria-pressed', 'true');
  // A constant is seen where it is read.
  await row('Constant').click();
  await isCentred('Reshape');

  // With the keyboard alone: in the list, and along the wires.
  await list.focus();
  await page.keyboard.press('End');
  await expect(row('Softmax')).toHaveAttribute('aria-selected', 'true');
  await isCentred('Softmax');
  await graph.focus();
  await page.keyboard.press('ArrowUp');
  await isCentred('GRU');
  await expect(page.getByTestId('model-graph-chosen')).toHaveText(/^GRU, GRU_/);
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  await expect(row('Add')).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('ArrowDown');
  await expect(row('Reshape')).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('f');
  await expect.poll(async () => numberIn((await zoom.textContent()) ?? '')).toBeLessThan(1.2 * before);
  await page.keyboard.press('Escape');
  await expect(list.locator('[aria-selected="true"]')).toHaveCount(0);

  // Dragging moves the view and nothing in it.
  const [at, frame] = [await box('Conv ').boundingBox(), await graph.boundingBox()];
  if (at === null || frame === null) throw new Error('nothing is shown');
  await page.mouse.move(frame.x + 20, frame.y + 20);
  await page.mouse.down();
  await page.mouse.move(frame.x + 60, frame.y + 50, { steps: 4 });
  await page.mouse.up();
  const moved = await box('Conv ').boundingBox();
  expect([(moved?.x ?? NaN) - at.x, (moved?.y ?? NaN) - at.y].map(Math.round)).toEqual([40, 30]);
});

test('of a graph of thousands of nodes only the list is shown, and a long one is drawn where it is looked at', async ({
  studio,
  page,
}) => {
  await studio.open();
  await studio.button('Models').click();
  const chain = (length: number): Uint8Array =>
    writeModel(
      written({
        inputs: { x: ['N', 3] },
        outputs: [`v${length}`],
        nodes: Array.from({ length }, (_, i) => node('Relu', [i === 0 ? 'x' : `v${i}`], `v${i + 1}`)),
      }),
    );
  await openModel(page, 'long.onnx', chain(400));
  await studio.button('Graph').click();
  const drawn = page.getByTestId('model-graph').locator('.react-flow__node');
  await expect(drawn.first()).toBeVisible();
  expect(await drawn.count()).toBeLessThan(40);
  const list = page.getByRole('listbox');
  await list.focus();
  await page.keyboard.press('End');
  await expect(page.getByTestId('model-graph').getByRole('button', { name: 'Relu Relu_v400' })).toBeVisible();
  expect(await drawn.count()).toBeLessThan(40);

  await openModel(page, 'thousands.onnx', chain(2001));
  await studio.button('Graph').click();
  await expect(page.getByText('It has 2,001 nodes; a drawing of more than 2,000')).toBeVisible();
  await expect(page.getByTestId('model-graph')).toHaveCount(0);
  await expect(list.getByRole('option')).toHaveCount(2001);
});
