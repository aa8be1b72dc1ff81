import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { app, type Rectangle } from 'electron';
import { z } from 'zod';
import { writeAtomic } from './write-atomic.ts';

z.config({ jitless: true });

const settingsSchema = z.object({
  window: z
    .object({
      bounds: z.object({ x: z.int(), y: z.int(), width: z.int().min(200), height: z.int().min(200) }),
      maximized: z.boolean(),
    })
    .optional(),
  recent: z.array(z.string()).max(20).default([]),
  language: z.enum(['en', 'zh']).optional(),
});

type Values = z.infer<typeof settingsSchema>;
export type Language = NonNullable<Values['language']>;

const mostRecent = 10;

/** What the shell remembers between starts: one small JSON file that may be lost without harm. */
export class Settings {
  private values: Values;
  private writing: Promise<void> = Promise.resolve();

  private constructor(values: Values) {
    this.values = values;
  }

  static async read(): Promise<Settings> {
    try {
      return new Settings(settingsSchema.parse(JSON.parse(await readFile(Settings.path, 'utf8'))));
    } catch {
      return new Settings({ recent: [] });
    }
  }

  private static get path(): string {
    return join(app.getPath('userData'), 'settings.json');
  }

  get window(): Values['window'] {
    return this.values.window;
  }

  get recent(): readonly { readonly name: string; readonly handle: string }[] {
    return this.values.recent.map((path) => ({ name: basename(path), handle: path }));
  }

  get language(): Language {
    return this.values.language ?? (app.getLocale().startsWith('zh') ? 'zh' : 'en');
  }

  rememberWindow(bounds: Rectangle, maximized: boolean): void {
    this.change({ window: { bounds, maximized } });
  }

  rememberFile(path: string): void {
    this.change({
      recent: [path, ...this.values.recent.filter((other) => other !== path)].slice(0, mostRecent),
    });
    app.addRecentDocument(path);
  }

  forgetFile(path: string): void {
    this.change({ recent: this.values.recent.filter((other) => other !== path) });
  }

  rememberLanguage(language: Language): void {
    this.change({ language });
  }

  private change(part: Partial<Values>): void {
    this.values = { ...this.values, ...part };
    const bytes = new TextEncoder().encode(JSON.stringify(this.values, null, 2));
    this.writing = this.writing.then(() => writeAtomic(Settings.path, bytes)).catch(() => {});
  }
}
