/** A sentence a person reads, in every language the studio speaks. */
export interface Text {
  readonly en: string;
  readonly zh: string;
}

export type Language = keyof Text;

export const text = (en: string, zh: string): Text => ({ en, zh });

/** A list as a sentence holds it: no more than `most` of it, and how many others there are. */
export function listed(items: readonly Text[], most: number): Text {
  const others = items.length - most;
  const cut = (language: Language, separator: string): string =>
    items
      .slice(0, most)
      .map((item) => item[language])
      .join(separator);
  return others <= 0
    ? text(cut('en', ', '), cut('zh', '、'))
    : text(`${cut('en', ', ')} and ${others} more`, `${cut('zh', '、')} 等 ${items.length} 项`);
}
