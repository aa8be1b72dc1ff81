import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './bootstrap.mjs';

const packageFolder = join(root, 'node_modules', 'electron');
const downloadLimitMs = 300_000;

/**
 * The path of an installed Electron binary, or undefined. Never asks the `electron` package itself, which
 * would start to download one.
 */
export function findElectron() {
  const executable = executableName();
  const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(packageFolder, 'dist');
  const path = join(folder, executable);
  return existsSync(path) ? path : undefined;
}

/** Finds Electron, or fetches it where a window could be opened at all. */
export function obtainElectron() {
  if (!hasDisplay()) return { reason: 'there is no display' };
  const installed = findElectron();
  if (installed !== undefined) return { path: installed };
  console.error('Downloading Electron once (about 120 MB) …');
  const download = spawnSync(process.execPath, [join(packageFolder, 'install.js')], {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: downloadLimitMs,
  });
  const path = findElectron();
  if (path !== undefined) return { path };
  const tookTooLong = download.error?.code === 'ETIMEDOUT';
  return { reason: tookTooLong ? 'its download took more than 5 minutes' : 'it could not be downloaded' };
}

export function hasDisplay() {
  if (process.platform === 'darwin' || process.platform === 'win32') return true;
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

function executableName() {
  try {
    return readFileSync(join(packageFolder, 'path.txt'), 'utf8');
  } catch {
    if (process.platform === 'win32') return 'electron.exe';
    return process.platform === 'darwin' ? 'Electron.app/Contents/MacOS/Electron' : 'electron';
  }
}
