import { basename } from 'node:path';
import { NetwrightError } from '../declaration/problem.ts';
import { text } from '../declaration/text.ts';
import type { NetwrightDocument } from '../document/schema.ts';
import { compareAnswers } from '../interchange/onnx/compare-models.ts';
import { locationsIn, type ModelFile, nameBeside, requireBeside } from '../interchange/onnx/external-data.ts';
import type { InspectedModel } from '../interchange/onnx/inspect.ts';
import { latencyOf, timedRuns } from '../interchange/onnx/latency.ts';
import { float32Type, float64Type, uint8Type, type ValueInfo } from '../interchange/onnx/model.ts';
import { openSizesOf, sizedInput } from '../interchange/onnx/open-sizes.ts';
import { readModel } from '../interchange/onnx/read-model.ts';
import { feedsOf, type ModelRows, runModel } from '../interchange/onnx/run-model.ts';
import type { NamedTensors } from '../interchange/onnx/run-onnx.ts';
import type {
  ImportedProject,
  MissingFiles,
  ModelComparison,
  ModelData,
  ModelResult,
  ModelTable,
  ModelTimes,
  NamedFile,
  OpenedModel,
  ProposedSizes,
  Sizes,
} from '../protocol/model-messages.ts';
import { RandomStream, streams } from '../random/stream.ts';
import { compareImported, importTolerance } from './imported-model.ts';
import { newRunId } from './installation.ts';
import { besideStamp, readModelFile } from './model-files.ts';
import { modelTable } from './model-table.ts';
import { workOnModel } from './model-work.ts';
import type { Onnxruntime } from './onnxruntime.ts';
import { describeModel, inspectBytes, projectRows, testRows } from './opened-model.ts';
import { refusalOf } from './refusal.ts';
import { fullPath } from './source-files.ts';
import { certifyModel, readTrainedModel } from './trained-model.ts';

/** Models are held whole in memory; the one that was opened longest ago gives way. */
const mostModels = 8;
const mostHeldBytes = 2 ** 32;

interface Opened {
  readonly model: InspectedModel;
  /** Where it lies, if it was opened there, and what the files beside it were then. */
  readonly onDisk?: { readonly path: string; readonly stamp: string };
}

const bytesOf = ({ bytes, beside }: ModelFile): number =>
  [...beside.values()].reduce((sum, { length }) => sum + length, bytes.length);

/** The ONNX files that one studio has open. */
export class OpenedModels {
  private readonly onnxruntime: Onnxruntime;
  private readonly models = new Map<string, Opened>();
  private next = 1;

  constructor(onnxruntime: Onnxruntime) {
    this.onnxruntime = onnxruntime;
  }

  /** Says which files are missing where the model keeps values beside it that are not among `files`. */
  open(name: string, bytes: Uint8Array, files: readonly NamedFile[] = []): OpenedModel | MissingFiles {
    const given = new Map(files.map((file) => [file.name, file.bytes]));
    const beside = new Map<string, Uint8Array>();
    const missing = new Set<string>();
    for (const location of locationsIn(readModel(bytes, name))) {
      requireBeside(location, name);
      const found = given.get(nameBeside(location));
      if (found === undefined) missing.add(nameBeside(location));
      else beside.set(location, found);
    }
    if (missing.size > 0) return { missing: [...missing] };
    return this.keep({ model: inspectBytes({ bytes, beside, folder: undefined }, name) });
  }

  /** Opens a file of this machine, with what it keeps in its folder. Throws a NetwrightError where that is missing. */
  async openAt(path: string): Promise<OpenedModel> {
    const place = fullPath(path);
    const file = await readModelFile(place);
    const stamp = await besideStamp(file, place);
    return this.keep({ model: inspectBytes(file, basename(place)), onDisk: { path: place, stamp } });
  }

  private keep(opened: Opened): OpenedModel {
    const id = `model-${this.next++}`;
    this.models.set(id, opened);
    for (const oldest of this.models.keys()) {
      const heldBytes = [...this.models.values()].reduce((sum, { model }) => sum + bytesOf(model.file), 0);
      if (this.models.size <= mostModels && heldBytes <= mostHeldBytes) break;
      if (oldest !== id) this.models.delete(oldest);
    }
    return describeModel(opened.model, id);
  }

  table(id: string, name: string, bytes: Uint8Array, sizes: Sizes = {}): ModelTable {
    return modelTable(sized(this.named(id).model, sizes), name, bytes);
  }

  clear(): void {
    this.models.clear();
  }

  async run(
    id: string,
    on: ModelData,
    document: NetwrightDocument | undefined,
    sizes: Sizes = {},
  ): Promise<ModelResult> {
    const model = sized(await this.ready(id), sizes, on);
    return await runModel(model, await rowsFor(on, model, model, document), this.onnxruntime.run);
  }

  async compare(
    [first, second]: readonly [string, string],
    on: ModelData,
    document: NetwrightDocument | undefined,
    sizes: Sizes = {},
  ): Promise<ModelComparison> {
    const [a, b] = [sized(await this.ready(first), sizes, on), sized(await this.ready(second), sizes, on)];
    const answerOf = async (model: InspectedModel): Promise<ModelResult> =>
      await runModel(model, await rowsFor(on, a, model, document), this.onnxruntime.run);
    const [one, other] = [await answerOf(a), await answerOf(b)];
    return compareAnswers({ name: a.name, result: one }, { name: b.name, result: other });
  }

