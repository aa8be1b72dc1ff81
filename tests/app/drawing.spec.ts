import type { Locator } from '@playwright/test';
import { expect, numberIn, type Point, type Studio, test } from './studio.ts';

test('the 2-4-4-2 is built by mouse from an empty canvas, trained, and read from the page', async ({
  studio,
  page,
}) => {
  await studio.openTemplate('Empty canvas');
  await expect(page.getByText('An empty canvas')).toBeVisible();
  await drop(studio, 'Data', 0, 1);
  await drop(studio, 'Linear', 1, 0);
  await drop(studio, 'ReLU', 2, 0);
  await drop(studio, 'Linear', 3, 0);
  await drop(studio, 'ReLU', 0, 0);
  await drop(studio, 'Linear', 1, 1);
  await drop(studio, 'Cross-Entropy', 3, 1);
  await expect(studio.nodes).toHaveCount(7);
  await expect(studio.wires).toHaveCount(0);

  const wires = [
    ['data', 'x', 'linear1', 'x'],
    ['linear1', 'y', 'relu1', 'x'],
    ['relu1', 'y', 'linear2', 'x'],
    ['linear2', 'y', 'relu2', 'x'],
    ['relu2', 'y', 'linear3', 'x'],
    ['linear3', 'y', 'loss', 'logits'],
    ['data', 'y', 'loss', 'target'],
  ] as const;
  for (const [from, output, to, input] of wires) {
    await studio.drag(studio.port(from, 'output', output), studio.port(to, 'input', input));
    await expect(studio.wire(`${from} ${output}`, `${to} ${input}`)).toBeAttached();
  }
  await studio.select('linear3');
  await studio.setNumber(studio.inspector.getByLabel('Out features'), '2');
  await studio.choose(studio.node('data').getByRole('combobox', { name: 'data Source' }), 'Circle');
  await expect(studio.tab('Problems')).toHaveText('Problems');
  await expect(page.getByTestId('status-parameters')).toHaveText('42 parameters');

  await studio.selectNothing();
  await studio.setNumber(studio.inspector.getByLabel('Epochs'), '120');
  await studio.train();
  await studio.expectPhase('done');
  await expect(studio.field('epoch')).toHaveText('120/120');
  await expect
    .poll(async () => numberIn((await page.getByTestId('test-accuracy').textContent()) ?? ''))
    .toBeGreaterThan(90);

  for (const [name, weights] of [
    ['linear1', 8],
    ['linear2', 16],
    ['linear3', 8],
  ] as const) {
    const strip = studio.node(name).getByTestId(/^strip-/);
    await expect(strip).toHaveAttribute('data-value-count', String(weights));
    await expect(strip).toHaveAttribute('data-gradient-count', String(weights));
    await expect(strip).toHaveAttribute('data-zeros', '0');
    await expect.poll(() => barsIn(strip), 'of gradients and of weights').toBeGreaterThan(8);
  }
});

/** How many bars the histograms of a node are drawn of. */
const barsIn = (strip: Locator): Promise<number> =>
  strip
    .locator('path')
    .evaluateAll((paths) =>
      paths.reduce((count, path) => count + (path.getAttribute('d')?.match(/z/g)?.length ?? 0), 0),
    );

/** Drags a layer out of the palette to a column and row of the visible canvas. */
async function drop(studio: Studio, title: string, column: number, row: number): Promise<void> {
  await studio.button(`Add ${title}`).dragTo(studio.canvas, { targetPosition: cell(column, row) });
}
const cell = (column: number, row: number): Point => ({ x: 110 + column * 232, y: 90 + row * 190 });

test('a wire that cannot be is refused where it was let go of, with the reason', async ({ studio, page }) => {
  await studio.openTemplate('Circle');
  await expect(studio.wires).toHaveCount(7);
  await studio.drag(studio.port('data', 'output', 'y'), studio.port('fc1', 'input', 'x'));
  const note = page.getByRole('alert');
  await expect(note).toHaveText(
    /^"\w+" of "data" carries whole numbers \(labels, tokens\), but "x" of "fc1" takes numbers\.$/,
  );
  await studio.drag(studio.port('relu2', 'output', 'y'), studio.port('fc1', 'input', 'x'));
  await expect(note).toHaveText('"fc1" leads to "relu2" already; this wire would close a circle.');
  await expect(studio.wires).toHaveCount(7);
  await expect(studio.wire('data x', 'fc1 x')).toBeAttached();
  await expect(studio.tab('Problems')).toHaveText('Problems');
  await page.keyboard.press('Control+Z');
  await expect(studio.nodes, 'nothing was changed, so there is nothing to undo').toHaveCount(7);
});

