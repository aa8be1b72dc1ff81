import { type StepFigures, stepColumns, stepFigures } from '../protocol/step-series.ts';

const capacity = 256;

/** The rows of `Frame.steps` since it was last taken; when there are too many, every 2ⁿ-th and the newest. */
export class StepLog {
  // One row more than the capacity: the newest, where it is none of the others.
  private readonly values = new Float32Array((capacity + 1) * stepColumns);
  private count = 0;
  private stride = 1;
  private hasNewest = false;

  add(step: number, figures: StepFigures): void {
    if (step % this.stride === 0 && this.count === capacity) this.thin();
    const isKept = step % this.stride === 0;
    let at = this.count * stepColumns;
    this.values[at++] = step;
    for (const name of stepFigures) this.values[at++] = figures[name];
    if (isKept) this.count++;
    this.hasNewest = !isKept;
  }

  take(): Float32Array {
    const taken = this.values.slice(0, (this.count + (this.hasNewest ? 1 : 0)) * stepColumns);
    this.count = 0;
    this.stride = 1;
    this.hasNewest = false;
    return taken;
  }

  private thin(): void {
    this.stride *= 2;
    let kept = 0;
    for (let i = 0; i < this.count; i++) {
      const at = i * stepColumns;
      if (this.values[at] % this.stride !== 0) continue;
      this.values.copyWithin(kept * stepColumns, at, at + stepColumns);
      kept++;
    }
    this.count = kept;
  }
}
