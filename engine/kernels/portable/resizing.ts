import { float, int, offset, tensor } from './call';
import { Lanes } from './lanes';
import { Strided } from './strided';

export function upsampleNearest(a: usize, begin: i32, end: i32): void {
  const H = int(a, 3);
  const W = int(a, 4);
  const OW = int(a, 6);
  const scaleH = int(a, 5) / H;
  const scaleW = OW / W;
  const pitch = offset(scaleW);
  for (let plane = begin; plane < end; plane++) {
    let x = tensor(a, 0) + <usize>plane * offset(H * W);
    let y = tensor(a, 1) + <usize>plane * offset(H * scaleH * OW);
    for (let h = 0; h < H; h++) {
      for (let w = 0; w < W; w += 4) {
        const n = W - w;
        const v = Lanes.load(x + offset(w), n);
        for (let j = 0; j < scaleW; j++) Strided.store(y + offset(w * scaleW + j), v, pitch, n);
      }
      for (let i = 1; i < scaleH; i++) memory.copy(y + offset(i * OW), y, offset(OW));
      x += offset(W);
      y += offset(scaleH * OW);
    }
  }
}

export function upsampleNearestGradient(a: usize, begin: i32, end: i32): void {
  const H = int(a, 3);
  const W = int(a, 4);
  const OW = int(a, 6);
  const scaleH = int(a, 5) / H;
  const scaleW = OW / W;
  const pitch = offset(scaleW);
  for (let plane = begin; plane < end; plane++) {
    let dy = tensor(a, 0) + <usize>plane * offset(H * scaleH * OW);
    let dx = tensor(a, 1) + <usize>plane * offset(H * W);
    for (let h = 0; h < H; h++) {
      for (let w = 0; w < W; w += 4) {
        const n = W - w;
        let sum = f32x4.splat(0);
        for (let i = 0; i < scaleH; i++) {
          const from = dy + offset(i * OW + w * scaleW);
          for (let j = 0; j < scaleW; j++) sum = f32x4.add(sum, Strided.load(from + offset(j), pitch, n));
        }
        Lanes.store(dx + offset(w), sum, n);
      }
      dy += offset(scaleH * OW);
      dx += offset(W);
    }
  }
}

/** How far behind the middle of the element that it comes from the i-th of `scale` new elements lies, in elements. */
function shift(i: i32, scale: i32): f32 {
  return (<f32>i + 0.5) / <f32>scale - 0.5;
}

// The elements of a row that come from place j of one element each are done together: with f = shift(j), all of them lie
// between their element's left neighbour and it (f < 0), or between it and its right neighbour, with the same shares.

export function upsampleLinear(a: usize, begin: i32, end: i32): void {
  const H = int(a, 3);
  const W = int(a, 4);
  const OH = int(a, 5);
  const OW = int(a, 6);
  const scaleH = OH / H;
  const scaleW = OW / W;
  const pitch = offset(scaleW);
  for (let plane = begin; plane < end; plane++) {
    const x = tensor(a, 0) + <usize>plane * offset(H * W);
    let y = tensor(a, 1) + <usize>plane * offset(OH * OW);
    for (let oh = 0; oh < OH; oh++) {
      const h = oh / scaleH;
      const down = shift(oh % scaleH, scaleH);
      const row0 = x + offset((down < 0 ? max(h - 1, 0) : h) * W);
      const row1 = x + offset((down < 0 ? h : min(h + 1, H - 1)) * W);
      const b1: f32 = down < 0 ? 1 + down : down;
      for (let j = 0; j < scaleW; j++) {
        const f = shift(j, scaleW);
        const to = y + offset(j);
        if (f < 0) {
          const a1: f32 = 1 + f;
          blend(row0, row1, b1, 0, 0, a1, to, pitch, 1);
          blend(row0, row1, b1, 0, 4, a1, to + pitch, pitch, W - 1);
        } else {
          const last = offset(W - 1);
          blend(row0, row1, b1, 0, 4, f, to, pitch, W - 1);
          blend(row0, row1, b1, last, last, f, to + <usize>(W - 1) * pitch, pitch, 1);
        }
      }
      y += offset(OW);
    }
  }
}

