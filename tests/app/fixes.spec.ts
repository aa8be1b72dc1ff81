import { readFileSync } from 'node:fs';
import type { NetwrightDocument } from '../../engine/document/schema.ts';
import { expect, type Studio, test } from './studio.ts';

const template = (name: string): NetwrightDocument =>
  JSON.parse(readFileSync(new URL(`../../assets/templates/${name}.netwright.json`, import.meta.url), 'utf8'));
const lenet = template('lenet');
const wire = (id: string, from: string, to: string, port: string) => ({
  id,
  from: { node: from, port: 'y' },
  to: { node: to, port },
});
/** LeNet-5 with a convolution beside a shortcut before its first pooling. */
const withShortcut = {
  ...lenet,
  nodes: [
    ...lenet.nodes,
    {
      id: 'side',
      type: 'conv2d',
      name: 'side',
      position: { x: 852, y: -260 },
      params: { outChannels: 6, kernelHeight: 3, kernelWidth: 3, padding: 'number', pad: 1 },
    },
    { id: 'add', type: 'add', name: 'add', position: { x: 1420, y: -130 }, params: {} },
  ],
  wires: [
    ...lenet.wires.filter(({ id }) => id !== 'relu1-y-pool1-x'),
    wire('to-side', 'relu1', 'side', 'x'),
    wire('shortcut', 'relu1', 'add', 'a'),
    wire('from-side', 'side', 'add', 'b'),
    wire('sum', 'add', 'pool1', 'x'),
  ],
};

/** The label of a wire stands over no node. */
async function expectBeside(studio: Studio, label: string): Promise<void> {
  const place = await studio.shape(label).boundingBox();
  if (place === null) throw new Error(`${label} is not there`);
  const { x, y, width, height } = place;
  const nodes = await studio.nodes.evaluateAll((all) =>
    all.map((node) => ({
      name: node.getAttribute('aria-label'),
      box: node.getBoundingClientRect().toJSON(),
    })),
  );
  const under = nodes.filter(
    ({ box }) => x < box.right && box.left < x + width && y < box.bottom && box.top < y + height,
  );
  expect(under.map(({ name }) => name)).toEqual([]);
}

test('the label of a mismatch that is wider than its wire stands above the nodes at both ends', async ({
  studio,
}) => {
  const circle = template('circle');
  const fc3 = circle.nodes.find(({ id }) => id === 'fc3')?.position ?? { x: 0, y: 0 };
  const nodes = circle.nodes.map((node) => {
    if (node.id === 'fc3') return { ...node, params: { ...node.params, outFeatures: 1300 } };
    return node.id === 'loss' ? { ...node, position: { x: fc3.x + 272, y: fc3.y } } : node;
  });
  await studio.withoutPickers();
  await studio.open();
  const text = JSON.stringify({ ...circle, nodes });
  await studio.upload({ name: 'wide.netwright.json', text }, () => studio.button('Open file…').click());
  await expect(studio.shape('N×1300 ≠ N×2')).toBeVisible();
  await expectBeside(studio, 'N×1300 ≠ N×2');
});

test('a mismatch offers what helps at the wire, at the node and in the list, each as one step', async ({
  studio,
  page,
}) => {
  await studio.openTemplate('Circle');
  await studio.select('fc3');
  await studio.setNumber(studio.inspector.getByLabel('Out features'), '3');
  await studio.tab('Problems').click();
  const fix = 'Set Out features of fc3 to 2';

  // In the list of problems.
  const list = page.getByRole('list', { name: 'Problems' });
  await list.getByRole('button', { name: fix }).click();
  await expect(studio.node('fc3')).toContainText('4 → 2');
  await expect(page.getByText('Nothing is in the way')).toBeVisible();
  await page.keyboard.press('Control+Z');
  await expect(studio.node('fc3')).toContainText('4 → 3');

  // At the wire, which shows both shapes.
  const label = studio.shape('N×3 ≠ N×2');
  await label.click();
  await page.getByRole('menuitem', { name: 'Insert Linear (2) between fc3 and loss' }).click();
  await expect(studio.wire('fc3 y', 'linear1 x')).toBeAttached();
  await expect(studio.wire('linear1 y', 'loss logits')).toBeAttached();
  await expect(label).toHaveCount(0);
  await expect(studio.tab('Problems')).toHaveText('Problems');
  await page.keyboard.press('Control+Z');
  await expect(studio.nodes).toHaveCount(7);

  // At the node.
  await studio.select('loss');
  await studio.inspector.getByRole('button', { name: fix }).click();
  await expect(studio.tab('Problems')).toHaveText('Problems');
  await studio.button('Main menu').click();
  await page.getByRole('menuitem', { name: 'Edit' }).click();
  await expect(page.getByRole('menuitem', { name: 'Undo: fix: set Out features of fc3 to 2' })).toBeVisible();
});

test('Flatten, a 1×1 projection and padding are offered at the wire that they mend', async ({
  studio,
  page,
}) => {
  /** Opens what is offered at a wire, takes one of it, and sees that nothing is left to mend. */
  const mend = async (label: string, fix: string): Promise<void> => {
    await expectBeside(studio, label);
    await studio.shape(label).click();
    await page.getByRole('menuitem', { name: fix, exact: true }).click();
    await expect(studio.shape(label)).toHaveCount(0);
    await expect(studio.tab('Problems')).toHaveText('Problems');
  };
  await studio.withoutPickers();
  await studio.open();
  const text = JSON.stringify(withShortcut);
  await studio.upload({ name: 'shortcut.netwright.json', text }, () => studio.button('Open file…').click());
  await expect(studio.node('add')).toHaveCount(1);
  await expect(studio.tab('Problems')).toHaveText('Problems');

  // A picture that is not unrolled before it is answered.
  await studio.select('flatten');
  await page.keyboard.press('Delete');
  await expect(studio.wire('pool2 y', 'fc1 x')).toBeAttached();
  await mend('N×16×5×4 ≠ N×4', 'Insert Flatten between pool2 and fc1');
  await expect(studio.wire('flatten1 y', 'fc1 x')).toBeAttached();
  await expect(studio.shape('N×400')).toBeVisible();

  // More channels than the shortcut brings along.
  const setting = (name: string) => studio.inspector.getByRole('spinbutton', { name });
  await studio.select('side');
  await studio.setNumber(setting('Out channels'), '8');
  await mend('N×8×28×28 ≠ N×6×28×28', 'Insert 1×1 projection between relu1 and add');
  await expect(studio.wire('conv2d1 y', 'add a')).toBeAttached();
  await expect(studio.shape('N×8×28×28')).toHaveCount(3);

  // A window that takes away from the sides.
  await studio.select('side');
  await studio.setNumber(setting('Zeros on each side'), '0');
  await mend('N×8×26×26 ≠ N×8×28×28', 'Set Padding of side to same');
  await expect(studio.shape('N×8×28×28')).toHaveCount(3);
});
