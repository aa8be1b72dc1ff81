import { NetwrightError } from '../declaration/problem.ts';
import { text } from '../declaration/text.ts';
import { analyseDocument } from '../document/analyse.ts';
import type { NetwrightDocument } from '../document/schema.ts';
import { type InspectedModel, inspectModel } from '../interchange/onnx/inspect.ts';
import type { ModelRows } from '../interchange/onnx/run-model.ts';
import type { OpenedModel } from '../protocol/messages.ts';
import { type Dataset, datasetOf } from '../training/dataset.ts';
import { rowsOf } from './document-samples.ts';
import { sha256 } from './training-thread.ts';

/** Throws a NetwrightError when the bytes are no ONNX model. */
export const inspectBytes = (bytes: Uint8Array, name: string): InspectedModel =>
  inspectModel(bytes, name, sha256);

/** An inspected model as the studio is told of it. */
export function describeModel(model: InspectedModel, id: string): OpenedModel {
  const { metadata } = model;
  const data = metadata && dataOf(metadata.document);
  const tested = model.weightsAreRecorded ? metadata?.engine.test : undefined;
  return {
    model: id,
    ...model.summary,
    metadata: metadata && {
      title: metadata.document.name,
      source: data?.source.title ?? text('unknown', '未知'),
      classes: data?.sample.target.kind === 'class' ? data.sample.target.classes : undefined,
      engineAccuracy: tested?.accuracy,
      engineLoss: tested?.loss,
    },
  };
}

/** The test rows of the data that a model was trained on. Throws a NetwrightError when the file does not say which. */
export function testRows(model: InspectedModel): ModelRows {
  const data = model.metadata && dataOf(model.metadata.document);
  if (data === undefined || data.split.test.length === 0) {
    throw new NetwrightError(
      'no-test-rows',
      text(
        `${model.name} does not say which data it was tested on: expected a model exported by Netwright with a test part.`,
        `${model.name} 没有记录测试数据：应为 Netwright 导出且带有测试集的模型。`,
      ),
    );
  }
  return { ...rowsOf(data, data.split.test), engineTested: true };
}

/** The samples of a document's first data node; undefined where there is none. */
export function dataOf(document: NetwrightDocument): Dataset | undefined {
  const [data] = analyseDocument(document).data;
  return data && datasetOf(document, data);
}
