import { defineConfig } from '@playwright/test';
import { findBrowser } from './build/find-browser.mjs';

const browser = await findBrowser();
const isRoot = process.getuid?.() === 0;

export default defineConfig({
  outputDir: 'test-results',
  snapshotPathTemplate: '{testDir}/pictures/{arg}{ext}',
  reporter: [['list']],
  // Each worker has a server with an engine of its own; the small networks of these tests run on one core.
  workers: 2,
  fullyParallel: true,
  // A browser on a busy machine now and then drops a key or a frame. What passes at the second try only is told by name.
  retries: 1,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  use: {
    headless: true,
    viewport: { width: 1440, height: 900 },
    locale: 'en-US',
    colorScheme: 'light',
    contextOptions: { reducedMotion: 'reduce' },
    trace: 'off',
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(browser === undefined ? {} : { executablePath: browser }),
      args: [
        ...(isRoot ? ['--no-sandbox'] : []),
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    },
  },
  projects: [
    { name: 'app', testDir: 'tests/app' },
    { name: 'desktop', testDir: 'tests/desktop' },
  ],
});
