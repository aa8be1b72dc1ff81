import { runColors } from '../../engine/protocol/kept-run-messages.ts';
import { parseColor, type Rgb } from '../charts/color-map.ts';

export const colorNames = ['indigo', 'amber', 'green', 'purple', 'blue', 'gold', 'maroon', 'ink'] as const;

/** A run's colour as CSS: a token of the theme. */
export const runColor = (color: number): string => `var(--run-${color % runColors})`;

/** The same for a canvas, in the theme of this moment. */
export const runRgb = (color: number): Rgb =>
  parseColor(getComputedStyle(document.documentElement).getPropertyValue(`--run-${color % runColors}`));
