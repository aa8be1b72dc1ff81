import i18next, { type ParseKeys, type TFunction } from 'i18next';
import { useCallback } from 'react';
import { initReactI18next, useTranslation } from 'react-i18next';
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

/** Starts in the remembered language, else the system's. */
export async function startLanguage(): Promise<void> {
  const remembered = localStorage.getItem(key);
  const system: Language = navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
  const language = remembered === 'en' || remembered === 'zh' ? remembered : system;
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    resources: { en: { translation: english }, zh: { translation: chinese } },
    interpolation: { escapeValue: false },
  });
  document.documentElement.lang = htmlLang(language);
}

const htmlLang = (language: Language): string => (language === 'zh' ? 'zh-CN' : 'en');

export function setLanguage(language: Language): void {
  localStorage.setItem(key, language);
  document.documentElement.lang = htmlLang(language);
  void i18next.changeLanguage(language);
}

/** The sentence of a key outside React, in the language of this moment. */
export const translate: Translate = i18next.t;

export const currentLanguage = (): Language => (i18next.language === 'zh' ? 'zh' : 'en');

/** Sentences of the studio itself. */
export function useT(): Translate {
  return useTranslation().t;
}

export function useLanguage(): Language {
  return useTranslation().i18n.language === 'zh' ? 'zh' : 'en';
}

/** Sentences that the engine's declarations bring along. */
export function useText(): (text: Text) => string {
  const language = useLanguage();
  return useCallback((text: Text) => text[language], [language]);
}
