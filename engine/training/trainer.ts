import type { EvaluateProgram, Plan, Program, TrainProgram } from '../compiler/plan.ts';
import type { Text } from '../declaration/text.ts';
import { flatten } from '../document/flatten.ts';
import type { NetwrightDocument } from '../document/schema.ts';
import { settingsOf } from '../document/training-settings.ts';
import type { EpochRecord, PartMetrics, Prediction } from '../protocol/live-run-messages.ts';
import type { Refusal } from '../protocol/refusal.ts';
import { streams } from '../random/stream.ts';
import type { LoadedProgram } from '../runtime/code.ts';
import type { Machine } from '../runtime/machine.ts';
import { Shuffler } from '../runtime/shuffler.ts';
import { notYetOnPlateau } from '../schedules/contract.ts';
import { notYetWaiting } from '../schedules/early-stopping.ts';
import { type Ahead, Batches, type SamplesByNode } from './batches.ts';
import { BestEpoch } from './best-epoch.ts';
import { CallTimes } from './call-times.ts';
import { type Checkpoint, matchTensors, type Progress } from './checkpoint.ts';
import { atOnce, Evaluator, hitsAt, shareOf } from './evaluator.ts';
import { LastGood } from './last-good.ts';
import { MeasuredParts } from './measured-parts.ts';
import { areFinite, type FailedBatch, firstNonFinite, nonFiniteRefusal } from './non-finite.ts';
import { RunCourse } from './run-course.ts';
import type { NamedTensor } from './safetensors.ts';
import type { Split } from './split.ts';
import { WatchedFigures } from './watched-figures.ts';
import { copyTensors, initialiseWeights, restoreFitting, restoreTensors, viewTensors } from './weights.ts';

export interface TrainerParts {
  readonly document: NetwrightDocument;
  readonly machine: Machine;
  readonly samples: SamplesByNode;
  readonly split: Split;
  /** How batches are made while steps are taken; without it each is made before its step. */
  readonly ahead?: Ahead;
  /** Told of each epoch as it ends. */
  readonly onEpoch?: (record: EpochRecord) => void;
}

interface LoadedTraining {
  readonly program: TrainProgram;
  readonly loaded: LoadedProgram;
}

/**
 * Trains a compiled document, one batch per call of `step`. The same document gives the same weights, bit for bit,
 * however many threads the machine has, whether steps are watched or not, and wherever the run is interrupted.
 */
export class Trainer {
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  /** Of the last step: mean loss of its batch; share of right answers, NaN where there is no right or wrong. */
  lastLoss = Number.NaN;
  lastAccuracy = Number.NaN;
  /** What it was taken with. */
  lastRate = Number.NaN;
  /** Length of all its gradients together, before clipping; NaN where it was not measured. */
  lastGradientNorm = Number.NaN;
  /** Whether the weights are no longer those of the last step, but those of the epoch that early stopping kept. */
  wentBack = false;
  /** Why training cannot go on. */
  failure: Refusal | undefined;
  /** Filled by a watched step. */
  readonly figures: WatchedFigures;
  /** Spent so far on measuring the part that guides the run at the ends of epochs. */
  evaluatedMs = 0;
  /** How long the calls of a step take. */
  readonly callTimes: CallTimes;

  private readonly document: NetwrightDocument;
  private readonly machine: Machine;
  private readonly plan: Plan;
  private readonly split: Split;
  private readonly batches: Batches;
  private readonly evaluator: Evaluator;
  private readonly parts: MeasuredParts;
  private readonly onEpoch: (record: EpochRecord) => void;
  private readonly full: LoadedTraining;
  private readonly watched: LoadedTraining;
  private readonly rest: LoadedTraining | undefined;
  private readonly course: RunCourse;
  private readonly measuresEveryNorm: boolean;
  private readonly best: BestEpoch;
  private readonly lastGood: LastGood;
  private readonly progress: Progress;
  private readonly shuffler: Shuffler;
  /** Numbers of the training samples in the order of epoch `orderedEpoch`. */
  private readonly order: Uint32Array;
  private orderedEpoch = -1;

