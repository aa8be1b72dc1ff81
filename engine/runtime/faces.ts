import { NetwrightError } from '../declaration/problem.ts';
import { text } from '../declaration/text.ts';
import type { BoundKernels, KernelFace } from '../kernels/contract.ts';
import { bindPortable } from '../kernels/portable-face.ts';
import { bindReference } from '../kernels/reference-face.ts';
import type { Arena } from './arena.ts';

/** Kernels before they are bound to an arena; can be sent to another thread. */
export type KernelSource =
  | { readonly face: 'reference' }
  | { readonly face: 'portable'; readonly module: WebAssembly.Module };

/** `auto` is the fastest face there is. */
export type KernelChoice = 'auto' | KernelFace;

export const availableFaces: readonly KernelFace[] = ['portable', 'reference'];

/**
 * Which face a choice means. `compile` makes the portable module, and is asked only where it is needed.
 * Throws a NetwrightError where the face asked for is not there.
 */
export async function chooseKernels(
  choice: KernelChoice,
  compile: () => Promise<WebAssembly.Module>,
): Promise<KernelSource> {
  switch (choice) {
    case 'reference':
      return { face: 'reference' };
    case 'auto':
    case 'portable':
      return { face: 'portable', module: await compile() };
    case 'native':
      throw new NetwrightError(
        'kernels.no-native',
        text(
          'Native kernels were asked for, but this build of Netwright has none; expected one of: auto, portable, reference.',
          '请求使用原生内核，但当前的 Netwright 不含原生内核；可选：auto、portable、reference。',
        ),
      );
  }
}

/** Kernels for one worker; `scratch` is the first of the words it has to itself. */
export function bindKernels(source: KernelSource, arena: Arena, scratch: number): BoundKernels {
  return source.face === 'portable'
    ? bindPortable(source.module, arena.memory, scratch)
    : bindReference({ f: arena.floats, i: arena.ints });
}
