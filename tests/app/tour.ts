import { expect, type Studio } from './studio.ts';
import { type Language, words } from './words.ts';

export interface Place {
  readonly name: string;
  /** From the place before it. */
  readonly go: () => Promise<unknown>;
}

/** Every page, panel and list of the studio, one after the other. */
export function tour(studio: Studio, language: Language): readonly Place[] {
  const { page } = studio;
  const t = (key: string): string => words(language, key);
  const tab = (key: string) => () => studio.tab(t(`training.tab.${key}`)).click();
  return [
    { name: 'gallery', go: () => Promise.resolve() },
    {
      name: 'build',
      go: () => page.locator('[data-template="circle"]').click(),
    },
    {
      name: 'trained curves',
      async go() {
        await studio.button(t('training.train')).click();
        await studio.expectPhase('done');
      },
    },
    { name: 'layers', go: tab('layers') },
    { name: 'evaluate', go: tab('evaluate') },
    { name: 'summary', go: tab('summary') },
    {
      name: 'runs',
      async go() {
        await studio.tab(t('training.tab.runs')).click();
        await page.getByTestId('run-row').first().getByRole('checkbox').check();
      },
    },
    {
      name: 'menu of a run',
      async go() {
        await page.getByTestId('run-row').first().getByRole('button').last().click();
        await expect(page.getByRole('menu')).toBeVisible();
      },
    },
    {
      name: 'more epochs for a run',
      async go() {
        await page.getByRole('menuitem', { name: t('runs.continue') }).click();
        await expect(page.getByRole('dialog')).toBeVisible();
      },
    },
    {
      name: 'problems',
      async go() {
        await studio.escape();
        await tab('problems')();
      },
    },
    ...['data', 'fc1', 'relu1', 'loss'].map((node) => ({
      name: `inspector of ${node}`,
      go: () => studio.select(node),
    })),
    {
      name: 'problems of a broken network',
      async go() {
        await studio.selectNothing();
        await page.keyboard.press('Control+A');
        await page.keyboard.press('Control+D');
      },
    },
    {
      name: 'key map',
      async go() {
        await page.keyboard.press('Control+Z');
        await studio.setNumber(studio.node('fc2').getByRole('spinbutton'), '3');
        await page.keyboard.press('Escape');
        await page.keyboard.press('Shift+?');
        await expect(page.getByRole('dialog', { name: t('menu.showKeys') })).toBeVisible();
      },
    },
    {
      name: 'add layer',
      async go() {
        await studio.escape();
        await page.keyboard.press('/');
        await expect(page.getByRole('dialog', { name: t('palette.addLayer') })).toBeVisible();
      },
    },
    ...(
      [
        ['commands', 'Control+K', 'commands.title'],
        ['history', 'Alt+KeyH', 'history.title'],
      ] as const
    ).map(([name, key, title]) => ({
      name,
      async go() {
        await studio.escape();
        await page.keyboard.press(key);
        await expect(page.getByRole('dialog', { name: t(title) })).toBeVisible();
      },
    })),
    {
      name: 'find',
      async go() {
        await studio.escape();
        await page.keyboard.press('Control+F');
        await page.keyboard.type('fc');
        await expect(page.getByRole('search', { name: t('find.title') })).toBeVisible();
      },
    },
    {
      name: 'main menu',
      async go() {
        await page.keyboard.press('Escape');
        await studio.button(t('menu.main')).click();
        await expect(page.getByRole('menu')).toBeVisible();
      },
    },
    {
      name: 'choices of a field',
      async go() {
        await studio.escape();
        await studio.node('data').getByRole('combobox').click();
        await expect(page.getByRole('listbox')).toBeVisible();
      },
    },
    {
      name: 'menu of a node',
      async go() {
        await page.keyboard.press('Escape');
        await studio.select('fc2', { button: 'right' });
        await expect(page.getByRole('menu')).toBeVisible();
      },
    },
    {
      name: 'unsaved changes',
      async go() {
        await studio.escape();
        await studio.selectNothing();
        await page.keyboard.press('Alt+KeyN');
        await expect(page.getByRole('dialog')).toBeVisible();
      },
    },
    {
      name: 'certificate',
      async go() {
        await studio.escape();
        await studio.button(t('training.export')).click();
        await expect(page.getByTestId('certificate')).toBeVisible();
      },
    },
    {
      name: 'models',
      async go() {
        await studio.button(t('export.openInModels')).click();
        await page.getByRole('combobox', { name: t('models.rowsFrom') }).click();
        await page.getByRole('option', { name: t('models.from.test') }).click();
        await studio.button(t('models.runValues')).click();
        await expect(page.getByTestId('model-result')).toBeVisible();
      },
    },
    {
      name: 'graph of a model',
      async go() {
        await studio.button(t('models.part.graph')).click();
        await expect(page.getByTestId('model-graph-legend')).toBeVisible();
        await page.getByRole('option').first().click();
      },
    },
    {
      name: 'data',
      async go() {
        await studio.button(t('app.data')).click();
        await expect(page.getByText(t('dataPage.noneTwice'))).toBeVisible();
      },
    },
    {
      name: 'known sets',
      async go() {
        await studio.button(t('data.open')).click();
        await expect(page.getByRole('list', { name: t('data.knownSets') })).toBeVisible();
      },
    },
    {
      name: 'help page',
      async go() {
        await studio.escape();
        await studio.button(t('app.learn')).click();
        await expect(page.getByRole('img', { name: t('learn.wiring') })).toBeVisible();
      },
    },
    {
      name: 'picture',
      async go() {
        await studio.button(t('app.build')).click();
        await page.keyboard.press('Control+K');
        await page.keyboard.type(t('menu.picture'));
        await page.keyboard.press('Enter');
        await expect(page.getByRole('dialog', { name: t('picture.title') })).toBeVisible();
      },
    },
    {
      name: 'guided tour',
      async go() {
        await studio.escape();
        await page.keyboard.press('Control+K');
        await page.keyboard.type(t('menu.tour'));
        await page.keyboard.press('Enter');
        const discard = page.getByRole('dialog').getByRole('button', { name: t('file.discard') });
        await discard.click();
        await expect(page.getByRole('region', { name: t('tour.title') })).toBeVisible();
      },
    },
  ];
}