  constructor({ document, machine, samples, split, ahead, onEpoch = () => {} }: TrainerParts) {
    const { plan, arena } = machine;
    const { programs } = plan;
    const load = (program: TrainProgram): LoadedTraining => ({ program, loaded: machine.loaded(program) });
    this.document = document;
    this.machine = machine;
    this.plan = plan;
    this.split = split;
    this.onEpoch = onEpoch;
    this.batches = new Batches(samples, plan, arena, document.training.seed, ahead);
    machine.whenClosed(() => this.batches.close());
    this.evaluator = new Evaluator(machine, this.batches);
    this.parts = new MeasuredParts(split, this.evaluator);
    this.full = load(programs.train);
    this.callTimes = new CallTimes(machine, programs.train);
    this.watched = load(programs.trainWatched);
    this.rest = programs.trainRest && load(programs.trainRest);
    this.lastGood = new LastGood(plan, arena);
    this.best = new BestEpoch([...plan.weights, ...plan.state], arena);
    this.shuffler = new Shuffler(machine.source, split.train);
    this.order = this.shuffler.order;
    this.epochs = document.training.epochs;
    this.stepsPerEpoch = Math.ceil(split.train.length / programs.train.batch);
    this.figures = new WatchedFigures(plan, arena);
    this.measuresEveryNorm = settingsOf(document.training, 'clipping').by === 'norm';
    this.course = new RunCourse(document.training, this.stepsPerEpoch);
    this.progress = {
      step: 0,
      epoch: 0,
      row: 0,
      lossSum: 0,
      hits: 0,
      answers: 0,
      learningRate: document.training.learningRate,
      plateau: notYetOnPlateau,
      waiting: notYetWaiting,
    };
    initialiseWeights(plan, arena, document.training.seed);
    this.lastGood.keep(this.progress);
  }

  get stepsTaken(): number {
    return this.progress.step;
  }

  get epochsFinished(): number {
    return this.progress.epoch;
  }

  /** Names of the weights that no step changes. */
  get frozenWeights(): readonly string[] {
    return this.plan.weights.flatMap(({ name, isFrozen }) => (isFrozen ? [name] : []));
  }

  /** What the next step is taken with. */
  get learningRate(): number {
    return this.course.rate(this.progress);
  }

  /** Sets the rate that the schedule's factor multiplies, from the next step on. */
  set baseLearningRate(rate: number) {
    this.progress.learningRate = rate;
  }

  get finished(): boolean {
    const { epoch, waiting } = this.progress;
    return this.failure !== undefined || waiting.ended || epoch >= this.epochs;
  }

  /** Why the run ended before its last epoch, where it did. */
  get ending(): Text | undefined {
    return this.course.ending(this.progress, this.parts.guide);
  }

  /** No full batch comes after the next one. */
  get isLastFullBatch(): boolean {
    const { epoch, row } = this.progress;
    return epoch === this.epochs - 1 && this.order.length - row < 2 * this.full.program.batch;
  }

