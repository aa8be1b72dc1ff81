import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Locator, Page } from '@playwright/test';
import { type StudioServer, startServer } from './server.ts';
import { test as base, expect, Studio } from './studio.ts';

/** A studio whose runs are its own: with a server, a home and a browser profile for each test. */
export interface Own {
  readonly server: StudioServer;
  readonly context: BrowserContext;
  readonly page: Page;
  readonly studio: Studio;
  readonly runs: RunsPanel;
}

export const test = base.extend<{ own: Own }>({
  own: async ({ browser, locale, colorScheme, viewport }, use) => {
    const server = await startServer();
    const context = await browser.newContext({
      ...(locale !== undefined && { locale }),
      ...(colorScheme !== undefined && { colorScheme }),
      ...(viewport !== undefined && { viewport }),
      baseURL: server.origin,
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(server.url);
    const studio = new Studio(page);
    await use({ server, context, page, studio, runs: new RunsPanel(page) });
    await context.close();
    await server.stop();
    expect(complaints).toEqual([]);
  },
});

/** The table of runs, by what stands in it. */
export class RunsPanel {
  readonly page: Page;
  constructor(page: Page) {
    this.page = page;
  }

  async open(): Promise<void> {
    await this.page.getByRole('tab', { name: 'Runs', exact: true }).click();
  }
  get rows(): Locator {
    return this.page.getByTestId('run-row');
  }
  row(name: string): Locator {
    return this.rows.filter({
      has: this.page.getByRole('textbox', { name: `Name of “${name}”`, exact: true }),
    });
  }
  figure(name: string, column: string): Locator {
    return this.row(name).locator(`[data-figure="${column}"]`);
  }
  tick(name: string): Promise<void> {
    return this.row(name).getByRole('checkbox').check();
  }
  async choose(name: string, entry: string): Promise<void> {
    await this.row(name)
      .getByRole('button', { name: `More for “${name}”` })
      .click();
    await this.page.getByRole('menuitem', { name: entry }).click();
  }
  /** Names in the order of the rows. */
  async names(): Promise<string[]> {
    return await this.rows
      .getByRole('textbox')
      .evaluateAll((fields) => fields.map((field) => (field as HTMLInputElement).value));
  }
}

export const openTemplate = (page: Page, title: string) =>
  page.getByRole('button', { name: title, exact: true }).click();

/** Opens Circle and trains it to the end. */
export async function trainCircle(own: Own, epochs: number): Promise<void> {
  const { page, studio } = own;
  await openTemplate(page, 'Circle');
  await studio.setNumber(studio.inspector.getByLabel('Epochs'), String(epochs));
  await trainOn(own);
}

export async function trainOn(own: Own): Promise<void> {
  const before = folders(own).length;
  await own.studio.train();
  // The end of a short run looks like that of the one before it.
  await expect.poll(() => folders(own).length).toBe(before + 1);
  await own.studio.expectPhase('done');
}

export function folders({ server }: Own): string[] {
  const home = join(server.home, 'runs');
  return existsSync(home) ? readdirSync(home).toSorted() : [];
}
