import { withoutDeadCalls } from '../../../compiler/steps.ts';
import { randomLabels } from '../../../data/sources/random-labels.ts';
import type { Params } from '../../../declaration/fields.ts';
import { NetwrightError } from '../../../declaration/problem.ts';
import { elementCount, shapeText } from '../../../declaration/tensor-type.ts';
import { type Text, text } from '../../../declaration/text.ts';
import { freshName } from '../../../document/fresh.ts';
import {
  currentVersion,
  type DocumentNode,
  type NetwrightDocument,
  type TrainingSettings,
  type Wire,
} from '../../../document/schema.ts';
import type { OpCall, Tensor } from '../../../ops/contract.ts';
import type { OpName } from '../../../ops/index.ts';
import type { Model, ValueInfo } from '../model.ts';
import { UnsupportedModel } from '../reading/misfit.ts';
import { type ReadGraph, readGraph } from '../reading/read-graph.ts';
import { absorbConstants } from './absorb.ts';
import { layerRules, zeroPadParams } from './layer-rules.ts';

/** A model from elsewhere as a project. */
export interface ImportedModel {
  readonly document: NetwrightDocument;
  /** Numbers of the layers' weights: node id → name of the weight. */
  readonly weights: ReadonlyMap<string, Readonly<Record<string, Float32Array>>>;
  /** The model's input, and the numbers of one row of it. */
  readonly input: { readonly name: string; readonly rowShape: readonly number[] };
  /** The model ends in a softmax, which the loss has inside: its prediction is what comes before it. */
  readonly softmaxInLoss: boolean;
}

/** The rows that a model is read for; any number would do that is not mistaken for another size. */
const rows = 2;
const columnWidth = 250;
const laneHeight = 150;
/** A long network goes on in a band below, as a text does. */
const columnsPerBand = 8;

/**
 * The layers that compute what a model computes, drawn from left to right, between random samples of the model's sizes and
 * a loss for its classes; a person puts data of their own in place of the samples. Throws a NetwrightError for a model that
 * is not one table or image in and one row of classes out, and an UnsupportedModel where no layer computes a part of it.
 */
export function importModel(model: Model, file: string, training: TrainingSettings): ImportedModel {
  const freed = withFreeRows(model);
  const input = onlyInput(freed, file);
  const shape = [
    rows,
    ...(input.tensor?.dims ?? []).slice(1).map((size) => (typeof size === 'number' ? size : -1)),
  ];
  const read = readGraph(freed, file, new Map([[input.name, { shape }]]));
  const output = classesOf(read, file);
  const known = (tensor: Tensor | undefined): Float32Array | undefined => {
    const values = tensor && read.constants.get(tensor);
    return values instanceof Float32Array ? values : undefined;
  };
  const wanted = new Set([output]);
  const alive = withoutDeadCalls(read.graph.calls, wanted);
  const calls = absorbConstants(alive, known, wanted);
  requireLayers(calls, known, file);

  const drawing = new Drawing();
  const classes = output.shape[1] as number;
  const rowShape = shape.slice(1);
  requireSamples(elementCount(rowShape), classes, file);
  drawing.begin(read.inputs[0]?.tensor as Tensor, rowShape, classes);
  const last = calls.at(-1);
  const softmaxInLoss = last?.op.name === 'softmax' && Object.values(last.outputs).includes(output);
  for (const call of softmaxInLoss ? calls.slice(0, -1) : calls) drawing.layer(call, known);
  const isLog = last?.op.name === 'logSoftmax';
  drawing.end(softmaxInLoss ? (last?.inputs['x'] as Tensor) : output, isLog ? 'nll' : 'cross-entropy');
  const name = (file.split(/[\\/]/).at(-1) ?? file).replace(/\.onnx$/i, '').slice(0, 200);
  return {
    document: {
      format: 'netwright',
      version: currentVersion,
      name: name || 'ONNX',
      nodes: drawing.placedNodes(),
      wires: drawing.wires,
      blocks: [],
      training,
    },
    weights: drawing.weights,
    input: { name: input.name, rowShape },
    softmaxInLoss,
  };
}