  /**
   * Trains on one batch; with `watch` also takes histograms, with `timed` alone notes how long each call takes, unless it is
   * the last, short batch of an epoch.
   */
  step(watch = false, timed = false): void {
    if (this.finished) return;
    const { progress, plan, machine } = this;
    const { floats, ints } = machine.arena;
    const { cells } = plan;
    const { program, loaded } = this.nextProgram(watch);
    const clock = timed && program === this.full.program ? this.callTimes : undefined;
    this.orderSamples();
    this.batches.load(program, this.order, progress.row, progress.epoch);
    const t = progress.step + 1;
    this.lastRate = this.learningRate;
    floats[cells.learningRate] = this.lastRate;
    floats[cells.nonFinite] = 0;
    ints[cells.step] = t;
    const scalars = this.course.scalarsAt(t);
    if (scalars !== undefined) floats.set(scalars, cells.scalars.offset);

    if (clock !== undefined) clock.run(0, program.updateStart);
    else machine.run(loaded, 0, program.updateStart);
    const loss = floats[program.loss];
    if (!Number.isFinite(loss) || floats[cells.nonFinite] !== 0) {
      this.takeFailedHistograms(t);
      this.batches.load(program, this.order, progress.row, progress.epoch);
      const { epoch, row } = progress;
      this.fail(program, program.updateStart, t, {
        of: 'training',
        epoch: epoch + 1,
        number: Math.floor(row / this.full.program.batch) + 1,
        count: this.stepsPerEpoch,
        samples: this.order.subarray(row, row + program.batch),
      });
      return;
    }
    this.lastGood.offer(progress);
    const isWatched = program === this.watched.program;
    if (isWatched) this.figures.updates.beforeUpdate();
    if (clock === undefined) machine.run(loaded, program.updateStart);
    else {
      clock.run(program.updateStart, program.calls.length);
      clock.steps++;
    }
    if (isWatched) {
      this.figures.updates.afterUpdate();
      this.figures.take(t);
    }

    const [hits, answers] = program.hits === undefined ? [Number.NaN, 1] : hitsAt(floats, program.hits);
    this.lastLoss = loss;
    this.lastAccuracy = shareOf(hits, answers);
    const measuresNorm = this.measuresEveryNorm || program === this.watched.program;
    this.lastGradientNorm = measuresNorm ? floats[cells.gradientNorm] : Number.NaN;
    progress.step = t;
    progress.lossSum += loss * program.batch;
    if (program.hits !== undefined) {
      progress.hits += hits;
      progress.answers = (progress.answers ?? progress.row) + answers;
    }
    progress.row += program.batch;
    if (progress.row >= this.order.length) this.endEpoch();
  }

  /** Loss and accuracy of the weights as they are, over each whole part; undefined for a part without samples. */
  measure(): PartMetrics {
    return atOnce(this.measuring());
  }

  /** The same batch by batch. The weights must stay as they are between two. */
  measuring(): Generator<undefined, PartMetrics> {
    return this.parts.measuring();
  }

  /** Milliseconds that the measuring at the end of an epoch takes, from one batch of it. */
  estimateEvaluationMs(): number {
    return this.parts.estimateGuideMs(this.plan.programs.evaluate.batch);
  }

  /** [rows, columns] of numbers or probabilities for inputs x [rows, …input shape]. */
  predict(x: Float32Array, rows: number): Prediction {
    return { ...this.evaluator.predict(x, rows), step: this.progress.step };
  }

  /** Copies of the weights in plan order, or of those of a node alone. */
  weights(node?: string): NamedTensor[] {
    const wanted = this.plan.weights.filter((tensor) => node === undefined || tensor.node === node);
    return copyTensors(wanted, this.machine.arena);
  }

  /**
   * Everything needed to go on from here, as views of the arena, which the next step changes; undefined while the weights
   * are not finite, which the next step will find.
   */
  checkpoint(): Checkpoint | undefined {
    if (!this.isFinite()) return undefined;
    const tensors = viewTensors([...this.plan.weights, ...this.plan.state], this.machine.arena);
    return { tensors: [...tensors, ...this.best.save()], progress: { ...this.progress } };
  }

  /** Takes up a checkpoint of the same document; `file` is where it came from. Throws when it is of another network. */
  restore(checkpoint: Checkpoint, file: string): void {
    const expected = [...this.plan.weights, ...this.plan.state];
    matchTensors(expected, checkpoint.tensors, file);
    this.best.load(checkpoint.tensors, file);
    restoreTensors(expected, checkpoint.tensors, this.machine.arena);
    Object.assign(this.progress, { answers: checkpoint.progress.row }, checkpoint.progress);
    this.lastGood.keep(this.progress);
  }

  /** Begins with another run's weights in place of drawn ones, before the first step. Throws when they are of another network. */
  takeWeights(tensors: readonly NamedTensor[], file: string): void {
    const { plan, machine } = this;
    matchTensors(plan.weights, tensors, file);
    restoreTensors(plan.weights, tensors, machine.arena);
    this.lastGood.keep(this.progress);
  }

