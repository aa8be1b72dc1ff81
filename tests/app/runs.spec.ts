import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from '@playwright/test';
import { folders, openTemplate, RunsPanel, test, trainCircle, trainOn } from './own-studio.ts';
import { countPixels, rgbOf } from './pixels.ts';
import { netwright, startServer } from './server.ts';
import { expect, Studio } from './studio.ts';

test('runs are listed, drawn over one another in their own colours, and compared', async ({ own }) => {
  const { page, studio, runs } = own;
  await openTemplate(page, 'Circle');
  await runs.open();
  await expect(page.getByText('No runs yet')).toBeVisible();
  await studio.setNumber(studio.inspector.getByLabel('Epochs'), '200');
  await trainOn(own);
  await studio.setNumber(studio.inspector.getByLabel('Learning rate'), '0.2');
  await studio.setNumber(studio.node('fc1').getByRole('spinbutton'), '8');
  await trainOn(own);
  await expect.poll(() => runs.names()).toEqual(['Circle 2', 'Circle 1']);
  await expect(runs.figure('Circle 2', 'epochs')).toHaveText('200/200');
  await expect(runs.figure('Circle 2', 'steps')).toHaveText('5,000');
  await expect(runs.row('Circle 1')).toContainText('done');
  await expect(runs.figure('Circle 1', 'size')).toHaveText(/^\d+ KB$/);
  // The list follows a moment after the end.
  await expect(runs.figure('Circle 2', 'test')).toHaveText(/\d/);
  const told = await runs.figure('Circle 2', 'test').textContent();

  await runs.tick('Circle 1');
  await studio.tab('Curves').click();
  await expect(page.getByTestId('test-loss'), 'the curve and the table tell the same').toHaveText(told ?? '');
  const legend = page.getByRole('list', { name: 'Runs in the curves' });
  await expect(legend).toContainText('Circle 2 (this run)');
  await expect(legend).toContainText('Circle 1');
  const plot = page.getByRole('region', { name: 'Loss' }).locator('canvas');
  const [first, second] = [rgbOf(await studio.token('--run-0')), rgbOf(await studio.token('--run-1'))];
  await expect.poll(() => countPixels(plot, first)).toBeGreaterThan(50);
  await expect.poll(() => countPixels(plot, second)).toBeGreaterThan(50);
  await legend.getByRole('button', { name: 'Leave “Circle 1” out of the curves' }).click();
  await expect(legend).toHaveCount(0);
  await expect.poll(() => countPixels(plot, first)).toBe(0);

  await runs.open();
  await expect(studio.button('Compare')).toHaveAttribute('aria-disabled', 'true');
  await runs.tick('Circle 2');
  await runs.tick('Circle 1');
  await studio.button('Compare').click();
  const dialog = page.getByRole('dialog', { name: 'What differs' });
  const cells = (row: string): Promise<string[]> =>
    dialog
      .getByRole('row', { name: new RegExp(`^${row} `) })
      .getByRole('cell')
      .allTextContents();
  await expect(dialog.getByRole('columnheader')).toContainText(['What', 'Circle 1', 'Circle 2']);
  // Their networks and curves are read when they are compared.
  await expect.poll(() => cells('Learning rate')).toEqual(['0.1', '0.2']);
  expect(await cells('fc1 · Out features')).toEqual(['4', '8']);
  expect((await cells('Test loss'))[1]).toBe(told);
  expect(await cells('Parameters')).toEqual(['42', '70']);
  await expect(dialog).not.toContainText('Batch size');
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);

  // A layer of one run beside the same layer of another, on the same axes.
  await studio.tab('Layers').click();
  await studio.choose(page.getByRole('combobox', { name: 'Another run beside it' }), 'Beside: Circle 1');
  const weights = page.getByRole('region', { name: /^Weights · / });
  await expect(weights).toHaveCount(2);
  await expect(weights.last().getByRole('heading')).toHaveText(/Circle 1 2×4/);
  await expect(weights.first().getByRole('heading')).toHaveText(/Weights 2×8/);
  await expect(weights.last().locator('dl')).toHaveAttribute('data-step', '5000');
  await weights.last().getByRole('img').focus();
  await page.keyboard.press('ArrowLeft');
  await expect(weights.last().getByTestId('ridge-pointed')).toHaveText(/^Step 5,000 · /);

  // Two layers: each on an axis that its two runs share, then both on one.
  await page.getByRole('button', { name: 'Keep “Gradient of weights · Circle 2” in view' }).click();
  await page.getByRole('button', { name: 'fc3', exact: true }).click();
  const gradients = page.getByRole('region', { name: /^fc[13] · Gradient of weights · / });
  await expect(gradients).toHaveCount(4);
  const [apart1, apart1Beside, apart3, apart3Beside] = await axesOf(gradients);
  expect([apart1Beside, apart3Beside]).toEqual([apart1, apart3]);
  expect(apart3).not.toBe(apart1);
  const oneAxis = page.getByRole('switch', { name: 'One axis for all layers' });
  await oneAxis.click();
  const axes = (): Promise<string[]> => axesOf(gradients);
  await expect.poll(axes, 'the widest holds them all').toEqual([apart1, apart1, apart1, apart1]);
  await oneAxis.click();
  await expect.poll(axes, 'each its own again').toEqual([apart1, apart1, apart3, apart3]);
});

