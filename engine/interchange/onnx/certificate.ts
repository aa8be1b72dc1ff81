import type { BuiltInput } from '../../compiler/build.ts';
import type { Samples } from '../../data/sources/contract.ts';
import { copyRow, rawRows, rowSource } from '../../data/sources/rows.ts';
import { NetwrightError } from '../../declaration/problem.ts';
import { elementCount } from '../../declaration/tensor-type.ts';
import { type Text, text } from '../../declaration/text.ts';
import type { NetwrightDocument } from '../../document/schema.ts';
import type { Certificate } from '../../protocol/messages.ts';
import type { KernelSource } from '../../runtime/faces.ts';
import { Comparison, tolerance } from './comparison.ts';
import { engineValues } from './engine-values.ts';
import { exposeValues } from './expose-values.ts';
import type { ModelFile } from './external-data.ts';
import { type ForwardPath, forwardPath, type PathEnd } from './forward-path.ts';
import type { Model, ValueInfo } from './model.ts';
import { preparedName, rawInfo, rawInputs } from './preprocessing.ts';
import { readModel } from './read-model.ts';
import type { RunOnnx, TensorValue, TensorValues } from './run-onnx.ts';

/**
 * Rows of the data that both sides compute at a time: many, a single one, and an odd number of them. Of a network whose
 * values between nodes are large there are fewer at a time, so that what is laid open takes 64 MiB at most.
 */
function batchesFor(path: ForwardPath): readonly number[] {
  const perRow = [...path.names.keys()].reduce(
    (sum, { shape }) => sum + elementCount(shape) / (shape[0] ?? 1),
    0,
  );
  return [Math.min(mostRows, Math.max(fewestRows, Math.floor(mostNumbers / perRow))), 1, 7];
}
const mostRows = 256;
const fewestRows = 8;
const mostNumbers = 2 ** 24;

export interface CertificateInput {
  /** Name of the file, for errors. */
  readonly file: string;
  readonly onnx: Uint8Array;
  /** What it keeps beside it. */
  readonly outside?: Pick<ModelFile, 'beside' | 'folder'>;
  readonly document: NetwrightDocument;
  readonly weights: ReadonlyMap<string, Float32Array>;
  readonly weightsSha256: string;
  /** The document's own data, by the id of the data node. */
  readonly samples: ReadonlyMap<string, Samples>;
  /** The kernels that the engine's side runs on. */
  readonly source: KernelSource;
  readonly runOnnx: RunOnnx;
  readonly onnxruntimeVersion: string;
  readonly sha256: (bytes: Uint8Array) => string;
}

/**
 * Compares a file with the weights it should hold: onnxruntime and the engine compute the same rows, and every value
 * that leaves a node on the canvas is compared, as are the weights themselves. The file is run twice, once as it is and
 * once with every value between its nodes laid open, because onnxruntime may compute the two differently. Where the file
 * takes raw values, onnxruntime is given these and the engine what its readers make of them.
 * Throws a NetwrightError when the file is not ONNX, not an export of this document, or cannot be run.
 */
