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
