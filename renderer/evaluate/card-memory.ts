import type { SamplePage } from '../../engine/protocol/data-messages.ts';

/** A sample that is looked at. */
export interface Card {
  readonly number: number;
  /** […input shape] and […target shape] */
  readonly x: Float32Array;
  readonly y: Float32Array;
}

/** Those that were looked at before need not come again, up to so many. */
const mostRemembered = 512;

/** Samples by their numbers. */
export class CardMemory {
  private readonly known = new Map<number, Card>();

  /** Which of them have to be asked for. */
  missing(wanted: readonly number[]): number[] {
    return wanted.filter((number) => !this.known.has(number));
  }

  /** Those of them that are there. */
  shown(wanted: readonly number[]): Card[] {
    return wanted.flatMap((number) => this.known.get(number) ?? []);
  }

  /** Takes in what was asked for; where it becomes too much, only what is `wanted` stays of what was there. */
  add({ rows, x, y }: Pick<SamplePage, 'rows' | 'x' | 'y'>, wanted: readonly number[]): void {
    if (this.known.size > mostRemembered) {
      const kept = new Set(wanted);
      for (const number of this.known.keys()) if (!kept.has(number)) this.known.delete(number);
    }
    const [width, targets] = [x.length / Math.max(1, rows.length), y.length / Math.max(1, rows.length)];
    for (const [i, number] of rows.entries()) {
      this.known.set(number, {
        number,
        x: x.subarray(i * width, (i + 1) * width),
        y: y.subarray(i * targets, (i + 1) * targets),
      });
    }
  }
}