export async function certify(input: CertificateInput): Promise<Certificate> {
  const { file, onnx, outside, document, weights, samples, source, runOnnx } = input;
  const path = forwardPath(document);
  const model = readModel(onnx, file, outside?.beside);
  const ends = inputEnds(model, path, samples);
  requireSameNetwork(model, path, ends, file);

  const batches = batchesFor(path);
  const given = batches.map((batch) => takeInputs(ends, samples, batch));
  const feeds = batches.map((batch, i) =>
    Object.fromEntries(
      ends.map((end) => [end.name, feedOf(end, samples, batch, given[i] as ReadonlyMap<string, Numbers>)]),
    ),
  );
  const outputs = path.outputs.map(({ name }) => name);
  const known = new Set([...path.inputs, ...path.outputs].map(({ tensor }) => tensor));
  const prepared = ends.filter(({ isRaw }) => isRaw);
  const between = [
    ...prepared.map(({ name }) => preparedName(name)),
    ...[...path.names]
      .filter(([tensor]) => !known.has(tensor) && tensor.dtype === 'float32')
      .map(([, name]) => name),
  ];
  const { outputs: opened } = await runOnnx(
    exposeValues(onnx, between),
    feeds,
    [...between, ...outputs],
    outside,
  );
  const { outputs: whole } = await runOnnx(onnx, feeds, outputs, outside);

  const comparison = new Comparison(
    path,
    prepared.map(({ from }) => from.node),
  );
  comparison.weights(model, weights);
  const outputNames = new Map(path.outputs.map(({ tensor, name }) => [tensor.name, name]));
  for (const [i, batch] of batches.entries()) {
    const inputs = given[i] as ReadonlyMap<string, Numbers>;
    const ours = await engineValues({ document, weights, source, inputs, batch });
    const theirs = opened[i];
    for (const { name, tensor, from } of prepared) {
      const values = inputs.get(tensor.name) as Float32Array;
      comparison.values({ name, node: from.node, values }, theirs, preparedName(name), batch);
    }
    for (const value of ours.nodes) {
      const name = outputNames.get(value.name) ?? value.name;
      if (theirs[name] !== undefined) comparison.values(value, theirs, name, batch);
    }
    for (const value of ours.predictions) {
      const name = outputNames.get(value.name) as string;
      comparison.values(value, theirs, name, batch);
      comparison.values(value, whole[i], name, batch);
    }
  }

  const nodes = comparison.nodes();
  return {
    equal: nodes.every((node) => node.equal),
    maxAbsDiff: nodes.reduce((most, node) => Math.max(most, node.maxAbsDiff), 0),
    tolerance,
    rows: batches.reduce((sum, batch) => sum + batch, 0),
    nodes,
    onnxSha256: input.sha256(onnx),
    weightsSha256: input.weightsSha256,
    onnxruntime: input.onnxruntimeVersion,
  };
}

/** The sentence for a file that failed: which node is the first to differ, and by how much. */
export function differenceText(certificate: Certificate, file: string): Text | undefined {
  const first = certificate.nodes.find((node) => !node.equal);
  if (first === undefined) return undefined;
  const difference = first.maxAbsDiff.toPrecision(3);
  return text(
    `${file} is not equal to the trained network: the first node that differs is "${first.name}", expected |Δ| ≤ ${tolerance}, found ${difference}.`,
    `${file} 与训练所得的网络不一致：第一个出现差异的节点是“${first.name}”，应有 |Δ| ≤ ${tolerance}，实际为 ${difference}。`,
  );
}

type Numbers = Float32Array | Int32Array;

/** An input of the file, and where its values come from. */
interface InputEnd extends PathEnd {
  readonly from: BuiltInput;
  /** As an export of this document has it. */
  readonly info: ValueInfo;
  /** It takes what lies in the files of its data node. */
  readonly isRaw: boolean;
}

/** Whether an input takes raw values is told by the kind of its elements, which no network takes. */
function inputEnds(
  { graph }: Model,
  path: ForwardPath,
  samples: CertificateInput['samples'],
): readonly InputEnd[] {
  const raw = rawInputs(path, samples);
  return path.inputs.map(({ tensor, name }) => {
    const from = path.built.inputs.find((input) => input.tensor === tensor) as BuiltInput;
    const dims = path.dims(tensor);
    const made = raw.get(name);
    const info = made && rawInfo(name, dims, made);
    const found = graph.inputs.find((input) => input.name === name)?.tensor?.elementType;
    const isRaw = info !== undefined && found === info.tensor?.elementType;
    return { tensor, name, from, isRaw, info: isRaw ? info : { name, tensor: { elementType: 0, dims } } };
  });
}