/** The model for any number of rows, though its file may name one. */
function withFreeRows(model: Model): Model {
  const inputs = model.graph.inputs.map((info): ValueInfo => {
    const dims = info.tensor?.dims;
    if (info.tensor === undefined || dims === undefined || dims.length === 0) return info;
    return { ...info, tensor: { ...info.tensor, dims: ['N', ...dims.slice(1)] } };
  });
  return { ...model, graph: { ...model.graph, inputs } };
}

function onlyInput({ graph }: Model, file: string): ValueInfo {
  const constants = new Set(graph.initializers.map(({ name }) => name));
  const inputs = graph.inputs.filter(({ name }) => !constants.has(name));
  const [input] = inputs;
  const rank = input?.tensor?.dims?.length ?? 0;
  if (input !== undefined && inputs.length === 1 && rank >= 2) return input;
  const found = inputs
    .map(({ name, tensor }) => `${name} [${(tensor?.dims ?? ['?']).join(', ')}]`)
    .join(', ');
  throw unlike(
    file,
    text(
      `one input of rows or images, found ${found || 'none'}`,
      `应有一个按行或图像的输入，实际为 ${found || '无'}`,
    ),
  );
}

/** Samples that stand in for a person's data have their limits. */
function requireSamples(features: number, classes: number, file: string): void {
  const most = { features: randomLabels.fields.features.max, classes: randomLabels.fields.classes.max };
  if (features <= most.features && classes <= most.classes) return;
  throw unlike(
    file,
    text(
      `at most ${most.features} numbers in a sample and ${most.classes} classes, found ${features} and ${classes}`,
      `每个样本最多 ${most.features} 个数、最多 ${most.classes} 个类别，实际为 ${features} 个数、${classes} 个类别`,
    ),
  );
}

/** The one output: a row of classes for each sample. */
function classesOf({ outputs }: ReadGraph, file: string): Tensor {
  const [output] = outputs;
  const value = output?.value;
  const isRow =
    value?.kind === 'computed' &&
    value.type === 'float32' &&
    value.shape.length === 2 &&
    value.shape[0] === rows;
  if (outputs.length === 1 && isRow && (value.shape[1] as number) >= 2) return value.tensor;
  const found = outputs.map((one) => `${one.name} ${shapeText(one.value.shape)}`).join(', ');
  throw unlike(
    file,
    text(
      `one output with a row of at least 2 classes for each sample, found ${found} for ${rows} samples`,
      `应有一个输出，每个样本一行、至少 2 个类别；${rows} 个样本时实际为 ${found}`,
    ),
  );
}

const unlike = (file: string, what: Text): NetwrightError =>
  new NetwrightError(
    'import-unlike',
    text(`${file} cannot become a project: expected ${what.en}.`, `${file} 无法成为项目：${what.zh}。`),
  );

/** Throws an UnsupportedModel that names every kind of node that no layer stands for, and the first of each. */
function requireLayers(
  calls: readonly OpCall[],
  known: (tensor: Tensor | undefined) => Float32Array | undefined,
  file: string,
): void {
  const missing = new Map<string, { count: number; node: string }>();
  for (const call of calls) {
    if (layerRules[call.op.name as OpName]?.(call, known) !== undefined) continue;
    const found = missing.get(call.op.name);
    missing.set(call.op.name, { count: (found?.count ?? 0) + 1, node: found?.node ?? call.origin });
  }
  if (missing.size === 0) return;
  const named = [...missing].toSorted(([, a], [, b]) => b.count - a.count);
  throw new UnsupportedModel(
    text(
      `${file} cannot be drawn: no layer computes ${named.map(([op, { count, node }]) => `${op} (${count}, first in node "${node}")`).join(', ')}.`,
      `${file} 无法画成网络：没有图层能计算 ${named.map(([op, { count, node }]) => `${op}（${count} 个，首见于节点“${node}”）`).join('、')}。`,
    ),
    named.map(([op]) => op),
  );
}

