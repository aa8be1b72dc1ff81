import { centredPlace, inkOf, inputOf } from '../charts/picture-input.ts';
import type { Range } from '../charts/samples.ts';
import { drawCovering } from '../data/picture-file.ts';

/** What pictures become: inputs [C, height, width] between these values. */
export interface InputForm {
  readonly height: number;
  readonly width: number;
  readonly ranges: readonly Range[];
  /** What an empty pad is: 0 black, 255 white. */
  readonly background: number;
}

/** The pad has about so many pixels across, a whole number for each of the input's. */
const padPixels = 224;
const brushShare = 0.075;

export function padSize({ height, width }: InputForm): { readonly width: number; readonly height: number } {
  const each = Math.max(1, Math.round(padPixels / Math.max(height, width)));
  return { width: width * each, height: height * each };
}

/** Read after every stroke, so it is kept where that is quick. */
const contextOf = (canvas: HTMLCanvasElement): CanvasRenderingContext2D | null =>
  canvas.getContext('2d', { willReadFrequently: true });

const grey = (light: number): string => `rgb(${light} ${light} ${light})`;

export function clearPad(pad: HTMLCanvasElement, { background }: InputForm): void {
  const context = contextOf(pad);
  if (context === null) return;
  context.fillStyle = grey(background);
  context.fillRect(0, 0, pad.width, pad.height);
}

export interface Spot {
  readonly x: number;
  readonly y: number;
}

/** A stroke of the brush, in pixels of the pad. */
export function drawStroke(pad: HTMLCanvasElement, color: string, from: Spot, to: Spot): void {
  const context = contextOf(pad);
  if (context === null) return;
  context.strokeStyle = color;
  context.lineWidth = brushShare * Math.max(pad.width, pad.height);
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.beginPath();
  context.moveTo(from.x, from.y);
  context.lineTo(to.x + 0.01, to.y);
  context.stroke();
}

/** A picture from elsewhere, its middle, as large as the pad. */
export function putPicture(pad: HTMLCanvasElement, picture: ImageBitmap): void {
  const context = contextOf(pad);
  if (context !== null) drawCovering(context, picture, pad);
}

/** What is on the pad as the network takes it. `centred`: what was drawn, as large and as much in the middle as digits are. */
export function readPad(pad: HTMLCanvasElement, form: InputForm, centred: boolean): Float32Array | undefined {
  const { width, height, background, ranges } = form;
  const ink = centred ? inkOf(pixelsOf(pad), background) : undefined;
  if (centred && ink === undefined) return undefined;
  const small = document.createElement('canvas');
  [small.width, small.height] = [width, height];
  const context = contextOf(small);
  if (context === null) return undefined;
  clearPad(small, form);
  const place = ink ? centredPlace(pad, ink, small) : { x: 0, y: 0, width, height };
  context.imageSmoothingQuality = 'high';
  context.drawImage(pad, place.x, place.y, place.width, place.height);
  return inputOf(pixelsOf(small), ranges);
}

const pixelsOf = (canvas: HTMLCanvasElement): ImageData =>
  contextOf(canvas)?.getImageData(0, 0, canvas.width, canvas.height) ??
  new ImageData(canvas.width, canvas.height);