/** What lies at both ends of the axis of each panel, as the pointer reads it. */
async function axesOf(panels: Locator): Promise<string[]> {
  const axes: string[] = [];
  for (const panel of await panels.all()) {
    const picture = panel.getByRole('img');
    const { width, height } = (await picture.boundingBox()) ?? { width: 0, height: 0 };
    const ends: string[] = [];
    for (const [x, told] of [
      [8, /^Step [\d,]+ · −(.*?) · /],
      [width - 46, /^Step [\d,]+ · (\d.*?) · /],
    ] as const) {
      await picture.hover({ position: { x, y: height / 2 } });
      const pointed = panel.getByTestId('ridge-pointed');
      await expect(pointed).toHaveText(told);
      ends.push(told.exec((await pointed.textContent()) ?? '')?.[1] ?? '');
    }
    axes.push(ends.join(' and '));
  }
  return axes;
}

test('kept runs are read in the curves by mouse and keyboard, also where this window has none of its own', async ({
  own,
}) => {
  const { page, studio, runs } = own;
  await openTemplate(page, 'Circle');
  await studio.setNumber(studio.inspector.getByLabel('Epochs'), '200');
  await trainOn(own);
  await studio.setNumber(studio.inspector.getByLabel('Learning rate'), '0.2');
  await trainOn(own);
  await runs.open();
  await expect(runs.figure('Circle 2', 'test')).toHaveText(/\d/);
  const told = { first: await finalOf('Circle 1'), second: await finalOf('Circle 2') };
  await page.reload();
  await openTemplate(page, 'Circle');
  await runs.open();
  await runs.tick('Circle 1');
  await runs.tick('Circle 2');
  await studio.tab('Curves').click();

  const loss = page.getByRole('slider', { name: 'Loss at a step' });
  const readings = page.getByRole('region', { name: 'Loss' }).getByTestId('curve-readings');
  await expect(readings).toHaveCount(0);
  const { x, y, width, height } = (await loss.boundingBox()) ?? { x: 0, y: 0, width: 1, height: 1 };
  await page.mouse.move(x + width / 2, y + height / 2);
  await expect(readings).toContainText(/^Step \d/);
  await expect(readings.locator('tbody tr')).toHaveCount(2);
  await page.mouse.move(x, y - 200);
  await expect(readings).toHaveCount(0);

  await loss.focus();
  await page.keyboard.press('End');
  await expect(readings).toContainText(/^Step 5,000/);
  for (const [name, figure] of [
    ['Circle 1', told.first],
    ['Circle 2', told.second],
  ] as const) {
    const row = readings.locator('tbody tr').filter({ hasText: name });
    await expect(row.locator('td').last(), 'the curve and the table tell the same').toHaveText(figure);
    await expect(loss).toHaveAttribute('aria-valuetext', new RegExp(`${name}: train .*, test ${figure}`));
  }

  async function finalOf(name: string): Promise<string> {
    return (await runs.figure(name, 'test').textContent()) ?? '';
  }
});

