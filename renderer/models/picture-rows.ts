import { greyOf } from '../../engine/data/sources/grey.ts';
import type { ModelPort } from '../../engine/protocol/model-messages.ts';
import { decodePicture, drawCovering } from '../data/picture-file.ts';

/** How an input of images lies in memory. */
export interface ImageInput {
  readonly channels: 1 | 3;
  readonly height: number;
  readonly width: number;
  /** Channels stand behind rows and columns, as TensorFlow has them. */
  readonly channelsLast: boolean;
  /** It takes bytes, and prepares them itself. */
  readonly isBytes: boolean;
}

/** Undefined for an input that takes no images of known size. */
export function imageInput(port: ModelPort | undefined): ImageInput | undefined {
  const [, a, b, c] = port?.shape ?? [];
  if (port?.shape.length !== 4 || ![a, b, c].every((size) => typeof size === 'number' && size > 0)) {
    return undefined;
  }
  const isBytes = port.dtype === 'uint8';
  const isChannels = (size: unknown): size is 1 | 3 => size === 1 || size === 3;
  if (isChannels(a))
    return { channels: a, height: b as number, width: c as number, channelsLast: false, isBytes };
  if (isChannels(c))
    return { channels: c, height: a as number, width: b as number, channelsLast: true, isBytes };
  return undefined;
}

/** What numbers a model was trained to find in the place of bytes; y = (byte / 255 − mean) / deviation. */
export const preparations = {
  unit: { mean: [0, 0, 0], deviation: [1, 1, 1] },
  symmetric: { mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5] },
  // Means and deviations of the pictures of ImageNet, as models that were trained on it take them.
  imagenet: { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] },
  bytes: { mean: [0, 0, 0], deviation: [1 / 255, 1 / 255, 1 / 255] },
} as const;
export type PreparationName = keyof typeof preparations;

/** A picture, its middle resized to what a model takes. */
export interface Picture {
  readonly name: string;
  readonly pixels: ImageData;
}

/** Throws a NetwrightError for a file that is no picture. */
export async function readPicture(file: File, { width, height }: ImageInput): Promise<Picture> {
  const bitmap = await decodePicture(file);
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { willReadFrequently: true }) as OffscreenCanvasRenderingContext2D;
  drawCovering(context, bitmap, canvas);
  bitmap.close();
  return { name: file.name, pixels: context.getImageData(0, 0, width, height) };
}

/** [pictures, channels, height, width], or with the channels last. */
export function pictureValues(
  pictures: readonly Picture[],
  { channels, height, width, channelsLast, isBytes }: ImageInput,
  preparation: PreparationName,
): Float32Array {
  const { mean, deviation } = preparations[isBytes ? 'bytes' : preparation];
  const size = height * width;
  const values = new Float32Array(pictures.length * channels * size);
  for (const [at, { pixels }] of pictures.entries()) {
    for (let place = 0; place < size; place++) {
      const [r, g, b] = [0, 1, 2].map((i) => (pixels.data[4 * place + i] as number) / 255) as [
        number,
        number,
        number,
      ];
      const seen = channels === 3 ? [r, g, b] : [greyOf(r, g, b)];
      for (const [channel, value] of seen.entries()) {
        const to = channelsLast ? place * channels + channel : channel * size + place;
        const number = (value - (mean[channel] as number)) / (deviation[channel] as number);
        values[at * channels * size + to] = isBytes ? Math.round(number) : number;
      }
    }
  }
  return values;
}
