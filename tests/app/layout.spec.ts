import { expect, type Studio, test } from './studio.ts';
import { words } from './words.ts';

/** Panels, bars, and every field whose figures change while it trains. */
const parts = [
  'header',
  'nav',
  '[role="toolbar"]',
  '[role="toolbar"] button',
  '[data-testid^="run-"]',
  'aside',
  '[data-canvas]',
  '.react-flow__node',
  '[role="tablist"]',
  '[role="tab"]',
  '[role="tabpanel"]',
  '[role="tabpanel"] section',
  '[role="tabpanel"] canvas',
  '[role="tabpanel"] dl > div',
  '[role="tabpanel"] td',
  'footer[class]',
].join(', ');

/** Where every part stood in each of many frames; those that stood in more than one place. */
async function moving(studio: Studio, frames: number): Promise<string[]> {
  return await studio.page.evaluate(
    async ({ selector, count }) => {
      const places = new Map<Element, Set<string>>();
      for (let frame = 0; frame < count; frame++) {
        await new Promise((resolve) => requestAnimationFrame(resolve));
        for (const element of document.querySelectorAll(selector)) {
          const { x, y, width, height } = element.getBoundingClientRect();
          const place = [x, y, width, height].map((value) => value.toFixed(1)).join(' ');
          places.set(element, (places.get(element) ?? new Set()).add(place));
        }
      }
      return [...places]
        .filter(([, seen]) => seen.size > 1)
        .map(([element, seen]) => `${element.outerHTML.slice(0, 120)}: ${[...seen].join(' | ')}`);
    },
    { selector: parts, count: frames },
  );
}

test('nothing moves while it trains, in any panel', async ({ studio, page }) => {
  await studio.openTemplate('Circle');
  await studio.setNumber(studio.inspector.getByLabel('Epochs'), '1000000');
  const frame = async () => ({
    header: await page.locator('header').first().boundingBox(),
    fields: await Promise.all(
      (['epoch', 'step', 'speed', 'left'] as const).map((name) => studio.field(name).boundingBox()),
    ),
    canvas: await studio.canvas.boundingBox(),
    inspector: await studio.inspector.boundingBox(),
    nodes: await Promise.all((await studio.nodes.all()).map((node) => node.boundingBox())),
    tabs: await page.getByRole('tablist').boundingBox(),
    status: await page.getByRole('contentinfo').boundingBox(),
  });
  const idle = await frame();
  await studio.train();
  await studio.expectStepBeyond(100);
  expect(await frame(), 'the same places as before it trained').toEqual(idle);
  for (const tab of ['Curves', 'Layers', 'Evaluate', 'Summary', 'Problems']) {
    await test.step(tab, async () => {
      await studio.tab(tab).click();
      await expect(studio.tab(tab)).toHaveAttribute('aria-selected', 'true');
      if (tab === 'Evaluate') await expect(page.getByTestId('confusion')).toBeVisible();
      if (tab === 'Curves') await expect(page.getByTestId('test-accuracy')).toHaveText(/%/);
      const before = await studio.step();
      expect(await moving(studio, 45)).toEqual([]);
      await studio.expectStepBeyond(before);
    });
  }
  await studio.button('Stop').click();
  await studio.expectPhase('stopped');
  expect(await frame(), 'and after it').toEqual(idle);
});

