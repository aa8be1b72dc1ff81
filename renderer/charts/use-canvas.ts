import { type RefObject, useEffect, useRef } from 'react';
import { useTheme } from '../design/theme.ts';
import { useLanguage } from '../i18n/i18n.ts';
import { addPainter, type PainterHandle } from './paint-loop.ts';

export interface Surface {
  readonly context: CanvasRenderingContext2D;
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
}

interface LiveCanvas {
  readonly canvas: RefObject<HTMLCanvasElement | null>;
  /** Asks for a repaint; cheap, call it as often as you like. */
  readonly invalidate: () => void;
  readonly isVisible: () => boolean;
}

/**
 * A canvas that is as large as its CSS box, sharp on every screen, and repainted when it is asked to, when its size,
 * the theme or the language changes, and after every render of its component.
 */
export function useCanvas(paint: (surface: Surface) => void, everyMs: number): LiveCanvas {
  const canvas = useRef<HTMLCanvasElement>(null);
  const handle = useRef<PainterHandle | undefined>(undefined);
  const latest = useRef(paint);
  const live = useRef<LiveCanvas>({
    canvas,
    invalidate: () => handle.current?.invalidate(),
    isVisible: () => handle.current?.isVisible() ?? false,
  });
  const theme = useTheme((state) => state.theme);
  const language = useLanguage();

  useEffect(() => {
    latest.current = paint;
    handle.current?.invalidate();
  });

  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context) return undefined;
    const painter = addPainter(element, everyMs, () => {
      const { clientWidth: width, clientHeight: height } = element;
      if (width === 0 || height === 0) return;
      // Inside the zoomed view a CSS pixel covers more or less than one on screen.
      const zoom = element.getBoundingClientRect().width / width;
      const ratio = (window.devicePixelRatio || 1) * Math.min(3, Math.max(1, zoom));
      const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
      if (element.width !== wide || element.height !== high) {
        element.width = wide;
        element.height = high;
      }
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, width, height);
      latest.current({ context, width, height });
    });
    handle.current = painter;
    const resize = new ResizeObserver(() => painter.invalidate());
    resize.observe(element);
    return () => {
      resize.disconnect();
      painter.remove();
      handle.current = undefined;
    };
  }, [everyMs]);

  useEffect(() => handle.current?.invalidate(), [theme, language]);
  return live.current;
}
