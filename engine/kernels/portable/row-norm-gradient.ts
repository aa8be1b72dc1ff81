import { Affine } from './batch-norm';
import { int, offset, tensor } from './call';
import { Lanes } from './lanes';
import { Sums } from './moments';
import { firstChannel } from './row-norm';

/** What was summed last: Σ flow and Σ flow · (x − mean). */
let flows: f32 = 0;
let products: f32 = 0;

/** flow = dy · gamma. `scales`: each number has a gamma of its own at `gamma`; known where these are called. */
class Back {
  @inline
  static flow(dy: usize, gamma: usize, at: usize, left: i32, scales: bool): v128 {
    const d = Lanes.load(dy + at, left);
    return scales ? f32x4.mul(d, Lanes.load(gamma + at, left)) : d;
  }

  @inline
  static whole(dy: usize, gamma: usize, at: usize, scales: bool): v128 {
    const d = v128.load(dy + at);
    return scales ? f32x4.mul(d, v128.load(gamma + at)) : d;
  }

  @inline
  static sum(x: usize, dy: usize, gamma: usize, length: i32, mean: v128, scales: bool): void {
    let s0 = f32x4.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    let p0 = s0;
    let p1 = s0;
    let p2 = s0;
    let p3 = s0;
    let at: usize = 0;
    let left = length;
    for (; left >= 16; left -= 16) {
      const f0 = Back.whole(dy, gamma, at, scales);
      s0 = f32x4.add(s0, f0);
      p0 = f32x4.add(p0, f32x4.mul(f0, f32x4.sub(v128.load(x + at), mean)));
      const f1 = Back.whole(dy, gamma, at + 16, scales);
      s1 = f32x4.add(s1, f1);
      p1 = f32x4.add(p1, f32x4.mul(f1, f32x4.sub(v128.load(x + at, 16), mean)));
      const f2 = Back.whole(dy, gamma, at + 32, scales);
      s2 = f32x4.add(s2, f2);
      p2 = f32x4.add(p2, f32x4.mul(f2, f32x4.sub(v128.load(x + at, 32), mean)));
      const f3 = Back.whole(dy, gamma, at + 48, scales);
      s3 = f32x4.add(s3, f3);
      p3 = f32x4.add(p3, f32x4.mul(f3, f32x4.sub(v128.load(x + at, 48), mean)));
      at += 64;
    }
    // Lanes that are not there have dy = 0.
    for (let lane = 0; left > 0; lane++) {
      const f = Back.flow(dy, gamma, at, left, scales);
      const p = f32x4.mul(f, f32x4.sub(Lanes.load(x + at, left), mean));
      if (lane === 0) {
        s0 = f32x4.add(s0, f);
        p0 = f32x4.add(p0, p);
      } else if (lane === 1) {
        s1 = f32x4.add(s1, f);
        p1 = f32x4.add(p1, p);
      } else if (lane === 2) {
        s2 = f32x4.add(s2, f);
        p2 = f32x4.add(p2, p);
      } else {
        s3 = f32x4.add(s3, f);
        p3 = f32x4.add(p3, p);
      }
      at += 16;
      left -= 4;
    }
    flows = Sums.total(s0, s1, s2, s3);
    products = Sums.total(p0, p1, p2, p3);
  }

  @inline
  static dx(flow: v128, x: v128, mean: v128, rstd: v128, meanFlow: v128, slope: v128): v128 {
    const deviation = f32x4.sub(x, mean);
    return f32x4.mul(rstd, f32x4.sub(f32x4.sub(flow, meanFlow), f32x4.mul(deviation, slope)));
  }
}

export function rowNormGradient(a: usize, begin: i32, end: i32): void {
  const x = tensor(a, 0);
  const dy = tensor(a, 1);
  const mean = tensor(a, 2);
  const rstd = tensor(a, 3);
  const gamma = tensor(a, 4);
  const dx = tensor(a, 5);
  const size = int(a, 7);
  const inner = int(a, 8);
  const channels = int(a, 9);
  const centred = int(a, 10) !== 0;
  const pitch = offset(size);
  const own = inner === 1 && gamma !== 0;
  const length = inner === 1 ? size : inner;
  const step = offset(length);
  for (let row = begin; row < end; row++) {
    const from = x + <usize>row * pitch;
    const through = dy + <usize>row * pitch;
    const to = dx + <usize>row * pitch;
    const means = f32x4.splat(load<f32>(mean + offset(row)));
    const root = load<f32>(rstd + offset(row));
    const roots = f32x4.splat(root);
    const first = firstChannel(row, size, inner, channels);
    const scales = gamma + offset(first);
    let sum: f32 = 0;
    let product: f32 = 0;
    if (own) {
      Back.sum(from, through, scales, size, means, true);
      sum += flows;
      product += products;
    } else {
      for (let part: usize = 0, c = first; part < pitch; part += step, c++) {
        Back.sum(from + part, through + part, 0, length, means, false);
        const scale = Affine.one(gamma, c, 1);
        sum += scale * flows;
        product += scale * products;
      }
    }
    const meanFlow = f32x4.splat(centred ? sum / <f32>size : 0);
    const slope = f32x4.splat(((product * root) / <f32>size) * root);
    if (own) {
      let at: usize = 0;
      let left = size;
      for (; left >= 4; left -= 4) {
        const flow = Back.whole(through, scales, at, true);
        v128.store(to + at, Back.dx(flow, v128.load(from + at), means, roots, meanFlow, slope));
        at += 16;
      }
      if (left > 0) {
        const flow = Back.flow(through, scales, at, left, true);
        Lanes.storeFirst(
          to + at,
          Back.dx(flow, Lanes.loadFirst(from + at, left), means, roots, meanFlow, slope),
          left,
        );
      }
      continue;
    }
    for (let part: usize = 0, c = first; part < pitch; part += step, c++) {
      const scale = f32x4.splat(Affine.one(gamma, c, 1));
      let at = part;
      for (let left = length; left > 0; left -= 4) {
        const flow = f32x4.mul(Lanes.load(through + at, left), scale);
        Lanes.store(to + at, Back.dx(flow, Lanes.load(from + at, left), means, roots, meanFlow, slope), left);
        at += 16;
      }
    }
  }
}

