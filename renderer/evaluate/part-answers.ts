import type { PartPrediction } from '../../engine/protocol/live-run-messages.ts';

/** What a run answered to the samples of a part, as far as it was asked. */
export interface PartAnswers {
  readonly rows: number;
  /** [rows, columns] */
  readonly prediction: {
    readonly values: Float32Array;
    readonly columns: number;
    readonly step: number;
  };
  /** [rows, …target shape] */
  readonly targets: Float32Array;
  /** The number of each sample: [rows]. */
  readonly numbers: Int32Array;
  /** Samples of the part, and how many of them can be asked about. */
  readonly count: number;
  readonly most: number;
}

/** Answers are kept whole, and take no more memory than this: 64 MiB. */
const mostKept = 2 ** 24;

/** Puts together what is answered slice by slice; all slices are of one step. */
export class GatheredAnswers {
  private readonly step: number;
  private readonly columns: number;
  private readonly targetSize: number;
  private readonly count: number;
  private readonly most: number;
  private readonly values: Float32Array;
  private readonly targets: Float32Array;
  private readonly numbers: Int32Array;
  private rows = 0;

  constructor({ step, columns, targets, rows, count }: PartPrediction, mostRows: number) {
    this.step = step;
    this.columns = columns;
    this.count = count;
    this.targetSize = targets.length / Math.max(1, rows.length);
    const perRow = Math.max(1, columns, this.targetSize);
    this.most = Math.min(count, Math.max(1, Math.floor(mostKept / perRow)));
    const room = Math.min(this.most, mostRows);
    this.values = new Float32Array(room * columns);
    this.targets = new Float32Array(room * this.targetSize);
    this.numbers = new Int32Array(room);
  }

  /** False where the run has gone on meanwhile: then it is to be asked anew. */
  add({ step, values, targets, rows }: PartPrediction): boolean {
    if (step !== this.step) return false;
    const count = Math.min(rows.length, this.left);
    this.values.set(values.subarray(0, count * this.columns), this.rows * this.columns);
    this.targets.set(targets.subarray(0, count * this.targetSize), this.rows * this.targetSize);
    this.numbers.set(rows.subarray(0, count), this.rows);
    this.rows += count;
    return true;
  }

  get left(): number {
    return this.numbers.length - this.rows;
  }

  get next(): number {
    return this.rows;
  }

  /** What has been answered so far. */
  get sofar(): PartAnswers {
    const { rows, columns, step, count, most } = this;
    return {
      rows,
      prediction: { values: this.values.subarray(0, rows * columns), columns, step },
      targets: this.targets.subarray(0, rows * this.targetSize),
      numbers: this.numbers.subarray(0, rows),
      count,
      most,
    };
  }
}
