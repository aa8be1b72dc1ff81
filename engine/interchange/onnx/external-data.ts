import { NetwrightError } from '../../declaration/problem.ts';
import { type Text, text } from '../../declaration/text.ts';
import type { Model, TensorData } from './model.ts';

/** Whole files that lie beside a model, by the names that it gives them. */
export type BesideFiles = ReadonlyMap<string, Uint8Array>;

/** An ONNX file with what it keeps beside it. */
export interface ModelFile {
  readonly bytes: Uint8Array;
  readonly beside: BesideFiles;
  /** Where that lies; undefined where there is nothing, or where it came without a place. */
  readonly folder: string | undefined;
}

/** A file that holds all of itself. */
export const wholeFile = (bytes: Uint8Array): ModelFile => ({ bytes, beside: new Map(), folder: undefined });

/** Protobuf holds messages of at most 2 GiB; beyond this weights go into a file of their own. */
export const mostInsideBytes = 1.5 * 2 ** 30;

/** Offsets are multiples of a page, so that whoever reads the file can map it. */
const pageBytes = 4096;

/** What a model's own file of weights is called. */
export const dataFileOf = (onnxFile: string): string => `${onnxFile}.data`;

/** Weights in the order of a model, apart from it. */
export interface SplitWeights {
  readonly initializers: readonly TensorData[];
  readonly data: Uint8Array;
}

/** The same tensors with their values in a file that is called `location`. */
export function outsideWeights(tensors: readonly NamedWeights[], location: string): SplitWeights {
  const pages = (bytes: number): number => Math.ceil(bytes / pageBytes) * pageBytes;
  const sizes = tensors.map(({ values }) => values.byteLength);
  const data = new Uint8Array(sizes.reduce((sum, bytes) => sum + pages(bytes), 0));
  let offset = 0;
  const initializers = tensors.map(({ tensor, values }): TensorData => {
    const length = values.byteLength;
    data.set(new Uint8Array(values.buffer, values.byteOffset, length), offset);
    const external = { location, offset, length };
    offset += pages(length);
    return { ...tensor, raw: undefined, external };
  });
  return { initializers, data };
}

export interface NamedWeights {
  /** Without values. */
  readonly tensor: TensorData;
  readonly values: Float32Array;
}

/** The names of the files that a model keeps values in. */
export const locationsIn = ({ graph }: Model): readonly string[] => [
  ...new Set(graph.initializers.flatMap(({ external }) => (external ? [external.location] : []))),
];

/**
 * A model names the files itself, and may come from a stranger: only a file in the very folder of the model is read. Throws
 * a NetwrightError for any other.
 */
export function requireBeside(location: string, file: string): void {
  const isPlain = /^(\.\/)?[^/\\:]+$/.test(location) && !/^(\.\/)?\.{1,2}$/.test(location);
  if (isPlain && !location.includes('\0')) return;
  throw outside(
    file,
    text(
      `expected values in a file beside it, found the place "${location.slice(0, 200)}"`,
      `数值应存放在同一文件夹的文件中，实际位置为“${location.slice(0, 200)}”`,
    ),
  );
}

/** What a place that `requireBeside` let pass is called in its folder. */
export const nameBeside = (location: string): string => location.replace(/^\.\//, '');

/** The same files by the names that they have in the folder: a model may call one of them differently from place to place. */
export const filesBeside = (beside: BesideFiles): BesideFiles =>
  new Map([...beside].map(([location, bytes]) => [nameBeside(location), bytes]));

/** A tensor with the values that lie beside; one whose file is not there stays as it is. */
export function filled(tensor: TensorData, beside: BesideFiles, file: string): TensorData {
  const { external } = tensor;
  const bytes = external && beside.get(external.location);
  if (external === undefined || bytes === undefined) return tensor;
  const { location, offset, length = bytes.length - offset } = external;
  const isThere =
    Number.isSafeInteger(offset) && offset >= 0 && length >= 0 && offset + length <= bytes.length;
  if (isThere) return { ...tensor, raw: bytes.subarray(offset, offset + length), external: undefined };
  throw outside(
    file,
    text(
      `expected ${length} bytes for "${tensor.name}" from byte ${offset} of ${location}, found a file of ${bytes.length}`,
      `“${tensor.name}”应占 ${location} 中从第 ${offset} 字节起的 ${length} 字节，而该文件只有 ${bytes.length} 字节`,
    ),
  );
}

export const outside = (file: string, { en, zh }: Text): NetwrightError =>
  new NetwrightError('external-weights', text(`${file}: ${en}.`, `${file}：${zh}。`));
