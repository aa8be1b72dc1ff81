import { float, int, offset, tensor } from './call';
import { Lanes } from './lanes';
import { drawnWords, philoxBlocks } from './philox';
import { scratch } from './scratch';

/** Each call of Philox serves 32 neighbouring channels. */
export function dropoutChannels(a: usize, begin: i32, end: i32): void {
  const step = load<i32>(tensor(a, 2));
  const inner = int(a, 4);
  const pitch = offset(inner);
  const rate = float(a, 5);
  // A whole number is ≥ rate · 2³² exactly when it is ≥ the next whole number from there; none reaches 2³².
  const threshold = <u64>ceil(<f64>rate * 4294967296);
  const keptShare = f32x4.splat(<f32>1 - rate);
  for (let channel = begin; channel < end; channel++) {
    const place = channel & (drawnWords - 1);
    if (place === 0 || channel === begin) {
      philoxBlocks(scratch, (channel - place) >> 2, step, int(a, 6), int(a, 7));
    }
    const x = tensor(a, 0) + <usize>channel * pitch;
    const y = tensor(a, 1) + <usize>channel * pitch;
    if (<u64>load<u32>(scratch + offset(place)) < threshold) {
      memory.fill(y, 0, pitch);
      continue;
    }
    for (let i = 0; i < inner; i += 4) {
      const at = offset(i);
      Lanes.store(y + at, f32x4.div(Lanes.load(x + at, inner - i), keptShare), inner - i);
    }
  }
}
