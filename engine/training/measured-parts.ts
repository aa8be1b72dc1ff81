import type { EvaluateProgram } from '../compiler/plan.ts';
import type { Part } from '../protocol/data-messages.ts';
import { guideOf, type Metrics, type PartMetrics } from '../protocol/live-run-messages.ts';
import type { Evaluator } from './evaluator.ts';
import type { Split } from './split.ts';

/** The parts of a run's samples as its weights answer them. */
export class MeasuredParts {
  readonly guide: Part;
  private readonly split: Split;
  private readonly evaluator: Evaluator;

  constructor(split: Split, evaluator: Evaluator) {
    this.split = split;
    this.evaluator = evaluator;
    this.guide = guideOf({ validation: orNone(split.validation), test: orNone(split.test) });
  }

  /** Each whole part, batch by batch. The weights must stay as they are between two. */
  *measuring(): Generator<undefined, PartMetrics> {
    const train = yield* this.evaluator.measuring(this.split.train);
    const validation = yield* this.evaluator.measuring(this.split.validation);
    const test = yield* this.evaluator.measuring(this.split.test);
    return { train, ...(validation && { validation }), test };
  }

  /** What an epoch ends with; the training part was measured as it was trained on. */
  measureGuide(onBadBatch: (program: EvaluateProgram, from: number) => void): Omit<PartMetrics, 'train'> {
    const { guide } = this;
    if (guide === 'train') return { test: undefined };
    const measured = this.measure(guide, onBadBatch);
    return guide === 'validation' ? { validation: measured, test: undefined } : { test: measured };
  }

  measure(part: Part, onBadBatch: (program: EvaluateProgram, from: number) => void): Metrics | undefined {
    return this.evaluator.measure(this.split[part], onBadBatch);
  }

  /** Milliseconds that `measureGuide` takes, from one batch of `batch` rows. */
  estimateGuideMs(batch: number): number {
    if (this.guide === 'train') return 0;
    const guide = this.split[this.guide];
    const rows = guide.subarray(0, batch);
    // The first pass brings code and samples near.
    this.evaluator.measure(rows);
    const begin = performance.now();
    this.evaluator.measure(rows);
    return ((performance.now() - begin) * guide.length) / rows.length;
  }
}

const orNone = (rows: Uint32Array): Uint32Array | undefined => (rows.length === 0 ? undefined : rows);
