import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export type Language = 'en' | 'zh';
type Catalogue = { readonly [key: string]: string | Catalogue };

const read = (language: Language): Catalogue => {
  const path = new URL(`../../renderer/i18n/${language}.json`, import.meta.url);
  return JSON.parse(readFileSync(fileURLToPath(path), 'utf8'));
};
const catalogues = { en: read('en'), zh: read('zh') };

/** The sentence of a key such as `menu.undo`, as the studio shows it. */
export function words(language: Language, key: string): string {
  let found: string | Catalogue | undefined = catalogues[language];
  for (const part of key.split('.')) found = typeof found === 'object' ? found[part] : undefined;
  if (typeof found !== 'string') throw new Error(`${language}.json has no sentence “${key}”`);
  return found;
}
