import { withoutDeadCalls } from '../../../compiler/steps.ts';
import { randomSamples } from '../../../data/sources/random-samples.ts';
import type { Params } from '../../../declaration/fields.ts';
import { NetwrightError } from '../../../declaration/problem.ts';
import { elementCount } from '../../../declaration/tensor-type.ts';
import { text } from '../../../declaration/text.ts';
import { currentVersion, type NetwrightDocument, type TrainingSettings } from '../../../document/schema.ts';
import type { OpCall, Tensor } from '../../../ops/contract.ts';
import type { OpName } from '../../../ops/index.ts';
import type { Sizes } from '../../../protocol/model-messages.ts';
import type { Model } from '../model.ts';
import { missingSizes, openSizesOf, takenInputs, withSizes } from '../open-sizes.ts';
import { UnsupportedModel } from '../reading/misfit.ts';
import { nodeName } from '../reading/node-order.ts';
import { operatorName, type ReadGraph } from '../reading/read-graph.ts';
import { withoutPreprocessing } from '../undo-preprocessing.ts';
import { absorbConstants } from './absorb.ts';
import type { Picked } from './agreement.ts';
import { fuseAttention } from './attention.ts';
import type { Computation, HeldValues } from './computation.ts';
import { Drawing, type DrawnLayer, type DrawnWeights } from './drawing.ts';
import { layerRules } from './layer-rules.ts';
import { MarkInputs } from './mark-inputs.ts';
import { type Outputs, outputsOf, type Prediction } from './outputs.ts';
import { Pieces, type Unit } from './pieces.ts';
import { placed } from './placement.ts';
import { proposeSizes } from './propose-sizes.ts';
import { type ReadRows, readRows, unlike } from './read-rows.ts';
import { foldRepeats } from './repeats.ts';
import type { KnownValues } from './rule.ts';
import { vocabulariesOf } from './vocabularies.ts';

/** A model from elsewhere as a project. */
export interface ImportedModel {
  readonly document: NetwrightDocument;
  /** By the ids of the flat document. */
  readonly weights: DrawnWeights;
  readonly inputs: readonly ImportedInput[];
  readonly outputs: readonly ImportedOutput[];
  /** Rows that the file asks for; undefined where it takes any number. */
  readonly batch: number | undefined;
}

export interface ImportedInput {
  readonly name: string;
  /** Data node that stands for it. */
  readonly node: string;
  /** Of one row. */
  readonly rowShape: readonly number[];
  /** Set where it is whole numbers below it. */
  readonly tokens: number | undefined;
}

export interface ImportedOutput {
  readonly name: string;
  /** Loss that takes it. */
  readonly node: string;
  /** It ends in a softmax, which the loss has inside: its prediction is what comes before it. */
  readonly softmaxInLoss: boolean;
  /** Set where the file gives out what it picks from the prediction. */
  readonly picked: Picked | undefined;
}

type Loss = Pick<ImportedOutput, 'node' | 'softmaxInLoss'>;

/** Numbers that all samples together have at most, but for a few that there always are. */
const mostSampleNumbers = 2 ** 22;
const samples = { most: 256, fewest: 16 };
/** Weights that have learnt already are moved by small steps. */
const gentle: Pick<TrainingSettings, 'optimizer' | 'learningRate'> = {
  optimizer: { type: 'adam', params: {} },
  learningRate: 0.001,
};
/** Numbers of a batch that training begins with. */
const batchNumbers = 2 ** 20;

/**
 * The layers that compute what a model computes, drawn from left to right, between random samples of the model's sizes and
 * losses for what it gives out; a person puts data of their own in place of the samples. What comes several times in a row is
 * a block. `sizes` are those that the file leaves open behind the batch. Throws a NetwrightError for a model that is not rows,
 * sequences or images in and the like out, or where a size is missing, and an UnsupportedModel where no layer computes a part
 * of it.
 */