/** Values for every input of the network, by the name of its tensor. */
const takeInputs = (
  ends: readonly InputEnd[],
  samples: CertificateInput['samples'],
  batch: number,
): ReadonlyMap<string, Numbers> =>
  new Map(
    ends.map(({ tensor, from: { node, port } }) => {
      const from = samples.get(node) as Samples;
      const size = elementCount(tensor.shape.slice(1));
      const rows = new (tensor.dtype === 'int32' ? Int32Array : Float32Array)(batch * size);
      const source = rowSource(from, port, size);
      for (const [i, row] of rowsOf(from, batch)) copyRow(source, row, rows, i * size);
      return [tensor.name, rows];
    }),
  );

/** What onnxruntime is given of the same rows. */
function feedOf(
  { tensor, from: { node }, info, isRaw }: InputEnd,
  samples: CertificateInput['samples'],
  batch: number,
  given: ReadonlyMap<string, Numbers>,
): TensorValue {
  const dims = [batch, ...((info.tensor?.dims ?? []).slice(1) as number[])];
  const from = samples.get(node) as Samples;
  const raw = isRaw ? rawRows(from) : undefined;
  if (raw === undefined) return { dims, data: given.get(tensor.name) as TensorValues };
  const data = new (raw.type === 'uint8' ? Uint8Array : Float64Array)(batch * raw.size);
  for (const [i, row] of rowsOf(from, batch)) raw.copy(row, data, i * raw.size);
  return { dims, data };
}

/** `batch` rows at equal distances through the samples; over again from the start where there are fewer. */
function* rowsOf({ count }: Samples, batch: number): Generator<readonly [number, number]> {
  const stride = Math.max(1, Math.floor(count / batch));
  for (let i = 0; i < batch; i++) yield [i, (i * stride) % count];
}

/** A file can only be compared when it has the values of this document's nodes. */
function requireSameNetwork(
  { graph }: Model,
  { built, outputs: wanted, calls }: ForwardPath,
  expected: readonly InputEnd[],
  file: string,
): void {
  const constants = new Set(graph.initializers.map(({ name }) => name));
  const inputs = graph.inputs.filter(({ name }) => !constants.has(name));
  const fits = expected.every(({ info }, at) => {
    const [, ...rowShape] = info.tensor?.dims ?? [];
    const dims = inputs[at]?.tensor?.dims ?? [];
    const isRowShape = rowShape.every((size, i) => dims[i + 1] === size);
    return inputs[at]?.name === info.name && dims.length === rowShape.length + 1 && isRowShape;
  });
  if (inputs.length !== expected.length || !fits) {
    const listOf = (infos: readonly ValueInfo[]): string =>
      infos.map(({ name, tensor }) => `${name} [${(tensor?.dims ?? ['?']).join(', ')}]`).join(', ');
    const [list, found] = [listOf(expected.map(({ info }) => info)), listOf(inputs)];
    throw foreign(
      file,
      text(
        `expected the input ${list}, found ${found || 'none'}`,
        `应有输入 ${list}，实际为 ${found || '无'}`,
      ),
    );
  }
  const made = new Set(graph.nodes.flatMap(({ outputs }) => outputs));
  const values = [
    ...expected
      .filter(({ isRaw }) => isRaw)
      .map(({ name, from }) => [preparedName(name), from.node] as const),
    ...calls.flatMap(({ outputs, origin }) =>
      Object.values(outputs).map(({ name }) => [name, origin] as const),
    ),
  ];
  const missing = values.find(([name]) => !made.has(name));
  if (missing !== undefined) {
    const [name, origin] = missing;
    const node = built.names.get(origin) ?? origin;
    throw foreign(
      file,
      text(
        `expected a value "${name}" of node "${node}", found none`,
        `应有节点“${node}”的值“${name}”，但没有找到`,
      ),
    );
  }
  for (const { name } of wanted) {
    if (!graph.outputs.some((output) => output.name === name))
      throw foreign(file, text(`expected the output "${name}"`, `应有输出“${name}”`));
  }
}

const foreign = (file: string, what: Text): NetwrightError =>
  new NetwrightError(
    'foreign-model',
    text(
      `${file} is not an export of this network: ${what.en}.`,
      `${file} 不是由此网络导出的模型：${what.zh}。`,
    ),
  );
