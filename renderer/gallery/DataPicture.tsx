import { useEffect, useRef } from 'react';
import type { NetwrightDocument } from '../../engine/document/schema.ts';
import { useTheme } from '../design/theme.ts';
import css from './DataPicture.module.css';
import { columns, type DataPicture, dataPicture, rows } from './picture.ts';

/** The data of a template, drawn from the source itself. */
export function TemplatePicture({ document }: { readonly document: NetwrightDocument }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useTheme((state) => state.theme);
  const data = document.nodes.find(({ type }) => type === 'data');
  useEffect(() => {
    if (canvas.current === null || data === undefined) return;
    const picture = dataPicture(String(data.params['source']), data.params);
    if (picture !== undefined) paint(canvas.current, picture);
    // The colours are the theme's.
  }, [data, theme]);
  if (data === undefined) {
    return (
      <div className={css['empty']}>
        <svg
          width="44"
          height="44"
          viewBox="0 0 44 44"
          fill="none"
          stroke="currentColor"
          strokeWidth="2"
          aria-hidden
        >
          <path d="M22 12v20M12 22h20" strokeLinecap="round" />
        </svg>
      </div>
    );
  }
  return <canvas ref={canvas} className={css['picture']} />;
}

function paint(canvas: HTMLCanvasElement, { points, field, line }: DataPicture): void {
  const context = canvas.getContext('2d');
  if (context === null) return;
  const style = getComputedStyle(document.documentElement);
  const color = (name: string): string => style.getPropertyValue(name).trim();
  const colors = [color('--color-negative'), color('--color-positive')];
  const scale = Math.max(1, window.devicePixelRatio);
  const { clientWidth: width, clientHeight: height } = canvas;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  context.scale(scale, scale);

  if (field !== undefined) context.drawImage(fieldImage(field, colors), 0, 0, width, height);
  if (line !== undefined) {
    context.strokeStyle = color('--color-accent');
    context.lineWidth = 2.5;
    context.beginPath();
    context.moveTo(0, line[0] * height);
    context.lineTo(width, line[1] * height);
    context.stroke();
  }
  context.lineWidth = 1;
  context.strokeStyle = color('--color-raised');
  for (const { x, y, label } of points) {
    context.fillStyle = line === undefined ? (colors[label] ?? 'gray') : color('--color-test');
    context.beginPath();
    context.arc(x * width, y * height, line === undefined ? 2.4 : 3.4, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }
}

/** One pixel a cell; stretched smoothly when drawn. */
function fieldImage(field: Float32Array, colors: readonly string[]): HTMLCanvasElement {
  const image = document.createElement('canvas');
  image.width = columns;
  image.height = rows;
  const context = image.getContext('2d');
  for (let i = 0; context !== null && i < field.length; i++) {
    const share = field[i] ?? 0;
    context.globalAlpha = 0.1 + 0.3 * Math.abs(2 * share - 1);
    context.fillStyle = colors[share > 0.5 ? 1 : 0] ?? 'gray';
    context.fillRect(i % columns, Math.floor(i / columns), 1, 1);
  }
  return image;
}
