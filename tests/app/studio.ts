import { test as base, expect, type Locator, type Page } from '@playwright/test';
import type { Model } from '../../engine/interchange/onnx/model.ts';
import { writeModel } from '../../engine/interchange/onnx/write-model.ts';
import { enter, type StudioServer, startServer } from './server.ts';

type WorkerFixtures = {
  /** One browser face per worker: its engine is shared, its documents are each page's own. */
  readonly server: StudioServer;
  readonly entered: { cookies: never[] | Cookie[]; origins: never[] };
};
type Cookie = {
  name: string;
  value: string;
  domain: string;
  path: string;
  expires: number;
  httpOnly: boolean;
  secure: boolean;
  sameSite: 'Strict';
};
type TestFixtures = {
  /** Everything the page complained about: must be empty at the end of every test. */
  readonly complaints: string[];
  readonly studio: Studio;
};

export { expect };

export const test = base.extend<TestFixtures, WorkerFixtures>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from the pattern.
    async ({}, use) => {
      const server = await startServer();
      await use(server);
      await server.stop();
    },
    { scope: 'worker' },
  ],
  entered: [
    async ({ server }, use) => {
      const cookie = { ...(await enter(server)), domain: '127.0.0.1', path: '/', expires: -1 };
      await use({ cookies: [{ ...cookie, httpOnly: true, secure: false, sameSite: 'Strict' }], origins: [] });
    },
    { scope: 'worker' },
  ],
  storageState: ({ entered }, use) => use(entered),
  baseURL: ({ server }, use) => use(server.origin),
  complaints: [
    async ({ page }, use) => {
      const complaints: string[] = [];
      listen(page, complaints);
      await use(complaints);
      expect(complaints, 'errors and warnings of the page').toEqual([]);
    },
    { auto: true },
  ],
  studio: async ({ page }, use) => {
    await use(new Studio(page));
  },
});

function listen(page: Page, complaints: string[]): void {
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.stack ?? error.message));
  page.on('requestfailed', (request) => {
    const { errorText = 'failed' } = request.failure() ?? {};
    // The browser gives up the icon of a page that is left before it came.
    if (request.url().endsWith('/icon.svg') && errorText === 'net::ERR_ABORTED') return;
    complaints.push(`${request.url()} ${errorText}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.url()} answered ${response.status()}`);
  });
}

export interface NamedFile {
  readonly name: string;
  readonly text: string | Uint8Array;
}
export type Field = 'epoch' | 'step' | 'speed' | 'left';
export type Point = { readonly x: number; readonly y: number };

/** The studio as a person sees it: what is pressed, typed and read, by the names on the screen. */
export class Studio {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Opens the gallery. */
  async open(): Promise<void> {
    await this.page.goto('/');
    await expect(this.page.getByRole('heading', { level: 1 })).toBeVisible();
  }

  /** Opens the gallery and one of its templates. */
  async openTemplate(title: string): Promise<void> {
    await this.open();
    await this.page.getByRole('button', { name: title, exact: true }).click();
    await expect(this.canvas).toBeVisible();
  }

  get canvas(): Locator {
    return this.page.locator('[data-canvas]');
  }
  get inspector(): Locator {
    return this.page.getByRole('complementary', { name: /^(Inspector|检查器)$/ });
  }
  get toolbar(): Locator {
    return this.page.getByRole('toolbar', { name: /^(Training|训练)$/ });
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }
  tab(name: string): Locator {
    return this.page.getByRole('tab', { name: new RegExp(`^${name}`) });
  }