/** `count` elements between those of two rows from byte `first` and from byte `second` on, written `pitch` bytes apart. */
function blend(
  row0: usize,
  row1: usize,
  b1: f32,
  first: usize,
  second: usize,
  a1: f32,
  to: usize,
  pitch: usize,
  count: i32,
): void {
  for (let i = 0; i < count; i += 4) {
    const n = count - i;
    const at = offset(i);
    const left = between(row0 + first + at, row1 + first + at, b1, n);
    const right = between(row0 + second + at, row1 + second + at, b1, n);
    const v = f32x4.add(f32x4.mul(f32x4.splat(1 - a1), left), f32x4.mul(f32x4.splat(a1), right));
    Strided.store(to + <usize>i * pitch, v, pitch, n);
  }
}

function between(above: usize, below: usize, b1: f32, left: i32): v128 {
  const upper = f32x4.mul(f32x4.splat(1 - b1), Lanes.load(above, left));
  return f32x4.add(upper, f32x4.mul(f32x4.splat(b1), Lanes.load(below, left)));
}

export function upsampleLinearGradient(a: usize, begin: i32, end: i32): void {
  const H = int(a, 3);
  const W = int(a, 4);
  const OH = int(a, 5);
  const OW = int(a, 6);
  const scaleH = OH / H;
  const scaleW = OW / W;
  const pitch = offset(scaleW);
  for (let plane = begin; plane < end; plane++) {
    let dy = tensor(a, 0) + <usize>plane * offset(OH * OW);
    const dx = tensor(a, 1) + <usize>plane * offset(H * W);
    memory.fill(dx, 0, offset(H * W));
    for (let oh = 0; oh < OH; oh++) {
      const h = oh / scaleH;
      const down = shift(oh % scaleH, scaleH);
      const row0 = dx + offset((down < 0 ? max(h - 1, 0) : h) * W);
      const row1 = dx + offset((down < 0 ? h : min(h + 1, H - 1)) * W);
      const b1: f32 = down < 0 ? 1 + down : down;
      for (let j = 0; j < scaleW; j++) {
        const f = shift(j, scaleW);
        const from = dy + offset(j);
        if (f < 0) {
          const a1: f32 = 1 + f;
          spread(from, pitch, 1 - a1, row0, row1, b1, 1);
          spread(from + pitch, pitch, 1 - a1, row0, row1, b1, W - 1);
          spread(from, pitch, a1, row0, row1, b1, W);
        } else {
          const last = offset(W - 1);
          spread(from, pitch, 1 - f, row0, row1, b1, W);
          spread(from, pitch, f, row0 + 4, row1 + 4, b1, W - 1);
          spread(from + <usize>(W - 1) * pitch, pitch, f, row0 + last, row1 + last, b1, 1);
        }
      }
      dy += offset(OW);
    }
  }
}

/** Adds share · dy to `count` elements of two rows, which may be one and the same, from their addresses on. */
function spread(dy: usize, pitch: usize, share: f32, row0: usize, row1: usize, b1: f32, count: i32): void {
  for (let i = 0; i < count; i += 4) {
    const n = count - i;
    const d = f32x4.mul(f32x4.splat(share), Strided.load(dy + <usize>i * pitch, pitch, n));
    const above = row0 + offset(i);
    Lanes.store(above, f32x4.add(Lanes.load(above, n), f32x4.mul(d, f32x4.splat(1 - b1))), n);
    const below = row1 + offset(i);
    Lanes.store(below, f32x4.add(Lanes.load(below, n), f32x4.mul(d, f32x4.splat(b1))), n);
  }
}

export function zeroPad(a: usize, begin: i32, end: i32): void {
  const H = int(a, 3);
  const W = int(a, 4);
  const plane = offset(int(a, 5) * int(a, 6));
  const pitch = offset(int(a, 6));
  const inset = <usize>int(a, 7) * pitch + offset(int(a, 8));
  const y = tensor(a, 1);
  const value = f32x4.splat(float(a, 9));
  const count = (end - begin) * int(a, 5) * int(a, 6);
  for (let i = 0; i < count; i += 4) Lanes.store(y + <usize>begin * plane + offset(i), value, count - i);
  for (let p = begin; p < end; p++) {
    let from = tensor(a, 0) + <usize>p * offset(H * W);
    let to = y + <usize>p * plane + inset;
    for (let h = 0; h < H; h++) {
      memory.copy(to, from, offset(W));
      from += offset(W);
      to += pitch;
    }
  }
}

