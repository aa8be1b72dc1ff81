import { Affine } from './batch-norm';
import { float, int, offset, tensor } from './call';
import { Lanes } from './lanes';
import { blockValues, piecesPerBlock, Sums } from './moments';

/**
 * The loops over one channel, or over four neighbouring columns. `relu` is known where they are called, so that each is
 * compiled in both ways.
 */
class Back {
  /** dy; with a relu behind the norm only where that let something through. */
  @inline
  static flow(dy: v128, deviation: v128, scale: v128, shift: v128, relu: bool): v128 {
    if (!relu) return dy;
    return v128.and(dy, f32x4.gt(f32x4.add(f32x4.mul(deviation, scale), shift), f32x4.splat(0)));
  }

  @inline
  static dx(flow: v128, deviation: v128, scale: v128, meanFlow: v128, slope: v128): v128 {
    return f32x4.mul(scale, f32x4.sub(f32x4.sub(flow, meanFlow), f32x4.mul(deviation, slope)));
  }

  /** Σ flow and Σ flow · (x − mean) over `rows` runs of `length` numbers, into `flows` and `products`. */
  @inline
  static sum(
    x: usize,
    dy: usize,
    rows: i32,
    pitch: usize,
    length: i32,
    mean: v128,
    scale: v128,
    shift: v128,
    relu: bool,
  ): void {
    let s0 = f32x4.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    let p0 = s0;
    let p1 = s0;
    let p2 = s0;
    let p3 = s0;
    for (let row = 0; row < rows; row++) {
      let at: usize = 0;
      let left = length;
      for (; left >= 16; left -= 16) {
        const d0 = f32x4.sub(v128.load(x + at), mean);
        const f0 = Back.flow(v128.load(dy + at), d0, scale, shift, relu);
        s0 = f32x4.add(s0, f0);
        p0 = f32x4.add(p0, f32x4.mul(f0, d0));
        const d1 = f32x4.sub(v128.load(x + at, 16), mean);
        const f1 = Back.flow(v128.load(dy + at, 16), d1, scale, shift, relu);
        s1 = f32x4.add(s1, f1);
        p1 = f32x4.add(p1, f32x4.mul(f1, d1));
        const d2 = f32x4.sub(v128.load(x + at, 32), mean);
        const f2 = Back.flow(v128.load(dy + at, 32), d2, scale, shift, relu);
        s2 = f32x4.add(s2, f2);
        p2 = f32x4.add(p2, f32x4.mul(f2, d2));
        const d3 = f32x4.sub(v128.load(x + at, 48), mean);
        const f3 = Back.flow(v128.load(dy + at, 48), d3, scale, shift, relu);
        s3 = f32x4.add(s3, f3);
        p3 = f32x4.add(p3, f32x4.mul(f3, d3));
        at += 64;
      }
      // Lanes that are not there have dy = 0.
      for (let lane = 0; left > 0; lane++) {
        const d = f32x4.sub(Lanes.load(x + at, left), mean);
        const f = Back.flow(Lanes.load(dy + at, left), d, scale, shift, relu);
        const p = f32x4.mul(f, d);
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
      x += pitch;
      dy += pitch;
    }
    flows = Sums.total(s0, s1, s2, s3);
    products = Sums.total(p0, p1, p2, p3);
  }

  /** dx of `rows` runs of `length` numbers. */
  @inline
  static write(
    x: usize,
    dy: usize,
    dx: usize,
    rows: i32,
    pitch: usize,
    length: i32,
    mean: v128,
    scale: v128,
    shift: v128,
    meanFlow: v128,
    slope: v128,
    relu: bool,
  ): void {
    for (let row = 0; row < rows; row++) {
      let at: usize = 0;
      let left = length;
      for (; left >= 8; left -= 8) {
        const d0 = f32x4.sub(v128.load(x + at), mean);
        const d1 = f32x4.sub(v128.load(x + at, 16), mean);
        const f0 = Back.flow(v128.load(dy + at), d0, scale, shift, relu);
        const f1 = Back.flow(v128.load(dy + at, 16), d1, scale, shift, relu);
        v128.store(dx + at, Back.dx(f0, d0, scale, meanFlow, slope));
        v128.store(dx + at, Back.dx(f1, d1, scale, meanFlow, slope), 16);
        at += 32;
      }
      for (; left > 0; left -= 4) {
        const d = f32x4.sub(Lanes.load(x + at, left), mean);
        const f = Back.flow(Lanes.load(dy + at, left), d, scale, shift, relu);
        Lanes.store(dx + at, Back.dx(f, d, scale, meanFlow, slope), left);
        at += 16;
      }
      x += pitch;
      dy += pitch;
      dx += pitch;
    }
  }
}

export function batchNormGradient(a: usize, begin: i32, end: i32): void {
  const x = tensor(a, 0);
  const dy = tensor(a, 1);
  const mean = tensor(a, 2);
  const variance = tensor(a, 3);
  const gamma = tensor(a, 4);
  const beta = tensor(a, 5);
  const dx = tensor(a, 6);
  const dgamma = tensor(a, 7);
  const dbeta = tensor(a, 8);
  const N = int(a, 9);
  const C = int(a, 10);
  const inner = int(a, 11);
  const epsilon = float(a, 12);
  const relu = int(a, 13) !== 0;
  const pitch = offset(C * inner);
  const count = <f32>(N * inner);
  if (inner === 1) {
    const counts = f32x4.splat(count);
    for (let c = begin; c < end; c += 4) {
      const n = end - c;
      const at = offset(c);
      const means = Lanes.load(mean + at, n);
      const roots = Affine.inverseRoots(Lanes.load(variance + at, n), epsilon);
      const scale = f32x4.mul(Affine.four(gamma, c, n, 1), roots);
      const shift = Affine.four(beta, c, n, 0);
      sumColumns(x + at, dy + at, N, pitch, n, means, scale, shift, relu);
      const slopes = f32x4.mul(columnProducts, roots);
      Lanes.store(dgamma + at, slopes, n);
      Lanes.store(dbeta + at, columnFlows, n);
      const meanFlow = f32x4.div(columnFlows, counts);
      const slope = f32x4.mul(f32x4.div(slopes, counts), roots);
      let from = x + at;
      let through = dy + at;
      let to = dx + at;
      for (let row = 0; row < N; row++) {
        const deviation = f32x4.sub(Lanes.load(from, n), means);
        const flow = Back.flow(Lanes.load(through, n), deviation, scale, shift, relu);
        Lanes.store(to, Back.dx(flow, deviation, scale, meanFlow, slope), n);
        from += pitch;
        through += pitch;
        to += pitch;
      }
    }
    return;
  }
  for (let c = begin; c < end; c++) {
    const at = offset(c * inner);
    const middle = load<f32>(mean + offset(c));
    const root = Affine.inverseRoot(load<f32>(variance + offset(c)), epsilon);
    const scale = Affine.one(gamma, c, 1) * root;
    const means = f32x4.splat(middle);
    const scales = f32x4.splat(scale);
    const shifts = f32x4.splat(Affine.one(beta, c, 0));
    sumPlanes(x + at, dy + at, N, pitch, inner, means, scales, shifts, relu);
    const slopes = products * root;
    store<f32>(dgamma + offset(c), slopes);
    store<f32>(dbeta + offset(c), flows);
    const flow = f32x4.splat(flows / count);
    const slope = f32x4.splat((slopes / count) * root);
    const to = dx + at;
    if (relu) Back.write(x + at, dy + at, to, N, pitch, inner, means, scales, shifts, flow, slope, true);
    else Back.write(x + at, dy + at, to, N, pitch, inner, means, scales, shifts, flow, slope, false);
  }
}

/** What was summed last: Σ flow and Σ flow · (x − mean), of a channel and of four columns. */
let flows: f32 = 0;
let products: f32 = 0;
let columnFlows: v128 = f32x4.splat(0);
let columnProducts: v128 = f32x4.splat(0);

function sumPlanes(
  x: usize,
  dy: usize,
  pieces: i32,
  pitch: usize,
  length: i32,
  mean: v128,
  scale: v128,
  shift: v128,
  relu: bool,
): void {
  let flow: f32 = 0;
  let product: f32 = 0;
  const together = piecesPerBlock(length);
  for (let piece = 0; piece < pieces; piece += together) {
    const rows = min(together, pieces - piece);
    for (let part = 0; part < length; part += blockValues) {
      const at = <usize>piece * pitch + offset(part);
      const size = min(blockValues, length - part);
      if (relu) Back.sum(x + at, dy + at, rows, pitch, size, mean, scale, shift, true);
      else Back.sum(x + at, dy + at, rows, pitch, size, mean, scale, shift, false);
      flow += flows;
      product += products;
    }
  }
  flows = flow;
  products = product;
}

/** Σ over the rows of `present` neighbouring columns. */
function sumColumns(
  x: usize,
  dy: usize,
  rows: i32,
  pitch: usize,
  present: i32,
  means: v128,
  scale: v128,
  shift: v128,
  relu: bool,
): void {
  let flow = f32x4.splat(0);
  let product = f32x4.splat(0);
  for (let row = 0; row < rows; row += blockValues) {
    let s = f32x4.splat(0);
    let p = f32x4.splat(0);
    for (let i = min(blockValues, rows - row); i > 0; i--) {
      const deviation = f32x4.sub(Lanes.load(x, present), means);
      const through = Back.flow(Lanes.load(dy, present), deviation, scale, shift, relu);
      s = f32x4.add(s, through);
      p = f32x4.add(p, f32x4.mul(through, deviation));
      x += pitch;
      dy += pitch;
    }
    flow = f32x4.add(flow, s);
    product = f32x4.add(product, p);
  }
  columnFlows = flow;
  columnProducts = product;
}
