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