test('a mismatch is red with both shapes, and its problem leads to the node', async ({ studio, page }) => {
  await studio.openTemplate('Line fit');
  await studio.select('fc1');
  await studio.setNumber(studio.inspector.getByLabel('Out features'), '3');
  const label = studio.shape('N×3 ≠ N×1');
  await expect(label).toHaveAttribute('data-state', 'clash');
  expect(await studio.token('--color-danger')).toBe(await label.evaluate((el) => getComputedStyle(el).color));
  const wire = page.getByLabel('Wire from fc1 y to loss prediction, N×3, does not fit');
  const line = wire.locator('.react-flow__edge-path');
  await expect(line).toHaveCSS('stroke', await studio.token('--color-danger'));

  // Training goes to what is in the way instead of starting.
  await studio.selectNothing();
  await studio.train();
  await expect(studio.tab('Problems')).toHaveAttribute('aria-selected', 'true');
  await expect(studio.node('loss')).toBeFocused();
  await studio.selectNothing();
  const problems = page.getByRole('list', { name: 'Problems' });
  await problems.getByRole('button', { name: /^Error loss/ }).click();
  await expect(studio.node('loss')).toBeFocused();
  await expect(studio.inspector.getByLabel('Name')).toHaveValue('loss');
  await expect(studio.inspector.getByText('N×3', { exact: true })).toBeVisible();

  await studio.select('fc1');
  await studio.setNumber(studio.inspector.getByLabel('Out features'), '1');
  await expect(label).toHaveCount(0);
  await expect(page.getByText('Nothing is in the way')).toBeVisible();
});

test('what is not known yet is grey, and becomes known with its wire', async ({ studio, page }) => {
  await studio.openTemplate('Circle');
  await studio.select('fc1');
  await studio.inspector.getByRole('button', { name: /^Remove the wire to data/ }).click();
  await expect(studio.wires).toHaveCount(6);
  for (const [from, to] of [
    ['fc1 y', 'relu1 x'],
    ['relu1 y', 'fc2 x'],
  ] as const) {
    const wire = page.getByLabel(`Wire from ${from} to ${to}, ?`);
    await expect(wire.locator('.react-flow__edge-path')).toHaveCSS(
      'stroke',
      await studio.token('--color-wire-unknown'),
    );
  }
  await expect(studio.node('fc1')).toContainText('? → 4');
  await expect(studio.tab('Problems')).not.toHaveText('Problems');
  await studio.drag(studio.port('data', 'output', 'x'), studio.port('fc1', 'input', 'x'));
  await expect(page.getByLabel('Wire from fc1 y to relu1 x, N×4')).toBeAttached();
  await expect(studio.tab('Problems')).toHaveText('Problems');
});

test('shapes and parameter counts follow an edit at once', async ({ studio, page }) => {
  await studio.openTemplate('Circle');
  const total = page.getByTestId('status-parameters');
  await expect(total).toHaveText('42 parameters');
  await expect(studio.node('fc1')).toContainText('12 params');
  await studio.setNumber(studio.node('fc1').getByRole('spinbutton', { name: 'fc1 Out features' }), '6');
  await expect(studio.node('fc1')).toContainText('2 → 6');
  await expect(studio.node('fc1')).toContainText('18 params');
  await expect(studio.node('fc2')).toContainText('6 → 4');
  await expect(studio.node('fc2')).toContainText('28 params');
  await expect(page.getByLabel('Wire from relu1 y to fc2 x, N×6')).toBeAttached();
  await expect(studio.shape('N×6')).toHaveCount(2);
  await expect(total).toHaveText('56 parameters');
  await studio.select('fc2');
  await studio.inspector.getByRole('switch', { name: 'Bias' }).click();
  await expect(studio.node('fc2')).toContainText('24 params');
  await expect(total).toHaveText('52 parameters');
  // What cannot be is not taken, and the field says what can.
  const field = studio.inspector.getByLabel('Out features');
  await studio.setNumber(field, '0');
  await expect(studio.inspector.getByRole('alert')).toContainText('found 0');
  await expect(studio.node('fc2')).toContainText('6 → 4');
  await studio.setNumber(field, '2*8');
  await expect(studio.node('fc2')).toContainText('6 → 16');
});

