import { expect, test } from './studio.ts';

test('undo says what it takes back, and the list of steps goes to any of them', async ({ studio, page }) => {
  await studio.openTemplate('Circle');
  const opened = await studio.node('fc2').textContent();
  await studio.setNumber(studio.node('fc2').getByRole('spinbutton'), '7');
  await studio.drag(studio.port('relu1', 'output', 'y'), studio.port('fc3', 'input', 'x'));
  await studio.select('relu2');
  await page.keyboard.press('ArrowUp');

  const edit = async () => {
    await studio.button('Main menu').click();
    await page.getByRole('menuitem', { name: 'Edit' }).click();
  };
  await edit();
  await expect(page.getByRole('menuitem', { name: 'Undo: move relu2' })).toBeVisible();
  await page.keyboard.press('Escape');
  await studio.escape();
  await page.keyboard.press('Control+Z');
  await edit();
  await expect(page.getByRole('menuitem', { name: 'Undo: connect relu1 → fc3' })).toBeVisible();
  await expect(page.getByRole('menuitem', { name: 'Redo: move relu2' })).toBeVisible();
  await page.getByRole('menuitem', { name: 'History' }).click();

  const list = page.getByRole('dialog', { name: 'History' });
  await expect(list.getByRole('option')).toHaveText([
    '3move relu2',
    '2connect relu1 → fc3now',
    '1change Out features of fc2',
    'As it was opened',
  ]);
  await list.getByRole('option', { name: 'As it was opened' }).click();
  await expect(studio.node('fc2')).toHaveText(opened ?? '');
  await expect(page, 'nothing is unsaved any more').toHaveTitle('Circle – Netwright');
  await page.keyboard.press('Alt+KeyH');
  await expect(list.getByRole('option').last()).toContainText('now');
  await page.keyboard.type('connect');
  await page.keyboard.press('Enter');
  await expect(studio.wire('relu1 y', 'fc3 x')).toBeAttached();
  await expect(studio.node('fc2')).toContainText('4 → 7');
});