export function zeroPadGradient(a: usize, begin: i32, end: i32): void {
  const H = int(a, 3);
  const W = int(a, 4);
  const pitch = offset(int(a, 6));
  const inset = <usize>int(a, 7) * pitch + offset(int(a, 8));
  for (let p = begin; p < end; p++) {
    let from = tensor(a, 0) + <usize>p * offset(int(a, 5) * int(a, 6)) + inset;
    let to = tensor(a, 1) + <usize>p * offset(H * W);
    for (let h = 0; h < H; h++) {
      memory.copy(to, from, offset(W));
      from += pitch;
      to += offset(W);
    }
  }
}

/** Where o of `to` new elements lies among `from`, in units of `unitOf`; of long signals that is beyond 32 bits. */
function placeOf(o: i64, from: i64, to: i64, corners: bool): i64 {
  return corners ? o * (from - 1) : max<i64>((2 * o + 1) * from - to, 0);
}

function unitOf(to: i64, corners: bool): i64 {
  return corners ? max<i64>(to - 1, 1) : 2 * to;
}

export function resizeLinear(a: usize, begin: i32, end: i32): void {
  const H = int(a, 3);
  const W = int(a, 4);
  const OH = int(a, 5);
  const OW = int(a, 6);
  const corners = int(a, 7) !== 0;
  const unitH = unitOf(OH, corners);
  const unitW = unitOf(OW, corners);
  for (let plane = begin; plane < end; plane++) {
    const x = tensor(a, 0) + <usize>plane * offset(H * W);
    let y = tensor(a, 1) + <usize>plane * offset(OH * OW);
    for (let oh = 0; oh < OH; oh++) {
      const atH = placeOf(oh, H, OH, corners);
      const h = <i32>(atH / unitH);
      const b1: f32 = <f32>(atH - <i64>h * unitH) / <f32>unitH;
      const row0 = x + offset(h * W);
      const row1 = x + offset(min(h + 1, H - 1) * W);
      for (let ow = 0; ow < OW; ow++) {
        const atW = placeOf(ow, W, OW, corners);
        const w = <i32>(atW / unitW);
        const a1: f32 = <f32>(atW - <i64>w * unitW) / <f32>unitW;
        const left = offset(w);
        const right = offset(min(w + 1, W - 1));
        const first: f32 = (1 - b1) * load<f32>(row0 + left) + b1 * load<f32>(row1 + left);
        const second: f32 = (1 - b1) * load<f32>(row0 + right) + b1 * load<f32>(row1 + right);
        store<f32>(y, (1 - a1) * first + a1 * second);
        y += 4;
      }
    }
  }
}

export function resizeLinearGradient(a: usize, begin: i32, end: i32): void {
  const H = int(a, 3);
  const W = int(a, 4);
  const OH = int(a, 5);
  const OW = int(a, 6);
  const corners = int(a, 7) !== 0;
  const unitH = unitOf(OH, corners);
  const unitW = unitOf(OW, corners);
  for (let plane = begin; plane < end; plane++) {
    let dy = tensor(a, 0) + <usize>plane * offset(OH * OW);
    const dx = tensor(a, 1) + <usize>plane * offset(H * W);
    memory.fill(dx, 0, offset(H * W));
    for (let oh = 0; oh < OH; oh++) {
      const atH = placeOf(oh, H, OH, corners);
      const h = <i32>(atH / unitH);
      const b1: f32 = <f32>(atH - <i64>h * unitH) / <f32>unitH;
      const row0 = dx + offset(h * W);
      const row1 = dx + offset(min(h + 1, H - 1) * W);
      for (let ow = 0; ow < OW; ow++) {
        const atW = placeOf(ow, W, OW, corners);
        const w = <i32>(atW / unitW);
        const a1: f32 = <f32>(atW - <i64>w * unitW) / <f32>unitW;
        const d = load<f32>(dy);
        share(row0 + offset(w), row1 + offset(w), (1 - a1) * d, b1);
        const right = offset(min(w + 1, W - 1));
        share(row0 + right, row1 + right, a1 * d, b1);
        dy += 4;
      }
    }
  }
}

function share(above: usize, below: usize, d: f32, b1: f32): void {
  store<f32>(above, load<f32>(above) + d * (1 - b1));
  store<f32>(below, load<f32>(below) + d * b1);
}
