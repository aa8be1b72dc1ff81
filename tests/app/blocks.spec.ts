import type { Locator, Page } from '@playwright/test';
import { expect, type Studio, test } from './studio.ts';

const breadcrumb = (page: Page): Locator =>
  page.getByRole('navigation', { name: 'Where you are in the network' });
const footer = (studio: Studio, name: string): Locator => studio.node(name).locator('footer');

/** Makes a block of ReLU and Linear in the middle of Circle. */
async function makeBlock(studio: Studio, page: Page): Promise<void> {
  await studio.openTemplate('Circle');
  await studio.select('relu1');
  await studio.select('fc2', { modifiers: ['Shift'] });
  await page.keyboard.press('Control+G');
  await expect(studio.node('Block')).toHaveCount(1);
}

async function goInside(studio: Studio, page: Page, name: string): Promise<void> {
  await studio.node(name).locator('header svg').first().dblclick();
  await expect(breadcrumb(page)).toContainText(name);
}

test('a block is made of what is selected, entered, edited and left with the mouse', async ({
  studio,
  page,
}) => {
  await makeBlock(studio, page);
  await expect(studio.nodes).toHaveCount(6);
  await expect(studio.wire('fc1 y', 'Block in')).toBeAttached();
  await expect(studio.wire('Block out', 'relu2 x')).toBeAttached();
  await expect(footer(studio, 'Block')).toHaveText('20 params');

  await goInside(studio, page, 'Block');
  for (const name of ['in', 'relu1', 'fc2', 'out']) await expect(studio.node(name)).toHaveCount(1);
  await studio.select('fc2');
  await studio.setNumber(studio.inspector.getByRole('spinbutton', { name: 'Out features' }), '6');
  await expect(studio.shape('N×6')).toBeVisible();

  await breadcrumb(page).getByRole('button', { name: 'Circle' }).click();
  await expect(breadcrumb(page)).toHaveCount(0);
  await expect(footer(studio, 'Block')).toHaveText('30 params');
  await expect(studio.shape('N×6').first()).toBeVisible();

  // Undo shows what it takes back, where it was.
  await page.keyboard.press('Control+Z');
  await expect(breadcrumb(page)).toContainText('Block');
  await page.keyboard.press('Control+Z');
  await expect(studio.nodes).toHaveCount(7);
  await expect(studio.wire('fc1 y', 'relu1 x')).toBeAttached();
  await page.keyboard.press('Control+Shift+Z');
  await expect(studio.node('Block')).toHaveCount(1);

  await studio.select('Block');
  await studio.inspector.getByRole('button', { name: 'Dissolve the block' }).click();
  await expect(studio.node('Block_fc2')).toHaveCount(1);
  await expect(studio.nodes).toHaveCount(7);
});

test('a block is entered, edited and left with the keyboard', async ({ studio, page }) => {
  await makeBlock(studio, page);
  await studio.node('Block').focus();
  await page.keyboard.press('Enter');
  await expect(breadcrumb(page)).toContainText('Block');
  await studio.node('fc2').focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect(breadcrumb(page)).toHaveCount(0);
  await expect(studio.node('Block')).toBeFocused();
  await expect(footer(studio, 'Block')).toHaveText('25 params');
  await page.keyboard.press('Control+ArrowDown');
  await expect(breadcrumb(page)).toContainText('Block');
  await page.keyboard.press('Control+ArrowUp');
  await expect(breadcrumb(page)).toHaveCount(0);
  await page.keyboard.press('Control+Shift+G');
  await expect(studio.node('Block_relu1')).toHaveCount(1);
});