/** Nodes and wires as they come to be; each stands one column behind the last of those it is wired to. */
class Drawing {
  private readonly nodes: (Omit<DocumentNode, 'position'> & { column: number; lane: number })[] = [];
  readonly wires: Wire[] = [];
  readonly weights = new Map<string, Readonly<Record<string, Float32Array>>>();
  private readonly sources = new Map<Tensor, { node: string; port: string }>();
  private readonly columns = new Map<string, number>();
  private readonly lanes: number[] = [];
  private readonly names = new Set<string>();

  begin(tensor: Tensor, rowShape: readonly number[], classes: number): void {
    const features = elementCount(rowShape);
    const data = this.node(
      'data',
      'data',
      { source: randomLabels.type, features, classes, count: 256, seed: 1 },
      [],
    );
    const start = { node: data, port: 'x' };
    if (rowShape.length === 1) {
      this.sources.set(tensor, start);
      return;
    }
    const reshape = this.node('reshape', 'input', { shape: rowShape.join(', ') }, [data]);
    this.wire(start, reshape, 'x');
    this.sources.set(tensor, { node: reshape, port: 'y' });
  }

  layer(call: OpCall, known: (tensor: Tensor | undefined) => Float32Array | undefined): void {
    const layer = layerRules[call.op.name as OpName]?.(call, known);
    if (layer === undefined) throw new Error(`no layer computes ${call.op.name}`);
    const wires = Object.entries(layer.wires).map(
      ([port, tensor]): [string, { node: string; port: string }] => [port, this.sourceOf(tensor)],
    );
    if (layer.padded !== undefined) {
      const [[, from]] = wires as [[string, { node: string; port: string }]];
      const pad = this.node('zero-pad', `${call.origin}.pad`, zeroPadParams(layer.padded), [from.node]);
      this.wire(from, pad, 'x');
      wires[0] = ['x', { node: pad, port: 'y' }];
    }
    const id = this.node(
      layer.type,
      call.origin,
      layer.params,
      wires.map(([, { node }]) => node),
    );
    for (const [port, from] of wires) this.wire(from, id, port);
    for (const output of Object.values(call.outputs)) this.sources.set(output, { node: id, port: 'y' });
    if (layer.weights !== undefined) this.weights.set(id, layer.weights);
  }

  end(prediction: Tensor, type: string): void {
    const from = this.sourceOf(prediction);
    const id = this.node(type, 'loss', {}, [from.node]);
    this.wire(from, id, 'prediction');
    this.wire({ node: this.nodes[0]?.id ?? '', port: 'y' }, id, 'target');
  }

  placedNodes(): DocumentNode[] {
    const bandOf = (column: number): number => Math.floor(column / columnsPerBand);
    const lanesIn = (band: number): number =>
      Math.max(...this.lanes.slice(band * columnsPerBand, (band + 1) * columnsPerBand));
    const tops = Array.from({ length: bandOf(this.lanes.length) + 1 }, () => 0);
    for (let band = 1; band < tops.length; band++) {
      tops[band] = (tops[band - 1] ?? 0) + (lanesIn(band - 1) + 1) * laneHeight;
    }
    return this.nodes.map(({ column, lane, ...node }) => ({
      ...node,
      position: {
        x: (column % columnsPerBand) * columnWidth,
        y: (tops[bandOf(column)] ?? 0) + lane * laneHeight,
      },
    }));
  }

  private sourceOf(tensor: Tensor): { node: string; port: string } {
    const source = this.sources.get(tensor);
    if (source === undefined) throw new Error(`nothing on the canvas gives ${tensor.name}`);
    return source;
  }

  private node(type: string, origin: string, params: Params, after: readonly string[]): string {
    const id = `n${this.nodes.length + 1}`;
    const wanted = origin.replace(/^[/\s]+|[/\s]+$/g, '').slice(-60) || type;
    const name = freshName(wanted, this.names);
    this.names.add(name);
    const column = 1 + Math.max(-1, ...after.map((node) => this.columns.get(node) ?? 0));
    this.columns.set(id, column);
    const lane = this.lanes[column] ?? 0;
    this.lanes[column] = lane + 1;
    this.nodes.push({ id, type, name, params: { ...params }, column, lane });
    return id;
  }

  private wire(from: { node: string; port: string }, node: string, port: string): void {
    this.wires.push({ id: `w${this.wires.length + 1}`, from, to: { node, port } });
  }
}
