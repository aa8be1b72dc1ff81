/** From a little left of the least x to a little right of the greatest: [count, 1]. */
export function lineOf(x: Float32Array, include: number, count: number): Float32Array {
  let [low, high] = [include, include];
  for (const value of x) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const room = (high - low || 1) * 0.06;
  return Float32Array.from(
    { length: count },
    (_, i) => low - room + (i / (count - 1)) * (high - low + 2 * room),
  );
}

/** Rows of one array after those of the other. */
export function concatenated(...arrays: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(arrays.reduce((sum, array) => sum + array.length, 0));
  let at = 0;
  for (const array of arrays) {
    all.set(array, at);
    at += array.length;
  }
  return all;
}
