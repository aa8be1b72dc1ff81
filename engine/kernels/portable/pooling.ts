import { int, offset, tensor } from './call';
import { Lanes } from './lanes';
import { Strided } from './strided';

// Windows that lie inside the plane are done four in a row; those that reach beyond its edge one by one, with the same
// arithmetic in the same order.

/** Place in its plane of the first largest element among rows h0 … h1 − 1 and columns w0 … w1 − 1, or of the last NaN. */
function placeOfLargest(x: usize, W: i32, h0: i32, h1: i32, w0: i32, w1: i32): i32 {
  let best: f32 = -Infinity;
  let place = h0 * W + w0;
  for (let h = h0; h < h1; h++) {
    for (let at = h * W + w0; at < h * W + w1; at++) {
      const v = load<f32>(x + offset(at));
      const better = i32(v > best) | i32(v !== v);
      best = select(v, best, better);
      place = select(at, place, better);
    }
  }
  return place;
}

export function maxPool(a: usize, begin: i32, end: i32): void {
  const H = int(a, 3);
  const W = int(a, 4);
  const OH = int(a, 5);
  const OW = int(a, 6);
  const kernelH = int(a, 7);
  const kernelW = int(a, 8);
  const strideW = int(a, 10);
  const left = int(a, 12);
  const pitch = offset(strideW);
  for (let plane = begin; plane < end; plane++) {
    const x = tensor(a, 0) + <usize>plane * offset(H * W);
    const y = tensor(a, 1) + <usize>plane * offset(OH * OW);
    for (let oh = 0; oh < OH; oh++) {
      const h = oh * int(a, 9) - int(a, 11);
      const h0 = max(h, 0);
      const h1 = min(h + kernelH, H);
      const to = y + offset(oh * OW);
      for (let ow = 0; ow < OW; ) {
        const w = ow * strideW - left;
        if (w >= 0 && ow + 4 <= OW && w + 3 * strideW + kernelW <= W) {
          let best = f32x4.splat(-Infinity);
          let isNaN = i32x4.splat(0);
          for (let row = h0; row < h1; row++) {
            const from = x + offset(row * W + w);
            for (let kw = 0; kw < kernelW; kw++) {
              const v = Strided.load(from + offset(kw), pitch, 4);
              best = f32x4.pmax(best, v);
              isNaN = v128.or(isNaN, f32x4.ne(v, v));
            }
          }
          v128.store(to + offset(ow), v128.bitselect(f32x4.splat(NaN), best, isNaN));
          ow += 4;
        } else {
          const place = placeOfLargest(x, W, h0, h1, max(w, 0), min(w + kernelW, W));
          store<f32>(to + offset(ow), load<f32>(x + offset(place)));
          ow++;
        }
      }
    }
  }
}

export function maxPoolGradient(a: usize, begin: i32, end: i32): void {
  const H = int(a, 4);
  const W = int(a, 5);
  const OH = int(a, 6);
  const OW = int(a, 7);
  const kernelH = int(a, 8);
  const kernelW = int(a, 9);
  const strideW = int(a, 11);
  const left = int(a, 13);
  const pitch = offset(strideW);
  const steps = i32x4.mul(i32x4.splat(strideW), i32x4(0, 1, 2, 3));
  for (let plane = begin; plane < end; plane++) {
    const x = tensor(a, 0) + <usize>plane * offset(H * W);
    const dy = tensor(a, 1) + <usize>plane * offset(OH * OW);
    const dx = tensor(a, 2) + <usize>plane * offset(H * W);
    memory.fill(dx, 0, offset(H * W));
    for (let oh = 0; oh < OH; oh++) {
      const h = oh * int(a, 10) - int(a, 12);
      const h0 = max(h, 0);
      const h1 = min(h + kernelH, H);
      const from = dy + offset(oh * OW);
      for (let ow = 0; ow < OW; ) {
        const w = ow * strideW - left;
        if (w >= 0 && ow + 4 <= OW && w + 3 * strideW + kernelW <= W) {
          let best = f32x4.splat(-Infinity);
          let place = i32x4.add(i32x4.splat(h0 * W + w), steps);
          for (let row = h0; row < h1; row++) {
            for (let kw = 0; kw < kernelW; kw++) {
              const at = row * W + w + kw;
              const v = Strided.load(x + offset(at), pitch, 4);
              const better = v128.or(f32x4.gt(v, best), f32x4.ne(v, v));
              best = v128.bitselect(v, best, better);
              place = v128.bitselect(i32x4.add(i32x4.splat(at), steps), place, better);
            }
          }
          give(dx + offset(i32x4.extract_lane(place, 0)), from + offset(ow));
          give(dx + offset(i32x4.extract_lane(place, 1)), from + offset(ow + 1));
          give(dx + offset(i32x4.extract_lane(place, 2)), from + offset(ow + 2));
          give(dx + offset(i32x4.extract_lane(place, 3)), from + offset(ow + 3));
          ow += 4;
        } else {
          const place = placeOfLargest(x, W, h0, h1, max(w, 0), min(w + kernelW, W));
          give(dx + offset(place), from + offset(ow));
          ow++;
        }
      }
    }
  }
}

