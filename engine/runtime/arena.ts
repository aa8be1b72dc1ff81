import { NetwrightError } from '../declaration/problem.ts';
import { text } from '../declaration/text.ts';

/** The one memory that a run computes in, as bytes of WebAssembly and as the numbers TypeScript reads. */
export interface Arena {
  readonly memory: WebAssembly.Memory;
  /** [words] */
  readonly floats: Float32Array;
  /** The same words as whole numbers. */
  readonly ints: Int32Array;
}

const pageBytes = 65536;
/** The module declares two pages for itself. */
const smallestPages = 2;
const mostPages = 65536;

export function createArena(words: number): Arena {
  const pages = Math.max(smallestPages, Math.ceil((words * 4) / pageBytes));
  if (pages > mostPages) throw tooLarge(words);
  let memory: WebAssembly.Memory;
  try {
    memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  } catch {
    throw tooLarge(words);
  }
  return viewArena(memory);
}

export function viewArena(memory: WebAssembly.Memory): Arena {
  return { memory, floats: new Float32Array(memory.buffer), ints: new Int32Array(memory.buffer) };
}

function tooLarge(words: number): NetwrightError {
  const mebibytes = Math.ceil((words * 4) / 2 ** 20);
  return new NetwrightError(
    'arena.too-large',
    text(
      `This network needs ${mebibytes} MiB of memory at once, and this machine gave less; a smaller batch needs less.`,
      `这个网络一次需要 ${mebibytes} MiB 内存，而本机没有这么多；减小批大小可以降低需求。`,
    ),
  );
}