  /** By the name that stands on it. */
  node(name: string): Locator {
    return this.page.locator('.react-flow__node').filter({
      has: this.page.locator('[data-node-name]', { hasText: new RegExp(`^${name}$`) }),
    });
  }
  get nodes(): Locator {
    return this.page.locator('.react-flow__node');
  }
  port(node: string, side: 'input' | 'output', port: string): Locator {
    return this.page.getByRole('button', { name: new RegExp(`^${node} ${side} ${port}, `) });
  }
  /** A wire such as `data x` → `fc1 x`. A straight one has no height, so it is attached rather than visible. */
  wire(from: string, to: string): Locator {
    return this.page.getByLabel(new RegExp(`^Wire from ${from} to ${to}, `));
  }
  /** What stands on a wire: the shape of what travels along it. */
  shape(text: string): Locator {
    return this.page.locator('.react-flow__edgelabel-renderer').getByText(text, { exact: true });
  }
  /** A design token as computed styles write it. */
  async token(name: string): Promise<string> {
    return await this.page.evaluate((token) => {
      const probe = document.createElement('i');
      probe.style.color = `var(${token})`;
      document.body.append(probe);
      const { color } = getComputedStyle(probe);
      probe.remove();
      return color;
    }, name);
  }
  get wires(): Locator {
    return this.page.locator('.react-flow__edge');
  }

  /** Selects a node with the mouse, on its title. */
  async select(name: string, options: Parameters<Locator['click']>[0] = {}): Promise<void> {
    await this.node(name).locator('[data-node-name]').click(options);
  }

  async canvasBox(): Promise<{ x: number; y: number; width: number; height: number }> {
    const box = await this.canvas.boundingBox();
    if (box === null) throw new Error('there is no canvas');
    return box;
  }
  /** A click on the background, at the lower edge where no node stands: nothing is selected, no field is open. */
  async selectNothing(): Promise<void> {
    const { x, y, width, height } = await this.canvasBox();
    await this.page.mouse.click(x + width / 2, y + height - 12);
    await expect(
      this.inspector.getByRole('heading', { name: /^(Training settings|训练设置)$/ }),
    ).toBeVisible();
  }

  /** Leaves the dialog or menu that stands over the page. */
  async escape(): Promise<void> {
    await this.page.keyboard.press('Escape');
    await expect(this.page.locator('[role="dialog"], [role="menu"]').filter({ visible: true })).toHaveCount(
      0,
    );
  }

  /** Draws from one place to another with the mouse. */
  async drag(from: Locator | Point, to: Locator | Point): Promise<void> {
    const { mouse } = this.page;
    const [start, end] = [await placeOf(from), await placeOf(to)];
    await mouse.move(start.x, start.y);
    await mouse.down();
    await mouse.move((start.x + end.x) / 2, (start.y + end.y) / 2, { steps: 4 });
    await mouse.move(end.x, end.y, { steps: 4 });
    await mouse.up();
  }

  /** Types into a number field and takes it with Enter. */
  async setNumber(field: Locator, value: string): Promise<void> {
    await field.fill(value);
    await field.press('Enter');
  }

  /** Takes an option of a select by its words. */
  async choose(select: Locator, option: string): Promise<void> {
    await select.click();
    await this.pick(this.page.getByRole('option', { name: option, exact: true }));
  }

  /** One of a list that has just been opened, which takes no press in its first moments; afterwards it is closed. */
  async pick(option: Locator): Promise<void> {
    await expect(option).toBeVisible();
    await expect(async () => {
      if (await option.isVisible()) await option.click({ timeout: 1000 });
      await expect(option).toBeHidden({ timeout: 1000 });
    }).toPass();
  }

  /** The document as autosave keeps it, or undefined while nothing is unsaved. */
  async autosaved(): Promise<string | undefined> {
    return await this.page.evaluate(
      () =>
        new Promise<string | undefined>((resolve, reject) => {
          const open = indexedDB.open('netwright');
          open.onerror = () => reject(open.error ?? new Error('no database'));
          open.onsuccess = () => {
            const entries = open.result.transaction('recovery').objectStore('recovery').getAll();
            entries.onsuccess = () => {
              open.result.close();
              resolve((entries.result as { json: string }[])[0]?.json);
            };
          };
        }),
    );
  }
  /** Does something to the document and hands back what autosave then keeps. */
  async editing(edit: () => Promise<unknown>): Promise<string> {
    const before = await this.autosaved();
    await edit();
    let kept: string | undefined;
    const isKept = async (): Promise<boolean> => {
      kept = await this.autosaved();
      // What an earlier page left goes first.
      return kept !== before && kept !== undefined && kept !== '';
    };
    await expect.poll(isKept, { intervals: [50] }).toBe(true);
    return kept ?? '';
  }

