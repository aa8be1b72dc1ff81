import type { EvaluateProgram, Plan, PlannedTensor } from '../compiler/plan.ts';
import { NetwrightError } from '../declaration/problem.ts';
import { elementCount } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import type { Metrics } from '../protocol/live-run-messages.ts';
import type { LoadedProgram } from '../runtime/code.ts';
import type { Machine } from '../runtime/machine.ts';
import type { Batches } from './batches.ts';
import { readPredictions } from './reading.ts';

interface LoadedEvaluation {
  readonly program: EvaluateProgram;
  readonly loaded: LoadedProgram;
}

/** Right answers, and the answers that count. */
export const hitsAt = (floats: Float32Array, at: number): readonly [number, number] => [
  floats[at],
  floats[at + 1],
];

/** 0 where nothing was asked: every label was one to be ignored. */
export const shareOf = (hits: number, answers: number): number => (answers === 0 ? 0 : hits / answers);

/** Takes all steps of something that could be done bit by bit. */
export function atOnce<T>(steps: Generator<undefined, T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** Runs the weights as they are, without changing them: loss and accuracy of samples, predictions for inputs. */
export class Evaluator {
  private readonly machine: Machine;
  private readonly plan: Plan;
  private readonly batches: Batches;
  private readonly full: LoadedEvaluation;
  private readonly rests: ReadonlyMap<number, LoadedEvaluation>;
  /** The programs for predictions, those for fewest rows first. */
  private readonly byRows: readonly LoadedEvaluation[];

  constructor(machine: Machine, batches: Batches) {
    const { plan } = machine;
    this.machine = machine;
    this.plan = plan;
    this.batches = batches;
    const load = (program: EvaluateProgram): LoadedEvaluation => ({
      program,
      loaded: machine.loaded(program),
    });
    this.full = load(plan.programs.evaluate);
    this.rests = new Map(plan.programs.evaluateRest.map((program) => [program.batch, load(program)]));
    this.byRows = [...this.rests.values(), this.full].toSorted((a, b) => a.program.batch - b.program.batch);
  }

  /**
   * Mean loss and share of right answers over the samples `rows`; undefined without samples. `onBadBatch` is told of the
   * first batch whose loss is not finite, and ends the pass.
   */
  measure(
    rows: Uint32Array,
    onBadBatch?: (program: EvaluateProgram, from: number) => void,
  ): Metrics | undefined {
    return atOnce(this.measuring(rows, onBadBatch));
  }

  /** The same batch by batch: whoever takes the steps may do something else between two. */
  *measuring(
    rows: Uint32Array,
    onBadBatch?: (program: EvaluateProgram, from: number) => void,
  ): Generator<undefined, Metrics | undefined> {
    if (rows.length === 0) return undefined;
    const { floats } = this.machine.arena;
    let lossSum = 0;
    let hits = 0;
    let answers = 0;
    for (let from = 0; from < rows.length; ) {
      const { program, loaded } = this.forRows(rows.length - from);
      this.batches.load(program, rows, from);
      this.machine.run(loaded);
      const loss = floats[program.loss];
      if (!Number.isFinite(loss) && onBadBatch) {
        onBadBatch(program, from);
        return { loss };
      }
      lossSum += loss * program.batch;
      if (program.hits !== undefined) {
        const [right, all] = hitsAt(floats, program.hits);
        hits += right;
        answers += all;
      }
      from += program.batch;
      yield;
    }
    const loss = lossSum / rows.length;
    return this.full.program.hits === undefined ? { loss } : { loss, accuracy: shareOf(hits, answers) };
  }

  /**
   * What the first loss would be given for inputs x [rows, …input shape]: [rows, columns], numbers or probabilities. With
   * several data nodes a row of x holds their inputs one after the other.
   * Throws a NetwrightError when x has not as many numbers as the rows need.
   */
  predict(x: Float32Array, rows: number): { readonly values: Float32Array; readonly columns: number } {
    const sizes = this.plan.inputs.map(({ shape }) => elementCount(shape));
    const inputSize = sizes.reduce((sum, size, i) => sum + (this.plan.inputs[i]?.port === 'x' ? size : 0), 0);
    if (!Number.isSafeInteger(rows) || rows < 0 || x.length !== rows * inputSize) {
      throw new NetwrightError(
        'predict.wrong-length',
        text(
          `Expected ${inputSize} numbers for each of ${rows} rows, found ${x.length} numbers in all.`,
          `${rows} 行输入每行应有 ${inputSize} 个数，实际总共 ${x.length} 个。`,
        ),
      );
    }
    const { floats, ints } = this.machine.arena;
    const [{ shape }] = this.full.program.predictions as [PlannedTensor];
    const columns = elementCount(shape.slice(1));
    const values = new Float32Array(rows * columns);
    for (let from = 0; from < rows; ) {
      const { program, loaded } = this.forQuestions(rows - from);
      const [prediction] = program.predictions as [PlannedTensor];
      const count = Math.min(program.batch, rows - from);
      // Other programs use these words too; what they leave is no label. Rows beyond the inputs are computed for nothing.
      let taken = 0;
      for (const [i, { port, dtype }] of this.plan.inputs.entries()) {
        const size = sizes[i];
        const word = program.inputs[i];
        const words = dtype === 'int32' ? ints : floats;
        words.fill(0, word, word + program.batch * size);
        if (port !== 'x') continue;
        for (let row = 0; row < count; row++) {
          const start = (from + row) * inputSize + taken;
          words.set(x.subarray(start, start + size), word + row * size);
        }
        taken += size;
      }
      this.machine.run(loaded);
      const answers = floats.subarray(prediction.offset, prediction.offset + count * columns);
      values.set(answers, from * columns);
      from += count;
    }
    const { reading } = this.plan.losses[0] as Plan['losses'][number];
    readPredictions(values, shape.at(-1) ?? columns, reading);
    return { values, columns };
  }

  /** The largest program that is filled by so many rows, or the smallest where none is. */
  private forQuestions(left: number): LoadedEvaluation {
    return (
      this.byRows.findLast(({ program }) => program.batch <= left) ?? (this.byRows[0] as LoadedEvaluation)
    );
  }

  private forRows(left: number): LoadedEvaluation {
    if (left >= this.full.program.batch) return this.full;
    const rest = this.rests.get(left);
    if (rest === undefined) throw new Error(`the plan has no program that evaluates ${left} rows`);
    return rest;
  }
}
