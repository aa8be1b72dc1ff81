import { type Theme, useTheme } from '../design/theme.ts';
import { type ColorTable, colorTable, mixed, parseColor, type Rgb, viridis } from './color-map.ts';

/** The colours that canvases paint with: the design tokens, read once per theme. */
export interface Palette {
  readonly theme: Theme;
  readonly surface: Rgb;
  readonly raised: Rgb;
  readonly sunken: Rgb;
  readonly border: Rgb;
  readonly borderStrong: Rgb;
  readonly text: Rgb;
  readonly textMuted: Rgb;
  readonly accent: Rgb;
  readonly danger: Rgb;
  readonly warning: Rgb;
  readonly train: Rgb;
  readonly test: Rgb;
  readonly validation: Rgb;
  readonly negative: Rgb;
  readonly positive: Rgb;
  /** One colour per class. */
  readonly classes: readonly Rgb[];
  /** 0 = surely the first class, ½ = undecided, 1 = surely the second. */
  readonly diverging: ColorTable;
  /** What an undecided place of a heat map looks like. */
  readonly neutral: Rgb;
  /** ½ = zero; below it negative, above it positive. */
  readonly signed: ColorTable;
  /** 0 = least, 1 = most. */
  readonly sequential: ColorTable;
  readonly font: string;
}

const token = (style: CSSStyleDeclaration, name: string): Rgb =>
  parseColor(style.getPropertyValue(`--${name}`));

// Distinct under the common colour blindnesses and from one another in lightness.
const classTokens = [
  'color-negative',
  'color-positive',
  'category-regularisation',
  'category-attention',
  'category-convolution',
  'category-data',
  'category-loss',
  'category-linear',
];

/** Heat maps stay paler than the points that lie on them. */
export const heatStrength = 0.36;

let cached: Palette | undefined;

export function palette(): Palette {
  const { theme } = useTheme.getState();
  if (cached?.theme === theme) return cached;
  const style = getComputedStyle(document.documentElement);
  const classes = classTokens.map((name) => token(style, name));
  const neutral: Rgb = theme === 'dark' ? [38, 41, 48] : [247, 247, 249];
  cached = {
    theme,
    surface: token(style, 'color-surface'),
    raised: token(style, 'color-raised'),
    sunken: token(style, 'color-sunken'),
    border: token(style, 'color-border'),
    borderStrong: token(style, 'color-border-strong'),
    text: token(style, 'color-text'),
    textMuted: token(style, 'color-text-muted'),
    accent: token(style, 'color-accent'),
    danger: token(style, 'color-danger'),
    warning: token(style, 'color-warning'),
    train: token(style, 'color-train'),
    test: token(style, 'color-test'),
    validation: token(style, 'color-validation'),
    negative: token(style, 'color-negative'),
    positive: token(style, 'color-positive'),
    classes,
    neutral,
    diverging: colorTable([
      mixed(neutral, classes[0], heatStrength),
      neutral,
      mixed(neutral, classes[1], heatStrength),
    ]),
    signed: colorTable([token(style, 'color-negative'), neutral, token(style, 'color-positive')]),
    sequential: viridis,
    font: style.getPropertyValue('--font-ui') || 'sans-serif',
  };
  return cached;
}
