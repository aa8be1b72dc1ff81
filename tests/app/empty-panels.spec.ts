import { test } from './own-studio.ts';
import { expect } from './studio.ts';

test('before a network can run, empty panels lead to what keeps it from running', async ({ own }) => {
  const { page, studio } = own;
  const panel = (name: string) => page.getByRole('tabpanel', { name });
  await studio.openTemplate('Empty canvas');
  for (const tab of ['Runs', 'Layers', 'Curves']) {
    await studio.tab(tab).click();
    // The panel before it leaves a moment later.
    await expect(panel(tab).getByRole('button')).toHaveText('Solve 2 problems first');
  }
  await panel('Curves').getByRole('button').press('Enter');
  await expect(page.getByRole('list', { name: 'Problems' })).toContainText('There is no Data node');
  await studio.openTemplate('Circle');
  await studio.tab('Curves').click();
  await expect(page.getByText('No run yet')).toBeVisible();
  await expect(panel('Curves').getByRole('button')).toHaveCount(0);
});
