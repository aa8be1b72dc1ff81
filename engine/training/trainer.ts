import type { EvaluateProgram, Plan, Program, TrainProgram } from '../compiler/plan.ts';
import { optimizerOf } from '../compiler/train-graph.ts';
import { completeParams } from '../document/check-params.ts';
import type { NetwrightDocument } from '../document/schema.ts';
import { histogramWords } from '../kernels/telemetry.ts';
import type { EpochRecord, Metrics, Prediction, Refusal } from '../protocol/messages.ts';
import { streams } from '../random/stream.ts';
import type { LoadedProgram } from '../runtime/code.ts';
import type { Machine } from '../runtime/machine.ts';
import { Shuffler } from '../runtime/shuffler.ts';
import { Batches, type SamplesByNode } from './batches.ts';
import { type Checkpoint, matchTensors, type Progress } from './checkpoint.ts';
import { Evaluator } from './evaluator.ts';
import { LastGood } from './last-good.ts';
import { firstNonFinite, nonFiniteRefusal } from './non-finite.ts';
import type { NamedTensor } from './safetensors.ts';
import type { Split } from './split.ts';
import { copyTensors, initialiseWeights, restoreTensors } from './weights.ts';

export interface TrainerParts {
  readonly document: NetwrightDocument;
  readonly machine: Machine;
  readonly samples: SamplesByNode;
  readonly split: Split;
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
  /** Why training cannot go on. */
  failure: Refusal | undefined;
  /** [watched tensors · histogramWords], filled by a watched step. */
  readonly histograms: Int32Array;
  /** The step after which `histograms` were taken; 0 = not yet. */
  histogramStep = 0;

  private readonly document: NetwrightDocument;
  private readonly machine: Machine;
  private readonly plan: Plan;
  private readonly split: Split;
  private readonly batches: Batches;
  private readonly evaluator: Evaluator;
  private readonly onEpoch: (record: EpochRecord) => void;
  private readonly full: LoadedTraining;
  private readonly watched: LoadedTraining;
  private readonly rest: LoadedTraining | undefined;
  private readonly optimizerScalars: ((t: number) => readonly number[]) | undefined;
  private readonly lastGood: LastGood;
  private readonly progress: Progress;
  private readonly shuffler: Shuffler;
  /** Numbers of the training samples in the order of epoch `orderedEpoch`. */
  private readonly order: Uint32Array;
  private orderedEpoch = -1;