test('a run is named, starred, coloured and noted, and all of it is there after a reload', async ({
  own,
}) => {
  const { page, studio, runs } = own;
  await trainCircle(own, 20);
  await trainOn(own);
  await runs.open();
  await expect(runs.rows).toHaveCount(2);
  const name = runs.row('Circle 1').getByRole('textbox');
  await name.fill('对照组 with a first layer that is as narrow as it can be');
  await name.press('Enter');
  const long = '对照组 with a first layer that is as narrow as it can be';
  await runs
    .row(long)
    .getByRole('button', { name: `Star “${long}”` })
    .click();
  await runs.choose(long, 'Note…');
  await page.getByRole('textbox', { name: 'Note' }).fill('keep this one');
  await studio.button('Save').click();
  await runs
    .row(long)
    .getByRole('button', { name: /^Colour of .*: Indigo$/ })
    .click();
  await page.getByRole('menuitemradio', { name: 'Gold' }).click();
  // An empty name is no name.
  const other = runs.row('Circle 2').getByRole('textbox');
  await other.fill('   ');
  await other.press('Enter');
  await expect(other).toHaveValue('Circle 2');

  await page.reload();
  await openTemplate(page, 'Circle');
  await runs.open();
  await expect(runs.rows).toHaveCount(2);
  await expect(runs.row(long).getByRole('button', { name: `Star “${long}”` })).toHaveAttribute(
    'aria-pressed',
    'true',
  );
  await expect(runs.row(long).getByRole('button', { name: /: Gold$/ })).toBeVisible();
  await runs
    .row(long)
    .getByRole('button', { name: `Note on “${long}”` })
    .click();
  await expect(page.getByRole('textbox', { name: 'Note' })).toHaveValue('keep this one');
  await page.keyboard.press('Escape');

  expect(await runs.names()).toEqual(['Circle 2', long]);
  await page.getByRole('columnheader', { name: 'Starred' }).getByRole('button').press('Enter');
  expect(await runs.names()).toEqual([long, 'Circle 2']);
  await expect(page.getByRole('columnheader', { name: 'Starred' })).toHaveAttribute(
    'aria-sort',
    'descending',
  );
});

test('deleting asks, frees the folder, and leaves alone what is being trained', async ({ own }) => {
  const { page, studio, runs } = own;
  await trainCircle(own, 20);
  await trainOn(own);
  await studio.setNumber(studio.inspector.getByLabel('Epochs'), '1000000');
  await studio.train();
  await studio.expectStepBeyond(100);
  await runs.open();
  await expect(runs.row('Circle 3')).toContainText('training');
  expect(folders(own)).toHaveLength(3);
  await runs.row('Circle 3').getByRole('button', { name: /^More/ }).click();
  const entry = page.getByRole('menuitem', { name: 'Delete – it is being trained' });
  await expect(entry).toHaveAttribute('aria-disabled', 'true');
  await page.keyboard.press('Escape');

  await runs.choose('Circle 1', 'Delete…');
  const dialog = page.getByRole('dialog', { name: 'Delete “Circle 1”?' });
  await expect(dialog).toContainText(/This frees \d+ KB and cannot be undone/);
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(runs.rows).toHaveCount(3);
  await runs.choose('Circle 1', 'Delete…');
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await expect(runs.rows).toHaveCount(2);
  expect(folders(own)).toHaveLength(2);

  // Of the two that are ticked one is going on.
  await runs.tick('Circle 2');
  await runs.tick('Circle 3');
  await studio.button('Delete…').click();
  await page
    .getByRole('dialog', { name: 'Delete “Circle 2”?' })
    .getByRole('button', { name: 'Delete' })
    .click();
  await expect.poll(() => runs.names()).toEqual(['Circle 3']);
  await studio.button('Stop').click();
  await studio.expectPhase('stopped');
  await runs.choose('Circle 3', 'Delete…');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('No runs yet')).toBeVisible();
  expect(folders(own)).toEqual([]);
  await studio.expectPhase('none');
});

