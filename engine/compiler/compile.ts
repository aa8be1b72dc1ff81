import { elementCount } from '../declaration/tensor-type.ts';
import { requireRunnable } from '../document/problem-text.ts';
import type { NetwrightDocument } from '../document/schema.ts';
import { recordWords, reservedWords } from '../kernels/contract.ts';
import type { Tensor } from '../ops/contract.ts';
import { alignedWords, type Placement, placeByLiveness } from './allocate.ts';
import { linkChains } from './chains.ts';
import { describeTensor, planInput, planWeight } from './describe.ts';
import { type Draft, draftEvaluation, draftTraining, sharedName, type TrainDraft } from './drafts.ts';
import { type Layout, layOut, sharedPlacement } from './layout.ts';
import { wordsKeptForBackward } from './memory.ts';
import type { EvaluateProgram, Plan, PlannedCall, PlannedTensor, Program, TrainProgram } from './plan.ts';
import { mergeUpdates, planCall } from './plan-call.ts';
import type { Step } from './steps.ts';
import type { TrainGraph } from './train-graph.ts';

export interface CompileOptions {
  /** Rows of each part. */
  readonly counts: { readonly train: number; readonly validation?: number; readonly test: number };
  /** A call is shared between workers from this many multiply-adds and bytes, added up, on. */
  readonly parallelThreshold?: number;
  /** Every node's output stays readable after an `evaluate` program. */
  readonly keepAll?: boolean;
  /** Rows of the `evaluate` program; without it as many as need no more memory than training does. */
  readonly evaluateBatch?: number;
}

/** About 10 µs of work: well above what a meeting of the workers costs. */
const defaultParallelThreshold = 200_000;
const defaultEvaluateBatch = 512;
/** Single questions are answered by a program for so many rows: one for many would compute the others for nothing … */
const fewRows = 16;
/** … where that would be noticed: multiply-adds of a millisecond. */
const noticed = 2 ** 26;
/** Words that an evaluation may use even where training needs fewer: 4 MiB. */
const alwaysAffordable = 2 ** 20;

/**
 * Compiles a document: everything is placed and counted before the first step.
 * Throws a NetwrightError with all problems where the document cannot run.
 */
export function compilePlan(document: NetwrightDocument, options: CompileOptions): Plan {
  const {
    counts,
    keepAll = false,
    evaluateBatch = defaultEvaluateBatch,
    parallelThreshold = defaultParallelThreshold,
  } = options;
  const analysis = requireRunnable(document);
  const batch = Math.min(document.training.batchSize, Math.max(1, counts.train));
  const restRows = counts.train % batch;
  const train = draftTraining(analysis, batch, false);
  const watched = draftTraining(analysis, batch, true);
  const rest = restRows > 0 ? draftTraining(analysis, restRows, false) : undefined;
  const evaluation = (rows: number): Draft => draftEvaluation(analysis, rows, keepAll);
  const largest = Math.min(evaluateBatch, Math.max(counts.train, counts.validation ?? 0, counts.test, 1));

  const whole = evaluation(largest);
  const hasFew = whole.steps.reduce((sum, { multiplyAdds }) => sum + multiplyAdds, 0) > noticed;
  // An evaluation of another number of rows has as many calls; every part may leave a rest, and one is for few rows.
  const parts = [counts.train, ...(counts.validation ? [counts.validation] : []), counts.test];
  const evaluations = 1 + parts.length + (hasFew ? 1 : 0);
  const drafts = [train, watched, ...(rest ? [rest] : []), ...new Array<Draft>(evaluations).fill(whole)];
  const codeWords = drafts.reduce((sum, draft) => sum + codeWordsOf(draft.steps), 0);
  const code = { offset: reservedWords, words: alignedWords(codeWords) };
  const layout = layOut(watched, code.offset + code.words);
  const placer = new Placer(layout, parallelThreshold);
  const training = {
    train: placer.trainProgram(train),
    trainWatched: placer.trainProgram(watched),
    trainRest: rest && placer.trainProgram(rest),
  };
  const rows = options.evaluateBatch === undefined ? placer.rowsThatFit(evaluation, largest, batch) : largest;
  const rests = new Set(parts.map((count) => count % rows).filter((left) => left > 0));
  if (hasFew && rows > fewRows) rests.add(fewRows);
  const programs = {
    ...training,
    evaluate: placer.evaluateProgram(evaluation(rows), keepAll),
    evaluateRest: [...rests].map((left) => placer.evaluateProgram(evaluation(left), keepAll)),
  };
  return { arenaWords: placer.end, code, programs, ...persistent(document, train.built, layout) };
}

/** Room for a program's records, and for the two calls that look for what is not finite. */
const codeWordsOf = (steps: readonly Step[]): number =>
  steps.reduce(
    (sum, step) => sum + recordWords(step.call.kernel),
    recordWords('fill') + recordWords('countNonFinite'),
  );

type Persistent = Omit<Plan, 'arenaWords' | 'code' | 'programs'>;

