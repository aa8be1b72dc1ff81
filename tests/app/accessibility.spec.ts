import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import { expect, type Studio, test } from './studio.ts';
import { tour } from './tour.ts';
import { words } from './words.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * What axe finds wrong on the page as it is now: rule, element, and what it says. Two things are no faults: the hidden
 * guards around an open menu, which hand the focus on as soon as they get it, and that a menu or a list of choices,
 * which is there only while it has the focus, lies outside the page's landmarks.
 */
async function violations({ page }: Studio): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe);
  return await page.evaluate(async () => {
    const { axe: tool } = window as unknown as {
      axe: { run(context: object, options: object): Promise<AxeResults> };
    };
    const isInPopup = (target: string): boolean =>
      document.querySelector(target)?.closest('[role="menu"], [role="listbox"]') !== null;
    const { violations: found } = await tool.run(
      { exclude: ['[data-base-ui-focus-guard]'] },
      { resultTypes: ['violations'] },
    );
    return found.flatMap(({ id, nodes }) =>
      nodes
        .filter(({ target }) => id !== 'region' || !isInPopup(String(target[0])))
        .map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} — ${failureSummary ?? ''}`),
    );
  });
}

// Colours are the theme's and words the language's: once through each finds what is wrong with either.
for (const [theme, language] of [
  ['light', 'en'],
  ['dark', 'zh'],
] as const) {
  test.describe(`${theme}, ${language}`, () => {
    test.use({ colorScheme: theme, locale: language === 'zh' ? 'zh-CN' : 'en-US' });

    test(`no page, panel or dialog has a fault that axe knows (${theme}, ${language})`, async ({
      studio,
      page,
    }) => {
      test.slow();
      await studio.open();
      await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
      const found: Record<string, string[]> = {};
      for (const place of tour(studio, language)) {
        await test.step(place.name, async () => {
          await place.go();
          const faults = await violations(studio);
          if (faults.length > 0) found[place.name] = faults;
        });
      }
      expect(found).toEqual({});
    });

    test(`samples that are changed to ask about them have no fault that axe knows (${theme}, ${language})`, async ({
      studio,
      page,
    }) => {
      for (const [template, question] of [
        ['transformer', 'sequence'],
        ['waveforms', 'signal'],
      ] as const) {
        await studio.open();
        await page.locator(`[data-template="${template}"]`).click();
        await studio.button(words(language, 'training.train')).click();
        await studio.expectStepBeyond(10);
        await studio.button(words(language, 'training.stop')).click();
        await studio.expectPhase('stopped');
        await studio.tab(words(language, 'training.tab.evaluate')).click();
        const asked = page.getByRole('region', { name: words(language, `evaluate.${question}.title`) });
        await expect(asked).toContainText('%');
        expect(await violations(studio)).toEqual([]);
      }
    });
  });
}
