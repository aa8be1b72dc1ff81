import { elementCount, shapeText } from '../../../declaration/tensor-type.ts';
import { text } from '../../../declaration/text.ts';
import type { OpCall, Tensor } from '../../../ops/contract.ts';
import type { Graph } from '../../../ops/graph.ts';
import { permute } from '../../../ops/permute.ts';
import { reshape } from '../../../ops/reshape.ts';
import { scale } from '../../../ops/scale.ts';
import { topK } from '../../../ops/top-k.ts';
import type { Comparison } from '../reading/known-tensors.ts';
import type { ReadGraph } from '../reading/read-graph.ts';
import type { Picked } from './agreement.ts';
import { Network, x } from './network.ts';
import { unlike } from './read-rows.ts';

/** What a loss takes: numbers for each row. */
export interface Prediction {
  /** The output that it was made for. */
  readonly name: string;
  readonly tensor: Tensor;
  /**
   * What the model does with them: it picks the class of the largest score along the last axis, or else the numbers count,
   * since it holds them against a bound or picks the smallest; undefined where it does neither.
   */
  readonly use: 'scores' | 'numbers' | undefined;
}

/** What the model gives out: a prediction, or what is picked from one. */
export interface GivenOutput {
  readonly name: string;
  /** Which of the predictions. */
  readonly prediction: number;
  readonly picked: Picked | undefined;
}

export interface Outputs {
  readonly predictions: readonly Prediction[];
  /** In the order of the file. */
  readonly given: readonly GivenOutput[];
}

/** The largest numbers along an axis, or their places; or the places of the smallest. */
interface Choice {
  readonly of: 'values' | 'places';
  readonly k: number;
  readonly smallest: boolean;
  readonly axis: number;
  /** What they are picked from. */
  readonly from: Tensor;
  /** What stands in the same order and is not bent yet into shares of the classes. */
  readonly scores: Tensor;
}

/** A tensor that a prediction was made for. */
interface Basis {
  readonly tensor: Tensor;
  /** The axis of its classes that is the prediction's last; undefined where the prediction is the tensor itself. */
  readonly turned: number | undefined;
  /** The prediction has the other sign. */
  readonly isNegated: boolean;
}

/**
 * What the model gives out, and what losses take for it. Nothing is learnt through a choice: where the largest of some numbers
 * come out, or the places where they stand, a loss takes those numbers, unless one takes them already; with the other sign
 * where the smallest is chosen, so that the likeliest class has the largest number for every loss. Of a condition it takes the
 * numbers that are compared. Throws a NetwrightError for an output that has no numbers for each row.
 */
export function outputsOf(read: ReadGraph, rows: number, file: string): Outputs {
  const { graph } = read;
  const network = new Network(graph.calls);
  const known = new Map<Tensor, Tensor>();
  const rowsOf = (name: string, tensor: Tensor): Tensor => {
    const before = known.get(tensor) ?? inRows(graph, network, name, tensor);
    known.set(tensor, before);
    return before;
  };
  const found = read.outputs.map(({ name, value }) => {
    const tensor = value.kind === 'computed' && value.shape[0] === rows ? value.tensor : undefined;
    const choice = tensor && choiceOf(network, tensor);
    const comparison = tensor && comparisonOf(read, network, tensor, rows);
    const isPlain = tensor !== undefined && !choice && !comparison && value.type === 'float32';
    return { name, choice, comparison, plain: isPlain ? rowsOf(name, tensor) : undefined };
  });
  const plain = found.flatMap(({ plain: one }) => (one ? [one] : []));
  const isEach = new Set(plain).size === plain.length;
  if (found.length === 0 || !isEach || found.some((one) => !one.choice && !one.comparison && !one.plain))
    throw notRows(read, rows, file);

  const choices = found.flatMap(({ name, choice }) => (choice ? [{ name, choice }] : []));
  const comparisons = found.flatMap(({ name, comparison }) =>
    comparison ? [{ name, comparison, tensor: rowsOf(name, comparison.of) }] : [],
  );
  const useOf = (tensor: Tensor): Prediction['use'] => {
    const last = tensor.shape.length - 1;
    const chosen = choices.filter(
      ({ choice: { axis, scores } }) => axis === last && scoresIn(network, tensor, last) === scores,
    );
    if (last <= 2 && chosen.some(({ choice }) => !choice.smallest)) return 'scores';
    const isShares = bent.has(network.maker(tensor)?.op.name ?? '');
    const isNumbers =
      chosen.some(({ choice }) => choice.smallest) || comparisons.some((one) => one.tensor === tensor);
    return isNumbers && !isShares ? 'numbers' : undefined;
  };
  const predictions: Prediction[] = [];
  const bases: Basis[] = [];
  const given = new Map<string, GivenOutput>();
  for (const { name, plain: tensor } of found) {
    if (tensor === undefined) continue;
    given.set(name, { name, prediction: predictions.length, picked: undefined });
    predictions.push({ name, tensor, use: useOf(tensor) });
    bases.push({ tensor, turned: undefined, isNegated: false });
  }
  for (const { name, comparison, tensor } of comparisons) {
    if (!bases.some((basis) => basis.tensor === tensor)) {
      predictions.push({ name, tensor, use: useOf(tensor) });
      bases.push({ tensor, turned: undefined, isNegated: false });
    }
    const prediction = bases.findIndex((basis) => basis.tensor === tensor);
    const { by, than } = comparison;
    given.set(name, { name, prediction, picked: { of: 'condition', by, than } });
  }
  // Numbers are those of one tensor alone, places are the same in all that have one order.
  const isLater = ({ choice }: (typeof choices)[number]): number => (choice.of === 'places' ? 1 : 0);
  for (const { name, choice } of choices.toSorted((a, b) => isLater(a) - isLater(b))) {
    const { axis, from, scores, of, k, smallest } = choice;
    const isBasis = ({ tensor, turned }: Basis): boolean =>
      (turned === undefined || turned === axis) &&
      (tensor === from || (of === 'places' && scoresIn(network, tensor, axis) === scores));
    if (!bases.some(isBasis)) {
      const tensor = of === 'places' ? scores : from;
      const prediction = classesLast(graph, name, smallest ? negated(graph, name, tensor) : tensor, axis);
      bases.push({ tensor, turned: axis, isNegated: smallest });
      predictions.push({ name, tensor: prediction, use: 'scores' });
    }
    const prediction = bases.findIndex(isBasis);
    const { tensor, turned, isNegated } = bases[prediction] as Basis;
    const classes = tensor.shape[axis] as number;
    const inner = turned !== undefined ? 1 : elementCount(tensor.shape.slice(axis + 1));
    given.set(name, { name, prediction, picked: { of, k, smallest, isNegated, classes, inner } });
  }
  return { predictions, given: found.map(({ name }) => given.get(name) as GivenOutput) };
}

