import { int, offset, tensor } from './call';
import { Lanes } from './lanes';
import { scratch } from './scratch';

export function gather(a: usize, begin: i32, end: i32): void {
  const tokens = tensor(a, 0);
  const table = tensor(a, 1);
  const V = int(a, 4);
  const D = int(a, 5);
  const padding = int(a, 6);
  for (let row = begin; row < end; row++) {
    const token = load<i32>(tokens + offset(row));
    const to = tensor(a, 2) + offset(row * D);
    if (<u32>token < <u32>V && token !== padding) {
      const from = table + offset(token * D);
      for (let d = 0; d < D; d += 4) Lanes.store(to + offset(d), Lanes.load(from + offset(d), D - d), D - d);
    } else {
      const value = f32x4.splat(token === padding ? 0 : NaN);
      for (let d = 0; d < D; d += 4) Lanes.store(to + offset(d), value, D - d);
    }
  }
}

/** Each share has columns of its own, so that no two workers write to one number. */
export function scatterAdd(a: usize, begin: i32, end: i32): void {
  const tokens = tensor(a, 0);
  const dy = tensor(a, 1) + offset(begin);
  const dtable = tensor(a, 2) + offset(begin);
  const rows = int(a, 3);
  const V = int(a, 4);
  const pitch = offset(int(a, 5));
  const padding = int(a, 6);
  const columns = end - begin;
  if (columns <= 0) return;
  for (let token = 0; token < V; token++) {
    const to = dtable + <usize>token * pitch;
    for (let d = 0; d < columns; d += 4) Lanes.store(to + offset(d), f32x4.splat(0), columns - d);
  }
  for (let row = 0; row < rows; row++) {
    const token = load<i32>(tokens + offset(row));
    if (<u32>token >= <u32>V || token === padding) continue;
    const from = dy + <usize>row * pitch;
    const to = dtable + <usize>token * pitch;
    for (let d = 0; d < columns; d += 4) {
      const at = offset(d);
      const left = columns - d;
      Lanes.store(to + at, f32x4.add(Lanes.load(to + at, left), Lanes.load(from + at, left)), left);
    }
  }
}

/** In float64: at position 10,000 a float32 angle would be off by a thousandth. */
export function sinusoid(a: usize, begin: i32, end: i32): void {
  const D = int(a, 2);
  const y = tensor(a, 0);
  for (let d = 0; d < D; d += 2) {
    store<f64>(scratch + offset(d), NativeMath.exp((-NativeMath.log(10000) * <f64>d) / <f64>D));
  }
  for (let t = begin; t < end; t++) {
    const to = y + offset(t * D);
    for (let d = 0; d < D; d += 2) {
      const angle = <f64>t * load<f64>(scratch + offset(d));
      store<f32>(to + offset(d), <f32>NativeMath.sin(angle));
      if (d + 1 < D) store<f32>(to + offset(d + 1), <f32>NativeMath.cos(angle));
    }
  }
}
