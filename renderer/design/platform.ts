/** Command on a Mac, Control elsewhere. */
export const isMac = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.userAgent);

const names: Readonly<Record<string, readonly [mac: string, other: string]>> = {
  $mod: ['⌘', 'Ctrl'],
  Shift: ['⇧', 'Shift'],
  Alt: ['⌥', 'Alt'],
  Enter: ['↩', 'Enter'],
  Backspace: ['⌫', 'Backspace'],
  Delete: ['⌦', 'Del'],
  Escape: ['esc', 'Esc'],
  Space: ['␣', '␣'],
  ArrowUp: ['↑', '↑'],
  ArrowDown: ['↓', '↓'],
  ArrowLeft: ['←', '←'],
  ArrowRight: ['→', '→'],
};

/** The parts of a key binding as they are printed on keys: `$mod+Shift+Z` gives `Ctrl`, `Shift`, `Z`. */
export function keyParts(binding: string): readonly string[] {
  return binding
    .split('+')
    .map((part) => part.replace(/^Key(?=[A-Z]$)/, ''))
    .map((part) => names[part]?.[isMac ? 0 : 1] ?? (part.length === 1 ? part.toUpperCase() : part));
}

/** `Ctrl+Shift+Z`, or `⇧⌘Z` on a Mac. */
export const keyLabel = (binding: string): string => keyParts(binding).join(isMac ? '' : '+');
