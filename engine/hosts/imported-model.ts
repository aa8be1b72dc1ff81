import { compilePlan } from '../compiler/compile.ts';
import type { Plan } from '../compiler/plan.ts';
import type { SourceDefinition } from '../data/sources/contract.ts';
import { randomSamples } from '../data/sources/random-samples.ts';
import { NetwrightError } from '../declaration/problem.ts';
import { elementCount } from '../declaration/tensor-type.ts';
import { type Text, text } from '../declaration/text.ts';
import { completeParams } from '../document/check-params.ts';
import type { NetwrightDocument } from '../document/schema.ts';
import { engineValues } from '../interchange/onnx/engine-values.ts';
import { type ModelFile, wholeFile } from '../interchange/onnx/external-data.ts';
import {
  differenceFrom,
  type OurOutput,
  type Picked,
  softmaxRows,
} from '../interchange/onnx/import/agreement.ts';
import { type ImportedModel, importModel } from '../interchange/onnx/import/import-model.ts';
import { typeName } from '../interchange/onnx/inspect.ts';
import { readMetadata } from '../interchange/onnx/metadata.ts';
import { float32Type, floatValues, type Model } from '../interchange/onnx/model.ts';
import { requireSizes } from '../interchange/onnx/open-sizes.ts';
import { readModel } from '../interchange/onnx/read-model.ts';
import { type RowNumbers, typedValues } from '../interchange/onnx/run-model.ts';
import type { NamedTensors, RunOnnx, TensorValue } from '../interchange/onnx/run-onnx.ts';
import { withoutPreprocessing } from '../interchange/onnx/undo-preprocessing.ts';
import { writeModel } from '../interchange/onnx/write-model.ts';
import type { Sizes } from '../protocol/model-messages.ts';
import { chooseKernels } from '../runtime/faces.ts';
import { machineWords } from '../runtime/machine.ts';
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
  /** The file makes some of its inputs of raw values, which the project takes prepared. */
  readonly isPrepared: boolean;
}

/**
 * Makes a project of a file: the one it was exported from, where it holds that. `sizes` are those that a foreign file leaves
 * open. Throws a NetwrightError where it cannot.
 */
export async function importOnnx(
  { bytes, beside }: ModelFile,
  file: string,
  sizes: Sizes = {},
): Promise<Imported> {
  const model = readModel(bytes, file, beside);
  const own = readMetadata(model.metadata, file)?.document;
  if (own !== undefined) {
    requireSizes([], sizes, file);
    return { document: own, weights: ownWeights(model, own, file), model: undefined, isPrepared: false };
  }
  const { training } = (await openTemplateOrFile('empty')).document;
  const imported = importModel(model, file, training, sizes);
  const document = withFittingBatch(imported.document);
  const weights = planOf(document).weights.map(({ name, node, weight, shape }) => {
    const values = imported.weights.get(node)?.[weight];
    return weightOf(name, shape, values, file);
  });
  return {
    document,
    weights,
    model: { ...imported, document },
    isPrepared: withoutPreprocessing(model).inputs.length > 0,
  };
}

/** What a step of training may take to begin with. */
const mostStepBytes = 2 ** 31;

/** With half the batch, and half of that, until a step is no larger: how much is made of a sample only its plan says. */
function withFittingBatch(document: NetwrightDocument): NetwrightDocument {
  const { batchSize } = document.training;
  const plan = compilePlan(document, { counts: { train: batchSize, test: batchSize } });
  if (batchSize <= fewestRows || machineWords(plan, 1) * wordBytes <= mostStepBytes) return document;
  const training = { ...document.training, batchSize: Math.ceil(batchSize / 2) };
  return withFittingBatch({ ...document, training });
}

/** Statistics of a batch are taken of as many. */
const fewestRows = 2;
const wordBytes = 4;

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

/** What a file does with a prediction at its end, and what is said of it. */
const leftOut: readonly (readonly [(picked: Picked) => boolean, Text])[] = [
  [
    (picked) => picked.of !== 'condition' && !picked.smallest,
    text(
      'The choice of the largest score at its end is left out: the network gives the scores themselves.',
      '末尾取最大分数的步骤已略去：网络给出分数本身。',
    ),
  ],
  [
    (picked) => picked.of !== 'condition' && picked.smallest && picked.isNegated,
    text(
      'The choice of the smallest number at its end is left out: the network gives the numbers with the other sign, so that the largest stands for the class.',
      '末尾取最小值的步骤已略去：网络给出取相反数后的值，因此最大者代表所选类别。',
    ),
  ],
  [
    (picked) => picked.of !== 'condition' && picked.smallest && !picked.isNegated,
    text(
      'The choice of the smallest number at its end is left out: the network gives the numbers themselves.',
      '末尾取最小值的步骤已略去：网络给出这些数值本身。',
    ),
  ],
  [
    (picked) => picked.of === 'condition',
    text(
      'The condition at its end is left out: the network gives the numbers that it compares.',
      '末尾的条件判断已略去：网络给出被比较的数值本身。',
    ),
  ],
];

