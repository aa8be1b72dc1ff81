const capacity = 256;
const width = 3;

/** The steps since it was last taken, [step, loss, accuracy] each; when there are too many, every 2ⁿ-th. */
export class StepLog {
  private readonly values = new Float32Array(capacity * width);
  private count = 0;
  private stride = 1;

  add(step: number, loss: number, accuracy: number): void {
    if (step % this.stride !== 0) return;
    if (this.count === capacity) {
      this.thin();
      if (step % this.stride !== 0) return;
    }
    const at = this.count * width;
    this.values[at] = step;
    this.values[at + 1] = loss;
    this.values[at + 2] = accuracy;
    this.count++;
  }

  take(): Float32Array {
    const taken = this.values.slice(0, this.count * width);
    this.count = 0;
    this.stride = 1;
    return taken;
  }

  private thin(): void {
    this.stride *= 2;
    let kept = 0;
    for (let i = 0; i < this.count; i++) {
      const at = i * width;
      if (this.values[at] % this.stride !== 0) continue;
      this.values.copyWithin(kept * width, at, at + width);
      kept++;
    }
    this.count = kept;
  }
}
