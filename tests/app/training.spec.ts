import { countPixels, rgbOf } from './pixels.ts';
import { startServer } from './server.ts';
import { expect, numberIn, Studio, test } from './studio.ts';

/** Circle with so many epochs that it runs until it is stopped. */
async function openLongRun(studio: Studio): Promise<void> {
  await studio.openTemplate('Circle');
  await studio.setNumber(studio.inspector.getByLabel('Epochs'), '1000000');
}

test('the learning rate is changed while it trains, and the curves mark where', async ({ studio, page }) => {
  await openLongRun(studio);
  await studio.train();
  await studio.expectStepBeyond(2000);
  const warning = rgbOf(await studio.token('--color-warning'));
  const plot = page.getByRole('region', { name: 'Loss' }).locator('canvas');
  expect(await countPixels(plot, warning)).toBe(0);

  const loss = page.getByTestId('test-loss');
  const before = await loss.textContent();
  await expect(loss).not.toHaveText(before ?? '');
  await studio.setNumber(studio.inspector.getByLabel('Learning rate'), '1e-30');
  await expect.poll(() => countPixels(plot, warning)).toBeGreaterThan(20);
  // With steps this small the weights stand still, and with them the test loss.
  await studio.expectStepBeyond((await studio.step()) + 5000);
  const after = await loss.textContent();
  await studio.expectStepBeyond((await studio.step()) + 10_000);
  await expect(loss).toHaveText(after ?? '');
  await studio.expectPhase('running');
});

test('a run is paused, resumed, taken step by step, stopped and reset', async ({ studio, page }) => {
  await openLongRun(studio);
  await studio.train();
  await studio.expectStepBeyond(100);
  await studio.button('Pause').click();
  await studio.expectPhase('paused');
  const paused = await studio.step();
  await page.waitForTimeout(400);
  expect(await studio.step(), 'a paused run stands still').toBe(paused);

  await studio.button('One step').click();
  await expect.poll(() => studio.step()).toBe(paused + 1);
  await studio.button('One step').click();
  await expect.poll(() => studio.step()).toBe(paused + 2);
  await studio.expectPhase('paused');

  await studio.button('Resume').click();
  await studio.expectPhase('running');
  await studio.expectStepBeyond(paused + 100);
  await studio.button('Stop').click();
  await studio.expectPhase('stopped');
  const stopped = await studio.step();
  expect(stopped).toBeGreaterThan(paused + 100);
  await expect(studio.button('One step')).toHaveAttribute('aria-disabled', 'true');

  await studio.button('Reset').click();
  await studio.expectPhase('none');
  await expect(studio.field('step')).toHaveText('–');
  await expect(page.getByText('No run yet')).toBeVisible();
});