test('blocks nest: both are entered and left by mouse and keyboard, and none is put into itself', async ({
  studio,
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await makeBlock(studio, page);
  await goInside(studio, page, 'Block');
  await studio.select('fc2');
  await page.keyboard.press('Control+G');
  const inner = studio.inspector.getByRole('textbox', { name: 'Name', exact: true });
  await inner.fill('Inner');
  await inner.press('Enter');
  await expect(studio.wire('relu1 y', 'Inner in')).toBeAttached();
  await goInside(studio, page, 'Inner');
  await expect(breadcrumb(page).getByRole('listitem')).toHaveText(['Circle', 'Block', 'Inner']);
  await studio.select('fc2');
  await studio.setNumber(studio.inspector.getByRole('spinbutton', { name: 'Out features' }), '6');
  await breadcrumb(page).getByRole('button', { name: 'Block' }).click();
  await expect(footer(studio, 'Inner')).toHaveText('30 params');
  await expect(studio.shape('N×6')).toBeVisible();
  await goInside(studio, page, 'Inner');
  await breadcrumb(page).getByRole('button', { name: 'Circle' }).click();
  await expect(footer(studio, 'Block')).toHaveText('30 params');

  // What is around a block cannot be put into it, however deep.
  await studio.node('Block').focus();
  await page.keyboard.press('Control+C');
  const refused = page
    .getByRole('region', { name: 'Notices' })
    .getByText(/^The block "Block2?" would contain itself/);
  await page.keyboard.press('Control+ArrowDown');
  await expect(studio.node('relu1')).toHaveCount(1);
  await page.keyboard.press('Control+V');
  await expect(refused).toBeVisible();
  await expect(studio.nodes).toHaveCount(4);
  await studio.node('Inner').focus();
  await page.keyboard.press('Enter');
  await expect(breadcrumb(page).getByRole('listitem')).toHaveText(['Circle', 'Block', 'Inner']);
  await page.keyboard.press('Control+V');
  await expect(refused).toHaveCount(2);
  await expect(studio.nodes).toHaveCount(3);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect(breadcrumb(page).getByRole('listitem')).toHaveText(['Circle', 'Block']);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect(breadcrumb(page)).toHaveCount(0);
  await expect(studio.node('Block')).toBeFocused();
});

test('two instances follow an edit, and each sets what is exposed; a detached one is its own', async ({
  studio,
  page,
}) => {
  await makeBlock(studio, page);
  await studio.select('Block');
  await page.keyboard.press('Control+D');
  await expect(studio.node('Block2')).toHaveCount(1);
  await expect(studio.inspector).toContainText('2 nodes are this block');

  await goInside(studio, page, 'Block2');
  await studio.select('fc2');
  await studio.inspector
    .getByRole('button', { name: 'Expose Out features, to be set on each instance' })
    .click();
  await studio.setNumber(studio.inspector.getByRole('spinbutton', { name: 'Out features' }), '7');
  await breadcrumb(page).getByRole('button', { name: 'Circle' }).click();

  const width = (name: string): Locator =>
    studio.node(name).getByRole('spinbutton', { name: `${name} Out features` });
  await expect(width('Block')).toHaveValue('7');
  await expect(width('Block2')).toHaveValue('7');
  await studio.setNumber(width('Block'), '3');
  await expect(width('Block2')).toHaveValue('7');
  await expect(studio.shape('N×3').first()).toBeVisible();

  await studio.select('Block2');
  await studio.inspector.getByRole('button', { name: 'Detach from the other instances' }).click();
  await expect(studio.inspector).toContainText('Only this node is this block.');
  await goInside(studio, page, 'Block2');
  await studio.select('relu1');
  await page.keyboard.press('Delete');
  await expect(studio.nodes).toHaveCount(3);
  await page.keyboard.press('Control+ArrowUp');
  await goInside(studio, page, 'Block');
  await expect(studio.node('relu1')).toHaveCount(1);
});

test('a repeated block trains, shows what it learns, and is exported with a certificate', async ({
  studio,
  page,
}) => {
  await makeBlock(studio, page);
  await studio.select('Block');
  await studio.setNumber(studio.inspector.getByRole('spinbutton', { name: 'Repeat' }), '3');
  await expect(studio.node('Block')).toContainText('×3');
  await expect(footer(studio, 'Block')).toHaveText('60 params');
  await studio.selectNothing();
  await studio.setNumber(studio.inspector.getByRole('spinbutton', { name: 'Epochs' }), '20');
  await studio.train();
  await studio.expectPhase('done');
  const strip = page.getByTestId('strip-block-1');
  await expect(strip).toHaveAttribute('data-value-count', /^[1-9]/);
  await studio.tab('Layers').click();
  for (const name of ['Block.1/fc2', 'Block.3/fc2'])
    await expect(page.getByRole('button', { name, exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Block.1/fc2', exact: true }).click();
  await expect(breadcrumb(page)).toContainText('first of 3 passages');
  await studio.button('Export ONNX').click();
  await expect(page.getByTestId('certificate')).toHaveAttribute('data-equal', 'true');
});

test('a problem inside a block rings the block, and going to it goes inside', async ({ studio, page }) => {
  await makeBlock(studio, page);
  await goInside(studio, page, 'Block');
  await studio.wire('in inside', 'relu1 x').focus();
  await studio.select('relu1');
  await page.keyboard.press('Shift+Delete');
  await page.keyboard.press('Control+ArrowUp');
  await expect(studio.node('Block').locator('[data-severity="error"]')).toBeVisible();
  await studio.tab('Problems').click();
  await page.getByRole('button', { name: /Block › fc2.*Nothing is wired/ }).click();
  await expect(breadcrumb(page)).toContainText('Block');
  await expect(studio.inspector.getByRole('textbox', { name: 'Name' })).toHaveValue('fc2');
});

test('why a selection cannot become a block is said, and nothing changes', async ({ studio, page }) => {
  await studio.openTemplate('Circle');
  await studio.select('fc1');
  await studio.select('fc2', { modifiers: ['Shift'] });
  await page.keyboard.press('Control+G');
  await expect(page.getByRole('region', { name: 'Notices' })).toContainText(
    '"relu1" lies between the selected layers',
  );
  await expect(studio.nodes).toHaveCount(7);
});

test('a block comes from the library, and one’s own goes to other projects', async ({ studio, page }) => {
  await studio.openTemplate('Circle');
  await studio.select('relu2');
  await studio.button('Add MLP').dblclick();
  await expect(studio.wire('relu2 y', 'MLP in')).toBeAttached();
  await studio.setNumber(studio.node('MLP').getByRole('spinbutton', { name: 'MLP Hidden units' }), '5');
  await studio.select('MLP');
  await studio.inspector.getByRole('textbox', { name: 'Name of the block' }).fill('My MLP');
  await page.keyboard.press('Enter');
  await studio.inspector.getByRole('button', { name: 'Save to my blocks' }).click();
  await expect(page.getByRole('region', { name: 'Notices' })).toContainText('"My MLP" is now in your blocks');

  await page.reload();
  await page.getByRole('button', { name: 'Spirals', exact: true }).click();
  await page.getByRole('group', { name: 'My blocks' }).getByRole('button', { name: 'Add My MLP' }).dblclick();
  await expect(studio.node('My MLP').getByRole('spinbutton', { name: 'My MLP Hidden units' })).toHaveValue(
    '5',
  );
  await page.getByRole('button', { name: 'Remove My MLP from my blocks' }).click();
  await expect(page.getByRole('group', { name: 'My blocks' })).toHaveCount(0);
  await expect(studio.node('My MLP')).toHaveCount(1);
});

test('a layer that nobody knows is shown, and saved as it came', async ({ studio, page }) => {
  await studio.withoutPickers();
  await studio.openTemplate('Circle');
  const json = await studio.editing(() => studio.setNumber(studio.node('fc1').getByRole('spinbutton'), '5'));
  const document = JSON.parse(json) as { nodes: object[]; wires: object[] };
  const magic = {
    id: 'magic',
    type: 'magic',
    name: 'magic1',
    position: { x: 0, y: 400 },
    params: { power: 9 },
  };
  document.nodes.push(magic);
  document.wires.push({ id: 'm', from: { node: 'magic', port: 'glow' }, to: { node: 'fc1', port: 'x' } });
  const text = JSON.stringify({ ...document, wires: document.wires.filter((_, i) => i > 0) });
  await studio.upload({ name: 'magic.netwright.json', text }, () => page.keyboard.press('Control+O'));
  await page.getByRole('dialog').getByRole('button', { name: 'Discard changes' }).click();
  await expect(studio.node('magic1')).toContainText('magic');
  await studio.select('magic1');
  await expect(studio.inspector).toContainText('This studio knows no layer of this kind');
  await expect(studio.wire('magic1 glow', 'fc1 x')).toBeAttached();
  const kept = await studio.editing(() => studio.setNumber(studio.node('fc2').getByRole('spinbutton'), '9'));
  expect((JSON.parse(kept) as { nodes: object[] }).nodes).toContainEqual(magic);
});
