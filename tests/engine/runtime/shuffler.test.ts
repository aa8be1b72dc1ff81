import { expect, it } from 'vitest';
import { RandomStream, streams } from '../../../engine/random/stream.ts';
import { kernelSource } from '../../../engine/runtime/faces.ts';
import { Shuffler } from '../../../engine/runtime/shuffler.ts';
import { portableModule } from '../kernels/arena.ts';

// Among so many, hundreds of places are drawn a second time.
it('puts two million numbers into the order that a random stream draws', () => {
  const count = 2_000_000;
  const original = Uint32Array.from({ length: count }, (_, i) => i);
  const shuffler = new Shuffler(kernelSource({ face: 'portable', module: portableModule }), original);
  shuffler.shuffle(11, streams.shuffling, 4);
  const wanted = new Uint32Array(count);
  new RandomStream(11, streams.shuffling, 4).permutation(wanted);
  expect(shuffler.order.findIndex((number, i) => number !== wanted[i])).toBe(-1);
});
