import { test } from './own-studio.ts';
import { expect } from './studio.ts';

test('before a network can run, empty panels lead to what keeps it from running', async ({ own }) => {
  const { page, studio } = own;
  await studio.openTemplate('Empty canvas');
  for (const tab of ['Runs', 'Layers', 'Curves']) {
    await studio.tab(tab).click();
    await expect(page.getByRole('tabpanel').getByRole('button')).toHaveText('Solve 2 problems first');
  }
  await page.getByRole('button', { name: 'Solve 2 problems first' }).press('Enter');
  await expect(page.getByRole('list', { name: 'Problems' })).toContainText('There is no Data node');
  await studio.openTemplate('Circle');
  await studio.tab('Curves').click();
  await expect(page.getByText('No run yet')).toBeVisible();
  await expect(page.getByRole('tabpanel').getByRole('button')).toHaveCount(0);
});
