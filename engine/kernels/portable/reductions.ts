import { int, offset, tensor } from './call';
import { Lanes } from './lanes';
import { Sums, sumColumns } from './sums';

export function sumRows(a: usize, begin: i32, end: i32): void {
  const from = offset(begin);
  sumColumns(tensor(a, 0) + from, offset(int(a, 3)), tensor(a, 1) + from, int(a, 2), end - begin);
}

export function addChannels(a: usize, begin: i32, end: i32): void {
  const b = tensor(a, 1);
  const C = int(a, 4);
  const inner = int(a, 5);
  let at = offset(begin) * <usize>inner;
  for (let plane = begin; plane < end; plane++) {
    const added = v128.load32_splat(b + offset(plane % C));
    for (let left = inner; left > 0; left -= 4) {
      const sum = f32x4.add(Lanes.load(tensor(a, 0) + at, left), added);
      Lanes.store(tensor(a, 2) + at, sum, left);
      at += offset(min(left, 4));
    }
  }
}

export function sumChannels(a: usize, begin: i32, end: i32): void {
  const x = tensor(a, 0);
  const y = tensor(a, 1);
  const N = int(a, 2);
  const inner = int(a, 4);
  const step = offset(int(a, 3)) * <usize>inner;
  for (let c = begin; c < end; c++) {
    let total: f32 = 0;
    let plane = x + offset(c) * <usize>inner;
    for (let n = 0; n < N; n++) {
      total += f32x4.extract_lane(Sums.of(0, plane, 0, inner), 0);
      plane += step;
    }
    store<f32>(y + offset(c), total);
  }
}
