import { markColors } from '../../engine/document/schema.ts';
import type { Category } from '../../engine/layers/contract.ts';
import type { Theme } from '../design/theme.ts';
import type { Look, Measure } from './svg.ts';

/** Fonts that most machines have one of: a picture travels. */
const font =
  "Helvetica, Arial, 'Liberation Sans', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif";

/** The design's colours in a theme, whichever the studio is in; of categories those that are asked for. */
export function lookOf(theme: Theme, categories: readonly Category[]): Look {
  const probe = document.createElement('div');
  probe.dataset['theme'] = theme;
  probe.hidden = true;
  document.body.append(probe);
  const style = getComputedStyle(probe);
  const token = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const colors = new Map(categories.map((category) => [category, token(`category-${category}`)]));
  const marks = new Map(markColors.map((color) => [color, token(`mark-${color}`)]));
  const look: Look = {
    background: theme === 'light' ? token('color-raised') : token('color-canvas'),
    card: token('color-raised'),
    behind: token('color-sunken'),
    border: token('color-border-strong'),
    text: token('color-text'),
    muted: token('color-text-muted'),
    wire: token('color-text-faint'),
    category: (category) => colors.get(category) ?? token('color-text'),
    mark: (color) => marks.get(color) ?? token('color-border-strong'),
    font,
  };
  probe.remove();
  return look;
}

let context: CanvasRenderingContext2D | null | undefined;

export const measureText: Measure = (text, cssFont) => {
  context ??= document.createElement('canvas').getContext('2d');
  if (!context) return text.length * 7;
  context.font = cssFont;
  return context.measureText(text).width;
};
