import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kernelsHere } from '../../../engine/hosts/engine-parts.ts';
import {
  type BoundKernels,
  type KernelName,
  kernels,
  reservedWords,
  scratchWords,
} from '../../../engine/kernels/contract.ts';
import { bindNative, type NativeAddon } from '../../../engine/kernels/native-face.ts';
import { bindPortable, compilePortable } from '../../../engine/kernels/portable-face.ts';
import { encodeCall } from '../../../engine/kernels/record.ts';
import { bindReference } from '../../../engine/kernels/reference-face.ts';

const dist = process.env.NETWRIGHT_DIST ?? join(process.cwd(), 'dist', 'node');
export const portableModule = await compilePortable(
  Uint8Array.from(readFileSync(join(dist, 'portable.wasm'))),
);

const pageWords = 16384;
const pages = 64;
/** A worker's scratch stands behind the words that the cases use. */
export const scratchAt = pages * pageWords;
const scratchPages = scratchWords / pageWords;
const recordAt = reservedWords;
const dataAt = reservedWords + 64;

/** One call with its tensors still outside any arena. */
export interface Case {
  readonly kernel: KernelName;
  /** Content of each tensor before the call, outputs too; absent ones are left out. */
  readonly tensors: Readonly<Record<string, Float32Array | Int32Array>>;
  readonly numbers: Readonly<Record<string, number>>;
  readonly split: number;
  /** Arguments that share the words of another one. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** How far the portable kernel may be from the float64 reference, in ulps of the result; 0 = the float32 bits. */
  readonly ulps?: number;
  /** Results below this are measured in ulps of it: they are differences of larger numbers. */
  readonly scale?: number;
}

/** A case laid out in memory: after the record each tensor stands at an odd place, with a few words between. */
export interface Layout {
  readonly arguments: Readonly<Record<string, number>>;
  readonly record: readonly number[];
  readonly words: number;
}

export function layOut(given: Case): Layout {
  const placed: Record<string, number> = { ...given.numbers };
  let next = dataAt + 1;
  for (const [name, kind] of Object.entries(kernels[given.kernel])) {
    if (kind !== 'tensor') continue;
    const content = given.tensors[name];
    placed[name] = content === undefined ? 0 : next;
    if (content !== undefined) next += content.length + 5;
  }
  for (const [name, other] of Object.entries(given.aliases ?? {})) placed[name] = placed[other];
  const record = encodeCall({ kernel: given.kernel, arguments: placed, split: given.split });
  return { arguments: placed, record, words: next };
}

const filler = 0x5a5a5a5a;

/** The words of the arena from the record on, before the call. */
function initialWords(given: Case, layout: Layout): Int32Array {
  const words = new Int32Array(layout.words).fill(filler, recordAt);
  words.set(layout.record, recordAt);
  for (const [name, content] of Object.entries(given.tensors)) {
    words.set(new Int32Array(content.buffer, content.byteOffset, content.length), layout.arguments[name]);
  }
  return words.subarray(recordAt);
}

export interface Arena {
  readonly f: Float32Array;
  readonly i: Int32Array;
  readonly face: BoundKernels;
}

const memory = new WebAssembly.Memory({
  initial: pages + scratchPages,
  maximum: pages + scratchPages,
  shared: true,
});
const portable: Arena = {
  f: new Float32Array(memory.buffer),
  i: new Int32Array(memory.buffer),
  face: bindPortable(portableModule, memory, scratchAt),
};
const plain = new ArrayBuffer(pages * pageWords * 4);
const plainViews = { f: new Float32Array(plain), i: new Int32Array(plain) };
const reference: Arena = { ...plainViews, face: bindReference(plainViews) };

export const arenas = { portable, reference };

/** The native kernels of this machine, or why there are none. Nothing stands in for a kernel that they lack. */
const found = await kernelsHere.findNative();
const nativeMemory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
const nativeInts = new Int32Array(nativeMemory.buffer);
const addon = found.available ? kernelsHere.loadAddon(found.file) : undefined;
/** For every instruction set that this processor has, the best first. */
export const natives = (addon?.instructions ?? []).map((instructions, set) => ({
  instructions,
  arena: {
    f: new Float32Array(nativeMemory.buffer),
    i: nativeInts,
    face: bindNative(
      addon as NativeAddon,
      nativeInts,
      { name: 'portable', call: noKernel, run: noKernel },
      set,
    ),
  } satisfies Arena,
}));
export const native: Arena | undefined = natives[0]?.arena;
export const whyNoNative = found.available ? '' : found.reason.en;

/** Thrown where the native face has no kernel and would turn to the portable one. */
export class NoNativeKernel extends Error {}

function noKernel(): void {
  throw new NoNativeKernel();
}

/** Does one call, whole or in the given shares, and hands back all words from the record on. */
export function compute(
  arena: Arena,
  given: Case,
  shares: readonly (readonly [begin: number, end: number])[] = [[0, given.split]],
): Int32Array {
  const layout = layOut(given);
  if (layout.words > pages * pageWords) throw new Error('the case is larger than the test arena');
  arena.i.set(initialWords(given, layout), recordAt);
  for (const [begin, end] of shares) arena.face.call(recordAt, begin, end);
  return arena.i.slice(recordAt, layout.words);
}

/** The same words with float64 arithmetic: `f` for what is a float, `i` for what is whole. */
export function computeExactly(given: Case): { f: Float64Array; i: Int32Array } {
  const layout = layOut(given);
  const f = new Float64Array(layout.words);
  const i = new Int32Array(layout.words);
  i.set(initialWords(given, layout), recordAt);
  for (const [name, content] of Object.entries(given.tensors)) {
    if (content instanceof Float32Array) f.set(content, layout.arguments[name]);
  }
  bindReference({ f, i }).call(recordAt, 0, given.split);
  return { f: f.slice(recordAt), i: i.slice(recordAt) };
}

/** Where a tensor begins in what `compute` hands back. */
export const placeOf = (given: Case, tensor: string): number => layOut(given).arguments[tensor] - recordAt;

export const asFloats = (words: Int32Array): Float32Array =>
  new Float32Array(words.buffer, words.byteOffset, words.length);

/** The content of one tensor after the call. */
export function floatsOf(given: Case, words: Int32Array, tensor: string): Float32Array {
  const at = placeOf(given, tensor);
  return asFloats(words).slice(at, at + (given.tensors[tensor]?.length ?? 0));
}