export function importModel(
  model: Model,
  file: string,
  training: TrainingSettings,
  sizes: Sizes = {},
): ImportedModel {
  const settled = sized(model, file, sizes);
  const rows = readRows(settled, file);
  const { read, fixed } = rows;
  const computed = computationOf(rows, file);
  const { predictions, given, calls } = computed;
  const operators = new Map(settled.graph.nodes.map((node) => [nodeName(node), operatorName(node)]));
  const marks = new MarkInputs(read);
  const layers = trainable(
    layersOf(
      computed,
      marks,
      () => otherRows(rows, file),
      (missing) => notDrawn(file, missing, operators),
    ),
  );

  const drawing = new Drawing();
  const count = sampleCount(read);
  const vocabularies = vocabulariesOf(calls);
  const inputs = read.inputs.map((input): Input => {
    const { name, tensor } = input;
    const tokens = tensor.dtype === 'int32' ? vocabularies.get(tensor) : undefined;
    if (tensor.dtype === 'int32' && tokens === undefined) throw notTokens(file, name);
    const inputKind = tokens === undefined ? marks.kindOf(input) : 'tokens';
    return { name, rowShape: tensor.shape.slice(1), tokens, tensor, inputKind };
  });
  const isLog = (tensor: Tensor): boolean =>
    calls.some(({ op, outputs: made }) => op.name === 'logSoftmax' && made['y'] === tensor);
  const targets = predictions.map((prediction) => ({
    ...prediction,
    target: targetOf(prediction, inputs, isLog(prediction.tensor)),
  }));
  // The answers of the first output lie beside the first input; more of either have data of their own.
  const data = Array.from({ length: Math.max(inputs.length, targets.length) }, (_, at) => {
    const input = inputs[at];
    const params = { ...inputParams(input), ...targets[at]?.target.params, count, seed: at + 1 };
    const isAlone = inputs.length === 1 && targets.length === 1;
    return drawing.data(
      isAlone ? 'data' : (input?.name ?? targets[at]?.name ?? 'data'),
      params,
      input?.tensor,
    );
  });
  const drawn = drawing.nodes.length;
  for (const { layer, inSoftmax } of layers) if (!inSoftmax) drawing.layer(layer);
  const body = drawing.nodes.slice(drawn);
  const losses = targets.map(({ name, tensor, target }, at): Loss => {
    const softmax = layers.find(({ inSoftmax, layer }) => inSoftmax && layer.outputs.includes(tensor));
    const prediction = softmax === undefined ? tensor : (softmax.layer.layer.wires['x'] as Tensor);
    const lossName = targets.length === 1 ? 'loss' : `loss ${name}`;
    const node = drawing.loss(target.loss, lossName, prediction, data[at] as string, target.flat);
    return { node, softmaxInLoss: softmax !== undefined };
  });

  const { nodes, wires } = drawing;
  const folded = foldRepeats({ nodes, wires, blocks: [] }, body, drawing.weights);
  const name = (file.split(/[\\/]/).at(-1) ?? file).replace(/\.onnx$/i, '').slice(0, 200);
  const rowNumbers = inputs.reduce((sum, { rowShape }) => sum + elementCount(rowShape), 0);
  return {
    document: {
      format: 'netwright',
      version: currentVersion,
      name: name || 'ONNX',
      nodes: placed(folded.drawing, new Set(losses.map(({ node }) => node))),
      wires: folded.drawing.wires,
      blocks: folded.drawing.blocks,
      training: { ...training, ...gentle, batchSize: batchFor(rowNumbers, training.batchSize) },
    },
    weights: folded.weights,
    inputs: inputs.map(({ name: input, rowShape, tokens }, at) => ({
      name: input,
      node: data[at] as string,
      rowShape,
      tokens,
    })),
    outputs: given.map(({ name: output, prediction, picked }) => ({
      name: output,
      ...(losses[prediction] as Loss),
      picked,
    })),
    batch: fixed,
  };
}

/** What a model computes for some rows, as calls that layers may stand for. */
interface Computed extends Computation {
  readonly predictions: readonly Prediction[];
  readonly given: Outputs['given'];
  readonly wanted: ReadonlySet<Tensor>;
  readonly known: KnownValues;
}

function computationOf({ read, rows }: ReadRows, file: string): Computed {
  const held: HeldValues = (tensor) => tensor && read.constants.get(tensor);
  const known: KnownValues = (tensor) => {
    const values = held(tensor);
    return values instanceof Float32Array ? values : undefined;
  };
  const { predictions, given } = outputsOf(read, rows, file);
  const wanted = new Set(predictions.map(({ tensor }) => tensor));
  const alive = withoutDeadCalls(read.graph.calls, wanted);
  // A file that holds all its numbers as constants of the graph means them as its weights.
  const hasLearnt = [...read.constants.keys()].some((tensor) => known(tensor) && !read.fixed.has(tensor));
  return {
    ...absorbConstants(alive, known, wanted),
    rows,
    predictions,
    given,
    wanted,
    known,
    held,
    isFixed: (tensor) => hasLearnt && read.fixed.has(tensor),
  };
}