/** What a person should know of a project that was made of a foreign file. */
export function remarksOn({ model, isPrepared }: Imported): Text[] {
  if (model === undefined) return [];
  const { outputs } = model;
  return [
    text(
      "Its data are random samples of the model's sizes: put your own in their place.",
      '其数据是与模型尺寸相符的随机样本：请换成自己的数据。',
    ),
    ...(outputs.some(({ softmaxInLoss }) => softmaxInLoss)
      ? [text('The softmax at its end is part of the loss.', '末尾的 softmax 已并入损失。')]
      : []),
    ...leftOut.flatMap(([isLeftOut, remark]) =>
      outputs.some(({ picked }) => picked && isLeftOut(picked)) ? [remark] : [],
    ),
    ...(isPrepared
      ? [
          text(
            'What the file makes of raw values is left out: the network takes them prepared.',
            '文件对原始值所做的预处理已略去：网络接受预处理后的值。',
          ),
        ]
      : []),
  ];
}

/** A foreign model computes the same up to this, in units of the largest value in a row, or of 1. */
export const importTolerance = 1e-4;
const comparedRows = 7;
/** What the data of an import are. */
const samples: SourceDefinition = randomSamples;

/** What a project makes of random rows, and the same rows as its file takes them. */
export interface ImportTrial {
  readonly feed: NamedTensors;
  /** By the names of the file's outputs. */
  readonly outputs: ReadonlyMap<string, OurOutput>;
  readonly rows: number;
}

/** Runs a project that was made of a foreign file on random rows. */
export async function tryImported(
  { document, weights }: Imported,
  { inputs, outputs, batch }: ImportedModel,
): Promise<ImportTrial> {
  const rows = batch ?? comparedRows;
  const given = inputs.map(({ name, node, rowShape }) => {
    const params = document.nodes.find(({ id }) => id === node)?.params ?? {};
    const values = samples.generate({ ...completeParams(samples.fields, params), count: rows }).x;
    return { name, node, dims: [rows, ...rowShape], values };
  });
  const plan = planOf(document);
  const byNode = new Map(given.map(({ node, values }) => [node, values]));
  const ours = await engineValues({
    document,
    weights: new Map(weights.map((one) => [one.name, one.values as Float32Array])),
    source: await chooseKernels('auto', kernelsHere),
    inputs: new Map(
      plan.inputs.flatMap(({ name, node, port }) => {
        const values = port === 'x' ? byNode.get(node) : undefined;
        return values === undefined ? [] : [[name, values] as const];
      }),
    ),
    batch: rows,
  });
  const predictions = new Map(plan.losses.map(({ node }, at) => [node, ours.predictions[at]?.values]));
  return {
    rows,
    feed: Object.fromEntries(given.map(({ name, dims, values }) => [name, { dims, data: values }])),
    outputs: new Map(
      outputs.map(({ name, node, softmaxInLoss, picked }) => {
        const values = predictions.get(node) ?? new Float32Array();
        return [name, { values: softmaxInLoss ? softmaxRows(values, rows) : values, picked }];
      }),
    ),
  };
}

/** The largest difference between a project and its file in onnxruntime, from prepared values on, in units of the row's largest. */
export async function compareImported(
  { feed, outputs, rows }: ImportTrial,
  file: ModelFile,
  runOnnx: RunOnnx,
): Promise<number> {
  const { model, inputs } = withoutPreprocessing(readModel(file.bytes, 'model', file.beside));
  const { graph } = model;
  const compared = inputs.length === 0 ? file : wholeFile(writeModel(model));
  const asTyped = Object.entries(feed).map(([name, value]): [string, TensorValue] => {
    const tensor = graph.inputs.find((input) => input.name === name)?.tensor;
    const dtype = typeName(tensor?.elementType ?? float32Type);
    // The project has a row of one where the file takes a number for each sample.
    const dims = tensor?.dims?.length === 1 ? [rows] : value.dims;
    return [name, { dims, data: typedValues(value.data as RowNumbers, dtype, 'model'), dtype }];
  });
  const answers = await runOnnx(compared.bytes, [Object.fromEntries(asTyped)], undefined, compared);
  const differences = [...outputs].map(([name, ours]) =>
    differenceFrom(ours, answers.outputs[0]?.[name]?.data, rows),
  );
  return Math.max(...differences);
}
