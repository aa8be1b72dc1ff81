import type { AnySource, SampleType } from '../data/sources/contract.ts';
import { sampleTypeOf, sourceOf } from '../data/sources/index.ts';
import { paramText } from '../declaration/fields.ts';
import { NetwrightError } from '../declaration/problem.ts';
import { text } from '../declaration/text.ts';
import { analyseDocument } from '../document/analyse.ts';
import { completeParams } from '../document/check-params.ts';
import type { NetwrightDocument } from '../document/schema.ts';
import type { ModelFile } from '../interchange/onnx/external-data.ts';
import { type InspectedModel, inspectModel } from '../interchange/onnx/inspect.ts';
import { uint8Type, type ValueInfo } from '../interchange/onnx/model.ts';
import type { ModelRows } from '../interchange/onnx/run-model.ts';
import type { OpenedModel } from '../protocol/model-messages.ts';
import { type Dataset, datasetsIn } from '../training/dataset.ts';
import { readFiles } from './data-files.ts';
import { modelRows } from './document-samples.ts';
import { sha256 } from './training-thread.ts';

/** Throws a NetwrightError when the bytes are no ONNX model. */
export const inspectBytes = (file: ModelFile, name: string): InspectedModel =>
  inspectModel(file, name, sha256);

/** An inspected model as the studio is told of it. */
export function describeModel(model: InspectedModel, id: string): OpenedModel {
  const { metadata } = model;
  const data = metadata && declaredData(metadata.document);
  const tested = model.weightsAreRecorded ? metadata?.engine.test : undefined;
  return {
    model: id,
    ...model.summary,
    metadata: metadata && {
      title: metadata.document.name,
      source: data?.source.title ?? text('unknown', '未知'),
      classes: data?.sample?.target.kind === 'class' ? data.sample.target.classes : undefined,
      engineAccuracy: tested?.accuracy,
      engineLoss: tested?.loss,
      isPrepared: model.inputs.some((input) => takesRaw(input, metadata)),
    },
  };
}

/**
 * The test rows of the data that a model was trained on, as that or another model takes them. Throws a NetwrightError when the file does
 * not say which.
 */
export async function testRows(model: InspectedModel, asTaken = model): Promise<ModelRows> {
  const data = model.metadata && (await dataOf(model.metadata.document));
  const test = data?.[0].split.test ?? new Uint32Array();
  if (data === undefined || test.length === 0) {
    throw new NetwrightError(
      'no-test-rows',
      text(
        `${model.name} does not say which data it was tested on: expected a model exported by Netwright with a test part; choose other rows for it.`,
        `${model.name} 没有记录测试数据：应为 Netwright 导出且带有测试集的模型；请为它选择别的数据。`,
      ),
    );
  }
  return { ...rowsAsTaken(asTaken, data, test), engineTested: true };
}

/** Whether an input takes values as they lie in files: bytes, or what the model's preprocessing inside is for. */
const takesRaw = (input: ValueInfo, metadata: InspectedModel['metadata']): boolean =>
  input.tensor?.elementType === uint8Type || metadata?.prepared[input.name] !== undefined;

/** Some rows of data as the inputs of a model take them, one after the other. */
export function rowsAsTaken(
  { inputs, metadata }: InspectedModel,
  data: readonly Dataset[],
  rows: Uint32Array,
): ModelRows {
  const each = data.slice(0, Math.max(1, inputs.length)).map((dataset, at) => {
    const input = inputs[at];
    return modelRows(dataset, rows, input !== undefined && takesRaw(input, metadata));
  });
  return { ...(each[0] as ModelRows), values: each.flatMap(({ values }) => values) };
}

/** The test part of the data that a project has, as a model takes it. Throws a NetwrightError where there is none. */
export async function projectRows(
  document: NetwrightDocument | undefined,
  asTaken: InspectedModel,
): Promise<ModelRows> {
  const data = document && (await dataOf(document));
  const test = data?.[0].split.test ?? new Uint32Array();
  if (data !== undefined && test.length > 0) return rowsAsTaken(asTaken, data, test);
  throw new NetwrightError(
    'no-test-rows',
    text(
      `"${document?.name ?? '–'}" has no test samples: expected a Data node with data, and a share of them kept for testing.`,
      `“${document?.name ?? '–'}”没有测试样本：应有带数据的数据节点，并为测试保留一部分。`,
    ),
  );
}

/** The samples of the data nodes that a network takes its inputs from, in their order; undefined where there are none. */
export async function dataOf(
  document: NetwrightDocument,
): Promise<readonly [Dataset, ...Dataset[]] | undefined> {
  const { data } = analyseDocument(document);
  const taken = data.filter(({ id }) =>
    document.wires.some(({ from }) => from.node === id && from.port === 'x'),
  );
  const nodes = taken.length > 0 ? taken : data.slice(0, 1);
  const [first, ...more] = await datasetsIn(document, nodes, readFiles);
  return first && [first, ...more];
}

/** What that node says of its samples by itself. */
export function declaredData(
  document: NetwrightDocument,
): { readonly source: AnySource; readonly sample: SampleType | undefined } | undefined {
  const [data] = analyseDocument(document).data;
  const source = data && sourceOf(paramText(data.params['source']));
  if (data === undefined || source === undefined) return undefined;
  return { source, sample: sampleTypeOf(source, completeParams(source.fields, data.params)) };
}
