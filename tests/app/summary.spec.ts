import { netwright } from './server.ts';
import { expect, numberIn, type Studio, test } from './studio.ts';
import { words } from './words.ts';

class SummaryTab {
  readonly studio: Studio;
  constructor(studio: Studio) {
    this.studio = studio;
  }

  async open(title: string): Promise<void> {
    await this.studio.openTemplate(title);
    await this.studio.tab('Summary').click();
  }
  get table() {
    return this.studio.page.getByTestId('summary-table');
  }
  get costs() {
    return this.studio.page.getByTestId('summary-costs');
  }
  row(name: string) {
    return this.table.locator('tbody tr').filter({
      has: this.studio.page.getByRole('button', { name: `Go to ${name}`, exact: true }),
    });
  }
  heading(name: string) {
    return this.table.getByRole('columnheader', { name, exact: true });
  }
  async column(at: number): Promise<string[]> {
    return await this.table.locator(`tbody tr > :nth-child(${at})`).allTextContents();
  }
  /** Waits until memory and time are predicted. */
  async predicted(): Promise<void> {
    await expect(this.costs).toHaveAttribute('data-state', 'predicted', { timeout: 30_000 });
  }
}

test('the table says of every layer what the command line says', async ({ studio }) => {
  const tab = new SummaryTab(studio);
  await tab.open('LeNet-5');
  const objects = await netwright(['summary', 'lenet']);
  const layers = objects.slice(0, -1);
  const whole = (key: string) => layers.map((layer) => Number(layer[key]).toLocaleString('en-US'));
  expect(await tab.column(1)).toEqual(layers.map(({ name }) => name));
  expect(await tab.column(4)).toEqual(whole('parameters'));
  expect(await tab.column(6)).toEqual(whole('multiplyAdds'));
  await expect(tab.row('conv1').locator('td').nth(1)).toHaveText('N×6×28×28');
  const total = tab.table.locator('tfoot tr');
  await expect(total.locator('td').nth(0)).toHaveText('14 layers');
  await expect(total.locator('td').nth(1)).toHaveText(
    Number(objects.at(-1)?.['parameters']).toLocaleString('en-US'),
  );
});

test('headings sort by mouse and keyboard, and the third press brings back the order of the network', async ({
  studio,
  page,
}) => {
  const tab = new SummaryTab(studio);
  await tab.open('LeNet-5');
  const inOrder = await tab.column(1);
  const parameters = tab.heading('Parameters');
  await expect(parameters).toHaveAttribute('aria-sort', 'none');
  await parameters.getByRole('button').click();
  await expect(parameters).toHaveAttribute('aria-sort', 'descending');
  const falling = (await tab.column(4)).map(numberIn);
  expect(falling).toEqual(falling.toSorted((a, b) => b - a));
  expect((await tab.column(1)).slice(0, 2)).toEqual(['fc1', 'fc2']);
  await page.keyboard.press('Enter');
  await expect(parameters).toHaveAttribute('aria-sort', 'ascending');
  const rising = (await tab.column(4)).map(numberIn);
  expect(rising).toEqual(falling.toReversed());
  await page.keyboard.press('Space');
  await expect(parameters).toHaveAttribute('aria-sort', 'none');
  expect(await tab.column(1)).toEqual(inOrder);

  await tab.heading('Layer').getByRole('button').click();
  expect(await tab.column(1)).toEqual(
    inOrder.toSorted((a, b) => a.localeCompare(b, undefined, { numeric: true })),
  );
  await expect(tab.table.locator('[aria-sort]:not([aria-sort="none"])')).toHaveCount(1);
});

