import { useEffect, useMemo, useRef } from 'react';
import { isMade, sourceOf } from '../../engine/data/sources/index.ts';
import type { Params } from '../../engine/declaration/fields.ts';
import { cssColor, type Rgb } from '../charts/color-map.ts';
import { fittedCanvas, tokenNow } from '../charts/fitted-canvas.ts';
import { palette } from '../charts/palette.ts';
import { filesOf, useSomeSamples } from '../data/data-node.ts';
import { type Theme, useTheme } from '../design/theme.ts';
import { useText } from '../i18n/i18n.ts';
import css from './DataPicture.module.css';
import { paintSheet } from './paint-sheet.ts';
import {
  type ClassField,
  columns,
  dataPicture,
  onSheet,
  type Picture,
  type Plane,
  rows,
  sheetOf,
} from './picture.ts';

interface DataPictureProps {
  readonly source: string;
  readonly params: Params;
  readonly label?: string;
}

/**
 * What a data source makes, drawn from the source itself; samples from files are asked for. Nothing where samples have no
 * picture.
 */
export function DataPicture({ source, params, label }: DataPictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useTheme((state) => state.theme);
  const text = useText();
  // The number of samples changes nothing that could be seen here.
  const key = JSON.stringify([source, { ...params, count: 0 }]);
  const made = useMemo(() => {
    const [type, given] = JSON.parse(key) as [string, Params];
    return dataPicture(type, given);
  }, [key]);
  const definition = sourceOf(source);
  const files = filesOf(params, definition !== undefined && !isMade(definition));
  const { answer } = useSomeSamples(files && params, onSheet);
  const opened = useMemo(() => answer && sheetOf(answer), [answer]);
  const picture = made ?? opened;
  useEffect(() => {
    if (canvas.current === null || picture === undefined) return;
    const names = picture.kind === 'plane' ? [] : picture.classes.map(text);
    paint(canvas.current, picture, names, theme);
  }, [picture, theme, text]);
  if (picture === undefined) return null;
  return (
    <canvas
      ref={canvas}
      className={css['picture']}
      {...(label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
    />
  );
}

function paint(canvas: HTMLCanvasElement, picture: Picture, names: readonly string[], theme: Theme): void {
  const surface = fittedCanvas(canvas);
  if (surface === undefined) return;
  const { context, width, height } = surface;
  if (picture.kind === 'plane') {
    paintPlane(context, picture, { width, height, theme });
    return;
  }
  paintSheet(context, picture, {
    width,
    height,
    names,
    text: tokenNow('--color-text-muted'),
    muted: tokenNow('--color-text-faint'),
    accent: tokenNow('--color-accent'),
    font: palette().font,
  });
}

interface PlaneLook {
  readonly width: number;
  readonly height: number;
  readonly theme: Theme;
}

function paintPlane(
  context: CanvasRenderingContext2D,
  { points, field, line }: Plane,
  { width, height, theme }: PlaneLook,
): void {
  const { classes } = palette();
  const colors = classes.map((rgb) => cssColor(rgb));
  if (field !== undefined)
    context.drawImage(fieldImage(field, classes, theme === 'dark' ? 0.3 : 0.24), 0, 0, width, height);
  if (line !== undefined) {
    context.strokeStyle = tokenNow('--color-accent');
    context.lineWidth = 2.5;
    context.beginPath();
    context.moveTo(0, line[0] * height);
    context.lineTo(width, line[1] * height);
    context.stroke();
  }
  context.lineWidth = 1;
  context.strokeStyle = tokenNow('--color-raised');
  for (const { x, y, label } of points) {
    context.fillStyle = line === undefined ? (colors[label] ?? 'gray') : tokenNow('--color-test');
    context.beginPath();
    context.arc(x * width, y * height, line === undefined ? 2.4 : 3.4, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }
}

/** One pixel a cell; stretched smoothly when drawn. */
function fieldImage(
  { labels, certainty }: ClassField,
  colors: readonly Rgb[],
  strength: number,
): HTMLCanvasElement {
  const image = document.createElement('canvas');
  image.width = columns;
  image.height = rows;
  const pixels = new ImageData(columns, rows);
  for (let i = 0; i < labels.length; i++)
    pixels.data.set([...(colors[labels[i] ?? 0] ?? [0, 0, 0]), 255 * strength * (certainty[i] ?? 0)], 4 * i);
  image.getContext('2d')?.putImageData(pixels, 0, 0);
  return image;
}
