import { readFile } from 'node:fs/promises';
import { expect, test } from './studio.ts';

test('a network is saved as a picture: SVG that browsers draw, PNG in the size that was chosen', async ({
  page,
  studio,
}) => {
  await studio.withoutPickers();
  await studio.openTemplate('Circle');
  await studio.select('fc1');
  await studio.inspector.getByLabel('Name', { exact: true }).fill('wide & <first>');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Main menu' }).click();
  await page.getByRole('menuitem', { name: 'File' }).click();
  await page.getByRole('menuitem', { name: 'Picture…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Picture of this network' });
  const shown = dialog.getByRole('img', { name: 'Circle as a picture' });
  const sizeOf = (): Promise<number[]> =>
    shown.evaluate(async (image: HTMLImageElement) => {
      await image.decode();
      return [image.naturalWidth, image.naturalHeight];
    });
  const [width = 0, height = 0] = await sizeOf();
  expect(width).toBeGreaterThan(1000);

  const saved = async (button: string): Promise<[name: string, bytes: Buffer]> => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      dialog.getByRole('button', { name: button }).click(),
    ]);
    return [download.suggestedFilename(), await readFile(await download.path())];
  };
  await dialog.getByRole('combobox', { name: 'Theme' }).click();
  await page.getByRole('option', { name: 'Dark' }).click();
  const [svgName, svg] = await saved('Save SVG');
  expect(svgName).toBe('circle.svg');
  expect(svg.toString()).toContain('wide &amp; &lt;first&gt;');
  expect(svg.toString(), 'the studio is light, the picture dark').toContain('fill="#111317"');

  const [pngName, png] = await saved('Save PNG');
  expect(pngName).toBe('circle.png');
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([2 * width, 2 * height]);
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
});
