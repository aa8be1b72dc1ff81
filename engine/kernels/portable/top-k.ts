import { int, offset, tensor } from './call';

class Sizes {
  @inline
  static at(from: usize, n: i32, inner: i32, sign: f32): f32 {
    const size = sign * load<f32>(from + offset(n * inner));
    return isNaN(size) ? -Infinity : size;
  }
}

/** Each next one is the first, in the order of size and place, of those behind the one before it. */
export function topK(a: usize, begin: i32, end: i32): void {
  const count = int(a, 4);
  const inner = int(a, 5);
  const k = int(a, 6);
  const sign = <f32>int(a, 7);
  const last = int(a, 8) === 1;
  for (let row = begin; row < end; row++) {
    for (let column = 0; column < inner; column++) {
      const from = tensor(a, 0) + offset(row * count * inner + column);
      let size: f32 = Infinity;
      let place = -1;
      for (let j = 0; j < k; j++) {
        let next: f32 = -Infinity;
        let at = -1;
        for (let step = 0; step < count; step++) {
          const n = last ? count - 1 - step : step;
          const here = Sizes.at(from, n, inner, sign);
          const follows = place < 0 || (last ? n < place : n > place);
          const isBehind = here < size || (here === size && follows);
          if (isBehind && (at < 0 || here > next)) {
            next = here;
            at = n;
          }
        }
        size = next;
        place = at;
        const to = offset((row * k + j) * inner + column);
        store<f32>(tensor(a, 1) + to, load<f32>(from + offset(at * inner)));
        store<i32>(tensor(a, 2) + to, at);
      }
    }
  }
}

export function addAtPlaces(a: usize, begin: i32, end: i32): void {
  const dvalues = tensor(a, 0);
  const places = tensor(a, 1);
  const dx = tensor(a, 2);
  const count = int(a, 4);
  const inner = int(a, 5);
  const k = int(a, 6);
  memory.fill(dx + offset(begin * count * inner), 0, offset((end - begin) * count * inner));
  for (let row = begin; row < end; row++) {
    for (let j = 0; j < k; j++) {
      for (let column = 0; column < inner; column++) {
        const from = offset((row * k + j) * inner + column);
        const to = dx + offset((row * count + load<i32>(places + from)) * inner + column);
        store<f32>(to, load<f32>(to) + load<f32>(dvalues + from));
      }
    }
  }
}