function give(to: usize, from: usize): void {
  store<f32>(to, load<f32>(to) + load<f32>(from));
}

export function averagePool(a: usize, begin: i32, end: i32): void {
  const H = int(a, 3);
  const W = int(a, 4);
  const OH = int(a, 5);
  const OW = int(a, 6);
  const kernelH = int(a, 7);
  const kernelW = int(a, 8);
  const strideW = int(a, 10);
  const left = int(a, 12);
  const countPadding = int(a, 13) !== 0;
  const pitch = offset(strideW);
  for (let plane = begin; plane < end; plane++) {
    const x = tensor(a, 0) + <usize>plane * offset(H * W);
    const y = tensor(a, 1) + <usize>plane * offset(OH * OW);
    for (let oh = 0; oh < OH; oh++) {
      const h = oh * int(a, 9) - int(a, 11);
      const h0 = max(h, 0);
      const h1 = min(h + kernelH, H);
      const rows = countPadding ? kernelH : h1 - h0;
      const to = y + offset(oh * OW);
      for (let ow = 0; ow < OW; ) {
        const w = ow * strideW - left;
        if (w >= 0 && ow + 4 <= OW && w + 3 * strideW + kernelW <= W) {
          let sum = f32x4.splat(0);
          for (let row = h0; row < h1; row++) {
            const from = x + offset(row * W + w);
            for (let kw = 0; kw < kernelW; kw++) {
              sum = f32x4.add(sum, Strided.load(from + offset(kw), pitch, 4));
            }
          }
          v128.store(to + offset(ow), f32x4.div(sum, f32x4.splat(<f32>(rows * kernelW))));
          ow += 4;
        } else {
          const w0 = max(w, 0);
          const w1 = min(w + kernelW, W);
          let sum: f32 = 0;
          for (let row = h0; row < h1; row++) {
            for (let at = row * W + w0; at < row * W + w1; at++) sum += load<f32>(x + offset(at));
          }
          const columns = countPadding ? kernelW : w1 - w0;
          store<f32>(to + offset(ow), sum / <f32>(rows * columns));
          ow++;
        }
      }
    }
  }
}

export function averagePoolGradient(a: usize, begin: i32, end: i32): void {
  const H = int(a, 3);
  const W = int(a, 4);
  const OH = int(a, 5);
  const OW = int(a, 6);
  const kernelH = int(a, 7);
  const kernelW = int(a, 8);
  const strideW = int(a, 10);
  const left = int(a, 12);
  const countPadding = int(a, 13) !== 0;
  const pitch = offset(strideW);
  const steps = i32x4.mul(i32x4.splat(strideW), i32x4(0, 1, 2, 3));
  for (let plane = begin; plane < end; plane++) {
    const dy = tensor(a, 0) + <usize>plane * offset(OH * OW);
    const dx = tensor(a, 1) + <usize>plane * offset(H * W);
    memory.fill(dx, 0, offset(H * W));
    for (let oh = 0; oh < OH; oh++) {
      const h = oh * int(a, 9) - int(a, 11);
      const h0 = max(h, 0);
      const h1 = min(h + kernelH, H);
      const rows = countPadding ? kernelH : h1 - h0;
      const from = dy + offset(oh * OW);
      for (let kw = 0; kw < kernelW; kw++) {
        // Columns w + kw inside the plane: 0 ≤ ow · strideW − left + kw < W.
        const first = left > kw ? (left - kw + strideW - 1) / strideW : 0;
        const reach = W - 1 + left - kw;
        const behind = reach < 0 ? 0 : min(reach / strideW + 1, OW);
        for (let ow = first; ow < behind; ow += 4) {
          const n = behind - ow;
          const w = ow * strideW - left;
          const count = counts(i32x4.add(i32x4.splat(w), steps), kernelW, W, rows, countPadding);
          const share = f32x4.div(Lanes.load(from + offset(ow), n), count);
          for (let row = h0; row < h1; row++) {
            const to = dx + offset(row * W + w + kw);
            Strided.store(to, f32x4.add(Strided.load(to, pitch, n), share), pitch, n);
          }
        }
      }
    }
  }
}

