import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { folders, openTemplate, test, trainCircle, trainOn } from './own-studio.ts';
import { expect, Studio } from './studio.ts';

/** Long enough for a person to get hold of it while it trains, on any machine. */
const longEpochs = 6000;

test('a run goes on from where it stood, also for more epochs, or begins again from its best', async ({
  own,
}) => {
  const { page, studio, runs } = own;
  await openTemplate(page, 'Circle');
  await studio.setNumber(studio.inspector.getByLabel('Epochs'), '1000000');
  await studio.train();
  await studio.expectStepBeyond(300);
  await studio.button('Stop').click();
  await studio.expectPhase('stopped');
  const stopped = await studio.step();
  await runs.open();
  await expect(runs.row('Circle 1')).toContainText('stopped');
  await runs.choose('Circle 1', 'Continue');
  await studio.expectStepBeyond(stopped);
  await studio.expectPhase('running');
  await studio.button('Stop').click();
  await studio.expectPhase('stopped');
  expect(folders(own)).toHaveLength(1);

  // Another network is on the canvas; the run brings its own.
  await studio.setNumber(studio.inspector.getByLabel('Epochs'), '30');
  await trainOn(own);
  await studio.setNumber(studio.node('fc1').getByRole('spinbutton'), '9');
  await runs.open();
  await runs.choose('Circle 2', 'Continue…');
  const dialog = page.getByRole('dialog', { name: 'How far should “Circle 2” go?' });
  await studio.setNumber(dialog.getByLabel('Epochs in all'), '50');
  await dialog.getByRole('button', { name: 'Continue' }).click();
  await page
    .getByRole('dialog', { name: 'Save “Circle” first?' })
    .getByRole('button', { name: 'Discard changes' })
    .click();
  await expect(studio.field('epoch')).toHaveText('50/50');
  await studio.expectPhase('done');
  await expect(studio.node('fc1')).toContainText('2 → 4');
  await expect(page.getByTestId('changed-since-run')).toHaveCount(0);
  await runs.open();
  await expect(runs.figure('Circle 2', 'epochs')).toHaveText('50/50');

  await runs.choose('Circle 2', 'Start again from its best');
  // The run before it is done, too, until the new one takes its place.
  await expect(studio.tab('Curves')).toHaveAttribute('aria-selected', 'true');
  await studio.expectPhase('done');
  await runs.open();
  await expect(runs.figure('Circle 3', 'epochs')).toHaveText('50/50');
  expect(folders(own)).toHaveLength(3);
});

test('continuing in the studio comes to the same numbers as never having stopped', async ({ own }) => {
  const { page, studio, runs } = own;
  await trainCircle(own, longEpochs);
  const weights = (index: number): string => {
    const run = folders(own)[index] as string;
    return JSON.parse(readFileSync(join(own.server.home, 'runs', run, 'run.json'), 'utf8')).result
      ?.weightsSha256;
  };
  await studio.train();
  await expect(studio.runState).not.toHaveAttribute('data-phase', 'done');
  await studio.button('Pause').click();
  await studio.expectPhase('paused');
  await studio.button('Stop').click();
  await studio.expectPhase('stopped');
  const stopped = await studio.step();
  expect(stopped).toBeLessThan(25 * longEpochs);
  await runs.open();
  await runs.choose('Circle 2', 'Continue');
  await studio.expectPhase('done');
  expect(await studio.step()).toBe(25 * longEpochs);
  await expect.poll(() => weights(1)).toBe(weights(0));
  await runs.open();
  await expect(runs.figure('Circle 2', 'test')).toHaveText(
    (await runs.figure('Circle 1', 'test').textContent()) ?? '',
  );
  // The curves reach back to the first step.
  await runs.tick('Circle 1');
  await studio.tab('Curves').click();
  await expect(page.getByRole('list', { name: 'Runs in the curves' })).toContainText('Circle 2 (this run)');
});

test('a studio that is closed while it trains asks, saves, and offers to go on the next time', async ({
  own,
}) => {
  const { page, context, server } = own;
  await openTemplate(page, 'Circle');
  await own.studio.setNumber(own.studio.inspector.getByLabel('Epochs'), '1000000');
  await own.studio.train();
  await own.studio.expectStepBeyond(500);
  const asked = page.waitForEvent('dialog');
  await page.close({ runBeforeUnload: true });
  const question = await asked;
  expect(question.type()).toBe('beforeunload');
  await question.dismiss();
  await own.studio.expectStepBeyond(await own.studio.step());

  const shown = await own.studio.step();
  await page.close();
  const later = await context.newPage();
  const studio = new Studio(later);
  const state = (): { interrupted: boolean; steps: number } =>
    JSON.parse(readFileSync(join(server.home, 'runs', folders(own)[0] as string, 'progress.json'), 'utf8'));
  await expect.poll(() => state().interrupted).toBe(true);
  const saved = state().steps;
  expect(saved).toBeGreaterThanOrEqual(shown);
  await studio.open();
  const offer = later.getByRole('region', { name: '“Circle 1” was interrupted' });
  await expect(offer).toContainText(/epochs are done/);
  await offer.getByRole('button', { name: 'Resume training' }).click();
  await expect(studio.canvas).toBeVisible();
  await studio.expectStepBeyond(saved);
  await studio.expectPhase('running');
  expect(folders(own)).toHaveLength(1);
  await later.close();

  await expect.poll(() => state().interrupted).toBe(true);
  const last = await context.newPage();
  await new Studio(last).open();
  const left = last.getByRole('region', { name: /was interrupted$/ });
  await left.getByRole('button', { name: 'Not now' }).click();
  await expect(last.getByRole('region', { name: /was interrupted$/ })).toHaveCount(0);
  await last.reload();
  await expect(last.getByTestId('status-kernels')).toContainText('kernels');
  await expect(last.getByRole('region', { name: /was interrupted$/ })).toHaveCount(0);
});

test('a window that is hidden trains on, and its end is told through the system', async ({ own }) => {
  const { page, studio } = own;
  await page.evaluate(() => {
    class Notice {
      static permission = 'granted';
      static requestPermission = () => Promise.resolve('granted');
      onclick: unknown;
      constructor(title: string, { body }: { body: string }) {
        Object.assign(window, {
          told: [...((window as { told?: string[] }).told ?? []), `${title} | ${body}`],
        });
      }
      close() {}
    }
    Object.assign(window, { Notification: Notice });
  });
  const told = (): Promise<string[]> => page.evaluate(() => (window as { told?: string[] }).told ?? []);
  const hide = (hidden: boolean): Promise<void> =>
    page.evaluate((value) => {
      Object.defineProperty(document, 'hidden', { value, configurable: true });
      Object.defineProperty(document, 'visibilityState', {
        value: value ? 'hidden' : 'visible',
        configurable: true,
      });
      document.dispatchEvent(new Event('visibilitychange'));
    }, hidden);
  await trainCircle(own, longEpochs);
  expect(await told(), 'nobody is told what they see').toEqual([]);
  await studio.train();
  await expect(studio.runState).not.toHaveAttribute('data-phase', 'done');
  await hide(true);
  await studio.expectPhase('done');
  await expect
    .poll(told)
    .toEqual([expect.stringMatching(/^“Circle” is trained \| Loss 0\.\d+, accuracy 9\d\.\d %\.$/)]);
  await hide(false);
});
