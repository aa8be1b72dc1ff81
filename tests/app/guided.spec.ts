import { expect, test } from './studio.ts';

test('the tour is offered once, follows what a person builds by keys, and does a step for who asks', async ({
  page,
  studio,
}) => {
  await page.goto('/');
  const tour = page.getByRole('region', { name: 'Your first network' });
  const now = tour.locator('[aria-current="step"]');
  await page.getByRole('region', { name: 'New here?' }).getByRole('button', { name: 'Start' }).click();
  await expect(now).toHaveText('Data');

  const add = async (name: string): Promise<void> => {
    await page.keyboard.press('/');
    await page.keyboard.type(name);
    await page.keyboard.press('Enter');
  };
  await add('Data');
  await expect(now).toHaveText('Layers');
  await tour.getByRole('button', { name: 'Do it for me' }).click();
  await expect(now).toHaveText('Loss');
  await expect(studio.node('linear2')).toBeInViewport({ ratio: 0.9 });
  await add('Cross-Entropy');
  await expect(now).toHaveText('Train');

  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(now).toHaveText('See what it learned');
  await page.getByRole('tab', { name: 'Evaluate' }).click();
  await expect(tour).toContainText('This network is yours now');
  await page.getByRole('tab', { name: 'Curves' }).click();
  await tour.getByRole('button', { name: 'Finish' }).click();
  await expect(tour).toHaveCount(0);
  await studio.expectPhase('done');

  await page.reload();
  await expect(page.getByRole('heading', { name: 'What should it learn?' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'New here?' })).toHaveCount(0);
});

test('a help page is found, shows what the layer makes of a sample, and puts it on the canvas', async ({
  page,
  studio,
}) => {
  await studio.openTemplate('LeNet-5');
  await studio.select('pool1');
  await studio.inspector.getByRole('button', { name: 'More about this layer' }).click();
  const article = page.getByRole('article');
  await expect(article.getByRole('heading', { level: 1 })).toHaveText('MaxPool');
  await page.getByRole('searchbox', { name: 'Search help' }).fill('upsample');
  await page.keyboard.press('Enter');
  await expect(article.getByRole('heading', { level: 1 })).toHaveText('Upsample');
  await expect(article.getByRole('math').locator('.katex')).toBeVisible();
  await expect(article).toContainText(/When to use it: In decoders/);
  const colorsIn = (title: string): Promise<number> =>
    article
      .getByRole('figure', { name: title })
      .locator('canvas')
      .evaluate((canvas: HTMLCanvasElement) => {
        const copy = new OffscreenCanvas(canvas.width, canvas.height);
        const context = copy.getContext('2d', { willReadFrequently: true });
        context?.drawImage(canvas, 0, 0);
        const { data } = context?.getImageData(0, 0, copy.width, copy.height) ?? new ImageData(1, 1);
        return new Set(new Uint32Array(data.buffer)).size;
      });
  await expect.poll(() => colorsIn('What goes in')).toBeGreaterThan(100);
  await expect.poll(() => colorsIn('What comes out')).toBeGreaterThan(20);
  await expect(article.getByRole('row', { name: /output y/ })).toContainText('N×3×48×48');
  await article.getByRole('button', { name: 'Add to the canvas' }).click();
  await expect(studio.node('upsample1')).toBeFocused();
});
