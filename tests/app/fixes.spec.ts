import { expect, test } from './studio.ts';

test('a mismatch offers what helps at the wire, at the node and in the list, each as one step', async ({
  studio,
  page,
}) => {
  await studio.openTemplate('Circle');
  await studio.select('fc3');
  await studio.setNumber(studio.inspector.getByLabel('Out features'), '3');
  await studio.tab('Problems').click();
  const fix = 'Set Out features of fc3 to 2';

  // In the list of problems.
  const list = page.getByRole('list', { name: 'Problems' });
  await list.getByRole('button', { name: fix }).click();
  await expect(studio.node('fc3')).toContainText('4 → 2');
  await expect(page.getByText('Nothing is in the way')).toBeVisible();
  await page.keyboard.press('Control+Z');
  await expect(studio.node('fc3')).toContainText('4 → 3');

  // At the wire, which shows both shapes.
  const label = studio.shape('N×3 ≠ N×2');
  await label.click();
  await page.getByRole('menuitem', { name: 'Insert Linear (2) between fc3 and loss' }).click();
  await expect(studio.wire('fc3 y', 'linear1 x')).toBeAttached();
  await expect(studio.wire('linear1 y', 'loss logits')).toBeAttached();
  await expect(label).toHaveCount(0);
  await expect(studio.tab('Problems')).toHaveText('Problems');
  await page.keyboard.press('Control+Z');
  await expect(studio.nodes).toHaveCount(7);

  // At the node.
  await studio.select('loss');
  await studio.inspector.getByRole('button', { name: fix }).click();
  await expect(studio.tab('Problems')).toHaveText('Problems');
  await studio.button('Main menu').click();
  await page.getByRole('menuitem', { name: 'Edit' }).click();
  await expect(page.getByRole('menuitem', { name: 'Undo: fix: set Out features of fc3 to 2' })).toBeVisible();
});
