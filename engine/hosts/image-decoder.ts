import { readFile } from 'node:fs/promises';
import decodeJpeg, { init as initJpeg } from '@jsquash/jpeg/decode.js';
import decodePng, { init as initPng } from '@jsquash/png/decode.js';
import decodeWebp, { init as initWebp } from '@jsquash/webp/decode.js';
import type { Pixels } from '../data/readers/resize.ts';
import type { DecodeImage } from '../data/readers/size-image.ts';
import { partUrl } from './engine-parts.ts';

/** The decoders hand back what a browser calls ImageData. */
class DecodedPixels implements Pixels {
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;

  constructor(data: Uint8ClampedArray, width: number, height: number) {
    this.data = data;
    this.width = width;
    this.height = height;
  }
}

type Decode = (bytes: ArrayBuffer) => Promise<unknown>;

async function moduleOf(name: string): Promise<WebAssembly.Module> {
  return await WebAssembly.compile(await readFile(partUrl(name)));
}

/** Takes a module, which its declaration leaves out. */
type Init = (compiled: WebAssembly.Module, options: object) => Promise<void>;

/** What a decoder has to say of a broken file is said by us. */
const quiet = { print: () => {}, printErr: () => {} };

const starts: Readonly<Record<Parameters<DecodeImage>[0], () => Promise<Decode>>> = {
  jpeg: async () => {
    await (initJpeg as Init)(await moduleOf('mozjpeg_dec.wasm'), quiet);
    return (bytes) => decodeJpeg(bytes, { preserveOrientation: true });
  },
  png: async () => {
    await initPng(await moduleOf('squoosh_png_bg.wasm'));
    return (bytes) => decodePng(bytes);
  },
  webp: async () => {
    await (initWebp as Init)(await moduleOf('webp_dec.wasm'), quiet);
    return (bytes) => decodeWebp(bytes);
  },
};

const started = new Map<string, Promise<Decode>>();

/** Decoders start when the first image of their kind comes, one for each thread. */
export const decodeImage: DecodeImage = async (kind, bytes) => {
  Object.assign(globalThis, { ImageData: DecodedPixels });
  const decode = started.get(kind) ?? starts[kind]();
  started.set(kind, decode);
  return (await (
    await decode
  )(bytes.slice().buffer)) as Pixels;
};
