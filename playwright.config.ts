import { defineConfig } from '@playwright/test';
import { findBrowser } from './build/find-browser.mjs';

const browser = await findBrowser();
const isRoot = process.getuid?.() === 0;

export default defineConfig({
  outputDir: 'test-results',
  reporter: [['list']],
  // Every test owns its engine process, and an engine takes all the cores it can get.
  workers: 1,
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  use: {
    headless: true,
    viewport: { width: 1440, height: 900 },
    trace: 'retain-on-failure',
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