/** How many elements are averaged in four windows that begin at columns w and have `rows` rows. */
function counts(w: v128, kernelW: i32, W: i32, rows: i32, countPadding: bool): v128 {
  if (countPadding) return f32x4.splat(<f32>(rows * kernelW));
  const behind = i32x4.min_s(i32x4.add(w, i32x4.splat(kernelW)), i32x4.splat(W));
  const columns = i32x4.sub(behind, i32x4.max_s(w, i32x4.splat(0)));
  return f32x4.convert_i32x4_s(i32x4.mul(columns, i32x4.splat(rows)));
}

/** First element of bin `o`, when `count` bins share `size` elements. */
function binStart(o: i32, count: i32, size: i32): i32 {
  return <i32>((<i64>o * size) / count);
}

function binEnd(o: i32, count: i32, size: i32): i32 {
  return <i32>((<i64>(o + 1) * size + count - 1) / count);
}

export function adaptiveAveragePool(a: usize, begin: i32, end: i32): void {
  const H = int(a, 3);
  const W = int(a, 4);
  const OH = int(a, 5);
  const OW = int(a, 6);
  for (let plane = begin; plane < end; plane++) {
    const x = tensor(a, 0) + <usize>plane * offset(H * W);
    let y = tensor(a, 1) + <usize>plane * offset(OH * OW);
    for (let oh = 0; oh < OH; oh++) {
      const h0 = binStart(oh, OH, H);
      const h1 = binEnd(oh, OH, H);
      for (let ow = 0; ow < OW; ow++) {
        const w0 = binStart(ow, OW, W);
        const columns = binEnd(ow, OW, W) - w0;
        let sums = f32x4.splat(0);
        for (let row = h0; row < h1; row++) {
          const from = x + offset(row * W + w0);
          for (let i = 0; i < columns; i += 4) {
            sums = f32x4.add(sums, Lanes.load(from + offset(i), columns - i));
          }
        }
        const low = f32x4.extract_lane(sums, 0) + f32x4.extract_lane(sums, 1);
        const high = f32x4.extract_lane(sums, 2) + f32x4.extract_lane(sums, 3);
        store<f32>(y, (low + high) / <f32>((h1 - h0) * columns));
        y += 4;
      }
    }
  }
}

export function adaptiveAveragePoolGradient(a: usize, begin: i32, end: i32): void {
  const H = int(a, 3);
  const W = int(a, 4);
  const OH = int(a, 5);
  const OW = int(a, 6);
  for (let plane = begin; plane < end; plane++) {
    let dy = tensor(a, 0) + <usize>plane * offset(OH * OW);
    const dx = tensor(a, 1) + <usize>plane * offset(H * W);
    memory.fill(dx, 0, offset(H * W));
    for (let oh = 0; oh < OH; oh++) {
      const h0 = binStart(oh, OH, H);
      const h1 = binEnd(oh, OH, H);
      for (let ow = 0; ow < OW; ow++) {
        const w0 = binStart(ow, OW, W);
        const columns = binEnd(ow, OW, W) - w0;
        const share = f32x4.splat(load<f32>(dy) / <f32>((h1 - h0) * columns));
        dy += 4;
        for (let row = h0; row < h1; row++) {
          const to = dx + offset(row * W + w0);
          for (let i = 0; i < columns; i += 4) {
            const n = columns - i;
            Lanes.store(to + offset(i), f32x4.add(Lanes.load(to + offset(i), n), share), n);
          }
        }
      }
    }
  }
}