export function rowNormWeightGradients(a: usize, begin: i32, end: i32): void {
  const x = tensor(a, 0);
  const dy = tensor(a, 1);
  const mean = tensor(a, 2);
  const rstd = tensor(a, 3);
  const dgamma = tensor(a, 4);
  const dbeta = tensor(a, 5);
  const rows = int(a, 6);
  const size = int(a, 7);
  const inner = int(a, 8);
  const channels = int(a, 9);
  /** Channels of one row, and rows of one sample. */
  const together = size / inner;
  const groups = channels / together;
  const samples = rows / groups;
  if (inner > 1) {
    for (let c = begin; c < end; c++) {
      let slope: f32 = 0;
      let shift: f32 = 0;
      for (let sample = 0; sample < samples; sample++) {
        const at = offset((sample * channels + c) * inner);
        const row = offset(sample * groups + c / together);
        Back.sum(x + at, dy + at, 0, inner, f32x4.splat(load<f32>(mean + row)), false);
        slope += products * load<f32>(rstd + row);
        shift += flows;
      }
      store<f32>(dgamma + offset(c), slope);
      store<f32>(dbeta + offset(c), shift);
    }
    return;
  }
  // Columns: up to sixteen neighbours at a time that have their rows in common.
  let c = begin;
  while (c < end) {
    const group = c / together;
    const last = min(end, (group + 1) * together);
    for (; c + 16 <= last; c += 16) {
      let d0 = f32x4.splat(0);
      let d1 = d0;
      let d2 = d0;
      let d3 = d0;
      let b0 = d0;
      let b1 = d0;
      let b2 = d0;
      let b3 = d0;
      let at = offset(c);
      let row = offset(group);
      for (let sample = 0; sample < samples; sample++) {
        const means = v128.load32_splat(mean + row);
        const roots = v128.load32_splat(rstd + row);
        const f0 = v128.load(dy + at);
        const f1 = v128.load(dy + at, 16);
        const f2 = v128.load(dy + at, 32);
        const f3 = v128.load(dy + at, 48);
        b0 = f32x4.add(b0, f0);
        b1 = f32x4.add(b1, f1);
        b2 = f32x4.add(b2, f2);
        b3 = f32x4.add(b3, f3);
        d0 = f32x4.add(d0, f32x4.mul(f32x4.mul(f0, f32x4.sub(v128.load(x + at), means)), roots));
        d1 = f32x4.add(d1, f32x4.mul(f32x4.mul(f1, f32x4.sub(v128.load(x + at, 16), means)), roots));
        d2 = f32x4.add(d2, f32x4.mul(f32x4.mul(f2, f32x4.sub(v128.load(x + at, 32), means)), roots));
        d3 = f32x4.add(d3, f32x4.mul(f32x4.mul(f3, f32x4.sub(v128.load(x + at, 48), means)), roots));
        at += offset(channels);
        row += offset(groups);
      }
      const to = offset(c);
      v128.store(dgamma + to, d0);
      v128.store(dgamma + to, d1, 16);
      v128.store(dgamma + to, d2, 32);
      v128.store(dgamma + to, d3, 48);
      v128.store(dbeta + to, b0);
      v128.store(dbeta + to, b1, 16);
      v128.store(dbeta + to, b2, 32);
      v128.store(dbeta + to, b3, 48);
    }
    for (; c < last; c += 4) {
      const n = last - c;
      let slopes = f32x4.splat(0);
      let shifts = f32x4.splat(0);
      let at = offset(c);
      let row = offset(group);
      for (let sample = 0; sample < samples; sample++) {
        const flow = Lanes.load(dy + at, n);
        const deviation = f32x4.sub(Lanes.load(x + at, n), v128.load32_splat(mean + row));
        slopes = f32x4.add(slopes, f32x4.mul(f32x4.mul(flow, deviation), v128.load32_splat(rstd + row)));
        shifts = f32x4.add(shifts, flow);
        at += offset(channels);
        row += offset(groups);
      }
      Lanes.store(dgamma + offset(c), slopes, n);
      Lanes.store(dbeta + offset(c), shifts, n);
    }
    c = last;
  }
}
