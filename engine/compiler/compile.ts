import { elementCount } from '../declaration/tensor-type.ts';
import { requireRunnable } from '../document/problem-text.ts';
import type { NetwrightDocument } from '../document/schema.ts';
import { recordWords, reservedWords } from '../kernels/contract.ts';
import type { Tensor } from '../ops/contract.ts';
import { alignedWords, type Placement, placeByLiveness } from './allocate.ts';
import { type Draft, draftEvaluation, draftTraining, type TrainDraft } from './drafts.ts';
import { evaluationRows } from './evaluation-rows.ts';
import { type Layout, layOut, sharedPlacement } from './layout.ts';
import type { EvaluateProgram, Plan, PlannedCall, PlannedTensor, Program, TrainProgram } from './plan.ts';
import { mergeUpdates, planCall } from './plan-call.ts';
import type { Step } from './steps.ts';
import type { TrainGraph } from './train-graph.ts';

export interface CompileOptions {
  /** Rows of the training and of the test part. */
  readonly counts: { readonly train: number; readonly test: number };
  /** A call is shared between workers from this many multiply-adds and bytes, added up, on. */
  readonly parallelThreshold?: number;
  /** Every node's output stays readable after an `evaluate` program. */
  readonly keepAll?: boolean;
  /** Most rows of the `evaluate` program; fewer where they would need more memory than the training step. */
  readonly evaluateBatch?: number;
}

/** About 10 µs of work: well above what a meeting of the workers costs. */
const defaultParallelThreshold = 200_000;
const defaultEvaluateBatch = 512;

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
  const train = draftTraining(document, analysis, batch, false);
  const watched = draftTraining(document, analysis, batch, true);
  const rest = restRows > 0 ? draftTraining(document, analysis, restRows, false) : undefined;
  const draftFor = (rows: number): Draft => draftEvaluation(document, analysis, rows, keepAll);
  const mostRows = Math.min(evaluateBatch, Math.max(counts.train, counts.test, 1));
  const evaluateRows = evaluationRows(mostRows, train, draftFor);
  const evaluateRests = [...new Set([counts.train % evaluateRows, counts.test % evaluateRows])].filter(
    (rows) => rows > 0,
  );
  const evaluate = [evaluateRows, ...evaluateRests].map(draftFor);

  const codeWords = [train, watched, ...(rest ? [rest] : []), ...evaluate].reduce(
    (sum, draft) => sum + codeWordsOf(draft.steps),
    0,
  );
  const code = { offset: reservedWords, words: alignedWords(codeWords) };
  const layout = layOut(watched, code.offset + code.words);
  const placer = new Placer(layout, parallelThreshold);
  const programs = {
    train: placer.trainProgram(train),
    trainWatched: placer.trainProgram(watched),
    trainRest: rest && placer.trainProgram(rest),
    evaluate: placer.evaluateProgram(evaluate[0] as Draft, keepAll),
    evaluateRest: evaluate.slice(1).map((draft) => placer.evaluateProgram(draft, keepAll)),
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
    weights: built.weights.map(({ tensor, declaration }) => ({
      ...describe(tensor),
      weight: declaration.name,
      fanIn: declaration.fanIn,
      fanOut: declaration.fanOut,
      initializer:
        declaration.initializer === 'project'
          ? document.training.initializer
          : { type: declaration.initializer, params: {} },
    })),
    weightWords: layout.weights,
    lossAndGradientWords: layout.lossAndGradients,
    state: built.state.map(describe),
    stateWords: layout.state,
    cells: {
      learningRate: at(built.learningRate.name),
      step: at(built.graph.step.name),
      scalars:
        scalars === undefined
          ? { offset: 0, words: 0 }
          : { offset: at(scalars.name), words: elementCount(scalars.shape) },
      nonFinite: layout.nonFinite,
    },
    constants: [{ offset: at(built.dLoss.name), value: 1 }],
    loss: { node: built.loss.node.id, reading: built.loss.definition.reading },
    inputs: { x: built.x.shape.slice(1), y: { shape: built.y.shape.slice(1), dtype: built.y.dtype } },
    parameterCount: built.weights.reduce((sum, { tensor }) => sum + elementCount(tensor.shape), 0),
  };
}

const describeTensor = (tensor: Tensor, offset: number, name: string): PlannedTensor => ({
  name,
  node: tensor.origin,
  role: tensor.role,
  dtype: tensor.dtype,
  shape: tensor.shape,
  offset,
});

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
    const { placement, calls, program } = this.place(draft, gradientLabels(draft.built));
    const backward = [...calls.slice(0, draft.updateStart), ...this.finiteCheck()];
    const update = mergeUpdates(calls.slice(draft.updateStart), this.parallelThreshold);
    return {
      ...program,
      calls: [...backward, ...update],
      updateStart: backward.length,
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
    return { ...program, prediction: describe(draft.built.loss.prediction), kept: outputs.map(describe) };
  }

  private place(
    draft: Draft,
    labels: ReadonlyMap<Tensor, string>,
  ): { placement: Placement; calls: PlannedCall[]; program: Program } {
    const { built, steps, batch } = draft;
    const placement = sharedPlacement(draft.shared, this.layout);
    const filled = [built.x, built.y];
    this.end = Math.max(
      this.end,
      placeByLiveness(placement, steps, { filled, kept: draft.kept, base: this.layout.end }),
    );
    const address = (tensor: Tensor): number => placement.get(tensor) as number;
    const output = (tensor: Tensor): PlannedTensor =>
      describeTensor(tensor, address(tensor), labels.get(tensor) ?? tensor.name);
    const calls = steps.map((step) => planCall(step, placement, output, this.parallelThreshold));
    const program: Program = {
      batch,
      calls,
      x: address(built.x),
      y: address(built.y),
      loss: address(built.loss.value),
      hits: built.loss.hits && address(built.loss.hits),
      multiplyAdds: steps.reduce((sum, step) => sum + step.multiplyAdds, 0),
    };
    return { placement, calls, program };
  }

  private finiteCheck(): PlannedCall[] {
    const { nonFinite, lossAndGradients } = this.layout;
    const call = { split: 1, parallel: false, outputs: [] };
    return [
      { ...call, kernel: 'fill', arguments: { y: nonFinite, count: 1, value: 0 } },
      {
        ...call,
        kernel: 'countNonFinite',
        arguments: { x: lossAndGradients.offset, y: nonFinite, count: lossAndGradients.words },
      },
    ];
  }
}

/** The gradient of `fc1.weight` is called that, whichever op computed it. */
const gradientLabels = ({ gradients }: TrainGraph): ReadonlyMap<Tensor, string> =>
  new Map([...gradients].map(([tensor, gradient]) => [gradient, `d_${tensor.name}`]));