  /** The same with those of another network that fit; hands back the names of the weights that begin anew. */
  takeFitting(tensors: readonly NamedTensor[], file: string): readonly string[] {
    const anew = restoreFitting(this.plan.weights, tensors, this.machine.arena, file);
    this.lastGood.keep(this.progress);
    return anew;
  }

  private nextProgram(watch: boolean): LoadedTraining {
    const left = this.order.length - this.progress.row;
    if (left >= this.full.program.batch) return watch ? this.watched : this.full;
    if (this.rest?.program.batch !== left) throw new Error(`the plan has no program for a batch of ${left}`);
    return this.rest;
  }

  /** Every epoch sees the samples in an order of its own, drawn from the seed. */
  private orderSamples(): void {
    const { epoch } = this.progress;
    if (this.orderedEpoch === epoch) return;
    this.shuffler.shuffle(this.document.training.seed, streams.shuffling, epoch);
    this.orderedEpoch = epoch;
  }

  /** What the layers hold as it goes wrong, so that NaN and Inf can be seen where they are; not for a short batch. */
  private takeFailedHistograms(step: number): void {
    const { program, loaded } = this.watched;
    const { row, epoch } = this.progress;
    if (this.order.length - row < program.batch) return;
    this.batches.load(program, this.order, row, epoch);
    this.machine.run(loaded, 0, program.updateStart);
    this.figures.updates.forget();
    this.figures.take(step);
  }

  private endEpoch(): void {
    const { progress } = this;
    const rows = this.order.length;
    const loss = progress.lossSum / rows;
    const train =
      this.full.program.hits === undefined
        ? { loss }
        : { loss, accuracy: shareOf(progress.hits, progress.answers ?? rows) };
    const begin = performance.now();
    const measured = this.parts.measureGuide(this.failEvaluation);
    this.evaluatedMs += performance.now() - begin;
    if (this.failure !== undefined) return;
    progress.epoch++;
    progress.row = 0;
    progress.lossSum = 0;
    progress.hits = 0;
    progress.answers = 0;
    const { epoch, step } = progress;
    const record = { epoch, step, train, ...measured, learningRate: this.lastRate };
    if (this.course.follow(progress, record) && this.isFinite()) this.best.keep();
    this.onEpoch(record);
    // No step comes after the last epoch that would notice what its last update did.
    if (!this.finished) return;
    if (!this.isFinite()) this.fail(this.full.program, 0, step);
    else if (this.parts.guide === 'train') this.parts.measure('train', this.failEvaluation);
    if (this.failure === undefined) this.wentBack = this.best.restore();
  }

  private isFinite(): boolean {
    return areFinite(this.machine.arena.floats, [this.plan.weightWords, this.plan.stateWords]);
  }

  private readonly failEvaluation = (program: EvaluateProgram, from: number): void => {
    const { plan, parts } = this;
    const { guide } = parts;
    const rows = this.split[guide];
    this.batches.load(program, rows, from);
    const { batch } = plan.programs.evaluate;
    this.fail(program, program.calls.length, this.progress.step, {
      of: guide === 'train' ? 'measured' : guide,
      epoch: Math.min(this.progress.epoch + 1, this.epochs),
      number: Math.floor(from / batch) + 1,
      count: Math.ceil(rows.length / batch),
      samples: rows.subarray(from, from + program.batch),
    });
  };

  /** Names the first bad tensor for the batch that lies in the arena, and goes back to the last good weights. */
  private fail(program: Program, end: number, step: number, batch?: FailedBatch): void {
    const { learningRate: base } = this.progress;
    const learningRate = this.lastRate;
    const found = firstNonFinite(this.machine, program, end);
    Object.assign(this.progress, this.lastGood.restore(), { learningRate: base });
    const names = new Map(flatten(this.document).nodes.map((node) => [node.id, node.name]));
    const keptStep = this.progress.step;
    this.failure = nonFiniteRefusal(found, { step, batch, keptStep, learningRate }, names);
  }
}
