import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, Studio, test } from './studio.ts';

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/documents/${name}.netwright.json`, import.meta.url));

test('work that was not saved is offered after a reload, and comes back as it was', async ({
  studio,
  page,
}) => {
  page.on('dialog', (dialog) => void dialog.accept());
  await studio.openTemplate('Circle');
  await expect(page).toHaveTitle('Circle – Netwright');
  const kept = await studio.editing(() => studio.setNumber(studio.node('fc1').getByRole('spinbutton'), '9'));
  await expect(page).toHaveTitle('• Circle – Netwright');
  await expect(page.getByRole('status', { name: 'unsaved changes' })).toBeVisible();

  await page.reload();
  const offer = page.getByRole('region', { name: 'Unsaved work was kept' });
  await expect(offer).toContainText('“Circle” was not saved');
  await offer.getByRole('button', { name: 'Restore' }).click();
  await expect(studio.node('fc1')).toContainText('2 → 9');
  await expect(page).toHaveTitle('• Circle – Netwright');
  expect(await studio.autosaved()).toBe(kept);

  await page.reload();
  await offer.getByRole('button', { name: 'Discard' }).click();
  await expect(offer).toHaveCount(0);
  await expect.poll(() => studio.autosaved()).toBeUndefined();
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(offer).toHaveCount(0);
});

test('a project is saved, saved again to the same file, and opened again from the recent files', async ({
  studio,
  page,
}) => {
  await studio.withPrivateFiles();
  await studio.openTemplate('XOR');
  await studio.setNumber(studio.inspector.getByLabel('Seed'), '12');
  await expect(page).toHaveTitle('• XOR – Netwright');
  await page.keyboard.press('Control+S');
  await expect(page).toHaveTitle('XOR – Netwright');
  const file = async () => JSON.parse(await studio.privateFile('XOR.netwright.json'));
  expect((await file()).training.seed).toBe(12);
  await expect.poll(() => studio.autosaved(), 'nothing is left to recover').toBeUndefined();

  await studio.setNumber(studio.inspector.getByLabel('Seed'), '13');
  await page.keyboard.press('Control+S');
  await expect(page).toHaveTitle('XOR – Netwright');
  await expect.poll(async () => (await file()).training.seed).toBe(13);

  await page.reload();
  await page.getByRole('button', { name: 'XOR.netwright.json' }).click();
  await expect(studio.inspector.getByLabel('Seed')).toHaveValue('13');
});

test('a second window on the same file is told and changes nothing, until the first lets go of it', async ({
  studio,
  page,
  context,
}) => {
  await studio.withPrivateFiles();
  await studio.openTemplate('XOR');
  await page.keyboard.press('Control+S');
  await expect(page).toHaveTitle('XOR – Netwright');

  const second = new Studio(await context.newPage());
  await second.open();
  await second.button('XOR.netwright.json').click();
  const strip = second.page.getByRole('status', { name: 'Read only' });
  await expect(strip).toContainText('“XOR.netwright.json” is open in another window');
  const seed = second.inspector.getByLabel('Seed');
  await second.setNumber(seed, '77');
  await expect(second.page.getByRole('region', { name: 'Notices' })).toContainText('Nothing was changed');
  await expect(seed).not.toHaveValue('77');
  await strip.getByRole('button', { name: 'Edit here' }).click();
  await expect(second.page.getByText('is still open in another window.')).toBeVisible();

  await studio.setNumber(studio.inspector.getByLabel('Seed'), '5');
  await page.keyboard.press('Control+S');
  await expect(page).toHaveTitle('XOR – Netwright');
  await page.close();
  await strip.getByRole('button', { name: 'Edit here' }).click();
  await expect(strip).toHaveCount(0);
  await expect(seed, 'as the first window left it').toHaveValue('5');
  await second.setNumber(seed, '78');
  await expect(seed).toHaveValue('78');
});

test('a disk that is full when a project is saved is told, and nothing is lost', async ({ studio, page }) => {
  await studio.withPrivateFiles();
  await studio.openTemplate('XOR');
  await page.keyboard.press('Control+S');
  // The title of a template that nobody has changed says nothing of a file.
  await expect(async () => {
    expect(await studio.privateFile('XOR.netwright.json')).not.toBe('');
  }).toPass();
  await studio.setNumber(studio.inspector.getByLabel('Seed'), '31');
  await page.evaluate(() => {
    const { prototype } = FileSystemWritableFileStream;
    // Its own stands before the one that it has from all streams.
    Object.assign(globalThis, { freeDisk: () => Reflect.deleteProperty(prototype, 'close') });
    prototype.close = () =>
      Promise.reject(new DOMException('No space is left on the disk.', 'QuotaExceededError'));
  });
  await page.keyboard.press('Control+S');
  const notices = page.getByRole('region', { name: 'Notices' });
  await expect(notices).toContainText('XOR.netwright.json was not saved');
  await expect(notices).toContainText('No space is left on the disk.');
  await expect(page, 'still unsaved').toHaveTitle('• XOR – Netwright');
  expect(JSON.parse(await studio.privateFile('XOR.netwright.json')).training.seed).not.toBe(31);
  await page.evaluate(() => (globalThis as unknown as { freeDisk: () => void }).freeDisk());
  await page.keyboard.press('Control+S');
  await expect(page).toHaveTitle('XOR – Netwright');
  expect(JSON.parse(await studio.privateFile('XOR.netwright.json')).training.seed).toBe(31);
});

test('a document that cannot be drawn is refused with the reason, and the open one stays', async ({
  studio,
  page,
}) => {
  await studio.withoutPickers();
  await studio.openTemplate('Circle');
  const before = await studio.editing(() =>
    studio.setNumber(studio.node('fc1').getByRole('spinbutton'), '5'),
  );
  for (const [name, told] of [
    ['newer-version', /version 1.*found|newer/],
    ['missing-port', /port/],
  ] as const) {
    await studio.upload(fixture(name), () => page.keyboard.press('Control+O'));
    const dialog = page.getByRole('dialog', { name: `${name}.netwright.json was not opened` });
    await expect(dialog).toContainText('What you have open is unchanged.');
    await expect(dialog.getByRole('listitem').first()).toContainText(told);
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
    await expect(studio.node('fc1')).toContainText('2 → 5');
    expect(await studio.autosaved()).toBe(before);
  }
});

test('a document that can be drawn but not trained opens with its problems listed', async ({
  studio,
  page,
}) => {
  await studio.withoutPickers();
  await studio.openTemplate('Circle');
  const problems = page.getByRole('list', { name: 'Problems' });
  for (const [name, told] of [
    ['field-out-of-range', /hidden.*Out features.*1.*65536.*0/],
    ['cycle', /feed back into themselves: "hidden", "relu"/],
    ['shapes-that-do-not-meet', /hidden|out|loss/],
    ['no-loss', /loss/],
    ['unknown-layer', /There is no layer/],
  ] as const) {
    await studio.upload(fixture(name), () => page.keyboard.press('Control+O'));
    await expect(page).toHaveTitle('Small circle – Netwright');
    await page.getByRole('button', { name: /^\d+ problems?$/ }).click();
    await expect(problems.getByRole('listitem').first()).toContainText(told);
  }
});

test('another document takes the place of unsaved work only when that is said', async ({ studio, page }) => {
  await studio.openTemplate('Circle');
  await studio.editing(() => studio.setNumber(studio.node('fc1').getByRole('spinbutton'), '5'));
  await studio.selectNothing();
  await page.keyboard.press('Alt+KeyN');
  const question = page.getByRole('dialog', { name: 'Save “Circle” first?' });
  await question.getByRole('button', { name: 'Cancel' }).click();
  await expect(studio.node('fc1')).toContainText('2 → 5');
  await page.keyboard.press('Alt+KeyN');
  await question.getByRole('button', { name: 'Discard changes' }).click();
  await expect(studio.nodes).toHaveCount(0);
  await expect(page).toHaveTitle('Untitled – Netwright');
});

test('a file that is no JSON at all is told as such', async ({ studio, page }) => {
  await studio.withoutPickers();
  await studio.openTemplate('Circle');
  const half = readFileSync(fixture('small-circle'), 'utf8').slice(0, 200);
  await studio.upload({ name: 'half.netwright.json', text: half }, () => page.keyboard.press('Control+O'));
  await expect(page.getByRole('dialog')).toContainText('half.netwright.json was not opened');
  await expect(page.getByRole('dialog')).toContainText(/JSON/);
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).first().click();
  await expect(studio.nodes).toHaveCount(7);
});
