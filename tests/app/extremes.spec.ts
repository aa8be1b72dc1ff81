import { readFileSync } from 'node:fs';
import { expect, test } from './studio.ts';

const circle = JSON.parse(
  readFileSync(new URL('../../assets/templates/circle.netwright.json', import.meta.url), 'utf8'),
);

test('foreign text is not pasted, and what was expected is said', async ({ studio, page, context }) => {
  const notices = page.getByRole('region', { name: 'Notices' });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await studio.openTemplate('Circle');
  await studio.selectNothing();
  await page.evaluate(() => navigator.clipboard.writeText('Dear all, please find the network below'));
  await page.keyboard.press('Control+V');
  await expect(notices.getByText('Nothing was pasted')).toBeVisible();
  await expect(notices.getByText(/expected copied layers .* found “Dear all/)).toBeVisible();
  await expect(studio.nodes).toHaveCount(7);
});

test('of a name of 10,000 characters the first 200 stay, and no panel is pushed out of place', async ({
  studio,
  page,
}) => {
  await studio.openTemplate('Circle');
  const notices = page.getByRole('region', { name: 'Notices' });
  const before = await studio.inspector.boundingBox();
  await studio.select('fc1');
  const name = studio.inspector.getByLabel('Name', { exact: true });
  await name.fill('ab'.repeat(5000));
  await name.press('Enter');
  await expect(name).toHaveValue('ab'.repeat(100));
  await expect(
    notices.getByText('A name holds at most 200 characters; found 10000, the rest was left out.'),
  ).toBeVisible();
  expect(await studio.inspector.boundingBox()).toEqual(before);
  const card = await page.locator('[data-node-name]', { hasText: /^abab/ }).boundingBox();
  expect(card?.width).toBeLessThan(184);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
});

test('a block that contains itself is named with the way round, and taking it out of itself mends it', async ({
  studio,
  page,
}) => {
  await studio.withoutPickers();
  await studio.open();
  const node = (id: string, type: string, y = 0) => ({
    id,
    type,
    name: id,
    params: {},
    position: { x: 272 * ['in', 'relu', 'again', 'out'].indexOf(id), y },
  });
  const inside = (id: string, name: string, again: string) => ({
    id,
    name,
    exposed: [],
    nodes: [
      node('in', 'block-input'),
      node('relu', 'relu'),
      node('again', `block:${again}`, 200),
      node('out', 'block-output'),
    ],
    wires: [
      { id: 'one', from: { node: 'in', port: 'x' }, to: { node: 'relu', port: 'x' } },
      { id: 'two', from: { node: 'relu', port: 'y' }, to: { node: 'out', port: 'x' } },
    ],
  });
  const text = JSON.stringify({
    ...circle,
    nodes: [...circle.nodes, node('outer', 'block:a', 600)],
    blocks: [inside('a', 'Outer', 'b'), inside('b', 'Inner', 'a')],
  });
  await studio.upload({ name: 'round.netwright.json', text }, () => studio.button('Open file…').click());
  await expect(studio.node('outer')).toHaveCount(1);
  await studio.tab('Problems').click();
  const problem = page.getByText(
    'The block "Outer" contains itself (Outer → Inner → Outer); remove "again" from the block "Inner", or put something else in its place.',
  );
  await expect(problem).toHaveCount(1);
  await problem.click();
  const where = page.getByRole('navigation', { name: 'Where you are in the network' });
  await expect(where.getByRole('listitem')).toHaveText(['Circle', 'outer', 'again']);
  await page.getByRole('list', { name: 'Problems' }).getByRole('button', { name: 'Remove again' }).click();
  await expect(studio.node('again')).toHaveCount(0);
  await expect(problem).toHaveCount(0);
});

test('a project of 2,000 layers opens, is searched, edited, and says where a layout cannot follow', async ({
  studio,
  page,
}) => {
  test.slow();
  await studio.withoutPickers();
  await studio.open();
  const nodes = Array.from({ length: 2000 }, (_, i) => ({
    id: `relu-${i}`,
    type: 'relu',
    name: `relu${i}`,
    position: { x: (i % 50) * 240, y: Math.floor(i / 50) * 160 },
    params: {},
  }));
  const wires = nodes.slice(1).map(({ id }, i) => ({
    id: `wire-${i}`,
    from: { node: nodes[i]?.id, port: 'y' },
    to: { node: id, port: 'x' },
  }));
  const text = JSON.stringify({ ...circle, name: 'Two thousand', nodes, wires });
  await studio.upload({ name: 'many.netwright.json', text }, () => studio.button('Open file…').click());
  await expect(studio.nodes).toHaveCount(2000, { timeout: 60_000 });
  await expect(page).toHaveTitle(/Two thousand/);

  await page.keyboard.press('Control+F');
  await page.keyboard.type('relu1234');
  await expect(page.getByRole('status').filter({ hasText: '1 of 1' })).toBeVisible();
  await expect(studio.inspector.getByLabel('Name', { exact: true })).toHaveValue('relu1234');
  await page.keyboard.press('Escape');
  await studio.node('relu1234').focus();
  await page.keyboard.press('Delete');
  await expect(studio.nodes).toHaveCount(1999);
  await expect(studio.wire('relu1233 y', 'relu1235 x')).toBeAttached();
  await page.keyboard.press('Control+Z');
  await expect(studio.nodes).toHaveCount(2000);
  // A row of so many layers is deeper than the layout can go; it says so, and nothing is lost.
  await page.keyboard.press('Control+K');
  await page.keyboard.type('left to right');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'Notices' }).getByText('Nothing was arranged')).toBeVisible({
    timeout: 60_000,
  });
  await expect(page).toHaveTitle('Two thousand – Netwright');
});
