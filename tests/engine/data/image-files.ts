import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import encodeJpegWith, { init as initJpeg } from '@jsquash/jpeg/encode.js';
import encodePngWith, { init as initPng } from '@jsquash/png/encode.js';
import encodeWebpWith, { init as initWebp } from '@jsquash/webp/encode.js';

/** Real images, made by the encoders that belong to the decoders. */

type Draw = (x: number, y: number) => readonly [red: number, green: number, blue: number];
type Encode = (width: number, height: number, draw: Draw) => Promise<Uint8Array>;
type Init = (compiled: WebAssembly.Module) => Promise<unknown>;

const { resolve } = createRequire(import.meta.url);
const moduleOf = (name: string): WebAssembly.Module =>
  new WebAssembly.Module(readFileSync(resolve(`@jsquash/${name}`)));

function drawn(width: number, height: number, draw: Draw): ImageData {
  const data = new Uint8ClampedArray(4 * width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) data.set([...draw(x, y), 255], 4 * (y * width + x));
  return { width, height, data } as unknown as ImageData;
}

export const encodePng: Encode = async (width, height, draw) => {
  await initPng(moduleOf('png/codec/pkg/squoosh_png_bg.wasm'));
  return new Uint8Array(await encodePngWith(drawn(width, height, draw)));
};

export const encodeJpeg: Encode = async (width, height, draw) => {
  await (initJpeg as unknown as Init)(moduleOf('jpeg/codec/enc/mozjpeg_enc.wasm'));
  return new Uint8Array(await encodeJpegWith(drawn(width, height, draw), { quality: 95 }));
};

export const encodeWebp: Encode = async (width, height, draw) => {
  await (initWebp as unknown as Init)(moduleOf('webp/codec/enc/webp_enc.wasm'));
  return new Uint8Array(await encodeWebpWith(drawn(width, height, draw), { lossless: 1 }));
};

export const plain =
  (red: number, green: number, blue: number): Draw =>
  () => [red, green, blue];
