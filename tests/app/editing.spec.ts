import { expect, Studio, test } from './studio.ts';

const documentOf = (json: string) =>
  JSON.parse(json) as {
    nodes: { id: string; name: string; position: { x: number; y: number } }[];
    wires: { from: { node: string }; to: { node: string } }[];
  };

test('undo and redo go through every kind of edit and give the exact document back', async ({
  studio,
  page,
}) => {
  await studio.openTemplate('Circle');
  const { keyboard } = page;
  const field = studio.node('fc2').getByRole('spinbutton');
  const edits: readonly (readonly [name: string, edit: () => Promise<unknown>])[] = [
    ['a parameter', () => studio.setNumber(field, '7')],
    ['a choice', () => studio.choose(studio.node('data').getByRole('combobox'), 'Square')],
    ['a move', () => studio.drag(studio.node('relu2').locator('[data-node-name]'), { x: 620, y: 520 })],
    [
      'a nudge',
      async () => {
        await studio.select('fc3');
        await keyboard.press('ArrowRight');
      },
    ],
    [
      'a name',
      async () => {
        await studio.node('fc1').locator('[data-node-name]').dblclick();
        await keyboard.type('first');
        await keyboard.press('Enter');
      },
    ],
    [
      'a duplicate',
      async () => {
        await studio.select('relu1');
        await keyboard.press('Control+D');
      },
    ],
    ['a wire', () => studio.drag(studio.port('data', 'output', 'x'), studio.port('relu3', 'input', 'x'))],
    [
      'a deleted wire',
      async () => {
        await studio.select('relu3');
        await studio.inspector.getByRole('button', { name: /^Remove the wire to data/ }).click();
      },
    ],
    [
      'a cut',
      async () => {
        await studio.select('relu3');
        await keyboard.press('Control+X');
      },
    ],
    ['a paste', () => keyboard.press('Control+V')],
    ['a deleted node', () => keyboard.press('Delete')],
    ['an added layer', () => studio.button('Add Dropout').dblclick()],
    [
      'a training setting',
      async () => {
        await studio.selectNothing();
        await studio.setNumber(studio.inspector.getByLabel('Learning rate'), '0.5');
      },
    ],
    [
      'the project’s name',
      async () => {
        await page.getByLabel('Project name').fill('Ring');
        await keyboard.press('Enter');
      },
    ],
  ];
  const states: (string | undefined)[] = [await studio.autosaved()];
  for (const [name, edit] of edits) {
    await test.step(name, async () => states.push(await studio.editing(edit)));
  }
  await expect(page).toHaveTitle('• Ring – Netwright');

  await studio.selectNothing();
  for (const state of states.slice(0, -1).toReversed()) {
    await keyboard.press('Control+Z');
    await expect.poll(() => studio.autosaved(), { intervals: [50] }).toBe(state);
  }
  await expect(page, 'back where it was opened, nothing is unsaved').toHaveTitle('Circle – Netwright');
  await keyboard.press('Control+Z');
  for (const [i, state] of states.slice(1).entries()) {
    await keyboard.press(i % 2 === 0 ? 'Control+Shift+Z' : 'Control+Y');
    await expect.poll(() => studio.autosaved(), { intervals: [50] }).toBe(state);
  }
});