  async time(id: string, rows: number, sizes: Sizes = {}): Promise<ModelTimes> {
    const model = sized(await this.ready(id), sizes);
    const feed = randomFeed(model, rows);
    const first = await this.onnxruntime.run(model.file.bytes, [feed, feed], undefined, model.file);
    const runs = timedRuns(first.eachMs[1] ?? 0);
    const { eachMs } = await this.onnxruntime.run(
      model.file.bytes,
      Array.from({ length: runs + 1 }, () => feed),
      undefined,
      model.file,
    );
    const onnxruntime = latencyOf(eachMs.slice(1));
    try {
      const { latency, kernels } = await workOnModel('time', { onnx: model.file, file: model.name, feed });
      return { rows: rowsOf(feed), onnxruntime, engine: latency, kernels, refusal: undefined };
    } catch (error) {
      const { message } = refusalOf(error);
      return { rows: rowsOf(feed), onnxruntime, engine: undefined, kernels: '', refusal: message };
    }
  }

  async proposeSizes(id: string): Promise<ProposedSizes> {
    const { file, name } = await this.ready(id);
    return await workOnModel('proposeSizes', { onnx: file, file: name });
  }

  /** `folderOf` says where the run of that name is kept. */
  async import(id: string, folderOf: (run: string) => string, sizes: Sizes = {}): Promise<ImportedProject> {
    const { file, name } = await this.ready(id);
    const run = newRunId(name.replace(/\.onnx$/i, ''));
    const folder = folderOf(run);
    const { document, trial, remarks } = await workOnModel('import', {
      onnx: file,
      file: name,
      folder,
      sizes,
    });
    const { maxAbsDiff, equal } =
      trial === undefined
        ? await certifyModel(await readTrainedModel(folder), file, name, this.onnxruntime)
        : await this.comparison(trial, file);
    return {
      document,
      run,
      isOwn: trial === undefined,
      maxAbsDiff,
      isEqual: equal,
      remarks,
    };
  }

  private async comparison(
    trial: Parameters<typeof compareImported>[0],
    onnx: ModelFile,
  ): Promise<{ maxAbsDiff: number; equal: boolean }> {
    const maxAbsDiff = await compareImported(trial, onnx, this.onnxruntime.run);
    return { maxAbsDiff, equal: maxAbsDiff <= importTolerance };
  }

  /** What it keeps on disk is read there again, so it has to be what it was. */
  private async ready(id: string): Promise<InspectedModel> {
    const { model, onDisk } = this.named(id);
    if (onDisk !== undefined && (await besideStamp(model.file, onDisk.path)) !== onDisk.stamp) {
      throw changed(model.name);
    }
    return model;
  }

  private named(id: string): Opened {
    const opened = this.models.get(id);
    if (opened !== undefined) return opened;
    throw new NetwrightError(
      'model-unknown',
      text(
        `The model "${id}" is not open any more; open its file again.`,
        `模型“${id}”已不再打开；请重新打开其文件。`,
      ),
    );
  }
}

const changed = (name: string): NetwrightError =>
  new NetwrightError(
    'model-changed',
    text(
      `${name}: the files beside it were changed after it was opened; open it again.`,
      `${name}：它旁边的文件在打开之后已被更改；请重新打开。`,
    ),
  );

/**
 * The model with those of its open sizes that are told; what a model does not leave open is another one's. Rows of data say
 * a single open size of an input themselves.
 */
function sized(model: InspectedModel, sizes: Sizes, on?: ModelData): InspectedModel {
  const isTold = (input: ValueInfo): boolean =>
    on !== undefined && 'data' in on && openSizesOf([input]).length === 1;
  return {
    ...model,
    inputs: model.inputs.map((input) => (isTold(input) ? input : sizedInput(input, sizes))),
  };
}

/** `owner`: the model whose test part is meant. */
async function rowsFor(
  on: ModelData,
  owner: InspectedModel,
  asTaken: InspectedModel,
  document: NetwrightDocument | undefined,
): Promise<ModelRows> {
  if ('values' in on) {
    const { labels, ...rows } = on;
    return { ...rows, ...(labels && { targets: labels }) };
  }
  return on.data === 'test' ? await testRows(owner, asTaken) : await projectRows(document, asTaken);
}

const drawOf = (elementType: number | undefined, random: RandomStream): (() => number) => {
  if (elementType === float32Type || elementType === float64Type) return () => random.normal();
  return elementType === uint8Type ? () => random.below(256) : () => 0;
};

/** Random numbers or bytes in the shapes of a model's inputs, zeros where it takes other whole numbers. */
function randomFeed(model: InspectedModel, asked: number): NamedTensors {
  const fixed = model.inputs.map(({ tensor }) => tensor?.dims?.[0]).find((size) => typeof size === 'number');
  const rows = fixed ?? asked;
  const random = new RandomStream(1, streams.data);
  const values = model.inputs.map(({ tensor }) => {
    const sizes = (tensor?.dims ?? []).slice(1).map((size) => (typeof size === 'number' ? size : 1));
    const count = rows * sizes.reduce((product, size) => product * size, 1);
    const draw = drawOf(tensor?.elementType, random);
    return Float32Array.from({ length: count }, draw);
  });
  return feedsOf(model, { rows, values })[0] as NamedTensors;
}

const rowsOf = (feed: NamedTensors): number => Object.values(feed)[0]?.dims[0] ?? 1;
