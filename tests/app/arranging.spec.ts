import { expect, type Studio, test } from './studio.ts';

const boxes = async (studio: Studio) =>
  Promise.all(
    (await studio.nodes.all()).map(async (node) => {
      const box = await node.boundingBox();
      if (box === null) throw new Error('a node is not drawn');
      return box;
    }),
  );
const overlaps = (all: Awaited<ReturnType<typeof boxes>>): boolean =>
  all.some((a, i) =>
    all
      .slice(i + 1)
      .some(
        (b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height,
      ),
  );

test('a network is arranged along its data, as one step, and the second time nothing moves', async ({
  studio,
  page,
}) => {
  await studio.openTemplate('Circle');
  await studio.select('data');
  await page.keyboard.press('l');
  const nodes = ['data', 'fc1', 'relu1', 'fc2', 'relu2', 'fc3', 'loss'];
  const places = async () =>
    Promise.all(nodes.map(async (name) => (await studio.node(name).boundingBox()) ?? { x: 0, y: 0 }));
  await expect
    .poll(async () => {
      const xs = (await places()).map(({ x }) => x);
      return xs.every((x, i) => i === 0 || x > (xs[i - 1] ?? 0));
    })
    .toBe(true);
  expect(overlaps(await boxes(studio))).toBe(false);
  for (const node of await studio.nodes.all()) await expect(node).toBeInViewport({ ratio: 0.99 });
  await expect.poll(() => studio.autosaved()).toBeDefined();
  const once = await studio.autosaved();
  await page.keyboard.press('l');
  await page.waitForTimeout(600);
  expect(await studio.autosaved(), 'the second time').toBe(once);

  await page.keyboard.press('Shift+L');
  await expect
    .poll(async () => {
      const ys = (await places()).map(({ y }) => y);
      return ys.every((y, i) => i === 0 || y > (ys[i - 1] ?? 0));
    })
    .toBe(true);
  await page.keyboard.press('Control+Z');
  await page.keyboard.press('Control+Z');
  await expect(page).toHaveTitle('Circle – Netwright');
});

test('several layers are put in a row, evenly', async ({ studio, page }) => {
  await studio.openTemplate('Circle');
  await studio.select('data');
  await studio.select('relu1', { modifiers: ['Shift'] });
  await studio.select('fc3', { modifiers: ['Shift'] });
  await studio.inspector.getByRole('button', { name: 'Align in a row' }).click();
  const tops = async () =>
    Promise.all(
      ['data', 'relu1', 'fc3'].map(async (name) => (await studio.node(name).boundingBox())?.y ?? NaN),
    );
  await expect.poll(async () => new Set((await tops()).map(Math.round)).size).toBe(1);
  await page.keyboard.press('Control+Z');
  await expect.poll(async () => new Set((await tops()).map(Math.round)).size).toBe(3);
});

test('a dragged layer snaps to the line on which others stand, and the line is shown', async ({
  studio,
  page,
}) => {
  await studio.openTemplate('Circle');
  const target = await studio.node('relu1').boundingBox();
  const name = studio.node('relu2').locator('[data-node-name]');
  const [start, box] = [await name.boundingBox(), await studio.node('relu2').boundingBox()];
  if (target === null || start === null || box === null) throw new Error('a node is not drawn');
  const grip = { x: start.x + 8, y: start.y + 8 };
  const to = { x: grip.x + 150, y: grip.y + (target.y - box.y) + 3 };
  await page.mouse.move(grip.x, grip.y);
  await page.mouse.down();
  // A drag begins where it is first seen to move.
  await page.mouse.move(grip.x + 3, grip.y);
  await page.mouse.move(to.x, to.y + 60, { steps: 4 });
  await page.mouse.move(to.x, to.y, { steps: 4 });
  await expect(page.locator('[data-guide="y"]').first()).toBeAttached();
  await page.mouse.up();
  await expect(page.locator('[data-guide]')).toHaveCount(0);
  const now = await studio.node('relu1').boundingBox();
  expect((await studio.node('relu2').boundingBox())?.y).toBeCloseTo(now?.y ?? NaN, 0);
});
