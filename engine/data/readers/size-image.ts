import { type Text, text } from '../../declaration/text.ts';
import { type ImageHeader, imageHeader } from './image-header.ts';
import { type Pixels, resizeTo } from './resize.ts';

/** An image lies in memory whole before it is made smaller. */
export const mostPixels = 50_000_000;
const longestSide = 30_000;

/** What images are brought to. */
export interface ImageSize {
  readonly side: number;
  readonly fit: 'crop' | 'stretch';
  readonly channels: 1 | 3;
}

/** Throws where the image is damaged. */
export type DecodeImage = (kind: ImageHeader['kind'], bytes: Uint8Array) => Promise<Pixels>;

/**
 * An image as [C, side, side] bytes, or what is wrong with it. How large it is is known before anything is decoded. `name`
 * is what it is called in sentences.
 */
export async function sizeImage(
  bytes: Uint8Array,
  name: string,
  { side, fit, channels }: ImageSize,
  decode: DecodeImage,
): Promise<Uint8Array<ArrayBuffer> | Text> {
  const header = imageHeader(bytes);
  const about = (en: string, zh: string): Text => text(`${name} (${en})`, `${name}（${zh}）`);
  if (header === undefined) return about('no PNG, JPEG or WebP', '不是 PNG、JPEG 或 WebP');
  const { width, height, kind } = header;
  if (width < 1 || height < 1) return about(`${width}×${height} pixels`, `${width}×${height} 像素`);
  if (width * height > mostPixels || Math.max(width, height) > longestSide) {
    const most = mostPixels / 1e6;
    return about(
      `${width}×${height}, more than ${most} megapixels`,
      `${width}×${height}，超过 ${most} 百万像素`,
    );
  }
  try {
    const pixels = await decode(kind, bytes);
    if (pixels.width < 1 || pixels.height < 1) return about('no pixels', '没有像素');
    const sized = new Uint8Array(channels * side * side);
    resizeTo(pixels, side, fit, channels, sized, 0);
    return sized;
  } catch {
    return about('damaged or cut off', '已损坏或不完整');
  }
}
