import type { Locator } from '@playwright/test';
import type { NetwrightDocument } from '../../engine/document/schema.ts';
import { expect, test } from './studio.ts';

const painted = (canvas: Locator): Promise<string> =>
  canvas.evaluate((element: HTMLCanvasElement) => element.toDataURL());

test('nodes show what they make of a sample: before and while it trains, and as far as a half-built net goes', async ({
  studio,
  page,
}) => {
  await studio.openTemplate('Circle');
  const preview = (node: string): Locator => studio.node(node).getByTestId(/^preview-/);
  const sample = page.getByRole('toolbar', { name: 'Sample', exact: true });
  await expect(preview('fc1')).toHaveCount(0);
  await studio.button('Show a sample in every node').click();

  await expect(sample).toContainText('initial weights');
  await expect(sample).toContainText('of 2,000');
  await expect(preview('fc1')).toHaveAttribute('data-kind', 'plane');
  await expect(preview('fc1')).toHaveAttribute(
    'aria-label',
    /^What units answer over the input plane, 4, from −/,
  );
  await expect(preview('data')).toHaveAttribute('data-kind', 'points');
  await expect(preview('fc1')).toHaveAttribute('data-index', '0');
  const label = (await preview('fc1').getAttribute('aria-label')) ?? '';
  const before = await painted(preview('data'));

  // The next sample by key and by mouse, and any by its number.
  await studio.selectNothing();
  await page.keyboard.press(']');
  const number = sample.getByRole('spinbutton', { name: 'Number of the sample' });
  await expect(number).toHaveValue('2');
  await expect(preview('fc1')).toHaveAttribute('data-index', '1');
  await expect.poll(() => painted(preview('data'))).not.toBe(before);
  await sample.getByRole('button', { name: 'Previous sample' }).click();
  await sample.getByRole('button', { name: 'Previous sample' }).click();
  await expect(number).toHaveValue('2000');
  await studio.setNumber(number, '1');
  await expect(preview('fc1')).toHaveAttribute('data-index', '0');

  await studio.train();
  await expect(sample).toContainText(/step \d/);
  await expect(preview('fc1')).toHaveAttribute('data-step', /\d/);
  await expect(preview('fc1')).not.toHaveAttribute('aria-label', label);
  await studio.button('Reset').click();
  await expect(sample).toContainText('initial weights');
  await expect(preview('fc1')).toHaveAttribute('aria-label', label);

  await studio.select('relu1');
  await page.keyboard.press('Shift+Delete');
  await expect(preview('fc2')).toHaveAttribute('aria-label', 'Cannot be computed yet');
  await expect(preview('fc1')).toHaveAttribute('data-kind', 'plane');

  // It is remembered.
  await studio.openTemplate('Spirals');
  await expect(studio.button('Show a sample in every node')).toHaveAttribute('aria-pressed', 'true');
});

test('while it trains wires glow with the gradient, and nodes show what is wanted', async ({
  studio,
  page,
}) => {
  await studio.openTemplate('Circle');
  const edge = (from: string, to: string): Locator => studio.wire(from, to);
  const strip = studio.node('fc1').getByTestId(/^strip-/);
  await studio.button('One step').click();
  await expect(edge('fc1 y', 'relu1 x')).toHaveAttribute('data-glow', /^[01]\.\d\d$/);
  await expect(edge('data x', 'fc1 x')).not.toHaveAttribute('data-glow');
  await expect(strip).toHaveAttribute('data-update-ratio', /^0\.0/);
  await expect(strip).toHaveAttribute(
    'aria-label',
    /weight norm .*, moved by .* of it per step, output norm /,
  );
  const glowOf = async (wire: Locator): Promise<number> => Number(await wire.getAttribute('data-glow'));
  const glows = [await glowOf(edge('fc1 y', 'relu1 x')), await glowOf(edge('fc3 y', 'loss logits'))];
  expect(Math.max(...glows)).toBeGreaterThan(0.5);
  await edge('fc3 y', 'loss logits').focus();
  await expect(edge('fc3 y', 'loss logits')).toHaveAttribute(
    'aria-description',
    /^Gradient norm .*; the largest/,
  );

  // Zoomed out a node is its title and the heat of its gradient.
  for (let i = 0; i < 5; i++) await page.keyboard.press('Control+-');
  await expect(studio.canvas).toHaveAttribute('data-detail', 'title');
  await expect(studio.node('fc1')).toHaveAttribute('data-glow', /\d/);
  await page.locator('[data-node-name]', { hasText: 'fc1' }).dblclick();
  await expect(studio.canvas.getByRole('textbox', { name: 'Name', exact: true })).toBeFocused();
  await studio.escape();
  await studio.selectNothing();
  await page.keyboard.press('Control+0');
  await expect(studio.node('fc1')).not.toHaveAttribute('data-glow');

  const drawn = await drawnIn(strip);
  await studio.button('What nodes and wires show while it trains').click();
  await page.getByRole('menuitemcheckbox', { name: 'Gradients on wires' }).click();
  await page.getByRole('menuitemcheckbox', { name: 'Outputs in nodes' }).click();
  await page.getByRole('menuitemcheckbox', { name: 'Gradients in nodes' }).click();
  await expect(edge('fc1 y', 'relu1 x')).not.toHaveAttribute('data-glow');
  await expect.poll(() => drawnIn(strip)).not.toBe(drawn);
  await page.getByRole('menuitemcheckbox', { name: 'Gradients on wires' }).click();
  await studio.escape();

  await studio.button('Reset').click();
  await expect(edge('fc1 y', 'relu1 x')).not.toHaveAttribute('data-glow');
});