test('a press on a row goes to its node, the keys go from row to row, and the canvas shows its row', async ({
  studio,
  page,
}) => {
  await page.setViewportSize({ width: 1024, height: 700 });
  const tab = new SummaryTab(studio);
  await tab.open('ResNet-20');
  await expect(tab.table.locator('tbody tr')).toHaveCount(74);
  // Far from what is seen.
  await studio.canvas.hover();
  for (let i = 0; i < 8; i++) await page.keyboard.press('Control+=');
  await tab.row('stage3/rest.1/conv2').locator('td').nth(0).click();
  await expect(tab.row('stage3/rest.1/conv2')).toHaveAttribute('aria-current', 'true');
  await expect(studio.inspector.getByRole('textbox', { name: 'Name' })).toHaveValue('conv2');
  await expect(studio.node('conv2')).toBeInViewport();

  await tab.row('stage3/rest.1/conv2').getByRole('button').focus();
  await page.keyboard.press('ArrowDown');
  await expect(tab.row('stage3/rest.1/bn2').getByRole('button')).toBeFocused();
  await page.keyboard.press('Home');
  await expect(tab.row('data').getByRole('button')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(studio.inspector.getByRole('textbox', { name: 'Name' })).toHaveValue('data');
  await expect(studio.node('data')).toBeInViewport();
  await expect(tab.row('stage3/rest.1/conv2')).not.toHaveAttribute('aria-current');

  await page.keyboard.press('f');
  await studio.select('loss');
  await expect(tab.row('loss')).toHaveAttribute('aria-current', 'true');
  const [row, heading, total] = await Promise.all(
    [tab.row('loss'), tab.table.locator('thead'), tab.table.locator('tfoot tr > :first-child')].map((part) =>
      part.boundingBox(),
    ),
  );
  const below = (row?.y ?? 0) + (row?.height ?? 0);
  expect(row?.y).toBeGreaterThan(heading?.y ?? 0);
  expect(below, 'the total does not hide it').toBeLessThanOrEqual((total?.y ?? 0) + 1);

  // Within a block its layers go by the names that they have there.
  await tab.predicted();
  await expect(tab.row('stage3/rest.1/relu1').locator('[data-column="forward"]')).toHaveText('in bn1');
});

test('memory and time are predicted before training, anew after an edit that can run, and measured while it goes on', async ({
  studio,
  page,
}) => {
  const tab = new SummaryTab(studio);
  await tab.open('LeNet-5');
  await expect(tab.costs).toHaveAttribute('data-state', 'measuring');
  await expect(tab.row('conv1').locator('[data-column="forward"]')).toHaveText('–');
  await tab.predicted();
  await expect(tab.costs).toContainText('Predicted');
  await expect(tab.row('conv1').locator('[data-column="forward"]')).toHaveText(/^[\d.]+ [mµ]s$/);
  await expect(tab.row('relu1').locator('[data-column="forward"]')).toHaveText('in conv1');
  await expect(page.getByTestId('status-predicted')).toContainText('per epoch');

  await studio.selectNothing();
  await studio.setNumber(studio.inspector.getByLabel('Batch size'), '32');
  await expect(tab.costs).toHaveAttribute('data-state', 'measuring');
  await expect(tab.row('conv1').locator('[data-column="forward"]')).toHaveText('–');
  await tab.predicted();
  await studio.select('fc2');
  await page.keyboard.press('Shift+Delete');
  await expect(tab.costs).toHaveAttribute('data-state', 'problems');
  await expect(tab.costs).toContainText('1 problem is in the way');
  await page.keyboard.press('Control+Z');
  await expect(tab.costs).toHaveAttribute('data-state', 'predicted');
  const memory = await page.getByTestId('summary-memory').textContent();

  await studio.train();
  await studio.expectStepBeyond(50);
  await expect(tab.costs).toHaveAttribute('data-state', 'run');
  await expect(page.getByTestId('summary-memory')).toHaveText(memory ?? '');
  await expect(page.getByTestId('summary-epoch')).toBeVisible();
  await expect(tab.row('conv2').locator('[data-column="backward"]')).toHaveText(/^[\d.]+ [mµ]s$/);
  await expect(page.getByTestId('status-predicted')).toHaveCount(0);
});

test('a network that is not finished shows what is known, and a dash for the rest', async ({
  studio,
  page,
}) => {
  const tab = new SummaryTab(studio);
  await tab.open('Circle');
  await studio.select('fc2');
  await page.keyboard.press('Shift+Delete');
  await expect(tab.row('fc1').locator('td').nth(2)).toHaveText('12');
  for (const cell of await tab.row('fc3').locator('td').all()) {
    await expect(cell).toHaveText((await cell.getAttribute('data-column')) === 'type' ? 'Linear' : '–');
  }
  const total = tab.table.locator('tfoot td');
  await expect(total.nth(0)).toHaveText('3 of 6 layers known');
  await expect(total.nth(1)).toHaveText('≥ 12');
  // What is not known comes last either way.
  const heading = tab.heading('Parameters').getByRole('button');
  await heading.click();
  expect((await tab.column(4)).slice(-3)).toEqual(['–', '–', '–']);
  await heading.click();
  expect((await tab.column(4)).slice(-3)).toEqual(['–', '–', '–']);
});

test('an empty canvas says what will stand here', async ({ studio, page }) => {
  await studio.openTemplate('Empty canvas');
  await studio.tab('Summary').click();
  await expect(page.getByText(words('en', 'summary.emptyTitle'))).toBeVisible();
  await expect(page.getByTestId('summary-table')).toHaveCount(0);
});

test.describe('in Chinese', () => {
  test.use({ locale: 'zh-CN' });

  test('headings, kinds of layers, predictions and times are Chinese', async ({ studio, page }) => {
    await studio.open();
    await page.locator('[data-template="lenet"]').getByRole('button').click();
    await studio.tab(words('zh', 'training.tab.summary')).click();
    const table = page.getByTestId('summary-table');
    for (const column of [
      'name',
      'type',
      'output',
      'parameters',
      'multiplyAdds',
      'activations',
      'forward',
      'backward',
    ]) {
      await expect(
        table.getByRole('columnheader', { name: words('zh', `summary.column.${column}`), exact: true }),
      ).toBeVisible();
    }
    await expect(table.locator('[data-node="conv1"] [data-column="type"]')).toContainText('二维卷积');
    await expect(page.getByTestId('summary-epoch')).toHaveText(/^每轮约 [\d.]+ (秒|毫秒)$/, {
      timeout: 30_000,
    });
    await expect(table.locator('[data-node="relu1"] [data-column="forward"]')).toHaveText('含于 conv1');
    await expect(table.locator('tfoot')).toContainText('14 层');
  });
});