  /**
   * Native file dialogs cannot be driven. Without these two functions the studio downloads and uploads, as it does in
   * browsers that do not have them. Call it before the studio is opened.
   */
  async withoutPickers(): Promise<void> {
    // Listening early: a chooser that opens before the browser knows that someone waits for it is lost.
    this.page.on('filechooser', () => {});
    await this.page.addInitScript(() => {
      Reflect.deleteProperty(window, 'showOpenFilePicker');
      Reflect.deleteProperty(window, 'showSaveFilePicker');
    });
  }
  /** Lets the save dialog answer with a file in the browser's private file system, named as suggested. */
  async withPrivateFiles(): Promise<void> {
    await this.page.addInitScript(() => {
      const pick = async ({ suggestedName }: { suggestedName: string }): Promise<FileSystemFileHandle> =>
        await (await navigator.storage.getDirectory()).getFileHandle(suggestedName, { create: true });
      Object.assign(window, { showSaveFilePicker: pick });
    });
  }
  async privateFile(name: string): Promise<string> {
    return await this.page.evaluate(async (wanted) => {
      const handle = await (await navigator.storage.getDirectory()).getFileHandle(wanted);
      return await (await handle.getFile()).text();
    }, name);
  }
  /** The file that an act downloads. */
  async download(act: () => Promise<unknown>): Promise<{ readonly name: string; readonly path: string }> {
    const [download] = await Promise.all([this.page.waitForEvent('download'), act()]);
    return { name: download.suggestedFilename(), path: await download.path() };
  }
  /** Answers the file dialog that an act opens. */
  async upload(file: string | NamedFile | readonly NamedFile[], act: () => Promise<unknown>): Promise<void> {
    const [chooser] = await Promise.all([this.page.waitForEvent('filechooser'), act()]);
    await chooser.setFiles(
      typeof file === 'string'
        ? file
        : [file].flat().map(({ name, text }) => ({
            name,
            mimeType: 'application/octet-stream',
            buffer: Buffer.from(text),
          })),
    );
  }
  /** Opens the Models page and a model there. */
  async openModel(name: string, model: Model): Promise<void> {
    await this.withoutPickers();
    await this.open();
    await this.button('Models').click();
    await this.upload({ name, text: writeModel(model) }, () => this.button('Open an ONNX file').click());
    await expect(this.page.getByTestId('model-name')).toHaveText(name);
  }

  async train(): Promise<void> {
    await this.button('Train').click();
  }
  /** The state of the run as the toolbar shows it. */
  get runState(): Locator {
    return this.page.getByTestId('run-state');
  }
  async expectPhase(phase: string, timeout = 60_000): Promise<void> {
    await expect(this.runState).toHaveAttribute('data-phase', phase, { timeout });
  }
  field(name: Field): Locator {
    return this.page.getByTestId(`run-${name}`);
  }
  /** The step that the toolbar shows; 0 before the first. */
  async step(): Promise<number> {
    return numberIn((await this.field('step').textContent()) ?? '');
  }
  /** Waits until the run has gone beyond a step. */
  async expectStepBeyond(step: number): Promise<void> {
    await expect.poll(() => this.step(), { timeout: 30_000 }).toBeGreaterThan(step);
  }
}

async function placeOf(place: Locator | Point): Promise<Point> {
  if ('x' in place) return place;
  await expect(place).toBeVisible();
  const box = await place.boundingBox();
  if (box === null) throw new Error('nothing to take hold of');
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** `1,234` and `97.5 %`; 0 for a dash. */
export const numberIn = (text: string): number =>
  Number.parseFloat(text.replaceAll(',', '').replace('−', '-')) || 0;
