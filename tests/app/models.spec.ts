import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';
import { formatFigure } from '../../renderer/charts/figures.ts';
import { patchClassifier, withWeightsBeside } from '../engine/interchange/foreign-models.ts';
import { netwright } from './server.ts';
import { expect, numberIn, test } from './studio.ts';

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
  const fileOf = (name: string, bytes: Uint8Array) => ({
    name,
    mimeType: 'application/octet-stream',
    buffer: Buffer.from(bytes),
  });
  const beside = fileOf('patches.onnx.data', data);
  const choose = async (button: string, ...files: ReturnType<typeof fileOf>[]): Promise<void> => {
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), studio.button(button).click()]);
    await chooser.setFiles(files);
  };
  // Its weights lie in a file beside it: alone it waits for that.
  await choose('Open an ONNX file', fileOf('patches.onnx', onnx));
  const waiting = page.getByTestId('model-waiting');
  await expect(waiting).toContainText('patches.onnx keeps weights in a file beside it');
  await expect(waiting.getByRole('listitem')).toHaveText('patches.onnx.data');
  await choose('Add the file', fileOf('other.data', data));
  await expect(page.getByTestId('model-refusal')).toContainText(
    'Expected patches.onnx.data, found other.data',
  );
  await choose('Add the file', beside);
  await expect(page.getByTestId('model-name')).toHaveText('patches.onnx');
  await expect(waiting).toHaveCount(0);
  await expect(page.getByTestId('model-beside')).toContainText('patches.onnx.data');
  await choose('Open an ONNX file', beside, fileOf('same.onnx', onnx));
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