test('notes are written, moved, resized and coloured on the canvas, and so are nodes marked', async ({
  studio,
  page,
}) => {
  await studio.openTemplate('Line fit');
  const note = page.locator('[data-note]');
  await page.keyboard.press('n');
  const words = page.getByRole('textbox', { name: 'Words of the note' });
  await expect(words).toBeFocused();
  await page.keyboard.type('One layer\nis a line.');
  await page.keyboard.press('Escape');
  await expect(note).toHaveText('One layer\nis a line.');
  await expect(studio.inspector.getByRole('heading', { name: 'Note' })).toBeVisible();

  // It stands clear of the layers, in sight.
  const [before, layer] = [await boxOf(note), await boxOf(studio.node('fc1'))];
  expect(before.y).toBeGreaterThan(layer.y + layer.height);
  const { mouse } = page;
  await mouse.move(before.x + 20, before.y + before.height - 20);
  await mouse.down();
  await mouse.move(before.x + 120, before.y + before.height - 20, { steps: 5 });
  await mouse.up();
  const moved = await boxOf(note);
  expect(moved.x).toBeGreaterThan(before.x + 60);
  const corner = { x: moved.x + moved.width, y: moved.y + moved.height };
  await mouse.move(corner.x, corner.y);
  await mouse.down();
  await mouse.move(corner.x - 40, corner.y - 10, { steps: 5 });
  await mouse.up();
  expect((await boxOf(note)).width).toBeLessThan(moved.width - 20);
  await studio.inspector.getByRole('radio', { name: 'Green' }).check();
  await expect(note).toHaveAttribute('data-marked', 'green');

  await page.keyboard.press('Control+z');
  await expect(note).not.toHaveAttribute('data-marked');
  await page.keyboard.press('Control+Shift+z');

  // A node by its menu, and by the command palette.
  await studio.select('fc1', { button: 'right' });
  await page.getByRole('menuitem', { name: 'Colour' }).hover();
  await page.getByRole('menuitemradio', { name: 'Orange' }).click();
  await expect(studio.node('fc1').locator('[data-marked="orange"]')).toHaveCount(1);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('Colour: sky');
  await page.keyboard.press('Enter');
  await expect(studio.node('fc1').locator('[data-marked="sky"]')).toHaveCount(1);

  await note.click();
  const kept = JSON.parse(await studio.editing(() => page.keyboard.press('Control+d'))) as NetwrightDocument;
  expect(kept.notes?.map(({ text, color }) => [text, color])).toEqual([
    ['One layer\nis a line.', 'green'],
    ['One layer\nis a line.', 'green'],
  ]);
  expect(kept.nodes.map(({ color }) => color)).toContain('sky');
  await page.keyboard.press('Delete');
  await expect(note).toHaveCount(1);
});

async function boxOf(element: Locator) {
  const box = await element.boundingBox();
  if (box === null) throw new Error('it is not on the page');
  return box;
}

const drawnIn = (strip: Locator): Promise<string> => strip.locator('svg').innerHTML();
