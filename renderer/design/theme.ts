import { create } from 'zustand';

export type ThemeChoice = 'light' | 'dark' | 'system';
export type Theme = 'light' | 'dark';

const key = 'netwright.theme';
const prefersDark = '(prefers-color-scheme: dark)';

interface ThemeState {
  readonly choice: ThemeChoice;
  /** What is shown: the choice, or the system's for `system`. */
  readonly theme: Theme;
}

const resolve = (choice: ThemeChoice): Theme => {
  if (choice !== 'system') return choice;
  return window.matchMedia(prefersDark).matches ? 'dark' : 'light';
};

/** The theme in use; canvases read their colours anew when it changes. */
export const useTheme = create<ThemeState>(() => ({ choice: 'system', theme: 'light' }));

export function setTheme(choice: ThemeChoice): void {
  const theme = resolve(choice);
  localStorage.setItem(key, choice);
  document.documentElement.dataset['theme'] = theme;
  useTheme.setState({ choice, theme });
}

/** Takes up the remembered choice and follows the system from then on. */
export function startTheme(): void {
  const remembered = localStorage.getItem(key);
  setTheme(remembered === 'light' || remembered === 'dark' ? remembered : 'system');
  window.matchMedia(prefersDark).addEventListener('change', () => setTheme(useTheme.getState().choice));
}
