import { int, offset, tensor } from './call';
import { drawnWords, philoxBlocks } from './philox';
import { scratch } from './scratch';

/**
 * Fisher and Yates as Durstenfeld (1964) runs it. Places are drawn without bias (Lemire 2019, "Fast random integer
 * generation in an interval"): word · bound / 2³², and again where the fraction is one that some places have too many of.
 */
export function shuffle(a: usize, begin: i32, end: i32): void {
  const y = tensor(a, 0);
  const count = int(a, 1);
  const seed = int(a, 2);
  const stream = int(a, 3);
  const index = int(a, 4);
  let block = 0;
  let used = drawnWords;
  for (let i = count - 1; i > 0; i--) {
    const bound = <u32>(i + 1);
    let product: u64 = 0;
    do {
      if (used === drawnWords) {
        philoxBlocks(scratch, block, index, seed, stream);
        block += drawnWords / 4;
        used = 0;
      }
      product = <u64>load<u32>(scratch + offset(used)) * bound;
      used++;
      // The exact threshold is less than the bound, and costs a division that is hardly ever needed.
    } while (<u32>product < bound && <u32>product < (0 - bound) % bound);
    const here = y + offset(i);
    const there = y + offset(<i32>(product >> 32));
    const kept = load<i32>(here);
    store<i32>(here, load<i32>(there));
    store<i32>(there, kept);
  }
}