/** The same for another number of rows; undefined where the model computes for one number alone. */
function otherRows({ again }: ReadRows, file: string): Computation | undefined {
  try {
    return again && computationOf(again(), file);
  } catch (error) {
    if (error instanceof NetwrightError) return undefined;
    throw error;
  }
}

/** The network from prepared values on, all its sizes behind the batch settled. */
function sized(model: Model, file: string, sizes: Sizes): Model {
  const settled = withSizes(model, sizes, file);
  const missing = openSizesOf(takenInputs(settled.graph));
  if (missing.length > 0) throw missingSizes(missing, proposeSizes(model, file, sizes).sizes, file);
  return withoutPreprocessing(settled).model;
}

/** The batch of the settings, or what is left of it where samples are large: activations grow with both. */
function batchFor(rowNumbers: number, batchSize: number): number {
  const most = Math.max(2, 2 ** Math.floor(Math.log2(Math.max(1, batchNumbers / rowNumbers))));
  return Math.min(batchSize, most);
}

interface Input extends Omit<ImportedInput, 'node'> {
  readonly tensor: Tensor;
  /** Of its random samples. */
  readonly inputKind: string;
}

const inputSizes = ['inputSize1', 'inputSize2', 'inputSize3', 'inputSize4'] as const;

function inputParams(input: Input | undefined): Params {
  if (input === undefined) return { source: randomSamples.type, inputKind: 'numbers', inputSize1: 1 };
  const sizes = inputSizes.map((name, at): [string, number] => [name, input.rowShape[at] ?? 0]);
  return {
    source: randomSamples.type,
    inputKind: input.inputKind,
    ...(input.tokens !== undefined && { inputTokens: Math.max(2, input.tokens) }),
    ...Object.fromEntries(sizes),
  };
}

interface Target {
  readonly loss: string;
  readonly params: Params;
  /** The loss compares rows of numbers. */
  readonly flat: boolean;
}

/** Classes where a row of several numbers comes out, or a row for each token or place that is given a class; numbers elsewhere. */
function targetOf({ tensor, use }: Prediction, inputs: readonly Input[], isLog: boolean): Target {
  const [, ...shape] = tensor.shape;
  const last = shape.at(-1) as number;
  const places = shape.length === 2 ? (shape[0] as number) : 0;
  const isPerToken = inputs.some(({ tokens, rowShape }) => tokens !== undefined && rowShape[0] === places);
  if (
    use !== 'numbers' &&
    last >= 2 &&
    (shape.length === 1 || (places > 0 && (isPerToken || use === 'scores')))
  ) {
    return {
      loss: isLog ? 'nll' : 'cross-entropy',
      params: { answerKind: 'class', answerCount: last, answerPlaces: places },
      flat: false,
    };
  }
  return {
    loss: 'mse',
    params: { answerKind: 'numbers', answerCount: elementCount(shape), answerPlaces: 0 },
    flat: shape.length > 1,
  };
}

function sampleCount({ inputs }: ReadGraph): number {
  const each = Math.max(1, ...inputs.map(({ tensor }) => elementCount(tensor.shape.slice(1))));
  return Math.min(samples.most, Math.max(samples.fewest, Math.floor(mostSampleNumbers / each)));
}

interface OrderedLayer {
  readonly layer: DrawnLayer;
  /** A softmax that gives a row of classes out, and so is part of the loss. */
  readonly inSoftmax: boolean;
}

/**
 * Layers for all calls, attention in one piece, in the order of computation and without what nothing takes any more; for what
 * has none, pieces of the graph as they are. Throws an UnsupportedModel that names every kind of node that cannot stand on a
 * canvas even so, and the first of each.
 */
