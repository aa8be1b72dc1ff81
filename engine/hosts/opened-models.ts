import { NetwrightError } from '../declaration/problem.ts';
import { type Text, text } from '../declaration/text.ts';
import type { NetwrightDocument } from '../document/schema.ts';
import { compareAnswers } from '../interchange/onnx/compare-models.ts';
import type { InspectedModel } from '../interchange/onnx/inspect.ts';
import { latencyOf, timedRuns } from '../interchange/onnx/latency.ts';
import type { ValueInfo } from '../interchange/onnx/model.ts';
import { openSizesOf, sizedInput } from '../interchange/onnx/open-sizes.ts';
import { feedsOf, type ModelRows, runModel } from '../interchange/onnx/run-model.ts';
import type { NamedTensors } from '../interchange/onnx/run-onnx.ts';
import type {
  ImportedProject,
  ModelComparison,
  ModelData,
  ModelResult,
  ModelTable,
  ModelTimes,
  OpenedModel,
  ProposedSizes,
  Sizes,
} from '../protocol/model-messages.ts';
import { RandomStream, streams } from '../random/stream.ts';
import { compareImported, importTolerance, preparedText } from './imported-model.ts';
import { newRunId } from './installation.ts';
import { wholeFile } from './model-files.ts';
import { modelTable } from './model-table.ts';
import { workOnModel } from './model-work.ts';
import type { Onnxruntime } from './onnxruntime.ts';
import { describeModel, inspectBytes, projectRows, testRows } from './opened-model.ts';
import { refusalOf } from './refusal.ts';
import { certifyModel, readTrainedModel } from './trained-model.ts';

/** Models are held whole in memory; the one that was opened longest ago gives way. */
const mostModels = 8;

/** The ONNX files that one studio has open. */
export class OpenedModels {
  private readonly onnxruntime: Onnxruntime;
  private readonly models = new Map<string, InspectedModel>();
  private next = 1;

  constructor(onnxruntime: Onnxruntime) {
    this.onnxruntime = onnxruntime;
  }

  open(name: string, bytes: Uint8Array): OpenedModel {
    const model = inspectBytes(wholeFile(bytes), name);
    const id = `model-${this.next++}`;
    this.models.set(id, model);
    const [oldest] = this.models.keys();
    if (this.models.size > mostModels && oldest !== undefined) this.models.delete(oldest);
    return describeModel(model, id);
  }

  table(id: string, name: string, bytes: Uint8Array, sizes: Sizes = {}): ModelTable {
    return modelTable(this.sized(id, sizes), name, bytes);
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
    const model = this.sized(id, sizes, on);
    return await runModel(model, await rowsFor(on, model, model, document), this.onnxruntime.run);
  }

  async compare(
    [first, second]: readonly [string, string],
    on: ModelData,
    document: NetwrightDocument | undefined,
    sizes: Sizes = {},
  ): Promise<ModelComparison> {
    const [a, b] = [this.sized(first, sizes, on), this.sized(second, sizes, on)];
    const answerOf = async (model: InspectedModel): Promise<ModelResult> =>
      await runModel(model, await rowsFor(on, a, model, document), this.onnxruntime.run);
    const [one, other] = [await answerOf(a), await answerOf(b)];
    return compareAnswers({ name: a.name, result: one }, { name: b.name, result: other });
  }

  async time(id: string, rows: number, sizes: Sizes = {}): Promise<ModelTimes> {
    const model = this.sized(id, sizes);
    const feed = randomFeed(model, rows);
    const first = await this.onnxruntime.run(model.bytes, [feed, feed]);
    const runs = timedRuns(first.eachMs[1] ?? 0);
    const { eachMs } = await this.onnxruntime.run(
      model.bytes,
      Array.from({ length: runs + 1 }, () => feed),
    );
    const onnxruntime = latencyOf(eachMs.slice(1));
    try {
      const { latency, kernels } = await workOnModel('time', { onnx: model.bytes, file: model.name, feed });
      return { rows: rowsOf(feed), onnxruntime, engine: latency, kernels, refusal: undefined };
    } catch (error) {
      const { message } = refusalOf(error);
      return { rows: rowsOf(feed), onnxruntime, engine: undefined, kernels: '', refusal: message };
    }
  }

