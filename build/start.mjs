// npm start: the studio in a desktop window, or in the browser where Electron cannot run.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { prepare, root } from './bootstrap.mjs';
import { obtainElectron } from './find-electron.mjs';

const browserOptions = ['--port', '--no-open', '--browser'];

prepare();

const args = process.argv.slice(2);
const wantsBrowser = args.some((arg) => browserOptions.includes(arg.split('=')[0]));
const electron = wantsBrowser ? { reason: 'a browser was asked for' } : obtainElectron();

if (electron.path === undefined) openInBrowser(electron.reason);
else openOnDesktop(electron.path);

function openOnDesktop(path) {
  // Chromium refuses to run its sandbox as root.
  const sandbox = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const studio = spawn(path, [...sandbox, root, ...args], { stdio: 'inherit' });
  studio.on('error', () => openInBrowser('Electron could not be started'));
  studio.on('exit', (code) => {
    // 127: the dynamic linker misses a desktop library.
    if (code === 127) openInBrowser('Electron misses a library of this system');
    else process.exitCode = code ?? 1;
  });
}

function openInBrowser(reason) {
  console.error(`The studio opens in the browser, not in a window of its own: ${reason}.`);
  const serveArgs = args.filter((arg) => arg !== '--browser');
  const server = spawn(process.execPath, [join(root, 'dist', 'node', 'cli.js'), 'serve', ...serveArgs], {
    stdio: 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => server.kill(signal));
  server.on('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}
