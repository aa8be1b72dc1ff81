// Finds the Chromium that drives the app tests, or installs one. Run as a script it prints the path.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './bootstrap.mjs';

/** Chromium that can only be headless draws the same pages with a quarter less work than a whole browser. */
const shells = ['chromium-headless-shell', 'chrome-headless-shell'];
const wholeBrowsers = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
];
const canInstallPackages =
  process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
const downloadLimitMs = 180_000;
const aptLimitMs = 600_000;

/** The path of an installed Chromium, Chrome or Edge, or undefined. `whole` looks for what people use. */
export async function findBrowser({ whole = false } = {}) {
  const [first, second] = whole ? [wholeBrowsers, shells] : [shells, wholeBrowsers];
  const candidates = [
    process.env.NETWRIGHT_BROWSER,
    ...onPath(first),
    ...usualPlaces(),
    await playwrightsOwn(),
    ...onPath(second),
  ];
  return candidates.find((path) => path && existsSync(path));
}

/** Finds a browser or installs one, and says what it did; undefined when nothing worked. */
export async function obtainBrowser({ whole = false } = {}) {
  const found = await findBrowser({ whole });
  const isWanted = process.env.NETWRIGHT_BROWSER || whole || onPath(shells).includes(found);
  if (found !== undefined && (isWanted || !canInstallPackages)) return { path: found, how: `using ${found}` };

  if (found === undefined) {
    const playwright = join(root, 'node_modules', '@playwright', 'test', 'cli.js');
    run(process.execPath, [playwright, 'install', 'chromium'], downloadLimitMs);
    const downloaded = await findBrowser({ whole });
    if (downloaded !== undefined) return { path: downloaded, how: `Playwright downloaded ${downloaded}` };
  }

  if (canInstallPackages) {
    const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const wanted = whole ? 'chromium' : 'chromium-headless-shell';
    // Without a CJK font the Chinese studio is drawn as empty boxes and measures wrong.
    const install = ['install', '-y', wanted, 'fonts-noto-cjk'];
    if (!run('apt-get', install, aptLimitMs, environment)) {
      run('apt-get', ['update'], aptLimitMs, environment);
      run('apt-get', install, aptLimitMs, environment);
    }
    const installed = await findBrowser({ whole });
    if (installed !== undefined && installed !== found) {
      return { path: installed, how: `apt-get installed ${installed}` };
    }
  }
  if (found !== undefined) return { path: found, how: `using ${found}` };
  return {
    path: undefined,
    how: 'no Chromium was found and none could be installed; install Chrome or Chromium, or set NETWRIGHT_BROWSER to its path',
  };
}

function onPath(names) {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const folders = (process.env.PATH ?? '').split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name + suffix)));
}

function usualPlaces() {
  if (process.platform === 'darwin') {
    return [
      '/Applications/Chromium.app/Contents/MacOS/Chromium',
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
      '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
    ];
  }
  if (process.platform === 'win32') {
    return ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA']
      .map((name) => process.env[name])
      .filter((folder) => folder !== undefined)
      .flatMap((folder) => [
        join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe'),
        join(folder, 'Chromium', 'Application', 'chrome.exe'),
        join(folder, 'Microsoft', 'Edge', 'Application', 'msedge.exe'),
      ]);
  }
  return [];
}

async function playwrightsOwn() {
  const { chromium } = await import('@playwright/test');
  return chromium.executablePath();
}

function run(command, args, timeout, env = process.env) {
  return spawnSync(command, args, { cwd: root, env, timeout, stdio: 'ignore' }).status === 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { path, how } = await obtainBrowser();
  console.error(how);
  if (path === undefined) process.exit(1);
  console.log(path);
}
