import { expect, test } from './studio.ts';
import { violations } from './violations.ts';
import { words } from './words.ts';

// Colours are the theme's and words the language's: once through each finds what is wrong with either.
for (const [theme, language] of [
  ['light', 'en'],
  ['dark', 'zh'],
] as const) {
  test.describe(`${theme}, ${language}`, () => {
    test.use({ colorScheme: theme, locale: language === 'zh' ? 'zh-CN' : 'en-US' });

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