test.describe('in the smallest window', () => {
  test.use({ viewport: { width: 1024, height: 700 } });

  test('the palette gives way to search, and a network is built and trained', async ({ studio, page }) => {
    await studio.openTemplate('Circle');
    await expect(page.getByRole('complementary', { name: 'Layer palette' })).toHaveCount(0);
    await studio.select('fc3');
    await studio.button('Add layer').click();
    const list = page.getByRole('dialog', { name: 'Add layer' });
    await list.getByRole('option', { name: /^Sigmoid/ }).click();
    await expect(studio.nodes).toHaveCount(8);
    await expect(studio.node('sigmoid1')).toBeInViewport({ ratio: 0.99 });
    await page.keyboard.press('Control+Z');
    await expect(studio.nodes).toHaveCount(7);
    await studio.button('Fit view').click();
    for (const node of await studio.nodes.all()) await expect(node).toBeInViewport({ ratio: 0.99 });
    await studio.train();
    await studio.expectPhase('done');
    await expect(page.getByTestId('test-accuracy')).toHaveText(/9\d\.\d %/);
  });

  for (const language of ['en', 'zh'] as const) {
    test(`nothing is cut off and everything can be reached (${language})`, async ({ studio, page }) => {
      await studio.open();
      if (language === 'zh') await studio.button('切换到中文').click();
      const t = (key: string): string => words(language, key);
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(t('gallery.title'));
      const found: Record<string, string[]> = {};
      const look = async (place: string): Promise<void> => {
        const faults = await cutOff(studio);
        if (faults.length > 0) found[place] = faults;
      };
      await look('gallery');
      await page.locator('[data-template="circle"]').getByRole('button').click();
      await look('build');
      await studio.button(t('training.train')).click();
      await studio.expectPhase('done');
      for (const tab of ['curves', 'layers', 'evaluate', 'summary', 'problems']) {
        await studio.tab(t(`training.tab.${tab}`)).click();
        await look(tab);
      }
      await studio.node('fc1').getByRole('spinbutton').fill('8');
      await page.keyboard.press('Enter');
      await expect(page.getByTestId('changed-since-run')).toBeVisible();
      await look('changed since the run');
      await studio.button(t('training.export')).click();
      await expect(page.getByTestId('certificate')).toBeVisible();
      await look('certificate');
      await studio.button(t('export.openInModels')).click();
      await page.getByRole('combobox', { name: t('models.rowsFrom') }).click();
      await page.getByRole('option', { name: t('models.from.test') }).click();
      await studio.button(t('models.runValues')).click();
      await expect(page.getByTestId('model-result')).toBeVisible();
      await look('models');
      await studio.button(t('app.data')).click();
      await expect(page.getByText(t('dataPage.noneTwice'))).toBeVisible();
      await look('data');
      expect(found).toEqual({});
    });
  }
});

/**
 * Controls and texts that are partly outside the window or an ancestor that cuts them off without scrolling, or that
 * end in an ellipsis. The drawing on the canvas is moved and magnified at will and left out.
 */
async function cutOff(studio: Studio): Promise<string[]> {
  return await studio.page.evaluate(() => {
    const faults: string[] = [];
    const describe = (element: Element): string =>
      `${element.tagName.toLowerCase()} “${(element.getAttribute('aria-label') ?? element.textContent ?? '').trim().slice(0, 50)}”`;
    if (document.documentElement.scrollWidth > window.innerWidth) faults.push('the page scrolls sideways');
    for (const element of document.querySelectorAll<HTMLElement>('body *')) {
      if (
        element.closest('.react-flow, .visually-hidden, svg, .katex, .u-wrap, [aria-hidden="true"]') !== null
      )
        continue;
      const isControl = element.matches(
        'button, input, select, textarea, a, [role="tab"], [role="combobox"]',
      );
      const isText = [...element.childNodes].some(
        (node) => node.nodeType === Node.TEXT_NODE && (node.textContent ?? '').trim() !== '',
      );
      if ((!isControl && !isText) || !element.checkVisibility({ opacityProperty: true })) continue;
      const box = element.getBoundingClientRect();
      if (box.width <= 1 || box.height <= 1) continue;
      const style = getComputedStyle(element);
      if (style.textOverflow === 'ellipsis' && element.scrollWidth > element.clientWidth)
        faults.push(`${describe(element)} ends in an ellipsis`);
      for (let around = element.parentElement; around !== null; around = around.parentElement) {
        const { overflowX, overflowY } = getComputedStyle(around);
        // What scrolls can be reached by scrolling, and brings its contents along.
        if (['auto', 'scroll'].includes(overflowX) || ['auto', 'scroll'].includes(overflowY)) break;
        const cuts = overflowX !== 'visible' || overflowY !== 'visible' || around === document.body;
        const frame =
          around === document.body
            ? new DOMRect(0, 0, innerWidth, innerHeight)
            : around.getBoundingClientRect();
        const isOut =
          box.left < frame.left - 1 ||
          box.right > frame.right + 1 ||
          box.top < frame.top - 1 ||
          box.bottom > frame.bottom + 1;
        if (cuts && isOut) {
          faults.push(`${describe(element)} is cut off by ${describe(around).slice(0, 40)}`);
          break;
        }
      }
    }
    return [...new Set(faults)];
  });
}
