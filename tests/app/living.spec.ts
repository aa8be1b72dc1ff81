import type { Locator } from '@playwright/test';
import type { NetwrightDocument } from '../../engine/document/schema.ts';
import { viridis } from '../../renderer/charts/color-map.ts';
import { tilesIn } from '../../renderer/preview/paint-picture.ts';
import { colorsAt, distance, type Rgb } from './pixels.ts';
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

test('nodes that show a sample stay clear of those below, as they were drawn and as they are laid out', async ({
  studio,
  page,
}) => {
  await studio.openTemplate('LeNet-5');
  await expect(studio.nodes).toHaveCount(14);
  const boxes = async (): Promise<{ x: number; y: number; width: number; height: number }[]> =>
    await studio.nodes.evaluateAll((nodes) => nodes.map((node) => node.getBoundingClientRect().toJSON()));
  /** The least distance between two nodes of which one stands below the other, in the canvas' own units. */
  const least = async (): Promise<number> => {
    const all = await boxes();
    const scale = (all[0]?.width ?? 0) / 184;
    const gaps = all.flatMap((upper) =>
      all
        .filter(({ x, y, width }) => y > upper.y && x < upper.x + upper.width && upper.x < x + width)
        .map(({ y }) => (y - upper.y - upper.height) / scale),
    );
    return Math.min(...gaps);
  };
  const show = studio.button('Show a sample in every node');
  const [before] = await boxes();
  await show.click();
  await expect(studio.node('conv1').getByTestId(/^preview-/)).toHaveAttribute('data-kind', 'maps');
  expect(await least()).toBeGreaterThan(24);
  await show.click();
  expect((await boxes())[0]).toEqual(before);

  // Several losses one below the other, laid out while nothing is shown.
  await studio.openTemplate('Circle');
  for (let i = 0; i < 2; i++) {
    await studio.select('loss');
    await page.keyboard.press('Control+D');
  }
  await expect(studio.nodes).toHaveCount(9);
  await studio.selectNothing();
  const drawn = (await boxes())[0];
  await page.keyboard.press('L');
  await expect.poll(async () => (await boxes())[0]).not.toEqual(drawn);
  await show.click();
  await expect(studio.node('fc1').getByTestId(/^preview-/)).toHaveAttribute('data-kind', 'plane');
  expect(await least()).toBeGreaterThan(8);
});

test('an attention node shows by head how much each position looks at each earlier one, of every sample', async ({
  studio,
  page,
}) => {
  await studio.openTemplate('Transformer');
  await studio.button('Show a sample in every node').click();
  await studio.node('layer1').locator('header svg').first().dblclick();
  // Near enough to be seen.
  await page.keyboard.press('Control+0');
  await page.keyboard.press('Control+F');
  await page.keyboard.type('attention');
  await expect(page.getByRole('status').filter({ hasText: /^1 of/ })).toBeVisible();
  await page.keyboard.press('Escape');
  const picture = studio.node('attention').getByTestId(/^preview-/);
  await expect(picture).toHaveAttribute('data-kind', 'attention');
  // The first position can look at itself alone.
  await expect(picture).toHaveAttribute('aria-label', /by head, 4 × (\d+) × \1.*from 0 to 1\.000$/);
  const [, size = ''] = /by head, 4 × (\d+)/.exec((await picture.getAttribute('aria-label')) ?? '') ?? [];
  const positions = Number(size);
  expect(positions).toBeGreaterThanOrEqual(8);
  const box = await picture.evaluate(({ clientWidth, clientHeight }) => ({
    width: clientWidth,
    height: clientHeight,
  }));
  expect(box.height).toBe(64);

  /** Head after head, row after row, as the colours of the cells tell it. */
  const weights = async (): Promise<number[][]> => {
    const heads = tilesIn({ x: 0, y: 0, width: box.width, height: box.height - 13 }, 4, 1);
    const each = Array.from({ length: positions }, (_, i) => i);
    const cells = heads.flatMap(({ x, y, width }) =>
      each.flatMap((row) =>
        each.map((column) => ({
          x: x + ((column + 0.5) * width) / positions,
          y: y + ((row + 0.5) * width) / positions,
        })),
      ),
    );
    const values = (await colorsAt(picture, cells)).map(valueOf);
    return heads.flatMap((_, head) =>
      each.map((row) => values.slice((head * positions + row) * positions).slice(0, positions)),
    );
  };
  /** Each row is what a softmax makes: it adds up to one, and nothing is given to what comes later. */
  const looked = async (): Promise<number[]> => {
    const rows = await weights();
    for (const [i, row] of rows.entries()) {
      const later = row.slice((i % positions) + 1);
      expect(Math.max(0, ...later), `row ${i}`).toBe(0);
      expect(
        Math.abs(row.reduce((sum, value) => sum + value, 0) - 1),
        `row ${i}: ${row.join(' ')}`,
      ).toBeLessThan(0.5 * (positions / 255) + 0.01);
    }
    return rows.flat();
  };
  const first = await looked();
  const seen = await painted(picture);
  await page.getByRole('button', { name: 'Next sample' }).click();
  await expect(picture).toHaveAttribute('data-index', '1');
  await expect.poll(() => painted(picture)).not.toBe(seen);
  const second = await looked();
  expect(second.filter((value, i) => Math.abs(value - (first[i] ?? 0)) > 0.02).length).toBeGreaterThan(10);
  await page.keyboard.press('[');
  await expect.poll(() => painted(picture)).toBe(seen);
});

const valueOf = (color: Rgb): number => {
  let nearest = { at: 0, far: Infinity };
  for (let at = 0; at < 256; at++) {
    const [r = 0, g = 0, b = 0] = viridis.subarray(3 * at, 3 * at + 3);
    const far = distance(color, [r, g, b]);
    if (far < nearest.far) nearest = { at, far };
  }
  return nearest.at / 255;
};

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
