import type { Locator } from '@playwright/test';
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
  const before = await painted(preview('fc1'));

  // The next sample by key and by mouse, and any by its number.
  await studio.selectNothing();
  await page.keyboard.press(']');
  const number = sample.getByRole('spinbutton', { name: 'Number of the sample' });
  await expect(number).toHaveValue('2');
  await expect.poll(() => painted(preview('fc1'))).not.toBe(before);
  await sample.getByRole('button', { name: 'Previous sample' }).click();
  await sample.getByRole('button', { name: 'Previous sample' }).click();
  await expect(number).toHaveValue('2000');
  await studio.setNumber(number, '1');
  await expect.poll(() => painted(preview('fc1'))).toBe(before);

  await studio.train();
  await expect(sample).toContainText(/step \d/);
  await expect.poll(() => painted(preview('fc1'))).not.toBe(before);
  await studio.button('Reset').click();
  await expect(sample).toContainText('initial weights');
  await expect.poll(() => painted(preview('fc1'))).toBe(before);

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

const drawnIn = (strip: Locator): Promise<string> => strip.locator('svg').innerHTML();
