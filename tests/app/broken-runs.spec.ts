import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folders, test, trainCircle, trainOn } from './own-studio.ts';
import { expect } from './studio.ts';

test('a run that was deleted under the studio is told as such, and everything else goes on', async ({
  own,
}) => {
  const { page, runs, server } = own;
  // The list is shown as it was: nobody looks anew in between.
  await page.addInitScript(() => {
    const every = window.setInterval.bind(window);
    window.setInterval = ((run: () => void, ms: number) =>
      every(run, ms === 5000 ? 1e9 : ms)) as typeof every;
  });
  await page.reload();
  await trainCircle(own, 20);
  await trainOn(own);
  await runs.open();
  await expect(runs.rows).toHaveCount(2);
  await expect(page.getByRole('region', { name: 'Runs' })).toHaveAttribute('aria-busy', 'false');
  const [first, second] = folders(own) as [string, string];
  rmSync(join(server.home, 'runs', first), { recursive: true });
  await runs.row('Circle 1').getByRole('checkbox').click();
  const told = page.getByText(
    new RegExp(`${first}: this run is not there any more; its folder was deleted or moved`),
  );
  await expect(told.first()).toBeVisible();
  await expect.poll(() => runs.names()).toEqual(['Circle 2']);

  // The folder of the run that is shown, while it is renamed.
  rmSync(join(server.home, 'runs', second), { recursive: true });
  const name = runs.row('Circle 2').getByRole('textbox');
  await name.fill('new');
  await name.press('Enter');
  await expect(page.getByText(new RegExp(`${second}: this run is not there any more`)).first()).toBeVisible();
  await expect(page.getByText('No runs yet')).toBeVisible();
  await trainOn(own);
  await expect.poll(() => runs.names()).toEqual(['Circle 1']);
});

test('a full disk and foreign files among the runs are told in a sentence', async ({ own }) => {
  test.skip(!existsSync('/dev/full'), 'no device here is always full');
  const { page, runs, server } = own;
  await trainCircle(own, 20);
  const home = join(server.home, 'runs');
  mkdirSync(join(home, 'photos'));
  writeFileSync(join(home, 'notes.txt'), 'mine');
  await runs.open();
  await expect(runs.rows).toHaveCount(1);
  const foreign = page.getByText('2 things in this folder are no runs that can be read');
  await foreign.click();
  await expect(page.getByText(/notes\.txt: expected a run folder, found a file\./)).toBeVisible();
  await expect(page.getByText(/photos\/run\.json: expected a run folder with this file/)).toBeVisible();

  // What is to be written next ends at a device that is always full.
  const [run] = folders(own).filter((name) => name.includes('circle')) as [string];
  symlinkSync('/dev/full', join(home, run, `label.json.${server.pid}.tmp`));
  const star = runs.row('Circle 1').getByRole('button', { name: /^Star/ });
  await star.click();
  await expect(page.getByText(/label\.json: .* found a full disk \(ENOSPC\)/).first()).toBeVisible();
  await expect(star).toHaveAttribute('aria-pressed', 'false');
  await star.click();
  await expect(star).toHaveAttribute('aria-pressed', 'true');
  await trainOn(own);
  await expect(runs.rows).toHaveCount(2);
  await expect(runs.rows.first().locator('[data-figure="test"]')).toHaveText(/[1-9]/);
});
