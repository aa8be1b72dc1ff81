import { float, int, offset, tensor } from './call';
import { Lanes } from './lanes';

export function copy(a: usize, begin: i32, end: i32): void {
  const x = tensor(a, 0) + offset(int(a, 2));
  const n1 = int(a, 4);
  const n2 = int(a, 5);
  const n3 = int(a, 6);
  const rows = int(a, 7);
  const columns = int(a, 8);
  const rowStep = offset(int(a, 13));
  const columnStep = offset(int(a, 14));
  let to = tensor(a, 1) + offset(begin * rows * columns);
  for (let plane = begin; plane < end; plane++) {
    let rest = plane;
    let at = (rest % n3) * int(a, 12);
    rest /= n3;
    at += (rest % n2) * int(a, 11);
    rest /= n2;
    at += (rest % n1) * int(a, 10) + (rest / n1) * int(a, 9);
    const from = x + offset(at);
    if (columnStep === 4) {
      for (let row = 0; row < rows; row++) {
        copyWords(from + <usize>row * rowStep, to + offset(row * columns), columns);
      }
    } else if (rowStep === 4) {
      transpose(from, columnStep, to, rows, columns);
    } else {
      pick(from, rowStep, columnStep, to, rows, columns);
    }
    to += offset(rows * columns);
  }
}

/** y [rows, columns] = x [columns, rows] turned, `pitch` bytes from row to row of x. */
function transpose(x: usize, pitch: usize, y: usize, rows: i32, columns: i32): void {
  const yPitch = offset(columns);
  const wholeRows = rows & ~3;
  const wholeColumns = columns & ~3;
  for (let row = 0; row < wholeRows; row += 4) {
    const to = y + offset(row * columns);
    for (let column = 0; column < wholeColumns; column += 4) {
      const from = x + offset(row) + <usize>column * pitch;
      const x0 = v128.load(from);
      const x1 = v128.load(from + pitch);
      const x2 = v128.load(from + pitch * 2);
      const x3 = v128.load(from + pitch * 3);
      const low01 = i32x4.shuffle(x0, x1, 0, 4, 1, 5);
      const low23 = i32x4.shuffle(x2, x3, 0, 4, 1, 5);
      const high01 = i32x4.shuffle(x0, x1, 2, 6, 3, 7);
      const high23 = i32x4.shuffle(x2, x3, 2, 6, 3, 7);
      const there = to + offset(column);
      v128.store(there, i64x2.shuffle(low01, low23, 0, 2));
      v128.store(there + yPitch, i64x2.shuffle(low01, low23, 1, 3));
      v128.store(there + yPitch * 2, i64x2.shuffle(high01, high23, 0, 2));
      v128.store(there + yPitch * 3, i64x2.shuffle(high01, high23, 1, 3));
    }
    for (let turned = row; turned < row + 4; turned++) {
      const from = x + offset(turned);
      for (let column = wholeColumns; column < columns; column++) {
        store<i32>(y + offset(turned * columns + column), load<i32>(from + <usize>column * pitch));
      }
    }
  }
  pick(x + offset(wholeRows), 4, pitch, y + offset(wholeRows * columns), rows - wholeRows, columns);
}

function pick(x: usize, rowStep: usize, columnStep: usize, y: usize, rows: i32, columns: i32): void {
  for (let row = 0; row < rows; row++) {
    let from = x + <usize>row * rowStep;
    for (let column = 0; column < columns; column++) {
      store<i32>(y, load<i32>(from));
      from += columnStep;
      y += 4;
    }
  }
}

function copyWords(from: usize, to: usize, count: i32): void {
  for (let i = 0; i < count; i += 4) {
    Lanes.store(to + offset(i), Lanes.load(from + offset(i), count - i), count - i);
  }
}

function zeroWords(to: usize, count: i32): void {
  for (let i = 0; i < count; i += 4) Lanes.store(to + offset(i), f32x4.splat(0), count - i);
}

