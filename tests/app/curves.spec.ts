import { readFileSync } from 'node:fs';
import { expect, numberIn, test } from './studio.ts';

test('curves are chosen, zoomed, moved and saved, and stay where they were put while the run goes on', async ({
  studio,
  page,
}) => {
  await studio.withoutPickers();
  await studio.openTemplate('Circle');
  await studio.setNumber(studio.inspector.getByLabel('Epochs'), '1000000');
  await studio.train();
  const bar = page.getByRole('toolbar', { name: 'Curves' });
  const chip = (name: string) => bar.getByRole('button', { name, exact: true });
  for (const name of ['Learning rate', 'Gradient norm', 'Speed']) {
    await expect(page.getByRole('region', { name })).toHaveCount(0);
    await chip(name).click();
    await expect(page.getByRole('region', { name }).locator('canvas')).toBeVisible();
  }
  // Figures of the engine: the rate that is set, and what was measured.
  await studio.expectStepBeyond(3000);
  const rate = studio.inspector.getByLabel('Learning rate', { exact: true });
  await expect
    .poll(async () => numberIn((await page.getByTestId('batch-learningRate').textContent()) ?? ''))
    .toBe(Number(await rate.inputValue()));
  for (const figure of ['gradientNorm', 'stepsPerSecond'])
    expect(numberIn((await page.getByTestId(`batch-${figure}`).textContent()) ?? '')).toBeGreaterThan(0);

  // A stretch that is drawn out stays, though the axis of the whole run grows.
  const loss = page.getByRole('slider', { name: 'Loss at a step' });
  const { x, y, width, height } = (await loss.boundingBox()) ?? { x: 0, y: 0, width: 1, height: 1 };
  const whole = chip('Whole run');
  await expect(whole).toHaveAttribute('aria-disabled', 'true');
  await studio.drag({ x: x + width * 0.3, y: y + height / 2 }, { x: x + width * 0.5, y: y + height / 2 });
  await expect(whole).toHaveAttribute('aria-disabled', 'false');
  const readStep = async (): Promise<number> => Number(await loss.getAttribute('aria-valuenow'));
  const ends = async (): Promise<number[]> => {
    const seen: number[] = [];
    for (const at of [0.25, 0.9]) {
      await page.mouse.move(x + width * at, y + height / 2);
      await page.waitForTimeout(150);
      seen.push(await readStep());
    }
    return seen;
  };
  const before = await ends();
  const [first = 0, last = 0] = before;
  expect(last).toBeGreaterThan(first);
  await studio.expectStepBeyond((await studio.step()) * 2);
  const after = await ends();
  const slack = (last - first) / 20;
  for (const [i, step] of after.entries()) expect(Math.abs(step - (before[i] ?? 0))).toBeLessThan(slack);
  // Shift-drag takes the window back in time, in all charts at once.
  await page.keyboard.down('Shift');
  await studio.drag({ x: x + width * 0.4, y: y + height / 2 }, { x: x + width * 0.6, y: y + height / 2 });
  await page.keyboard.up('Shift');
  const [moved = 0] = await ends();
  expect(moved).toBeLessThan(first);
  await expect(page.getByRole('slider', { name: 'Speed at a step' })).toHaveAttribute(
    'aria-valuetext',
    /^Step [\d,]+: /,
  );

  // The same by keys.
  await page.mouse.move(x, y - 200);
  await loss.focus();
  await page.keyboard.press('0');
  await expect(whole).toHaveAttribute('aria-disabled', 'true');
  const hovered = await readStep();
  await page.keyboard.press('Home');
  await expect.poll(readStep).toBeLessThan(hovered);
  const atHome = await readStep();
  await page.keyboard.press('ArrowRight');
  await expect.poll(readStep).toBeGreaterThan(atHome);
  await expect(loss).toHaveAttribute('aria-valuetext', /^Step [\d,]+: train .*, test .*, batch \d/);
  await page.keyboard.press('+');
  await expect(whole).toHaveAttribute('aria-disabled', 'false');
  await whole.click();
  await studio.button('Stop').click();
  await studio.expectPhase('stopped');

  const save = async (entry: string) =>
    await studio.download(async () => {
      await chip('Save curves').click();
      await page.getByRole('menuitem', { name: entry }).click();
    });
  const table = await save('All figures as a table (CSV)');
  expect(table.name).toBe('circle-curves.csv');
  const [head = '', ...rows] = readFileSync(table.path, 'utf8').trim().split('\r\n');
  const columns = head.split(',');
  const cell = (row: string, column: string): number => Number(row.split(',')[columns.indexOf(column)]);
  expect(rows.reduce((sum, row) => sum + cell(row, 'steps'), 0)).toBeGreaterThan(1000);
  const rates = rows.map((row) => cell(row, 'learning_rate')).filter((told) => told > 0);
  expect(rates.at(-1)).toBeCloseTo(Number(await rate.inputValue()), 6);
  expect(rows.some((row) => cell(row, 'gradient_norm') > 0)).toBe(true);
  const picture = await save('All charts as one picture (PNG)');
  const bytes = readFileSync(picture.path);
  expect(bytes.subarray(1, 4).toString()).toBe('PNG');
  // Five charts of 760 × 300 with their heads, two pixels to one.
  expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([1584, 3440]);

  await page.reload();
  await studio.openTemplate('Circle');
  await studio.train();
  for (const name of ['Loss', 'Accuracy', 'Learning rate', 'Gradient norm', 'Speed'])
    await expect(page.getByRole('region', { name, exact: true })).toBeVisible();
});
