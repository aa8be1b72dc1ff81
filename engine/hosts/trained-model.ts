import { compilePlan } from '../compiler/compile.ts';
import type { Samples } from '../data/sources/contract.ts';
import type { Text } from '../declaration/text.ts';
import { requireRunnable } from '../document/problem-text.ts';
import type { NetwrightDocument } from '../document/schema.ts';
import { certify } from '../interchange/onnx/certificate.ts';
import { type ExportedOnnx, exportOnnx } from '../interchange/onnx/export.ts';
import { type ModelFile, mostInsideBytes } from '../interchange/onnx/external-data.ts';
import { exportPytorch, weightsFile } from '../interchange/pytorch/export.ts';
import type { PartMetrics } from '../protocol/live-run-messages.ts';
import type { Certificate, Preprocessing, WhichWeights } from '../protocol/messages.ts';
import { chooseKernels } from '../runtime/faces.ts';
import { matchTensors } from '../training/checkpoint.ts';
import { passedOverText } from '../training/checkpoint-files.ts';
import { type Dataset, datasetsOf } from '../training/dataset.ts';
import { type RunResult, readWeights } from '../training/run-folder.ts';
import { encodeSafetensors, type NamedTensor } from '../training/safetensors.ts';
import { restoreTensors, weightBytes } from '../training/weights.ts';
import { readFiles } from './data-files.ts';
import { kernelsHere } from './engine-parts.ts';
import { version } from './installation.ts';
import type { Onnxruntime } from './onnxruntime.ts';
import { onnxruntimeVersion } from './onnxruntime.ts';
import { runFolderAt } from './run-files.ts';
import { measureInTurns, prepareHere, sha256 } from './training-thread.ts';

/** A document with trained weights. */
export interface TrainedWeights {
  readonly document: NetwrightDocument;
  /** In plan order. */
  readonly weights: readonly NamedTensor[];
  readonly step: number;
}

/** What is exported, and what an ONNX file is compared with. */
export interface TrainedModel extends TrainedWeights {
  /** Loss and accuracy of these very weights. */
  readonly measured: PartMetrics;
}

/** Loss and accuracy, and the weights that came to them. */
type KnownFigures = PartMetrics & Pick<RunResult, 'weightsSha256'>;

/** Where the newest could not be used, `notice` says so; `known` is what the run came to at its end, if it is there. */
export interface SavedWeights extends TrainedWeights {
  readonly notice: Text | undefined;
  readonly known: KnownFigures | undefined;
}

export type SavedModel = TrainedModel & Pick<SavedWeights, 'notice'>;

/** Reads a run's weights from its folder. Throws a NetwrightError when that is no run folder, or a broken one. */
export async function readTrainedWeights(folder: string, which: WhichWeights): Promise<SavedWeights> {
  const { manifest, found } = await readWeights(runFolderAt(folder), which);
  const { checkpoint, file } = found;
  const { document, result } = manifest;
  const plan = compilePlan(document, { counts: { train: 1, test: 0 } });
  matchTensors(plan.weights, checkpoint.tensors, file);
  const byName = new Map(checkpoint.tensors.map((tensor) => [tensor.name, tensor]));
  const weights = plan.weights.map(({ name }) => byName.get(name) as NamedTensor);
  const { step } = checkpoint.progress;
  return { document, weights, step, notice: passedOverText(found), known: result };
}

/** The same with what they come to. */
export async function readTrainedModel(folder: string, which: WhichWeights = 'last'): Promise<SavedModel> {
  const { notice, known, ...trained } = await readTrainedWeights(folder, which);
  return { ...(await withFigures(trained, known)), notice };
}

/**
 * The weights with what they come to on the document's data. What a run came to is known where it is that of these very
 * weights: the last result of a run that was killed is of an earlier step than its checkpoint, and the best is not the last.
 */
export async function withFigures(
  trained: TrainedWeights,
  known: KnownFigures | undefined,
): Promise<TrainedModel> {
  const { document, weights } = trained;
  if (known?.weightsSha256 === sha256(weightBytes(weights))) {
    const { train, validation, test } = known;
    return { ...trained, measured: { train, ...(validation && { validation }), test } };
  }
  const { trainer, machine } = await prepareHere({ document, options: {}, run: 'measure' });
  try {
    restoreTensors(machine.plan.weights, weights, machine.arena);
    return { ...trained, measured: await measureInTurns(trainer) };
  } finally {
    machine.close();
  }
}

export interface OnnxExport extends ExportedOnnx {
  /** Where values from files become the network's: in the graph, before it, or nowhere, for they are made from numbers alone. */
  readonly preprocessing: Preprocessing;
}

export interface ExportChoices {
  /** The graph takes values as they lie in files. */
  readonly inside?: boolean;
  /** What the file will be called, and from how many bytes of weights on these go into one beside it. */
  readonly file?: string;
  readonly mostInside?: number | undefined;
}

/**
 * Throws a NetwrightError where the files that it was trained on are
 * gone: how their values became numbers is told with it, or done by it.
 */
export async function exportModel(
  model: TrainedModel,
  { inside = false, file = 'model.onnx', mostInside = mostInsideBytes }: ExportChoices = {},
): Promise<OnnxExport> {
  const { document, weights, step, measured } = model;
  const datasets = await datasetsOf(document, requireRunnable(document).data, readFiles);
  const engine = { version, weightsSha256: sha256(weightBytes(weights)), step, ...measured };
  const isMade = datasets.every(({ samples: { preparation } }) => preparation === undefined);
  return {
    ...exportOnnx({
      document,
      weights: byName(weights),
      engine,
      samples: samplesIn(datasets),
      preprocessing: inside,
      outside: { file, most: mostInside },
    }),
    preprocessing: isMade ? 'none' : inside ? 'inside' : 'outside',
  };
}

const samplesIn = (datasets: readonly Dataset[]): ReadonlyMap<string, Samples> =>
  new Map(datasets.map(({ node, samples }) => [node, samples]));

/** The files of a folder that holds the model for PyTorch: its source, its weights, and a script that trains it. */
export function pytorchFiles({ document, weights }: TrainedWeights): ReadonlyMap<string, Uint8Array> {
  const { source, training, tensors } = exportPytorch(document, byName(weights));
  return new Map([
    ['model.py', new TextEncoder().encode(source)],
    ['train.py', new TextEncoder().encode(training)],
    [weightsFile, encodeSafetensors({ tensors, metadata: { format: 'pt' } })],
  ]);
}

/** Compares the file with the weights; `file` is its name in sentences. */
export async function certifyModel(
  model: TrainedModel,
  onnx: ModelFile,
  file: string,
  onnxruntime: Onnxruntime,
): Promise<Certificate> {
  const { document, weights } = model;
  const datasets = await datasetsOf(document, requireRunnable(document).data, readFiles);
  return certify({
    file,
    onnx: onnx.bytes,
    outside: onnx,
    document,
    weights: byName(weights),
    weightsSha256: sha256(weightBytes(weights)),
    samples: samplesIn(datasets),
    source: await chooseKernels('auto', kernelsHere),
    runOnnx: onnxruntime.run,
    onnxruntimeVersion,
    sha256,
  });
}

const byName = (weights: readonly NamedTensor[]): ReadonlyMap<string, Float32Array> =>
  new Map(weights.map(({ name, values }) => [name, values as Float32Array]));
