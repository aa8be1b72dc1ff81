import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Locator, Page } from '@playwright/test';
import { type Own, test } from './own-studio.ts';
import { expect } from './studio.ts';
import { type Language, words } from './words.ts';

/**
 * The main screens as pictures: each theme, and each language, once. Pixels depend on the browser and the fonts, so they are
 * compared only where both are those that the pictures were made with, which is found out by drawing; elsewhere the
 * tests are skipped and say so. Made anew, after looking at them, by:
 *
 *   npx playwright test --project=app tests/app/pictures.spec.ts --update-snapshots
 */
const folder = fileURLToPath(new URL('pictures/', import.meta.url));
const environmentFile = join(folder, 'environment.json');

const inPanel: ReadonlySet<string> = new Set(['layers', 'evaluate', 'summary', 'runs']);

/** Numbers of another processor may end in another digit; a label that moved is more than that. */
const mostPixels = 150;

for (const [theme, language] of [
  ['light', 'en'],
  ['dark', 'zh'],
] as const) {
  test.describe(`${theme}, ${language}`, () => {
    test.use({
      colorScheme: theme,
      locale: language === 'zh' ? 'zh-CN' : 'en-US',
      viewport: { width: 1280, height: 800 },
    });

    test(`the main screens look as they did (${theme}, ${language})`, async ({ own, browser }, {
      config,
    }) => {
      const { page } = own;
      const here = { chromium: browser.version().split('.')[0] ?? '', drawing: await drawingOf(page) };
      const isMaking = config.updateSnapshots === 'all' || config.updateSnapshots === 'changed';
      if (isMaking) keepEnvironment(here);
      test.skip(
        JSON.stringify(here) !== environment(),
        'the pictures in tests/app/pictures were made with another browser or other fonts; --update-snapshots makes them here',
      );
      for (const [name, go] of screens(own, language)) {
        await test.step(name, async () => {
          await go();
          await page.mouse.move(640, 1);
          await settle(page);
          // What is around the panel was seen before.
          const seen = inPanel.has(name) ? page.getByRole('tabpanel') : page;
          const options = {
            maxDiffPixels: mostPixels,
            mask: [page.getByRole('contentinfo')],
            maskColor: '#808080',
          };
          await expect.soft(seen).toHaveScreenshot([`${theme}-${language}`, `${name}.png`], options);
        });
      }
    });
  });
}

/** From the screen before it. Every step is taken by hand, so that what is seen of them does not depend on time. */
function screens(
  { page, studio }: Own,
  language: Language,
): readonly [name: string, go: () => Promise<unknown>][] {
  const t = (key: string): string => words(language, key);
  /** Parts of the studio are fetched when they are first looked at. */
  const go = async (to: Locator, shown: Locator): Promise<void> => {
    await to.click();
    await expect(shown).toBeVisible();
  };
  const open = (name: string, shown: Locator) => go(studio.tab(t(`training.tab.${name}`)), shown);
  const steps = 12;
  return [
    ['gallery', () => expect(page.getByRole('heading', { level: 1 })).toBeVisible()],
    [
      'build',
      async () => {
        await page.locator('[data-template="circle"]').click();
        // One step an epoch.
        await studio.setNumber(studio.node('data').getByRole('spinbutton').first(), '80');
        await studio.setNumber(studio.inspector.getByLabel(t('settings.epochs')), String(steps));
        for (let step = 1; step <= steps; step++) {
          await studio.button(t('training.step')).click();
          await expect(studio.field('step')).toHaveText(String(step));
        }
        await studio.expectPhase('done');
      },
    ],
    ['layers', () => open('layers', page.getByTestId(/^ridge-/).first())],
    ['evaluate', () => open('evaluate', page.getByRole('tabpanel').getByRole('table').last())],
    ['summary', () => open('summary', page.getByTestId('summary-table'))],
    [
      'runs',
      async () => {
        await open('runs', page.getByTestId('run-row'));
        await expect(page.locator('[data-figure="test"]')).toHaveText(/\d/);
      },
    ],
    ['data', () => go(studio.button(t('app.data')), page.getByText(t('dataPage.noneTwice')))],
    ['models', () => go(studio.button(t('app.models')), studio.button(t('models.open')))],
    ['learn', () => go(studio.button(t('app.learn')), page.locator('.katex').first())],
  ];
}

/** What browser and fonts make of letters of both languages and of a curve. */
async function drawingOf(page: Page): Promise<string> {
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  return await page.evaluate(async () => {
    await document.fonts.ready;
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [400, 120];
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('there is no canvas');
    const { fontFamily } = getComputedStyle(document.body);
    for (const [i, font] of [`13px ${fontFamily}`, `600 15px ${fontFamily}`, '12px monospace'].entries()) {
      context.font = font;
      context.fillText('Hamburgefonstiv 0123456789 ∂ × ‖ 学习率 直方图 残差块', 4.5, 20 + 30 * i);
    }
    context.bezierCurveTo(10, 110, 200, 60, 390, 100);
    context.stroke();
    const pixels = context.getImageData(0, 0, canvas.width, canvas.height).data;
    const digest = await crypto.subtle.digest('SHA-256', pixels);
    return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  });
}

/** Times, speeds, sizes and places are put as they never change: they differ from one machine and minute to the next. */
async function settle(page: Page): Promise<void> {
  await page.evaluate(() => {
    const steady: readonly (readonly [RegExp, string])[] = [
      [/^\/.*\/runs$/, '~/.netwright/runs'],
      [/\d[\d.,]* KB/, '64 KB'],
      [/^\d+:\d\d$/, '0:01'],
    ];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      if (node.parentElement?.matches('time') === true) {
        node.textContent = '12:00';
        continue;
      }
      // What layers take is counted, and the same everywhere.
      if (node.parentElement?.closest('[data-testid="summary-table"]') !== null) continue;
      for (const [varying, text] of steady)
        if (varying.test(node.textContent ?? ''))
          node.textContent = (node.textContent ?? '').replace(varying, text);
    }
    for (const name of ['run-speed', 'run-left', 'summary-epoch']) {
      const field = document.querySelector(`[data-testid="${name}"]`);
      if (field !== null) field.textContent = '–';
    }
  });
}

const environment = (): string =>
  existsSync(environmentFile) ? JSON.stringify(JSON.parse(readFileSync(environmentFile, 'utf8'))) : '';

function keepEnvironment(here: { readonly chromium: string; readonly drawing: string }): void {
  mkdirSync(dirname(environmentFile), { recursive: true });
  writeFileSync(environmentFile, `${JSON.stringify(here, undefined, 2)}\n`);
}
