const steps = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];

/** The least of 1, 1.2, 1.5, 2, … · 10^k that is not below the value; for what is positive. */
export function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  for (const step of steps) if (step * power >= value * (1 - 1e-9)) return step * power;
  return 10 * power;
}

/** The end of a step axis that starts at 0: it grows in strides, and never beyond what the run will need. */
export function stepAxisEnd(step: number, total: number): number {
  const end = roundUp(Math.max(10, step * 1.02));
  return total > 0 && total >= step ? Math.min(end, Math.max(total, 1)) : end;
}

/**
 * A vertical axis that holds everything it has been shown and only ever grows, in strides, so that curves keep their
 * place while they are drawn.
 */
export class GrowingRange {
  #low = Infinity;
  #high = -Infinity;
  #least = Infinity;

  include(value: number): void {
    if (!Number.isFinite(value)) return;
    if (value > 0) this.#least = Math.min(this.#least, value);
    this.#low = Math.min(this.#low, value);
    this.#high = Math.max(this.#high, value);
  }

  /** From 0 (or a rounded negative number) to a rounded one. */
  linear(): [low: number, high: number] {
    if (this.#high === -Infinity) return [0, 1];
    const high = this.#high > 0 ? roundUp(this.#high * 1.02) : 0;
    const low = this.#low < 0 ? -roundUp(-this.#low * 1.02) : 0;
    return high > low ? [low, high] : [low, low + 1];
  }

  /** Whole powers of ten around the positive values. */
  log(): [low: number, high: number] {
    if (this.#least === Infinity) return [0.01, 1];
    const low = 10 ** Math.floor(Math.log10(this.#least));
    const high = 10 ** Math.ceil(Math.log10(Math.max(this.#high, this.#least)) + 1e-9);
    return [low, high > low ? high : low * 10];
  }
}
