import { test } from './studio.ts';

for (const [theme, locale, w, h] of [
  ['light', 'en-US', 1440, 900],
  ['dark', 'zh-CN', 1024, 700],
] as const)
  test.describe(theme, () => {
    test.use({ colorScheme: theme, locale, viewport: { width: w, height: h } });
    test('preview', async ({ studio, page }) => {
      await studio.open();
      await page.getByRole('button', { name: 'LeNet-5', exact: true }).click();
      await page.waitForTimeout(500);
      await studio.select('conv1');
      await page.keyboard.press('v');
      await page.waitForTimeout(4000);
      await page.screenshot({ path: `/tmp/s-prev-${theme}.png` });
      await page.keyboard.press('Control+0');
      await studio.button(locale === 'en-US' ? 'Train' : '训练').click();
      await page.waitForTimeout(5000);
      await page.screenshot({ path: `/tmp/s-prev2-${theme}.png` });
    });
    test('self', async ({ studio, page }) => {
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
          ['in', 'x', 'relu', 'x'],
          ['relu', 'y', 'again', 'in'],
          ['again', 'out', 'out', 'x'],
        ].map(([a, b, c, d], i) => ({ id: `w${i}`, from: { node: a, port: b }, to: { node: c, port: d } })),
      });
      const doc = JSON.parse(
        (await import('node:fs')).readFileSync(
          new URL('../../assets/templates/circle.netwright.json', import.meta.url),
          'utf8',
        ),
      );
      doc.blocks = [inside('b1', 'Outer', 'b2'), inside('b2', 'Inner', 'b1')];
      doc.nodes.push({
        id: 'outer',
        type: 'block:b1',
        name: 'outer',
        params: {},
        position: { x: 300, y: 500 },
      });
      await studio.upload({ name: 'x.netwright.json', text: JSON.stringify(doc) }, () =>
        studio.button(locale === 'en-US' ? 'Open file…' : '打开文件…').click(),
      );
      await page.waitForTimeout(500);
      await studio.tab(locale === 'en-US' ? 'Problems' : '问题').click();
      await page.waitForTimeout(500);
      await page.screenshot({ path: `/tmp/s-self-${theme}.png` });
    });
  });
