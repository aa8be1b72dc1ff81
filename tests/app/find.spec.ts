import { expect, test } from './studio.ts';

test('a layer is found by name, type, shape or problem, and the next and the one before are gone to', async ({
  studio,
  page,
}) => {
  await studio.openTemplate('Circle');
  await page.keyboard.press('Control+F');
  const bar = page.getByRole('search', { name: 'Find in this network' });
  const field = bar.getByRole('textbox');
  await expect(field).toBeFocused();
  await page.keyboard.type('fc');
  await expect(bar.getByRole('status')).toHaveText('1 of 3');
  await expect(studio.inspector.getByLabel('Name', { exact: true })).toHaveValue('fc1');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await expect(studio.inspector.getByLabel('Name', { exact: true })).toHaveValue('fc3');
  await expect(field, 'typing can go on').toBeFocused();
  await page.keyboard.press('Enter');
  await expect(bar.getByRole('status'), 'after the last comes the first').toHaveText('1 of 3');
  await page.keyboard.press('Shift+Enter');
  await expect(bar.getByRole('status')).toHaveText('3 of 3');

  await field.fill('relu');
  await expect(bar.getByRole('status')).toHaveText('1 of 2');
  await field.fill('Nx2');
  await expect(studio.inspector.getByLabel('Name', { exact: true })).toHaveValue('data');
  await field.fill('problem');
  await expect(bar.getByRole('status')).toHaveText('Nothing found');
  await field.press('Escape');
  await expect(bar).toHaveCount(0);

  await studio.select('fc3');
  await studio.setNumber(studio.inspector.getByLabel('Out features'), '3');
  await studio.selectNothing();
  await page.keyboard.press('Control+F');
  await expect(field).toHaveValue('problem');
  await page.keyboard.press('F3');
  await expect(studio.inspector.getByLabel('Name', { exact: true })).toHaveValue('loss');
});

test('every action, layer, node and template is a command found by typing', async ({ studio, page }) => {
  await studio.openTemplate('Circle');
  const list = page.getByRole('dialog', { name: 'Commands' });
  const ask = async (words: string) => {
    await page.keyboard.press('Control+K');
    await expect(list).toBeVisible();
    await page.keyboard.type(words);
  };
  await ask('fit');
  await expect(list.getByRole('option', { name: /^Fit view/ })).toContainText('F');
  await page.keyboard.press('Escape');
  await ask('dropout2d');
  await page.keyboard.press('Enter');
  await expect(studio.nodes).toHaveCount(8);
  await ask('undo add');
  await expect(list.getByRole('option').first()).toHaveText(/^Undo: add Dropout2d/);
  await page.keyboard.press('Enter');
  await expect(studio.nodes).toHaveCount(7);
  await ask('go to relu2');
  await page.keyboard.press('Enter');
  await expect(studio.node('relu2')).toBeFocused();
  await expect(studio.inspector.getByLabel('Name', { exact: true })).toHaveValue('relu2');
  await ask('spiral');
  await page.keyboard.press('Enter');
  await expect(page).toHaveTitle(/^Spirals/);
  await ask('');
  await expect(list.getByRole('option', { name: /^Redo/ }), 'what cannot be done is not offered').toHaveCount(
    0,
  );
});

test('the space bar adds a layer when it is pressed, and moves the view while it is held', async ({
  studio,
  page,
}) => {
  await studio.openTemplate('Circle');
  await studio.selectNothing();
  const canvas = await studio.canvasBox();
  const before = await studio.node('fc1').boundingBox();
  await page.mouse.move(canvas.x + 300, canvas.y + 40);
  await page.keyboard.down('Space');
  await page.mouse.down();
  await page.mouse.move(canvas.x + 360, canvas.y + 60, { steps: 4 });
  await page.mouse.up();
  await page.keyboard.up('Space');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  expect((await studio.node('fc1').boundingBox())?.x).toBeCloseTo((before?.x ?? 0) + 60, 0);
  await page.keyboard.press('Space');
  await expect(page.getByRole('dialog', { name: 'Add layer' })).toBeVisible();
  await page.keyboard.type('tanh');
  await page.keyboard.press('Enter');
  await expect(studio.node('tanh1')).toBeFocused();
});