/** What a tensor was before its axes were left out, with the same samples first. */
function beforeReshapes(network: Network, tensor: Tensor): Tensor {
  const maker = network.maker(tensor);
  const from = maker?.op.name === reshape.name ? x(maker) : undefined;
  const isOfSamples = from !== undefined && from.shape.length >= 2 && from.shape[0] === tensor.shape[0];
  return isOfSamples ? beforeReshapes(network, from) : tensor;
}

/** One number a sample is a row of one. */
function inRows(graph: Graph, network: Network, name: string, tensor: Tensor): Tensor {
  if (tensor.shape.length > 1) return tensor;
  const before = beforeReshapes(network, tensor);
  const shape = [tensor.shape[0] as number, 1];
  return before.shape.length === 2
    ? before
    : graph.scope(name, name).emit(reshape, { x: before }, { shape }).y;
}

/** What only shows places in another shape or type. */
const carriers: ReadonlySet<string> = new Set(['reshape', 'numbersOf', 'wholeNumbersOf']);

function choiceOf(network: Network, tensor: Tensor): Choice | undefined {
  const maker = network.maker(tensor);
  if (maker === undefined) return undefined;
  if (carriers.has(maker.op.name) && x(maker).shape[0] === tensor.shape[0]) {
    const choice = choiceOf(network, x(maker));
    return choice?.of === 'places' || maker.op.name === 'reshape' ? choice : undefined;
  }
  if (maker.op.name !== topK.name) return undefined;
  const [axis, k] = [Number(maker.attributes['axis']), Number(maker.attributes['k'])];
  const from = x(maker);
  const isOfClasses =
    axis >= 1 && (from.shape[axis] ?? 0) >= 2 && (k === 1 || axis === from.shape.length - 1);
  const of = maker.outputs['places'] === tensor ? 'places' : 'values';
  const smallest = maker.attributes['smallest'] === 1;
  const isChoice = isOfClasses && (of === 'places' || !smallest);
  return isChoice ? { of, k, smallest, axis, from, scores: scoresIn(network, from, axis) } : undefined;
}

/** What a condition at the end compares, in whatever shape or type it comes out. */
function comparisonOf(
  read: ReadGraph,
  network: Network,
  tensor: Tensor,
  rows: number,
): Comparison | undefined {
  const found = read.comparisons.get(tensor);
  if (found !== undefined) return found.of.shape[0] === rows ? found : undefined;
  const maker = network.maker(tensor);
  const isCarried = maker !== undefined && carriers.has(maker.op.name) && x(maker).shape[0] === rows;
  return isCarried ? comparisonOf(read, network, x(maker), rows) : undefined;
}

const negated = (graph: Graph, name: string, tensor: Tensor): Tensor =>
  graph.scope(name, name).emit(scale, { x: tensor }, { factor: -1 }).y;

/** Shares of classes, and their logarithms. */
const bent: ReadonlySet<string> = new Set(['softmax', 'logSoftmax']);

/** What a tensor was before it was bent without changing which number along the axis is larger. */
function scoresIn(network: Network, tensor: Tensor, axis: number): Tensor {
  const maker = network.maker(tensor);
  return maker !== undefined && keepsOrder(maker, axis) ? scoresIn(network, x(maker), axis) : tensor;
}

const keepsOrder = ({ op, attributes }: OpCall, axis: number): boolean =>
  op.name === 'sigmoid' || (bent.has(op.name) && attributes['axis'] === axis);

/** A row of classes for each sample, or for each of its places. */
function classesLast(graph: Graph, name: string, tensor: Tensor, axis: number): Tensor {
  const { shape } = tensor;
  const others = [...shape.keys()].filter((at) => at !== axis);
  const g = graph.scope(name, name);
  const isLast = axis === shape.length - 1;
  const turned = isLast ? tensor : g.emit(permute, { x: tensor }, { axes: [...others, axis] }).y;
  if (shape.length <= 3) return turned;
  const [samples, classes] = [shape[0] as number, shape[axis] as number];
  const places = elementCount(shape) / samples / classes;
  return g.emit(reshape, { x: turned }, { shape: [samples, places, classes] }).y;
}

function notRows({ outputs }: ReadGraph, rows: number, file: string): Error {
  const found = outputs.map(({ name, value: { type, shape } }) => `${name} (${type} ${shapeText(shape)})`);
  return unlike(
    file,
    text(
      `outputs with numbers for each sample, found ${found.join(', ') || 'none'} for ${rows} samples`,
      `每个输出都应为每个样本给出数值；${rows} 个样本时实际为 ${found.join('、') || '无'}`,
    ),
  );
}