test('several nodes are selected, moved, copied, pasted and deleted together', async ({
  studio,
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read']);
  await studio.openTemplate('Circle');
  const { keyboard } = page;
  await studio.select('fc1');
  await studio.select('relu1', { modifiers: ['Shift'] });
  await expect(studio.inspector).toContainText('2 layers and 0 wires selected');

  const once = documentOf(await studio.editing(() => keyboard.press('ArrowUp')));
  const twice = documentOf(await studio.editing(() => keyboard.press('ArrowUp')));
  const movedBy = twice.nodes.map(({ position }, i) => position.y - (once.nodes[i]?.position.y ?? 0));
  expect(movedBy, 'the two that are selected go up one step of the grid').toEqual([0, -16, -16, 0, 0, 0, 0]);

  await keyboard.press('Control+C');
  const copied = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
  expect(copied).toMatchObject({ format: 'netwright-nodes', nodes: [{ id: 'fc1' }, { id: 'relu1' }] });
  expect(copied.wires, 'the wire between them comes along').toHaveLength(1);
  const pasted = documentOf(await studio.editing(() => keyboard.press('Control+V')));
  expect(pasted.nodes.map(({ name }) => name).slice(7)).toEqual(['fc4', 'relu3']);
  expect(pasted.wires).toHaveLength(8);
  await expect(studio.wire('fc4 y', 'relu3 x')).toBeAttached();
  await expect(studio.inspector).toContainText('2 layers and 0 wires selected');
  const deleted = documentOf(await studio.editing(() => keyboard.press('Delete')));
  expect(deleted.nodes).toHaveLength(7);
  expect(deleted.wires).toHaveLength(7);

  await keyboard.press('Control+A');
  await expect(studio.inspector).toContainText(/^7 layers and \d wires selected/);
  await keyboard.press('Escape');
  await expect(studio.inspector.getByRole('heading', { name: 'Training settings' })).toBeVisible();

  // A box drawn with Shift takes what it touches.
  const canvas = await studio.canvasBox();
  await keyboard.down('Shift');
  await studio.drag(
    { x: canvas.x + 16, y: canvas.y + 16 },
    { x: canvas.x + canvas.width - 16, y: canvas.y + canvas.height - 16 },
  );
  await keyboard.up('Shift');
  await expect(studio.inspector).toContainText(/^7 layers and/);
});

test('what is copied in one window is pasted in another, as text that a person can read', async ({
  studio,
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await studio.openTemplate('Circle');
  await studio.select('fc1');
  await studio.select('relu1', { modifiers: ['Shift'] });
  await page.keyboard.press('Control+C');
  const window = new Studio(await context.newPage());
  await window.openTemplate('Line fit');
  await window.page.bringToFront();
  await window.selectNothing();
  await window.page.keyboard.press('Control+V');
  await expect(window.wire('fc2 y', 'relu1 x')).toBeAttached();
  await expect(window.node('fc2').getByRole('spinbutton')).toHaveValue('4');
  const read = await window.page.evaluate(() => navigator.clipboard.readText());
  expect(read.split('\n').length, 'one thing on a line').toBeGreaterThan(20);
  expect(read).toContain('"outFeatures": 4');
  await window.page.close();
});

test('fit shows everything, wherever the view was', async ({ studio, page }) => {
  await studio.openTemplate('Circle');
  const canvas = await studio.canvasBox();
  await page.mouse.move(canvas.x + 40, canvas.y + canvas.height - 100);
  await page.mouse.wheel(0, -1200);
  await expect(studio.node('loss')).not.toBeInViewport();
  await studio.drag(
    { x: canvas.x + 20, y: canvas.y + 20 },
    { x: canvas.x + 20, y: canvas.y + canvas.height - 60 },
  );
  await page.keyboard.press('f');
  await expect
    .poll(async () => {
      const boxes = await Promise.all((await studio.nodes.all()).map((node) => node.boundingBox()));
      return boxes.every(
        (box) =>
          box !== null &&
          box.x >= canvas.x &&
          box.y >= canvas.y &&
          box.x + box.width <= canvas.x + canvas.width &&
          box.y + box.height <= canvas.y + canvas.height,
      );
    })
    .toBe(true);
});

test('a project is built, inspected and trained with the keyboard alone', async ({ studio, page }) => {
  await studio.open();
  const { keyboard } = page;
  await focusByTab(studio, 'Empty canvas');
  await keyboard.press('Enter');
  await expect(studio.canvas).toBeVisible();
  for (const [wanted, name] of [
    ['data', 'data'],
    ['linear', 'linear1'],
    ['tanh', 'tanh1'],
    ['linear', 'linear2'],
    ['cross', 'loss'],
  ] as const) {
    await keyboard.press('/');
    await expect(page.getByRole('dialog', { name: 'Add layer' })).toBeVisible();
    await keyboard.type(wanted);
    await keyboard.press('Enter');
    await expect(studio.node(name)).toBeFocused();
  }
  // Layers that are added one after another are wired, the loss to the data's answers too.
  await expect(studio.wires).toHaveCount(5);

  await keyboard.press('Shift+Tab');
  await expect(studio.node('linear2')).toBeFocused();
  await expect(studio.inspector.getByLabel('Name')).toHaveValue('linear2');
  await keyboard.press('Enter');
  await keyboard.type('2');
  await keyboard.press('Enter');
  await keyboard.press('Escape');
  await expect(studio.node('linear2')).toBeFocused();
  await expect(studio.node('linear2')).toContainText('4 → 2');

  // A wire that bends around the activation, and back.
  await keyboard.press('c');
  await expect(page.getByRole('dialog', { name: 'Connect linear2' })).toBeVisible();
  await keyboard.type('linear1 y');
  await keyboard.press('Enter');
  await expect(studio.wire('linear1 y', 'linear2 x')).toBeAttached();
  await expect(studio.wires).toHaveCount(5);
  await keyboard.press('Control+Z');
  await expect(studio.wire('tanh1 y', 'linear2 x')).toBeAttached();

  await keyboard.press('F2');
  await keyboard.type('answer');
  await keyboard.press('Enter');
  await expect(studio.node('answer')).toBeVisible();
  await keyboard.press('Control+Enter');
  await studio.expectPhase('done');
  await expect(studio.field('epoch')).toHaveText('200/200');
});

async function focusByTab(studio: Studio, name: string): Promise<void> {
  const wanted = studio.button(name);
  for (let presses = 0; presses < 40; presses++) {
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
    await studio.page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not reach “${name}”`);
}