  async proposeSizes(id: string): Promise<ProposedSizes> {
    const { bytes, name } = this.named(id);
    return await workOnModel('proposeSizes', { onnx: bytes, file: name });
  }

  /** `folderOf` says where the run of that name is kept. */
  async import(id: string, folderOf: (run: string) => string, sizes: Sizes = {}): Promise<ImportedProject> {
    const { bytes, name } = this.named(id);
    const run = newRunId(name.replace(/\.onnx$/i, ''));
    const folder = folderOf(run);
    const { document, trial, hasSoftmaxInLoss, isPrepared } = await workOnModel('import', {
      onnx: bytes,
      file: name,
      folder,
      sizes,
    });
    const { maxAbsDiff, equal } =
      trial === undefined
        ? await certifyModel(await readTrainedModel(folder), wholeFile(bytes), name, this.onnxruntime)
        : await this.comparison(trial, bytes);
    return {
      document,
      run,
      isOwn: trial === undefined,
      maxAbsDiff,
      isEqual: equal,
      remarks: trial === undefined ? [] : remarksOn(hasSoftmaxInLoss, isPrepared),
    };
  }

  private async comparison(
    trial: Parameters<typeof compareImported>[0],
    onnx: Uint8Array,
  ): Promise<{ maxAbsDiff: number; equal: boolean }> {
    const maxAbsDiff = await compareImported(trial, wholeFile(onnx), this.onnxruntime.run);
    return { maxAbsDiff, equal: maxAbsDiff <= importTolerance };
  }

  /**
   * The model with those of its open sizes that are told; what a model does not leave open is another one's. Rows of data say
   * a single open size of an input themselves.
   */
  private sized(id: string, sizes: Sizes, on?: ModelData): InspectedModel {
    const model = this.named(id);
    const isTold = (input: ValueInfo): boolean =>
      on !== undefined && 'data' in on && openSizesOf([input]).length === 1;
    return {
      ...model,
      inputs: model.inputs.map((input) => (isTold(input) ? input : sizedInput(input, sizes))),
    };
  }

  private named(id: string): InspectedModel {
    const model = this.models.get(id);
    if (model !== undefined) return model;
    throw new NetwrightError(
      'model-unknown',
      text(
        `The model "${id}" is not open any more; open its file again.`,
        `模型“${id}”已不再打开；请重新打开其文件。`,
      ),
    );
  }
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

/** Random numbers in the shapes of a model's inputs, zeros where it takes whole ones. */
function randomFeed(model: InspectedModel, asked: number): NamedTensors {
  const fixed = model.inputs.map(({ tensor }) => tensor?.dims?.[0]).find((size) => typeof size === 'number');
  const rows = fixed ?? asked;
  const random = new RandomStream(1, streams.data);
  const values = model.inputs.map(({ tensor }) => {
    const sizes = (tensor?.dims ?? []).slice(1).map((size) => (typeof size === 'number' ? size : 1));
    const count = rows * sizes.reduce((product, size) => product * size, 1);
    const isFloat = tensor?.elementType === 1 || tensor?.elementType === 11;
    return Float32Array.from({ length: count }, () => (isFloat ? random.normal() : 0));
  });
  return feedsOf(model, { rows, values })[0] as NamedTensors;
}

const rowsOf = (feed: NamedTensors): number => Object.values(feed)[0]?.dims[0] ?? 1;

function remarksOn(hasSoftmaxInLoss: boolean, isPrepared: boolean): Text[] {
  const data = text(
    "Its data are random samples of the model's sizes: put your own in their place.",
    '其数据是与模型尺寸相符的随机样本：请换成自己的数据。',
  );
  const softmax = text('The softmax at its end is part of the loss.', '末尾的 softmax 已并入损失。');
  return [data, ...(hasSoftmaxInLoss ? [softmax] : []), ...(isPrepared ? [preparedText] : [])];
}
