import { expect, test } from './studio.ts';

const frozenIn = (json: string): string[] =>
  (JSON.parse(json) as { nodes: { name: string; frozen?: boolean }[] }).nodes.flatMap(({ name, frozen }) =>
    frozen ? [name] : [],
  );

test('a layer is frozen by inspector, key and menu, stays as it is while the rest trains, and is let go again', async ({
  studio,
  page,
}) => {
  await studio.openTemplate('Circle');
  const mark = (node: string) => studio.node(node).getByRole('img', { name: /^Frozen/ });
  const parameters = page.getByTestId('status-parameters');
  await expect(parameters).toHaveText('42 parameters');

  // By the inspector; what has no weights has no switch.
  await studio.select('relu1');
  await expect(studio.inspector.getByRole('switch', { name: 'Frozen' })).toHaveCount(0);
  await studio.select('fc1');
  const toggle = studio.inspector.getByRole('switch', { name: 'Frozen' });
  await expect(toggle).not.toBeChecked();
  expect(frozenIn(await studio.editing(() => toggle.click()))).toEqual(['fc1']);
  await expect(toggle).toBeChecked();
  await expect(mark('fc1')).toHaveAttribute('title', 'Frozen: training leaves its weights as they are');
  await expect(parameters).toHaveText('42 parameters, 12 of them frozen');
  await expect(studio.inspector.getByText('of them frozen')).toBeVisible();

  // By key, several at once: the one that has no weights is left out.
  await studio.select('relu1');
  await studio.select('fc2', { modifiers: ['Shift'] });
  expect(frozenIn(await studio.editing(() => page.keyboard.press('Shift+F')))).toEqual(['fc1', 'fc2']);
  await expect(studio.inspector.getByRole('switch', { name: 'Frozen' })).toBeChecked();
  await expect(parameters).toHaveText('42 parameters, 32 of them frozen');

  // Undone and done again.
  await page.keyboard.press('Control+z');
  await expect(mark('fc2')).toHaveCount(0);
  await page.keyboard.press('Control+Shift+z');
  await expect(mark('fc2')).toHaveCount(1);

  // It trains: what is frozen has the same weights at its end as at its first step, and words where gradients would be.
  await studio.selectNothing();
  const strip = (node: string) => page.getByTestId(`strip-${node}`);
  const weights = async (node: string): Promise<(string | null)[]> => [
    await strip(node).getAttribute('data-value-norm'),
    await strip(node).locator('g').nth(1).innerHTML(),
  ];
  await studio.button('One step').click();
  await studio.expectPhase('paused');
  await expect(strip('fc1')).toHaveAttribute('data-step', '1');
  const [first, other] = [await weights('fc1'), await weights('fc3')];
  await studio.button('Resume').click();
  await studio.expectPhase('done');
  await expect.poll(async () => Number(await strip('fc3').getAttribute('data-step'))).toBeGreaterThan(100);
  expect(await weights('fc1')).toEqual(first);
  expect(await weights('fc3')).not.toEqual(other);
  await expect(strip('fc1')).toHaveAttribute('aria-label', /^frozen, weight norm /);
  await expect(strip('fc1')).toContainText('frozen');
  await expect(strip('relu1')).toContainText('no gradient');
  await studio.tab('Layers').click();
  await page.getByTestId('layer-fc1').getByRole('button').click();
  await expect(page.getByTestId('layer-frozen')).toContainText('“fc1” is frozen in this run');
  await expect(page.getByTestId('ridge-fc1/weight/weight')).toBeVisible();
  await expect(page.getByTestId('ridge-fc1/weightGradient/weight')).toHaveCount(0);
  await page.getByTestId('layer-fc3').getByRole('button').click();
  await expect(page.getByTestId('layer-frozen')).toHaveCount(0);
  await expect(page.getByTestId('ridge-fc3/weightGradient/weight')).toBeVisible();

  // Let go by the menu: the run notices, and a new one trains it.
  await studio.node('fc1').locator('[data-node-name]').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Unfreeze' }).click();
  await expect(mark('fc1')).toHaveCount(0);
  await studio.button('Canvas changed').click();
  await studio.expectPhase('done');
  await expect(parameters).toHaveText('42 parameters, 20 of them frozen');
  await expect(strip('fc1')).toHaveAttribute('aria-label', /^gradient norm /);
  expect(await weights('fc1')).not.toEqual(first);
});

test('with all that leads to the loss frozen, one sentence says so and training waits', async ({
  studio,
  page,
}) => {
  await studio.openTemplate('Circle');
  await page.keyboard.press('Control+a');
  await studio.inspector.getByRole('switch', { name: 'Frozen' }).click();
  await studio.tab('Problems').click();
  await expect(page.getByText(/Every layer that leads to the loss is frozen/).first()).toBeVisible();
  await expect(studio.tab('Problems')).toContainText('1');
  await studio.inspector.getByRole('switch', { name: 'Frozen' }).click();
  await expect(page.getByText(/Every layer that leads to the loss is frozen/)).toHaveCount(0);
});

test('a frozen block freezes what is inside, and says so there', async ({ studio, page }) => {
  await studio.openTemplate('ResNet-20');
  await studio.select('stage1');
  await studio.inspector.getByRole('switch', { name: 'Frozen' }).click();
  await expect(studio.node('stage1').getByRole('img', { name: /^Frozen/ })).toHaveCount(1);
  await page.keyboard.press('Control+ArrowDown');
  await studio.select('conv1');
  const inside = studio.inspector.getByRole('switch', { name: 'Frozen' });
  await expect(inside).toBeChecked();
  await expect(inside).toBeDisabled();
  await expect(studio.inspector).toContainText('“stage1”, the block around it, is frozen as a whole.');
  await expect(studio.node('conv1').getByRole('img', { name: /^Frozen/ })).toHaveCount(1);
});
