import { type BoundKernels, recordWords, reservedWords, scratchWords } from '../kernels/contract.ts';
import { encodeCall } from '../kernels/record.ts';
import { createArena } from './arena.ts';
import type { KernelSource } from './faces.ts';

/** Puts numbers into random order, in a small memory of its own. */
export class Shuffler {
  /** [count]; `shuffle` writes it anew. */
  readonly order: Uint32Array;
  private readonly original: Uint32Array;
  private readonly kernels: BoundKernels;
  private readonly words: Int32Array;

  constructor(source: KernelSource, original: Uint32Array) {
    const at = reservedWords + recordWords('shuffle');
    const arena = createArena(at + original.length + scratchWords);
    this.original = original;
    this.order = new Uint32Array(arena.memory.buffer, at * 4, original.length);
    this.kernels = source.bind(arena, at + original.length);
    this.words = arena.ints;
  }

  /** The order that RandomStream(seed, stream, index) draws, applied to the original numbers. */
  shuffle(seed: number, stream: number, index: number): void {
    const { order } = this;
    const y = order.byteOffset / 4;
    const record = encodeCall({
      kernel: 'shuffle',
      arguments: { y, count: order.length, seed, stream, index },
      split: 1,
    });
    order.set(this.original);
    this.words.set(record, reservedWords);
    this.kernels.run(reservedWords, 1);
  }
}
