import i18next, { type ParseKeys, type TFunction } from 'i18next';
import { useCallback } from 'react';
import { create } from 'zustand';
import type { Language, Text } from '../../engine/declaration/text.ts';
import en from './en.json';
import zh from './zh.json';

// Both catalogues hold the same keys: a sentence that is missing in one language does not compile.
const english = en satisfies typeof zh;
const chinese = zh satisfies typeof en;

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: typeof en };
    returnNull: false;
  }
}

const key = 'netwright.language';

/** The key of a sentence in en.json and zh.json, such as `menu.undo`. */
export type SentenceKey = ParseKeys;
export type Translate = TFunction;

interface LanguageState {
  readonly language: Language;
  readonly translate: Translate;
}

/** One store for all components: hundreds of nodes follow the language, so asking for it must cost next to nothing. */
const useSpoken = create<LanguageState>(() => ({ language: 'en', translate: i18next.t }));

async function speak(language: Language): Promise<void> {
  await i18next.changeLanguage(language);
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  useSpoken.setState({ language, translate: i18next.getFixedT(language) });
}

/** Starts in the remembered language, else the system's. */
export async function startLanguage(): Promise<void> {
  await i18next.init({
    lng: 'en',
    fallbackLng: false,
    resources: { en: { translation: english }, zh: { translation: chinese } },
    interpolation: { escapeValue: false },
  });
  const remembered = localStorage.getItem(key);
  const system: Language = navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
  await speak(remembered === 'en' || remembered === 'zh' ? remembered : system);
}

export function setLanguage(language: Language): void {
  localStorage.setItem(key, language);
  void speak(language);
}

/** The sentence of a key outside React, in the language of this moment. */
export const translate: Translate = i18next.t;

export const currentLanguage = (): Language => useSpoken.getState().language;

/** Sentences of the studio itself. */
export const useT = (): Translate => useSpoken((state) => state.translate);

export const useLanguage = (): Language => useSpoken((state) => state.language);

/** Sentences that the engine's declarations bring along. */
export function useText(): (text: Text) => string {
  const language = useLanguage();
  return useCallback((text: Text) => text[language], [language]);
}