  constructor({ document, machine, samples, split, onEpoch = () => {} }: TrainerParts) {
    const { plan, arena } = machine;
    const { programs } = plan;
    const load = (program: TrainProgram): LoadedTraining => ({ program, loaded: machine.loaded(program) });
    this.document = document;
    this.machine = machine;
    this.plan = plan;
    this.split = split;
    this.onEpoch = onEpoch;
    this.batches = new Batches(samples, plan, arena);
    this.evaluator = new Evaluator(machine, this.batches);
    this.full = load(programs.train);
    this.watched = load(programs.trainWatched);
    this.rest = programs.trainRest && load(programs.trainRest);
    this.optimizerScalars = scalarsOf(document);
    this.lastGood = new LastGood(plan, arena);
    this.shuffler = new Shuffler(machine.source, split.train);
    this.order = this.shuffler.order;
    this.epochs = document.training.epochs;
    this.stepsPerEpoch = Math.ceil(split.train.length / programs.train.batch);
    this.histograms = new Int32Array(programs.trainWatched.watched.length * histogramWords);
    this.progress = {
      step: 0,
      epoch: 0,
      row: 0,
      lossSum: 0,
      hits: 0,
      learningRate: document.training.learningRate,
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

  get learningRate(): number {
    return this.progress.learningRate;
  }

  /** From the next step on. */
  set learningRate(rate: number) {
    this.progress.learningRate = rate;
  }

  get finished(): boolean {
    return this.failure !== undefined || this.progress.epoch >= this.epochs;
  }

  /** No full batch comes after the next one. */
  get isLastFullBatch(): boolean {
    const { epoch, row } = this.progress;
    return epoch === this.epochs - 1 && this.order.length - row < 2 * this.full.program.batch;
  }

  /** Trains on one batch; with `watch` also takes histograms, unless it is the last, short batch of an epoch. */
  step(watch = false): void {
    if (this.finished) return;
    const { progress, plan, machine } = this;
    const { floats, ints } = machine.arena;
    const { cells } = plan;
    const { program, loaded } = this.nextProgram(watch);
    this.orderSamples();
    this.batches.load(program, this.order, progress.row);
    const t = progress.step + 1;
    floats[cells.learningRate] = progress.learningRate;
    floats[cells.nonFinite] = 0;
    ints[cells.step] = t;
    if (this.optimizerScalars !== undefined) floats.set(this.optimizerScalars(t), cells.scalars.offset);

    machine.run(loaded, 0, program.updateStart);
    const loss = floats[program.loss];
    if (!Number.isFinite(loss) || floats[cells.nonFinite] !== 0) {
      this.takeFailedHistograms(t);
      this.batches.load(program, this.order, progress.row);
      this.fail(program, program.updateStart, t);
      return;
    }
    this.lastGood.offer(progress);
    machine.run(loaded, program.updateStart);
    if (program === this.watched.program) this.takeHistograms(t);

    const hits = program.hits === undefined ? Number.NaN : floats[program.hits];
    this.lastLoss = loss;
    this.lastAccuracy = hits / program.batch;
    progress.step = t;
    progress.lossSum += loss * program.batch;
    if (program.hits !== undefined) progress.hits += hits;
    progress.row += program.batch;
    if (progress.row >= this.order.length) this.endEpoch();
  }

  /** Loss and accuracy of the weights as they are, over each whole part; undefined for a part without samples. */
  measure(): { readonly train: Metrics | undefined; readonly test: Metrics | undefined } {
    return {
      train: this.evaluator.measure(this.split.train),
      test: this.evaluator.measure(this.split.test),
    };
  }

  /** [rows, columns] of numbers or probabilities for inputs x [rows, …input shape]. */
  predict(x: Float32Array, rows: number): Prediction {
    return { ...this.evaluator.predict(x, rows), step: this.progress.step };
  }

  /** Copies of the weights in plan order. */
  weights(): NamedTensor[] {
    return copyTensors(this.plan.weights, this.machine.arena);
  }

  /** Everything needed to go on from here; undefined while the weights are not finite, which the next step will find. */
  checkpoint(): Checkpoint | undefined {
    if (!this.isFinite()) return undefined;
    const tensors = copyTensors([...this.plan.weights, ...this.plan.state], this.machine.arena);
    return { tensors, progress: { ...this.progress } };
  }

  /** Takes up a checkpoint of the same document; `file` is where it came from. Throws when it is of another network. */
  restore(checkpoint: Checkpoint, file: string): void {
    const expected = [...this.plan.weights, ...this.plan.state];
    matchTensors(expected, checkpoint.tensors, file);
    restoreTensors(expected, checkpoint.tensors, this.machine.arena);
    Object.assign(this.progress, checkpoint.progress);
    this.lastGood.keep(this.progress);
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

  private takeHistograms(step: number): void {
    const { ints } = this.machine.arena;
    let at = 0;
    for (const { histogram } of this.watched.program.watched) {
      this.histograms.set(ints.subarray(histogram, histogram + histogramWords), at);
      at += histogramWords;
    }
    this.histogramStep = step;
  }

  /** What the layers hold as it goes wrong, so that NaN and Inf can be seen where they are; not for a short batch. */
  private takeFailedHistograms(step: number): void {
    const { program, loaded } = this.watched;
    const { row } = this.progress;
    if (this.order.length - row < program.batch) return;
    this.batches.load(program, this.order, row);
    this.machine.run(loaded, 0, program.updateStart);
    this.takeHistograms(step);
  }

  private endEpoch(): void {
    const { progress, split } = this;
    const rows = this.order.length;
    const loss = progress.lossSum / rows;
    const train = this.full.program.hits === undefined ? { loss } : { loss, accuracy: progress.hits / rows };
    const test = this.evaluator.measure(split.test, (program, from) => this.failEvaluation(program, from));
    if (this.failure !== undefined) return;
    progress.epoch++;
    progress.row = 0;
    progress.lossSum = 0;
    progress.hits = 0;
    const { epoch, step, learningRate } = progress;
    this.onEpoch({ epoch, step, train, test, learningRate });
    // No step comes after the last epoch that would notice what its last update did.
    if (epoch < this.epochs) return;
    if (!this.isFinite()) this.fail(this.full.program, 0, step);
    else if (test === undefined) {
      this.evaluator.measure(split.train, (program, from) => this.failEvaluation(program, from));
    }
  }

  /** Whether weights and optimizer state are all numbers; a product with 0 is 0 for every number and for nothing else. */
  private isFinite(): boolean {
    const { floats } = this.machine.arena;
    for (const { offset, words } of [this.plan.weightWords, this.plan.stateWords]) {
      let zero = 0;
      for (let word = offset; word < offset + words; word++) zero += floats[word] * 0;
      if (zero !== 0) return false;
    }
    return true;
  }

  private failEvaluation(program: EvaluateProgram, from: number): void {
    this.batches.load(program, this.split.test.length > 0 ? this.split.test : this.split.train, from);
    this.fail(program, program.calls.length, this.progress.step);
  }

  /** Names the first bad tensor for the batch that lies in the arena, and goes back to the last good weights. */
  private fail(program: Program, end: number, step: number): void {
    const { learningRate } = this.progress;
    const found = firstNonFinite(this.machine, program, end);
    Object.assign(this.progress, this.lastGood.restore(), { learningRate });
    const names = new Map(this.document.nodes.map((node) => [node.id, node.name]));
    const keptStep = this.progress.step;
    this.failure = nonFiniteRefusal(found, { step, keptStep, learningRate }, names);
  }
}

function scalarsOf(document: NetwrightDocument): ((t: number) => readonly number[]) | undefined {
  const { scalars, fields } = optimizerOf(document);
  const params = completeParams(fields, document.training.optimizer.params);
  return scalars && ((t) => scalars.at(params, t));
}
