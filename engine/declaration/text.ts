/** A sentence a person reads, in every language the studio speaks. */
export interface Text {
  readonly en: string;
  readonly zh: string;
}

export type Language = keyof Text;

export const text = (en: string, zh: string): Text => ({ en, zh });
