import { NetwrightError } from '../declaration/problem.ts';
import { type Text, text } from '../declaration/text.ts';
import type { BoundKernels, KernelFace } from '../kernels/contract.ts';
import { bindNative, type NativeAddon } from '../kernels/native-face.ts';
import { bindPortable } from '../kernels/portable-face.ts';
import { bindReference } from '../kernels/reference-face.ts';
import type { Arena } from './arena.ts';

/** Which kernels to bind, as it can be sent to another thread. */
export type KernelSeat =
  | { readonly face: 'reference' }
  | { readonly face: 'portable'; readonly module: WebAssembly.Module }
  /** `module` does what the addon in the file `addon` cannot. */
  | { readonly face: 'native'; readonly module: WebAssembly.Module; readonly addon: string };

/** Loads the native kernels from a file. */
export type LoadAddon = (file: string) => NativeAddon;

/** Kernels before they are bound to an arena. */
export interface KernelSource {
  readonly seat: KernelSeat;
  readonly face: KernelFace;
  /** As a person reads it: `native AVX-512`. */
  readonly label: string;
  /** For one worker; `scratch` is the first of the words it has to itself. */
  bind(arena: Arena, scratch: number): BoundKernels;
}

/** Native kernels, or why there are none. */
export type NativePart =
  | { readonly available: true; readonly file: string }
  | { readonly available: false; readonly reason: Text };

/** What the place that the engine runs in has of kernels. */
export interface KernelParts {
  compilePortable(): Promise<WebAssembly.Module>;
  findNative(): Promise<NativePart>;
  readonly loadAddon: LoadAddon;
}

/** `auto` is the fastest face there is. */
export type KernelChoice = 'auto' | KernelFace;

/** Throws what the addon throws where it cannot be loaded. */
export function kernelSource(seat: KernelSeat, loadAddon?: LoadAddon): KernelSource {
  const { face } = seat;
  switch (face) {
    case 'reference':
      return { seat, face, label: face, bind: ({ floats: f, ints: i }) => bindReference({ f, i }) };
    case 'portable':
      return {
        seat,
        face,
        label: face,
        bind: ({ memory }, scratch) => bindPortable(seat.module, memory, scratch),
      };
    case 'native': {
      if (loadAddon === undefined) throw new Error('native kernels were asked for where none can be loaded');
      const addon = loadAddon(seat.addon);
      return {
        seat,
        face,
        label: `${face} ${addon.instructions[0]}`,
        bind: ({ memory, ints }, scratch) =>
          bindNative(addon, ints, bindPortable(seat.module, memory, scratch)),
      };
    }
  }
}

/** Which face a choice means. Throws a NetwrightError where the face asked for is not there. */
export async function chooseKernels(choice: KernelChoice, parts: KernelParts): Promise<KernelSource> {
  if (choice === 'reference') return kernelSource({ face: 'reference' });
  const module = await parts.compilePortable();
  if (choice === 'portable') return kernelSource({ face: 'portable', module });
  const native = await loadNative(parts, module);
  if (!('reason' in native)) return native;
  if (choice === 'auto') return kernelSource({ face: 'portable', module });
  const { en, zh } = native.reason;
  throw new NetwrightError(
    'kernels.no-native',
    text(
      `Native kernels were asked for, but there are none here (${en}); expected one of: auto, portable, reference.`,
      `请求使用原生内核，但这里没有（${zh}）；可选：auto、portable、reference。`,
    ),
  );
}

async function loadNative(
  parts: KernelParts,
  module: WebAssembly.Module,
): Promise<KernelSource | { readonly reason: Text }> {
  const found = await parts.findNative();
  if (!found.available) return found;
  try {
    return kernelSource({ face: 'native', module, addon: found.file }, parts.loadAddon);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { reason: text(reason, reason) };
  }
}