function persistent(document: NetwrightDocument, built: TrainGraph, layout: Layout): Persistent {
  const at = (name: string): number => layout.offsets.get(name) as number;
  const describe = (tensor: Tensor): PlannedTensor => describeTensor(tensor, at(tensor.name), tensor.name);
  const { scalars } = built;
  return {
    weights: built.weights.map((weight) => ({
      ...planWeight(weight, at(weight.tensor.name), document.training),
      gradient: built.gradients.has(weight.tensor) ? at(sharedName.gradient(weight.tensor)) : undefined,
    })),
    weightWords: layout.weights,
    gradientAndLossWords: layout.gradientsAndLoss,
    state: built.state.map(describe),
    stateWords: layout.state,
    cells: {
      learningRate: at(built.learningRate.name),
      step: at(built.graph.step.name),
      scalars:
        scalars === undefined
          ? { offset: 0, words: 0 }
          : { offset: at(scalars.name), words: elementCount(scalars.shape) },
      gradientNorm: at(built.gradientNorm.name),
      nonFinite: layout.nonFinite,
    },
    constants: [{ offset: at(built.dLoss.name), value: 1 }],
    losses: built.losses.map(({ node, definition: { reading } }) => ({ node: node.id, reading })),
    inputs: built.inputs.map(planInput),
    parameterCount: built.weights.reduce(
      (sum, { tensor, declaration: { trained = true } }) => sum + (trained ? elementCount(tensor.shape) : 0),
      0,
    ),
  };
}

/** Gives the tensors of one program after the other their places, all from the same word on. */
class Placer {
  /** First word behind all programs placed so far. */
  end: number;
  private readonly layout: Layout;
  private readonly parallelThreshold: number;

  constructor(layout: Layout, parallelThreshold: number) {
    this.layout = layout;
    this.parallelThreshold = parallelThreshold;
    this.end = layout.end;
  }

  trainProgram(draft: TrainDraft): TrainProgram {
    const { placement, calls, program } = this.place(draft, gradientLabels(draft));
    const backward = [...calls.slice(0, draft.updateStart), ...this.finiteCheck()];
    const update = mergeUpdates(calls.slice(draft.updateStart), this.parallelThreshold);
    return {
      ...program,
      calls: [...backward, ...update],
      updateStart: backward.length,
      keptWords: wordsKeptForBackward(draft.steps),
      watched: draft.watches.map(({ watched, histogram }) => ({
        ...watched,
        histogram: placement.get(histogram) as number,
      })),
    };
  }

  evaluateProgram(draft: Draft, keepAll: boolean): EvaluateProgram {
    const { placement, program } = this.place(draft, new Map());
    const describe = (tensor: Tensor): PlannedTensor =>
      describeTensor(tensor, placement.get(tensor) as number, tensor.name);
    const outputs = keepAll ? [...draft.built.outputs.values()].flatMap((ports) => Object.values(ports)) : [];
    return {
      ...program,
      predictions: draft.built.losses.map(({ prediction }) => describe(prediction)),
      kept: outputs.map(describe),
    };
  }

  /** The most rows, halving from `rows` down to `fewest`, that an evaluation can have within the words that training uses. */
  rowsThatFit(evaluation: (rows: number) => Draft, rows: number, fewest: number): number {
    const limit = Math.max(this.end, this.layout.end + alwaysAffordable);
    let fitting = rows;
    while (fitting > fewest && this.placed(evaluation(fitting)).end > limit)
      fitting = Math.max(fewest, Math.floor(fitting / 2));
    return fitting;
  }

  private placed({ shared, steps, kept, views, built }: Draft): { placement: Placement; end: number } {
    const placement = sharedPlacement(shared, this.layout);
    const seen = kept.map((tensor) => views.get(tensor) ?? tensor);
    const filled = built.inputs.map(({ tensor }) => tensor);
    const end = placeByLiveness(placement, steps, { filled, kept: seen, base: this.layout.end });
    for (const [view, tensor] of views) placement.set(view, placement.get(tensor) as number);
    return { placement, end };
  }

  private place(
    draft: Draft,
    labels: ReadonlyMap<Tensor, string>,
  ): { placement: Placement; calls: PlannedCall[]; program: Program } {
    const { built, steps, batch } = draft;
    const { placement, end } = this.placed(draft);
    this.end = Math.max(this.end, end);
    const address = (tensor: Tensor): number => placement.get(tensor) as number;
    const output = (tensor: Tensor): PlannedTensor =>
      describeTensor(tensor, address(tensor), labels.get(tensor) ?? tensor.name);
    const planned = steps.map((step) => planCall(step, placement, output, this.parallelThreshold));
    const calls = linkChains(steps, placement, planned);
    const program: Program = {
      batch,
      calls,
      inputs: built.inputs.map(({ tensor }) => address(tensor)),
      loss: address(built.total),
      hits: built.hits && address(built.hits),
      multiplyAdds: steps.reduce((sum, step) => sum + step.multiplyAdds, 0),
    };
    return { placement, calls, program };
  }

  private finiteCheck(): PlannedCall[] {
    const { nonFinite, gradientsAndLoss } = this.layout;
    const call = {
      split: 1,
      parallel: false,
      pieces: 1,
      continues: false,
      multiplyAdds: 0,
      nodes: [],
      outputs: [],
    };
    return [
      { ...call, kernel: 'fill', arguments: { y: nonFinite, count: 1, value: 0 } },
      {
        ...call,
        kernel: 'countNonFinite',
        arguments: { x: gradientsAndLoss.offset, y: nonFinite, count: gradientsAndLoss.words },
      },
    ];
  }
}

/** The gradient of `fc1.weight` is called that, whichever op computed it. */
const gradientLabels = ({ built: { gradients }, views }: TrainDraft): ReadonlyMap<Tensor, string> =>
  new Map([...gradients].map(([tensor, gradient]) => [views.get(gradient) ?? gradient, `d_${tensor.name}`]));