export function concat(a: usize, begin: i32, end: i32): void {
  let width = 0;
  for (let part = 0; part < 6; part++) width += int(a, 8 + part);
  let before = 0;
  for (let part = 0; part < 6; part++) {
    const from = tensor(a, part);
    const run = int(a, 8 + part);
    for (let row = begin; row < end; row++) {
      const to = tensor(a, 6) + offset(row * width + before);
      if (from) copyWords(from + offset(row * run), to, run);
      else zeroWords(to, run);
    }
    before += run;
  }
}

export function meanOver(a: usize, begin: i32, end: i32): void {
  const count = int(a, 3);
  const inner = int(a, 4);
  const pitch = offset(inner);
  const divisor = f32x4.splat(<f32>count);
  for (let outer = begin; outer < end; outer++) {
    const x = tensor(a, 0) + offset(outer * count * inner);
    const y = tensor(a, 1) + offset(outer * inner);
    for (let i = 0; i < inner; i += 4) {
      const left = inner - i;
      let from = x + offset(i);
      let sum = f32x4.splat(0);
      for (let n = 0; n < count; n++) {
        sum = f32x4.add(sum, Lanes.load(from, left));
        from += pitch;
      }
      Lanes.store(y + offset(i), f32x4.div(sum, divisor), left);
    }
  }
}

export function meanOverGradient(a: usize, begin: i32, end: i32): void {
  const count = int(a, 3);
  const inner = int(a, 4);
  const pitch = offset(inner);
  const divisor = f32x4.splat(<f32>count);
  for (let outer = begin; outer < end; outer++) {
    const dy = tensor(a, 0) + offset(outer * inner);
    const dx = tensor(a, 1) + offset(outer * count * inner);
    for (let i = 0; i < inner; i += 4) {
      const left = inner - i;
      const share = f32x4.div(Lanes.load(dy + offset(i), left), divisor);
      let to = dx + offset(i);
      for (let n = 0; n < count; n++) {
        Lanes.store(to, share, left);
        to += pitch;
      }
    }
  }
}

export function choose(a: usize, begin: i32, end: i32): void {
  const left = tensor(a, 1);
  const right = tensor(a, 2);
  const value = f32x4.splat(float(a, 5));
  for (let i = begin; i < end; i += 4) {
    const at = offset(i);
    const n = end - i;
    const holds = f32x4.ne(Lanes.load(tensor(a, 0) + at, n), f32x4.splat(0));
    const yes = left ? Lanes.load(left + at, n) : value;
    const no = right ? Lanes.load(right + at, n) : value;
    Lanes.store(tensor(a, 3) + at, v128.bitselect(yes, no, holds), n);
  }
}

export function convert(a: usize, begin: i32, end: i32): void {
  const toWhole = int(a, 3) !== 0;
  for (let i = begin; i < end; i += 4) {
    const x = Lanes.load(tensor(a, 0) + offset(i), end - i);
    const y = toWhole ? i32x4.trunc_sat_f32x4_s(x) : f32x4.convert_i32x4_s(x);
    Lanes.store(tensor(a, 1) + offset(i), y, end - i);
  }
}

export function cumulativeSum(a: usize, begin: i32, end: i32): void {
  const count = int(a, 3);
  const inner = int(a, 4);
  const exclusive = int(a, 5) !== 0;
  const reverse = int(a, 6) !== 0;
  for (let outer = begin; outer < end; outer++) {
    for (let column = 0; column < inner; column += 4) {
      const left = inner - column;
      let total = f32x4.splat(0);
      for (let n = 0; n < count; n++) {
        const place = reverse ? count - 1 - n : n;
        const at = offset((outer * count + place) * inner + column);
        const sum = f32x4.add(total, Lanes.load(tensor(a, 0) + at, left));
        Lanes.store(tensor(a, 1) + at, exclusive ? total : sum, left);
        total = sum;
      }
    }
  }
}
