import { maskedEncoder, maskForms } from '../engine/interchange/masked-models.ts';
import { expect, numberIn, test } from './studio.ts';

test('an encoder of text with an attention mask is run, opened on the canvas, trained and exported', async ({
  studio,
  page,
}) => {
  await studio.openModel(
    'encoder.onnx',
    maskedEncoder(maskForms['one less the mask, times a number far below zero']),
  );
  await expect(page.getByTestId('model-inputs')).toContainText(/mask.*int64/);
  await expect(page.getByTestId('model-missing')).toHaveCount(0);

  // A token that the mask hides changes no answer, one that it shows does.
  const run = page.getByRole('region', { name: 'Run the model' });
  const logits = async (): Promise<string[]> => {
    await studio.button('Run').click();
    await expect(page.getByTestId('model-result')).toHaveAttribute('data-on', 'values');
    return await page.getByTestId(/^output-\d$/).allTextContents();
  };
  const setToken = async (place: number, token: string): Promise<void> =>
    await studio.setNumber(run.getByLabel(`tokens ${place}`, { exact: true }), token);
  for (const place of [1, 2, 3])
    await studio.setNumber(run.getByLabel(`mask ${place}`, { exact: true }), '1');
  await setToken(1, '7');
  const first = await logits();
  expect(first).toHaveLength(3);
  await setToken(5, '9');
  expect(await logits()).toEqual(first);
  await setToken(3, '9');
  await expect.poll(logits).not.toEqual(first);
  await studio.button('Measure').click();
  await expect(page.getByTestId('times-engine')).toContainText(/[\d.]+ ms/);

  await studio.button('Open on the canvas').click();
  await expect(studio.canvas).toBeVisible();
  await expect(page.getByText(/onnxruntime computes the same/)).toBeVisible();
  await expect(studio.nodes).toHaveCount(15);
  await studio.expectPhase('paused');
  await studio.setNumber(studio.inspector.getByLabel('Epochs'), '3');
  await studio.train();
  await studio.expectPhase('done');
  await studio.button('Export ONNX').click();
  const dialog = page.getByRole('dialog', { name: 'Export ONNX' });
  await expect(dialog.getByTestId('certificate')).toHaveAttribute('data-equal', 'true');
  expect(numberIn((await dialog.getByTestId('certificate-max').textContent()) ?? 'NaN')).toBeLessThan(1e-5);
});
