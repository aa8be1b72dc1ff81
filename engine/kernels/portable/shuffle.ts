import { int, offset, tensor } from './call';
import { drawnWords, lowerHalves, philoxBlocks, upperHalves } from './philox';
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
  const places = scratch + offset(drawnWords);
  const placesEnd = places + offset(drawnWords);
  let i = count - 1;
  for (let block = 0; i > 0; block += drawnWords / 4) {
    philoxBlocks(scratch, block, index, seed, stream);
    if (i >= drawnWords && drawPlaces(places, i)) {
      for (let place = places; place < placesEnd; place += 4) {
        swap(y, i, load<i32>(place));
        i--;
      }
      continue;
    }
    for (let word = 0; word < drawnWords && i > 0; word++) {
      const bound = <u32>(i + 1);
      const product = <u64>load<u32>(scratch + offset(word)) * bound;
      // The exact threshold is less than the bound, and costs a division that is hardly ever needed.
      if (<u32>product < bound && <u32>product < (0 - bound) % bound) continue;
      swap(y, i, <i32>(product >> 32));
      i--;
    }
  }
}

/** A place for each of i, i − 1, … from the words in scratch; false where one of them may have to be drawn again. */
function drawPlaces(to: usize, i: i32): bool {
  let bounds = i32x4.add(i32x4.splat(i), i32x4(1, 0, -1, -2));
  const four = i32x4.splat(4);
  let doubtful = i32x4.splat(0);
  for (let at: usize = 0; at < offset(drawnWords); at += 16) {
    const words = v128.load(scratch + at);
    const front = i64x2.extmul_low_i32x4_u(words, bounds);
    const back = i64x2.extmul_high_i32x4_u(words, bounds);
    v128.store(to + at, upperHalves(front, back));
    doubtful = v128.or(doubtful, i32x4.lt_u(lowerHalves(front, back), bounds));
    bounds = i32x4.sub(bounds, four);
  }
  return !v128.any_true(doubtful);
}

function swap(y: usize, i: i32, j: i32): void {
  const here = y + offset(i);
  const there = y + offset(j);
  const kept = load<i32>(here);
  store<i32>(here, load<i32>(there));
  store<i32>(there, kept);
}