test('a wire let go of over nothing offers the layers that fit there, and is joined to the chosen one', async ({
  studio,
  page,
}) => {
  await studio.openTemplate('Circle');
  const { x, y, width, height } = await studio.canvasBox();
  await studio.drag(studio.port('relu2', 'output', 'y'), { x: x + width * 0.55, y: y + height - 60 });
  const list = page.getByRole('dialog', { name: 'Add layer' });
  await expect(list.getByRole('option', { name: /^Data/ }), 'nothing goes into data').toHaveCount(0);
  await list.getByRole('option', { name: /^Dropout(?!2d)/ }).click();
  await expect(studio.wire('relu2 y', 'dropout1 x')).toBeAttached();
  await expect(page.getByLabel('Wire from relu2 y to dropout1 x, N×4')).toBeAttached();
  // Its output takes the place of the wire that ends in fc3.
  await studio.drag(studio.port('dropout1', 'output', 'y'), studio.port('fc3', 'input', 'x'));
  await expect(studio.wire('dropout1 y', 'fc3 x')).toBeAttached();
  await expect(studio.wire('relu2 y', 'fc3 x')).toHaveCount(0);
  await expect(studio.wires).toHaveCount(8);
  await expect(studio.tab('Problems')).toHaveText('Problems');
  await page.keyboard.press('Control+Z');
  await page.keyboard.press('Control+Z');
  await expect(studio.nodes).toHaveCount(7);
  await expect(studio.wire('relu2 y', 'fc3 x')).toBeAttached();
});

test('the palette is searched in both languages and by the names that layers have in code', async ({
  studio,
  page,
}) => {
  await studio.openTemplate('Empty canvas');
  const palette = page.getByRole('complementary', { name: 'Layer palette' });
  const search = palette.getByRole('searchbox');
  for (const [typed, found] of [
    ['leaky', ['LeakyReLU']],
    // What begins so comes before what contains it.
    ['交叉', ['Cross-Entropy', 'BCE with logits', 'BCE']],
    ['bce', ['BCE', 'BCE with logits']],
    ['lin', ['Linear']],
  ] as const) {
    await search.fill(typed);
    await expect(palette.getByRole('listitem')).toHaveText([...found]);
  }
  await search.press('Enter');
  await expect(studio.node('linear1')).toBeVisible();
  await search.fill('mamba');
  await expect(palette).toContainText('No layer is called “mamba”.');
});

test('a shape does not cover the wire it stands on', async ({ studio }) => {
  await studio.openTemplate('ResNet-20');
  for (const [from, to, shape] of [
    ['stem out', 'stage1 in', 'N×16×32×32'],
    ['pool y', 'fc x', 'N×64'],
  ] as const) {
    const wire = await studio.wire(from, to).boundingBox();
    const label = await studio.shape(shape).first().boundingBox();
    if (wire === null || label === null) throw new Error('nothing is drawn');
    const isAbove = label.y + label.height <= wire.y + wire.height / 2;
    expect(isAbove || label.width < wire.width * 0.75, shape).toBe(true);
  }
});

test('what keeps a network from running and what is only worth knowing are counted apart, everywhere alike', async ({
  studio,
  page,
}) => {
  await studio.openTemplate('Circle');
  // A layer that leads nowhere is only worth knowing; three answers for two classes cannot be trained.
  await studio.select('relu1');
  await page.keyboard.press('/');
  await expect(page.getByRole('dialog', { name: 'Add layer' })).toBeVisible();
  await page.keyboard.type('Tanh');
  await page.keyboard.press('Enter');
  await expect(studio.node('tanh1')).toBeFocused();
  await studio.setNumber(studio.node('fc3').getByRole('spinbutton'), '3');
  await studio.tab('Problems').click();
  const list = page.getByRole('list', { name: 'Problems' });
  const listed = async (severity: string): Promise<number> => await list.getByLabel(severity).count();
  await expect.poll(() => listed('Error')).toBeGreaterThan(0);
  await expect.poll(() => listed('Warning')).toBeGreaterThan(0);
  const [errors, warnings] = [await listed('Error'), await listed('Warning')];
  const count = (severity: string) => studio.tab('Problems').locator(`[data-severity="${severity}"]`);
  const many = (number: number, name: string): string => `${number} ${name}${number === 1 ? '' : 's'}`;
  await expect(count('error')).toHaveAttribute('title', many(errors, 'error'));
  await expect(count('warning')).toHaveAttribute('title', many(warnings, 'warning'));
  await expect(count('error')).toHaveCSS('color', await studio.token('--color-danger'));
  await expect(count('warning')).toHaveCSS('color', await studio.token('--color-warning'));
  await expect(studio.toolbar.getByRole('button', { name: many(errors, 'problem') })).toBeVisible();
});