test("a run's graph comes back to the canvas, and unsaved work is asked about first", async ({ own }) => {
  const { page, studio, runs } = own;
  await trainCircle(own, 20);
  await studio.setNumber(studio.node('fc1').getByRole('spinbutton'), '9');
  await runs.open();
  await runs.choose('Circle 1', 'Open its graph');
  const question = page.getByRole('dialog', { name: 'Save “Circle” first?' });
  await question.getByRole('button', { name: 'Cancel' }).click();
  await expect(studio.node('fc1')).toContainText('2 → 9');
  await runs.choose('Circle 1', 'Open its graph');
  await question.getByRole('button', { name: 'Discard changes' }).click();
  await expect(studio.node('fc1')).toContainText('2 → 4');
  await studio.selectNothing();
  await expect(studio.inspector.getByLabel('Epochs')).toHaveValue('20');
});

test('a kept run is exported after a restart, its last weights and its best, with a certificate that holds', async ({
  own,
}) => {
  const { context, server, page } = own;
  await trainCircle(own, 200);
  await own.runs.open();
  await expect(own.runs.figure('Circle 1', 'best')).toHaveText(/\d/);
  const [folder] = folders(own) as [string];
  await page.close();
  await server.quit();
  const again = await startServer(server.home);
  try {
    const later = await context.newPage();
    const studio = new Studio(later);
    await studio.withoutPickers();
    await later.goto(again.url);
    const runs = new RunsPanel(later);
    await openTemplate(later, 'Line fit');
    await runs.open();
    const best = await runs.figure('Circle 1', 'best').getAttribute('title');
    await runs.choose('Circle 1', 'Export this run’s model…');
    const dialog = later.getByRole('dialog', { name: 'Export ONNX' });
    await expect(dialog.getByTestId('certificate')).toHaveAttribute('data-equal', 'true');
    await expect(dialog.getByTestId('certificate-step')).toHaveText('5,000');
    await saveAndCheck('last', []);

    await studio.choose(
      dialog.getByRole('combobox', { name: 'Weights of “Circle 1”' }),
      `Best epoch (${/\d+/.exec(best ?? '')?.[0]})`,
    );
    const step = 25 * Number(/\d+/.exec(best ?? '')?.[0]);
    await expect(dialog.getByTestId('certificate-step')).toHaveText(step.toLocaleString('en'));
    await saveAndCheck('best', ['--best']);
    // What is on the canvas stays as it was, and nothing trains.
    await studio.escape();
    await studio.expectPhase('none');
    await expect(later).toHaveTitle(/^Line fit/);

    async function saveAndCheck(name: string, which: readonly string[]): Promise<void> {
      const model = await studio.download(() => dialog.getByRole('button', { name: 'Save model' }).click());
      expect(model.name).toBe('circle-1.onnx');
      const certificate = await studio.download(() =>
        dialog.getByRole('button', { name: 'Save certificate' }).click(),
      );
      expect(certificate.name).toBe('circle-1.certificate.json');
      const file = join(again.home, `${name}.onnx`);
      copyFileSync(model.path, file);
      const { equal, onnxSha256, weightsSha256 } = JSON.parse(readFileSync(certificate.path, 'utf8'));
      expect(equal).toBe(true);
      expect(onnxSha256).toBe(createHash('sha256').update(readFileSync(file)).digest('hex'));
      const run = join(again.home, 'runs', folder);
      const [checked] = await netwright(['check', file, '--against', run, ...which]);
      expect(checked).toMatchObject({ event: 'certificate', equal: true, weightsSha256 });
    }
  } finally {
    await again.stop();
  }
});
