import type { Surface } from './use-canvas.ts';

/** A canvas made as large as its CSS box and as sharp as the screen, for what is painted once; empty. */
export function fittedCanvas(canvas: HTMLCanvasElement): Surface | undefined {
  const context = canvas.getContext('2d');
  if (context === null) return undefined;
  const scale = Math.max(1, window.devicePixelRatio);
  const { clientWidth: width, clientHeight: height } = canvas;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  context.scale(scale, scale);
  return { context, width, height };
}

/** What a design token says now. */
export const tokenNow = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();
