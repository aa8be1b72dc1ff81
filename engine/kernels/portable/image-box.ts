import { offset } from './call';
import { Axis } from './convolution-axis';

// A box is the part of some planes of the source that a band of destinations reads, copied with the zeros around the
// image, [source, plane of the vertical axis, plane of the horizontal axis, row, column].

/**
 * Copies the box of `count` sources, `sourceBytes` apart, for `rows` × `columns` destinations from (row0, column0) on. Its
 * rows are `pitch` numbers long, its planes `planeBytes`.
 */
export function fillBox(
  box: usize,
  pitch: i32,
  planeBytes: usize,
  from: usize,
  sourceBytes: usize,
  count: i32,
  v: Axis,
  h: Axis,
  row0: i32,
  rows: i32,
  column0: i32,
  columns: i32,
): void {
  const boxRows = rows + v.reach;
  const boxColumns = columns + h.reach;
  const step = h.step;
  const rowBytes = offset(h.size);
  const pitchBytes = offset(pitch);
  for (let source = 0; source < count; source++) {
    for (let vPlane = 0; vPlane < v.planes; vPlane++) {
      for (let hPlane = 0; hPlane < h.planes; hPlane++) {
        const first = h.origin + column0 * step + hPlane;
        const begin = min(first >= 0 ? 0 : (step - 1 - first) / step, boxColumns);
        const end = first >= h.size ? begin : max(min((h.size - first + step - 1) / step, boxColumns), begin);
        let to = box;
        let row = v.origin + row0 * v.step + vPlane;
        for (let i = 0; i < boxRows; i++) {
          if (row < 0 || row >= v.size || begin === end) {
            zero(to, pitch);
          } else {
            zero(to, begin);
            copy(
              to + offset(begin),
              from + <usize>row * rowBytes + offset(first + begin * step),
              end - begin,
              step,
            );
            zero(to + offset(end), pitch - end);
          }
          row += v.step;
          to += pitchBytes;
        }
        box += planeBytes;
      }
    }
    from += sourceBytes;
  }
}

// Both write whole vectors: up to three numbers too many, where the next row will be, or behind the last one.

function zero(to: usize, count: i32): void {
  for (let i = 0; i < count; i += 4) {
    v128.store(to, i32x4.splat(0));
    to += 16;
  }
}

/** Copies `count` numbers, every `step`-th one. */
function copy(to: usize, from: usize, count: i32, step: i32): void {
  if (step === 1) {
    for (let i = 0; i < count; i += 4) {
      v128.store(to, v128.load(from));
      from += 16;
      to += 16;
    }
  } else if (step === 2) {
    for (let i = 0; i < count; i += 4) {
      v128.store(to, i32x4.shuffle(v128.load(from), v128.load(from, 16), 0, 2, 4, 6));
      from += 32;
      to += 16;
    }
  } else {
    const bytes = offset(step);
    for (let i = 0; i < count; i++) {
      store<u32>(to, load<u32>(from));
      from += bytes;
      to += 4;
    }
  }
}
