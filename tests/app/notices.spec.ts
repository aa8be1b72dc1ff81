import type { Locator, Page } from '@playwright/test';
import { expect, type Studio, test } from './studio.ts';

const notices = (page: Page): Locator => page.locator('[data-toast]');

async function boxOf(place: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  const box = await place.boundingBox();
  if (box === null) throw new Error('it is not there');
  return box;
}

/** Nothing of what is read lies under it: neither a panel nor a node. */
async function expectClear(studio: Studio, notice: Locator): Promise<void> {
  const { page } = studio;
  await expect(notice).toHaveCSS('opacity', '1');
  const { x, y, width, height } = await boxOf(notice);
  const read = [
    page.getByRole('tabpanel'),
    page.getByRole('tablist'),
    studio.inspector,
    studio.toolbar,
    ...(await studio.nodes.all()),
  ];
  for (const place of read) {
    const other = await boxOf(place);
    const apart =
      x + width <= other.x ||
      other.x + other.width <= x ||
      y + height <= other.y ||
      other.y + other.height <= y;
    expect(apart, (await place.getAttribute('aria-label')) ?? 'a panel').toBe(true);
  }
}

test('an error stays until it is dismissed, said twice it stands there once, and good news goes by itself', async ({
  studio,
  page,
}) => {
  await studio.withPrivateFiles();
  await page.clock.install();
  await studio.openTemplate('Circle');
  const tooLong = async (): Promise<void> => {
    await studio.select('fc1');
    await page.keyboard.press('F2');
    await studio.canvas.getByRole('textbox', { name: 'Name', exact: true }).fill('x'.repeat(400));
    await page.keyboard.press('Enter');
  };
  await tooLong();
  const error = notices(page).filter({ hasText: /200.*400/ });
  await expect(error).toBeVisible();
  await page.keyboard.press('Control+Z');
  await tooLong();
  await studio.selectNothing();
  await page.keyboard.press('Control+S');
  const saved = notices(page).filter({ hasText: /[Ss]aved/ });
  await expect(saved).toBeVisible();
  await expect(notices(page)).toHaveCount(2);
  await page.clock.fastForward(60_000);
  await expect(saved).toHaveCount(0);
  await expect(error).toBeVisible();
  // It is there for whoever hears the page once the notices have the focus.
  await error.getByRole('button', { name: 'Dismiss', includeHidden: true }).click();
  await expect(notices(page)).toHaveCount(0);
});

for (const viewport of [
  { width: 1440, height: 900 },
  { width: 1024, height: 700 },
]) {
  test.describe(`at ${viewport.width} × ${viewport.height}`, () => {
    test.use({ viewport });

    test('the offer to tell the end of a long run covers no chart, waits for an answer, and goes with the run', async ({
      studio,
      page,
    }) => {
      await page.addInitScript(() => {
        class Notice {
          static permission = 'default';
        }
        Object.assign(window, { Notification: Notice });
      });
      await page.clock.install();
      await studio.openTemplate('Circle');
      await studio.setNumber(studio.inspector.getByLabel('Epochs'), '1000000');
      await studio.train();
      await studio.expectStepBeyond(100);
      await page.clock.fastForward(21_000);
      const offer = notices(page).filter({ hasText: 'This will take a while' });
      await expect(offer).toBeVisible();
      await expectClear(studio, offer);
      await page.clock.fastForward(60_000);
      await expect(offer.getByRole('button', { name: 'Tell me when it is done' })).toBeVisible();
      // The bar that finds stands at the same corner.
      await page.keyboard.press('Control+F');
      const [bar, notice] = [await boxOf(page.getByRole('search')), await boxOf(offer)];
      expect(notice.y).toBeGreaterThanOrEqual(bar.y + bar.height);
      await studio.button('Stop').click();
      await expect(offer).toHaveCount(0);
    });
  });
}
