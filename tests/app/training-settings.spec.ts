import { expect, type Studio, test } from './studio.ts';
import { words } from './words.ts';

const groups = ['schedule', 'regularisation', 'clipping', 'earlyStopping'] as const;

const group = (studio: Studio, title: string) =>
  studio.inspector.getByRole('button', { name: new RegExp(`^${title}`) });

test('a schedule shows its curve, and a run follows it', async ({ studio, page }) => {
  await studio.openTemplate('Circle');
  await expect(group(studio, 'Schedule')).toContainText('Constant');
  await group(studio, 'Schedule').click();
  await studio.choose(studio.inspector.getByRole('combobox', { name: 'Schedule' }), 'Cosine');
  await studio.setNumber(studio.inspector.getByLabel('Warm-up steps'), '100');
  await expect(group(studio, 'Schedule')).toContainText('Cosine · 100 warm-up steps');
  const preview = page.getByTestId('rate-preview');
  await expect(preview).toContainText('0.0010 → 0.1000 →');
  await studio.train();
  await studio.expectPhase('done');
  await page.keyboard.press('Control+Z');
  await expect(group(studio, 'Schedule')).toContainText(/Cosine$/);
  await page.keyboard.press('Control+Z');
  await expect(group(studio, 'Schedule')).toContainText('Constant');
  await expect(preview).toContainText('0.1000 → 0.1000 → 0.1000');
});

test('a milestone that cannot be is explained where it is typed', async ({ studio }) => {
  await studio.openTemplate('Circle');
  await group(studio, 'Schedule').click();
  await studio.choose(studio.inspector.getByRole('combobox', { name: 'Schedule' }), 'Multi-step');
  const milestones = studio.inspector.getByRole('textbox', { name: 'At' });
  await milestones.fill('200, 100');
  await milestones.press('Enter');
  await expect(studio.inspector.getByRole('alert')).toContainText('found "200, 100"');
  await milestones.fill('100, 200');
  await milestones.press('Enter');
  await expect(studio.inspector.getByRole('alert')).toHaveCount(0);
});

test('a run that gets no better ends early and says so', async ({ studio, page }) => {
  await studio.openTemplate('Circle');
  await group(studio, 'Early stopping').click();
  await studio.choose(studio.inspector.getByRole('combobox', { name: 'Stop early' }), 'by held-out loss');
  await studio.setNumber(studio.inspector.getByLabel('Least change'), '100');
  await studio.train();
  await studio.expectPhase('done');
  await expect(page.getByTestId('run-ending')).toContainText('Stopped early after epoch 11: the test loss');
  await expect(studio.field('epoch')).toContainText('11');
  await page.getByTestId('run-ending').getByRole('button').click();
  await expect(page.getByTestId('run-ending')).toHaveCount(0);
});

test('AdamW brings its weight decay along, and it leaves again with it', async ({ studio }) => {
  await studio.openTemplate('Circle');
  await studio.choose(studio.inspector.getByRole('combobox', { name: 'Optimizer' }), 'AdamW');
  await expect(group(studio, 'Regularisation')).toContainText('decay 0.01');
  await studio.choose(studio.inspector.getByRole('combobox', { name: 'Optimizer' }), 'SGD');
  await expect(group(studio, 'Regularisation')).toContainText('off');
});

test.describe('in the smallest window', () => {
  test.use({ viewport: { width: 1024, height: 700 } });

  for (const language of ['en', 'zh'] as const) {
    test(`every group fits its panel (${language})`, async ({ studio, page }) => {
      await studio.open();
      if (language === 'zh') await studio.button('切换到中文').click();
      await page.locator('[data-template="circle"]').getByRole('button').click();
      const t = (key: string): string => words(language, key);
      for (const name of groups) await group(studio, t(`settings.${name}`)).click();
      const schedule = studio.inspector.getByRole('combobox', { name: t('settings.schedule') });
      const optimizer = studio.inspector.getByRole('combobox', { name: t('settings.optimizer') });
      const options = page.getByRole('option');
      for (const box of [schedule, optimizer]) {
        await box.click();
        await expect(options.first()).toBeVisible();
        const count = await options.count();
        await page.keyboard.press('Escape');
        for (let i = 0; i < count; i++) {
          // A list that is still closing would take the press for its own.
          await expect(options).toHaveCount(0);
          await box.click();
          await studio.pick(options.nth(i));
          const faults = await studio.inspector.evaluate((panel) =>
            [...panel.querySelectorAll<HTMLElement>('*')]
              .filter((element) => {
                const isClipped =
                  element.scrollWidth > element.clientWidth + 1 &&
                  getComputedStyle(element).textOverflow === 'ellipsis';
                const outside =
                  element.getBoundingClientRect().right > panel.getBoundingClientRect().right + 1;
                return isClipped || outside;
              })
              .map((element) => element.outerHTML.slice(0, 160)),
          );
          expect(faults).toEqual([]);
        }
      }
    });
  }
});
