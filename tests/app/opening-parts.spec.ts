import { expect, test } from './studio.ts';

test('a layer is opened into its parts by menu, button or key, and undo closes it again', async ({
  studio,
  page,
}) => {
  await studio.openTemplate('Circle');
  await studio.select('data');
  await studio.button('Add Reshape').dblclick();
  const shape = studio.inspector.getByRole('textbox', { name: 'Shape' });
  await shape.fill('1, 2');
  await shape.press('Enter');
  await studio.select('reshape1');
  await studio.button('Add Multi-Head Attention').dblclick();
  const whole = 'mha1';
  await expect(studio.wire('reshape1 y', `${whole} x`)).toBeAttached();
  const before = await studio.nodes.count();

  const openings = [
    () => page.keyboard.press('O'),
    () => studio.inspector.getByRole('button', { name: 'Open into parts' }).click(),
    async () => {
      await studio.node(whole).click({ button: 'right' });
      await page.getByRole('menuitem', { name: /^Open into parts/ }).click();
    },
  ];
  for (const open of openings) {
    await studio.select(whole);
    await open();
    await expect(studio.node(whole)).toHaveCount(0);
    await expect(studio.node(`${whole}_query`)).toHaveCount(1);
    await expect(studio.wire('reshape1 y', `${whole}_value x`)).toBeAttached();
    expect(await studio.nodes.count()).toBeGreaterThan(before);
    await page.keyboard.press('Control+Z');
    await expect(studio.nodes).toHaveCount(before);
  }

  await studio.select('fc3');
  await expect(studio.inspector.getByRole('button', { name: 'Open into parts' })).toHaveCount(0);
});