function layersOf(
  computed: Computed,
  marks: MarkInputs,
  again: () => Computation | undefined,
  refusal: (origins: ReadonlySet<string>) => Error,
): OrderedLayer[] {
  const { calls, wanted, known, isFixed: isFixedNumbers } = computed;
  const isFixedOrComputed = (tensor: Tensor | undefined): boolean =>
    tensor === undefined || known(tensor) === undefined || isFixedNumbers(tensor);
  const fused = fuseAttention(calls, known, marks);
  const layerOf = (call: OpCall): DrawnLayer | undefined => {
    const found = fused.get(call);
    if (found !== undefined) return found;
    const layer = layerRules[call.op.name as OpName]?.(call, known);
    if (layer === undefined) return undefined;
    const isFixed = layer.weights !== undefined && Object.values(call.inputs).every(isFixedOrComputed);
    return { origin: call.origin, layer, outputs: Object.values(call.outputs), isFixed };
  };
  const ordered = (units: readonly Unit[]): OrderedLayer[] =>
    units.map(({ layer, call }) => ({ layer, inSoftmax: call !== undefined && isLastSoftmax(call, wanted) }));
  // What turns masks over comes from inputs alone.
  const before = (units: readonly Unit[]): Unit[] => neededUnits(marks.calls, layerOf, wiredTo(units)).units;

  const { units, missing } = neededUnits(calls, layerOf, wanted);
  if (missing.size === 0) return ordered([...before(units), ...units]);
  const other = again();
  const found = other && Pieces.of(computed, other, layerOf)?.units(wanted);
  if (found?.units !== undefined) return ordered([...before(found.units), ...found.units]);
  throw refusal(found === undefined ? missing : new Set(found.missing.map(({ origin }) => origin)));
}

const wiredTo = (units: readonly Unit[]): Set<Tensor> =>
  new Set(units.flatMap(({ layer }) => Object.values(layer.layer.wires)));

/** Layers for the calls that lead to what is wanted, and the nodes that there is none for. */
function neededUnits(
  calls: readonly OpCall[],
  layerOf: (call: OpCall) => DrawnLayer | undefined,
  wanted: ReadonlySet<Tensor>,
): { readonly units: Unit[]; readonly missing: ReadonlySet<string> } {
  const needed = new Set(wanted);
  const missing: string[] = [];
  const units: Unit[] = [];
  for (const call of calls.toReversed()) {
    if (!Object.values(call.outputs).some((output) => needed.has(output))) continue;
    const layer = layerOf(call);
    if (layer === undefined) missing.unshift(call.origin);
    else units.unshift({ layer, call });
    for (const input of Object.values(layer?.layer.wires ?? call.inputs)) if (input) needed.add(input);
  }
  return { units, missing: new Set(missing) };
}

/** A softmax that gives a row of classes out, and so is part of the loss. */
function isLastSoftmax({ op, inputs: { x }, outputs }: OpCall, wanted: ReadonlySet<Tensor>): boolean {
  const isLast = Object.values(outputs).some((output) => wanted.has(output));
  return isLast && op.name === 'softmax' && x?.shape.length === 2 && (x.shape[1] ?? 0) >= 2;
}

/** A file that holds all its numbers as constants of the graph, as some exporters write it, means them as its weights. */
function trainable(layers: readonly OrderedLayer[]): readonly OrderedLayer[] {
  const isTrained = ({ layer: { layer, isFixed } }: OrderedLayer): boolean =>
    layer.weights !== undefined && isFixed !== true;
  if (layers.some(isTrained)) return layers;
  return layers.map((one) => ({ ...one, layer: { ...one.layer, isFixed: false } }));
}

/** Names the operators of some nodes, which no layer stands for, and the first node of each. */
function notDrawn(
  file: string,
  origins: ReadonlySet<string>,
  operators: ReadonlyMap<string, string>,
): UnsupportedModel {
  const byOperator = new Map<string, string[]>();
  for (const node of origins) {
    const operator = operators.get(node) ?? node;
    byOperator.set(operator, [...(byOperator.get(operator) ?? []), node]);
  }
  const named = [...byOperator].toSorted(([, a], [, b]) => b.length - a.length);
  return new UnsupportedModel(
    text(
      `${file} cannot be drawn: no layer computes ${named.map(([op, of]) => `${op} (${of.length}, first in node "${of[0]}")`).join(', ')} in the form that stands there.`,
      `${file} 无法画成网络：没有图层能以其中的形式计算 ${named.map(([op, of]) => `${op}（${of.length} 个，首见于节点“${of[0]}”）`).join('、')}。`,
    ),
    named.map(([op]) => op),
  );
}

const notTokens = (file: string, name: string): NetwrightError =>
  unlike(
    file,
    text(
      `whole numbers to be looked up in a table, found the input "${name}" used otherwise`,
      `整数输入应用于查表，而输入“${name}”另作他用`,
    ),
  );
