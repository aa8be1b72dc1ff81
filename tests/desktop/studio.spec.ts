import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron as electron, expect, test } from '@playwright/test';
import { findElectron, hasDisplay } from '../../build/find-electron.mjs';

const binary: string | undefined = process.env['NETWRIGHT_ELECTRON'] ?? findElectron();
const main = fileURLToPath(new URL('../../dist/node/main.js', import.meta.url));

test.skip(binary === undefined, 'there is no Electron binary');
test.skip(!hasDisplay(), 'there is no display');

test('the desktop app opens the studio, trains Circle in its own engine, and has a native menu', async () => {
  const home = mkdtempSync(join(tmpdir(), 'netwright-desktop-'));
  const app = await electron.launch({
    executablePath: binary ?? '',
    args: [
      main,
      `--user-data-dir=${join(home, 'profile')}`,
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
    env: { ...environment(), NETWRIGHT_HOME: home },
  });
  try {
    const page = await app.firstWindow();
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    expect(new URL(page.url()).protocol).toBe('app:');

    await page.getByRole('button', { name: 'Circle', exact: true }).click();
    await page.getByRole('button', { name: 'Train', exact: true }).click();
    await expect(page.getByTestId('run-state')).toHaveAttribute('data-phase', 'done', { timeout: 60_000 });
    await expect(page.getByTestId('test-accuracy')).toHaveText(/^(9[5-9]\.\d|100\.0) %$/);

    const menus = await app.evaluate(({ Menu }) =>
      Menu.getApplicationMenu()?.items.map(({ submenu }) => submenu?.items.length ?? 0),
    );
    expect(menus?.length).toBeGreaterThan(2);
    expect(await page.evaluate(() => 'require' in window || 'process' in window)).toBe(false);
    expect(complaints).toEqual([]);
  } finally {
    await app.close();
    rmSync(home, { recursive: true, force: true });
  }
});

function environment(): Record<string, string> {
  const set = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return Object.fromEntries(set);
}
