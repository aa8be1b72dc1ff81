const windowMs = 2000;

/** How fast steps go by, over the last two seconds of training. */
export class Pace {
  private marks: { readonly atMs: number; readonly step: number }[] = [];
  private latest = 0;

  /** Training begins or goes on here: what was before says nothing about now. */
  restart(atMs: number, step: number): void {
    this.marks = [{ atMs, step }];
  }

  mark(atMs: number, step: number): void {
    this.marks.push({ atMs, step });
    while (this.marks.length > 2 && atMs - (this.marks[0]?.atMs ?? atMs) > windowMs) this.marks.shift();
    const oldest = this.marks[0];
    if (oldest !== undefined && atMs > oldest.atMs) {
      this.latest = ((step - oldest.step) * 1000) / (atMs - oldest.atMs);
    }
  }

  get stepsPerSecond(): number {
    return this.latest;
  }
}