test('the first step of a network of zeros shows its zeros and dead units in numbers', async ({
  studio,
  page,
}) => {
  await studio.openTemplate('Circle');
  await studio.choose(studio.inspector.getByRole('combobox', { name: 'Initialisation' }), 'Zeros');
  await studio.button('One step').click();
  await studio.expectPhase('paused');
  await expect(studio.field('step')).toHaveText('1');

  const weights = studio.node('fc1').getByTestId(/^strip-/);
  await expect(weights).toHaveAttribute('data-value-count', '8');
  await expect(weights).toHaveAttribute('data-zeros', '8');
  const activations = studio.node('relu1').getByTestId(/^strip-/);
  await expect(activations).toHaveAttribute('aria-label', /4 of 4 units dead/);
  await expect(activations).toContainText('4/4 dead');

  await studio.tab('Layers').click();
  await page.getByRole('button', { name: 'fc1', exact: true }).click();
  const panel = page.getByRole('region', { name: 'Weights', exact: true });
  await expect(panel).toContainText('2×4');
  await expect(panel.getByText('8 / 8 (100 %)')).toBeVisible();
  await panel.getByRole('img').focus();
  await page.keyboard.press('ArrowUp');
  await expect(panel.getByTestId('ridge-pointed')).toHaveText('Step 1 · exactly 0 · 100.0 % · 8');

  // By mouse too, on the axis that was chosen: a linear one says about where.
  await studio.choose(page.getByRole('combobox', { name: 'Axis', exact: true }), 'Linear axis');
  const picture = (await panel.getByRole('img').boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  const hover = async (at: number): Promise<void> => {
    await page.mouse.move(picture.x + picture.width * at, picture.y + picture.height * 0.5);
  };
  const pointed = panel.getByTestId('ridge-pointed');
  await hover(0.1);
  await expect(pointed).toHaveText(/^Step 1 · /);
  const left = await pointed.textContent();
  await hover(0.7);
  await expect(pointed).not.toHaveText(left ?? '');
  await page.mouse.move(picture.x, picture.y - 200);
  await expect(pointed).toHaveText('');

  // A pinned tensor stays beside those of another layer, also in the next run of the project.
  await panel.getByRole('button', { name: 'Keep “Weights” in view' }).click();
  await page.getByRole('button', { name: 'fc2', exact: true }).click();
  const pinned = page.getByRole('region', { name: 'fc1 · Weights', exact: true });
  for (const layer of ['fc1', 'fc2'])
    await expect(page.getByRole('region', { name: `${layer} · Weights`, exact: true })).toBeVisible();
  await studio.button('Stop').click();
  await studio.train();
  await expect(pinned).toBeVisible();
  await pinned.getByRole('button', { name: 'Let “fc1 · Weights” go' }).click();
  await expect(pinned).toHaveCount(0);
});

test('an edit while it trains is not taken for part of the run, and one click trains it', async ({
  studio,
  page,
}) => {
  await openLongRun(studio);
  await studio.train();
  await studio.expectStepBeyond(100);
  await studio.setNumber(studio.node('fc1').getByRole('spinbutton'), '8');
  const chip = page.getByTestId('changed-since-run');
  await expect(chip).toHaveText('Canvas changed');
  await studio.expectPhase('running');
  await chip.click();
  await expect(chip).toHaveCount(0);
  await studio.expectStepBeyond(0);
  await studio.expectPhase('running');
  const strip = studio.node('fc1').getByTestId(/^strip-/);
  await expect(strip).toHaveAttribute('data-value-count', '16');
});

test('a learning rate that makes NaN stops the run, names the tensor, and leaves a studio that works', async ({
  studio,
  page,
}) => {
  await studio.openTemplate('Line fit');
  const rate = studio.inspector.getByLabel('Learning rate');
  await studio.setNumber(rate, '100000');
  await studio.train();
  await studio.expectPhase('failed');
  // The wire where it began is red.
  await expect(page.locator('.react-flow__edge[data-bad="first"]')).toHaveCount(1);
  const banner = page.getByTestId('run-banner');
  await expect(banner).toContainText('Training stopped');
  await expect(banner).toContainText(/"[\w.]+" .*was the first tensor to hold NaN or Inf/);
  await expect(banner).toContainText(/step \d+/);
  await banner.getByRole('button', { name: /^Go to / }).click();
  await expect(page.locator('.react-flow__node:focus')).toHaveCount(1);
  await banner.getByRole('button', { name: 'Dismiss' }).click();
  await expect(banner).toHaveCount(0);

  await studio.selectNothing();
  await studio.setNumber(rate, '0.02');
  await studio.train();
  await studio.expectPhase('done');
  await expect
    .poll(async () => numberIn((await page.getByTestId('test-loss').textContent()) ?? '1'))
    .toBeLessThan(0.01);
});

test('when the engine is lost, the studio says so, keeps what was drawn, and lets one go on drawing', async ({
  browser,
}) => {
  const context = await browser.newContext({ locale: 'en-US' });
  const page = await context.newPage();
  const studio = new Studio(page);
  const server = await startServer();
  try {
    await page.goto(server.url);
    await page.getByRole('button', { name: 'Circle', exact: true }).click();
    await studio.setNumber(studio.inspector.getByLabel('Epochs'), '1000000');
    await studio.train();
    await studio.expectStepBeyond(100);
    await server.stop();
    await expect(page.getByRole('alert')).toContainText('The connection to the engine was lost');
    await expect(page.getByTestId('status-kernels')).toHaveText('Engine not connected');
    await studio.expectPhase('stopped');
    expect(await studio.step(), 'what the run told stays').toBeGreaterThan(100);
    await expect(studio.button('Train')).toHaveAttribute('aria-disabled', 'true');
    await studio.editing(() => studio.setNumber(studio.node('fc1').getByRole('spinbutton'), '6'));
    await expect(studio.node('fc1')).toContainText('18 params');
  } finally {
    await context.close();
    await server.stop();
  }
});
