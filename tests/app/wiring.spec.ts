import { expect, type Point, type Studio, test } from './studio.ts';

/** Where the label of a wire stands: its middle. */
async function middleOf(studio: Studio, from: string, to: string): Promise<Point> {
  const path = studio.wire(from, to).locator('.react-flow__edge-path');
  return await path.evaluate((element) => {
    const line = element as SVGPathElement;
    const { x, y } = line.getPointAtLength(line.getTotalLength() / 2);
    const point = new DOMPoint(x, y).matrixTransform(line.getScreenCTM() ?? undefined);
    return { x: point.x, y: point.y };
  });
}

test('a deleted layer leaves its neighbours joined; with Shift it leaves a gap', async ({ studio, page }) => {
  await studio.openTemplate('Circle');
  await studio.select('relu1');
  await page.keyboard.press('Delete');
  await expect(studio.wire('fc1 y', 'fc2 x')).toBeAttached();
  await expect(studio.wires).toHaveCount(6);
  await expect(studio.tab('Problems')).toHaveText('Problems');
  await page.keyboard.press('Control+Z');
  await expect(studio.wires).toHaveCount(7);
  await studio.select('relu1');
  await page.keyboard.press('Shift+Delete');
  await expect(studio.nodes).toHaveCount(6);
  await expect(studio.wires).toHaveCount(5);
  await expect(studio.wire('fc1 y', 'fc2 x')).toHaveCount(0);
});

test('a layer is dropped on a wire out of the palette, and a loose node by dragging it there', async ({
  studio,
  page,
}) => {
  await studio.openTemplate('Circle');
  const canvas = await studio.canvasBox();
  const at = await middleOf(studio, 'fc2 y', 'relu2 x');
  const place = { x: at.x - canvas.x, y: at.y - canvas.y };
  await studio.button('Add Dropout').hover();
  await page.mouse.down();
  await page.mouse.move(at.x - 40, at.y - 60, { steps: 4 });
  await page.mouse.move(at.x, at.y, { steps: 4 });
  // The page is told of a drag one move late.
  await page.mouse.move(at.x + 1, at.y);
  await page.mouse.move(at.x, at.y);
  const line = studio.wire('fc2 y', 'relu2 x').locator('.react-flow__edge-path');
  await expect(line, 'the wire it would go into is marked').toHaveCSS(
    'stroke',
    await studio.token('--color-accent'),
  );
  await page.mouse.up();
  await expect(studio.wire('fc2 y', 'dropout1 x')).toBeAttached();
  await expect(studio.wire('dropout1 y', 'relu2 x')).toBeAttached();
  await expect(studio.wires).toHaveCount(8);
  await expect(studio.tab('Problems')).toHaveText('Problems');
  const boxes = await Promise.all((await studio.nodes.all()).map((node) => node.boundingBox()));
  const overlap = boxes.some((a, i) =>
    boxes.some(
      (b, j) =>
        a &&
        b &&
        i < j &&
        a.x < b.x + b.width &&
        b.x < a.x + a.width &&
        a.y < b.y + b.height &&
        b.y < a.y + a.height,
    ),
  );
  expect(overlap, 'the nodes behind it made room').toBe(false);
  await page.keyboard.press('Control+Z');
  await expect(studio.nodes).toHaveCount(7);

  // What does not fit says why, and stands beside the wire.
  await studio.button('Add Conv2d').dragTo(studio.canvas, { targetPosition: place });
  await expect(page.getByRole('alert')).toBeVisible();
  await expect(studio.wire('fc2 y', 'relu2 x')).toBeAttached();
  await expect(studio.nodes).toHaveCount(8);
  await page.keyboard.press('Control+Z');

  const free = { x: 60, y: canvas.height - 150 };
  await studio.button('Add Tanh').dragTo(studio.canvas, { targetPosition: free });
  await expect(studio.nodes).toHaveCount(8);
  const target = await middleOf(studio, 'fc1 y', 'relu1 x');
  await studio.drag(studio.node('tanh1').locator('[data-node-name]'), target);
  await expect(studio.wire('fc1 y', 'tanh1 x')).toBeAttached();
  await expect(studio.wire('tanh1 y', 'relu1 x')).toBeAttached();
  await page.keyboard.press('Control+Z');
  await expect(studio.wire('fc1 y', 'relu1 x')).toBeAttached();
  await expect(studio.nodes).toHaveCount(8);
});

test('a layer becomes another one and keeps its wires', async ({ studio, page }) => {
  await studio.openTemplate('Circle');
  await studio.select('relu1', { button: 'right' });
  await page.getByRole('menuitem', { name: 'Replace' }).click();
  const list = page.getByRole('dialog', { name: 'Replace relu1' });
  await expect(list.getByRole('option', { name: /^Data/ })).toHaveCount(0);
  await list.getByRole('option', { name: /^Tanh/ }).click();
  await expect(studio.wire('fc1 y', 'tanh1 x')).toBeAttached();
  await expect(studio.wire('tanh1 y', 'fc2 x')).toBeAttached();
  await expect(studio.node('tanh1')).toBeFocused();
  await page.keyboard.press('r');
  await page.keyboard.type('sigm');
  await page.keyboard.press('Enter');
  await expect(studio.wire('sigmoid1 y', 'fc2 x')).toBeAttached();
  await page.keyboard.press('Control+Z');
  await page.keyboard.press('Control+Z');
  await expect(studio.wire('relu1 y', 'fc2 x')).toBeAttached();
});

test('an end of a wire is dragged to another port, or into nothing for a new layer', async ({
  studio,
  page,
}) => {
  await studio.openTemplate('Circle');
  const port = await studio.port('fc3', 'input', 'x').boundingBox();
  if (port === null) throw new Error('fc3 has no input');
  // Beside the port, where the wire itself is.
  const end = { x: port.x + port.width / 2 - 14, y: port.y + port.height / 2 };
  await studio.drag(end, studio.port('fc2', 'input', 'x'));
  await expect(studio.wire('relu2 y', 'fc2 x'), 'it would close a circle').toHaveCount(0);
  await expect(page.getByRole('alert')).toContainText('circle');
  await studio.button('Add Dropout').dragTo(studio.canvas, { targetPosition: { x: 500, y: 330 } });
  await studio.drag(end, studio.port('dropout1', 'input', 'x'));
  await expect(studio.wire('relu2 y', 'dropout1 x')).toBeAttached();
  await expect(studio.wire('relu2 y', 'fc3 x')).toHaveCount(0);
  await page.keyboard.press('Control+Z');
  await page.keyboard.press('Control+Z');
  await expect(studio.wire('relu2 y', 'fc3 x')).toBeAttached();
  await expect(studio.nodes).toHaveCount(7);

  const canvas = await studio.canvasBox();
  await studio.drag(end, { x: canvas.x + canvas.width * 0.6, y: canvas.y + canvas.height - 50 });
  await page.getByRole('dialog', { name: 'Add layer' }).getByRole('option', { name: /^Tanh/ }).click();
  await expect(studio.wire('relu2 y', 'tanh1 x')).toBeAttached();
  await expect(studio.wire('relu2 y', 'fc3 x'), 'the wire was moved').toHaveCount(0);
});
