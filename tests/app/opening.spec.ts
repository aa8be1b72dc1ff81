import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatFigure, formatShare } from '../../renderer/charts/figures.ts';
import { netwright, startServer } from './server.ts';
import { expect, test } from './studio.ts';

test('the gallery offers projects and an empty canvas, narrows them to a topic, and opens a variant of one', async ({
  studio,
  page,
}) => {
  await studio.open();
  const cards = page.getByRole('list', { name: 'Templates' }).getByRole('heading');
  const images = [/^MLP on images/, /^LeNet-5/, /^VGG-11/, /^ResNet-20/, /^MobileNet/, /^U-Net/];
  await expect(cards).toHaveText([
    /^Line fit/,
    /^Circle/,
    /^Triangle/,
    /^Square/,
    /^Spirals/,
    /^XOR/,
    /^MLP with BatchNorm/,
    ...images,
    /Waveforms/,
    /Transformer/,
    /^Empty canvas/,
  ]);
  await expect(page).toHaveTitle('Netwright');
  await studio.button('Images').click();
  await expect(cards).toHaveText([...images, /^Empty canvas/]);
  await studio.button('ResNet-56').click();
  await expect(studio.nodes).toHaveCount(8);
  await expect(page.locator('footer').last()).toContainText('855,380 parameters');
});

test('a template that is scrolled to has its picture', async ({ studio, page }) => {
  await studio.open();
  for (const id of ['circle', 'transformer', 'unet']) {
    const card = page.locator(`[data-template="${id}"]`);
    await card.scrollIntoViewIfNeeded();
    const picture = card.locator('canvas');
    await expect(picture).toBeVisible();
    const colours = (): Promise<number> =>
      picture.evaluate((canvas: HTMLCanvasElement) => {
        const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d');
        copy?.drawImage(canvas, 0, 0);
        const { data } = copy?.getImageData(0, 0, canvas.width, canvas.height) ?? new ImageData(1, 1);
        return new Set(new Uint32Array(data.buffer)).size;
      });
    await expect.poll(colours).toBeGreaterThan(2);
  }
});

test('the first screen can be used at once after the server is up', async ({ browser }) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const server = await startServer();
  try {
    await page.goto(server.url);
    await page.getByRole('button', { name: 'Circle', exact: true }).click();
    await expect(page.getByRole('toolbar', { name: 'Training' })).toBeVisible();
    const elapsedMs = performance.now() - server.listeningMs;
    console.log(`from the server listening to an opened template: ${elapsedMs.toFixed(0)} ms`);
    expect(elapsedMs).toBeLessThan(4000);
    expect(page.url(), 'the token is gone from the address').toBe(`${server.origin}/`);
  } finally {
    await context.close();
    await server.stop();
  }
});

test('one click opens Circle, Train trains it, and the page shows what the command line gives', async ({
  studio,
  page,
}) => {
  await studio.openTemplate('Circle');
  await expect(studio.nodes).toHaveCount(7);
  await studio.train();
  await studio.expectPhase('done');
  await expect(studio.field('epoch')).toHaveText('600/600');

  const folder = mkdtempSync(join(tmpdir(), 'netwright-app-cli-'));
  const told = await netwright(['train', 'circle', '--out', join(folder, 'run')]);
  rmSync(folder, { recursive: true });
  const lastEpoch = told.findLast(({ event }) => event === 'epoch');
  const { train, test: tested } = lastEpoch as Record<'train' | 'test', { loss: number; accuracy: number }>;
  expect(tested.accuracy).toBeGreaterThanOrEqual(0.95);
  await expect(page.getByTestId('test-accuracy')).toHaveText(formatShare(tested.accuracy));
  await expect(page.getByTestId('test-loss')).toHaveText(formatFigure(tested.loss));
  await expect(page.getByTestId('train-accuracy')).toHaveText(formatShare(train.accuracy));
  await expect(page.getByTestId('train-loss')).toHaveText(formatFigure(train.loss));
});
