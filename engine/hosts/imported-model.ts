import { compilePlan } from '../compiler/compile.ts';
import type { Plan } from '../compiler/plan.ts';
import { NetwrightError } from '../declaration/problem.ts';
import { elementCount } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import type { NetwrightDocument } from '../document/schema.ts';
import { engineValues } from '../interchange/onnx/engine-values.ts';
import { type ImportedModel, importModel } from '../interchange/onnx/import/import-model.ts';
import { readMetadata } from '../interchange/onnx/metadata.ts';
import { floatValues, type Model } from '../interchange/onnx/model.ts';
import { readModel } from '../interchange/onnx/read-model.ts';
import type { RunOnnx } from '../interchange/onnx/run-onnx.ts';
import { RandomStream, streams } from '../random/stream.ts';
import { chooseKernels } from '../runtime/faces.ts';
import { RunRecorder } from '../training/run-recorder.ts';
import type { NamedTensor } from '../training/safetensors.ts';
import { kernelsHere } from './engine-parts.ts';
import { runFolderAt } from './run-files.ts';
import { openTemplateOrFile } from './templates.ts';
import { prepareHere } from './training-thread.ts';

/** A project that was made of an ONNX file, and the file's weights under the names that the project gives them. */
export interface Imported {
  readonly document: NetwrightDocument;
  readonly weights: readonly NamedTensor[];
  /** What it was read as; undefined for a file that holds its own project. */
  readonly model: ImportedModel | undefined;
}

/** Makes a project of a file: the one it was exported from, where it holds that. Throws a NetwrightError where it cannot. */
export async function importOnnx(onnx: Uint8Array, file: string): Promise<Imported> {
  const model = readModel(onnx, file);
  const own = readMetadata(model.metadata, file)?.document;
  if (own !== undefined) return { document: own, weights: ownWeights(model, own, file), model: undefined };
  const { training } = (await openTemplateOrFile('empty')).document;
  const imported = importModel(model, file, training);
  const { document } = imported;
  const weights = planOf(document).weights.map(({ name, node, weight, shape }) => {
    const values = imported.weights.get(node)?.[weight];
    return weightOf(name, shape, values, file);
  });
  return { document, weights, model: imported };
}

const planOf = (document: NetwrightDocument): Plan =>
  compilePlan(document, { counts: { train: 1, test: 0 } });

function ownWeights({ graph }: Model, document: NetwrightDocument, file: string): NamedTensor[] {
  const tensors = new Map(graph.initializers.map((tensor) => [tensor.name, tensor]));
  return planOf(document).weights.map(({ name, shape }) => {
    const tensor = tensors.get(name);
    return weightOf(name, shape, tensor && floatValues(tensor), file);
  });
}

function weightOf(
  name: string,
  shape: readonly number[],
  values: Float32Array | undefined,
  file: string,
): NamedTensor {
  const expected = elementCount(shape);
  if (values?.length === expected) return { name, shape, values };
  const [en, zh] = values === undefined ? ['none', '没有'] : [`${values.length}`, `${values.length} 个`];
  throw new NetwrightError(
    'weight-mismatch',
    text(
      `${file}: expected ${expected} numbers for the weight "${name}", found ${en}.`,
      `${file}：权重“${name}”应有 ${expected} 个数，实际为${zh}。`,
    ),
  );
}

/** Makes a run folder of it, as if a run had come to these weights before its first step. */
export async function keepImported(
  { document, weights }: Imported,
  folder: string,
  file: string,
): Promise<void> {
  const { trainer, machine, started } = await prepareHere({
    document,
    options: { threads: 1 },
    run: 'import',
  });
  try {
    trainer.takeWeights(weights, file);
    const { kernels, threads, workers, parameterCount, arenaBytes } = started;
    await RunRecorder.begin(
      runFolderAt(folder),
      {
        document,
        status: 'stopped',
        kernels,
        threads,
        workers,
        parameterCount,
        arenaBytes,
        result: undefined,
      },
      trainer.checkpoint(),
    );
  } finally {
    machine.close();
  }
}

const comparedRows = 7;

/** The largest difference between the project and its file in onnxruntime over random rows, in units of the row's largest. */
export async function compareImported(
  { document, weights }: Imported,
  model: ImportedModel,
  onnx: Uint8Array,
  runOnnx: RunOnnx,
): Promise<number> {
  const { name, rowShape } = model.input;
  const dims = readModel(onnx, name).graph.inputs.find((input) => input.name === name)?.tensor?.dims;
  const batch = typeof dims?.[0] === 'number' ? dims[0] : comparedRows;
  const random = new RandomStream(1, streams.data);
  const values = Float32Array.from({ length: batch * elementCount(rowShape) }, () => random.normal());
  const plan = planOf(document);
  const ours = await engineValues({
    document,
    weights: new Map(weights.map((one) => [one.name, one.values as Float32Array])),
    source: await chooseKernels('auto', kernelsHere),
    inputs: new Map(plan.inputs.filter(({ port }) => port === 'x').map((input) => [input.name, values])),
    batch,
  });
  const { outputs } = await runOnnx(onnx, [{ [name]: { dims: [batch, ...rowShape], data: values } }]);
  const [theirs] = Object.values(outputs[0] ?? {});
  const prediction = ours.predictions[0]?.values ?? new Float32Array();
  return difference(model.softmaxInLoss ? softmaxRows(prediction, batch) : prediction, theirs?.data, batch);
}

function softmaxRows(values: Float32Array, rows: number): Float32Array {
  const size = values.length / rows;
  const result = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    const one = values.subarray(row * size, (row + 1) * size);
    const largest = one.reduce((most, value) => Math.max(most, value), -Infinity);
    const powers = Float64Array.from(one, (value) => Math.exp(value - largest));
    const sum = powers.reduce((total, power) => total + power, 0);
    result.set(
      powers.map((power) => power / sum),
      row * size,
    );
  }
  return result;
}

function difference(ours: Float32Array, theirs: unknown, rows: number): number {
  if (!(theirs instanceof Float32Array) || theirs.length !== ours.length) return Number.MAX_VALUE;
  const size = ours.length / rows;
  let most = 0;
  for (let row = 0; row < rows; row++) {
    let unit = 1;
    let apart = 0;
    for (let i = row * size; i < (row + 1) * size; i++) {
      unit = Math.max(unit, Math.abs(theirs[i]));
      const distance = Math.abs(ours[i] - theirs[i]);
      apart = Math.max(apart, Number.isNaN(distance) ? Number.MAX_VALUE : distance);
    }
    most = Math.max(most, apart / unit);
  }
  return most;
}
