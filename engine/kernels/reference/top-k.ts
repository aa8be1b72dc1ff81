import type { ReferenceKernel } from './memory.ts';

/** Each next one is the first, in the order of size and place, of those behind the one before it. */
export const topK: ReferenceKernel<'topK'> = ({ f, i }, a, begin, end) => {
  const { count, inner, k, sign, last } = a;
  const sizeAt = (from: number, n: number): number => {
    const size = sign * f[from + n * inner];
    return Number.isNaN(size) ? -Infinity : size;
  };
  for (let row = begin; row < end; row++) {
    for (let column = 0; column < inner; column++) {
      const from = a.x + row * count * inner + column;
      let [size, place] = [Infinity, -1];
      for (let j = 0; j < k; j++) {
        let [next, at] = [-Infinity, -1];
        for (let step = 0; step < count; step++) {
          const n = last === 1 ? count - 1 - step : step;
          const here = sizeAt(from, n);
          const isBehind =
            here < size || (here === size && (place < 0 || (last === 1 ? n < place : n > place)));
          if (isBehind && (at < 0 || here > next)) [next, at] = [here, n];
        }
        [size, place] = [next, at];
        const to = (row * k + j) * inner + column;
        f[a.values + to] = f[from + at * inner];
        i[a.places + to] = at;
      }
    }
  }
};

export const addAtPlaces: ReferenceKernel<'addAtPlaces'> = ({ f, i }, a, begin, end) => {
  const { count, inner, k } = a;
  f.fill(0, a.dx + begin * count * inner, a.dx + end * count * inner);
  for (let row = begin; row < end; row++) {
    for (let j = 0; j < k; j++) {
      for (let column = 0; column < inner; column++) {
        const from = (row * k + j) * inner + column;
        f[a.dx + (row * count + i[a.places + from]) * inner + column] += f[a.dvalues + from];
      }
    }
  }
};
