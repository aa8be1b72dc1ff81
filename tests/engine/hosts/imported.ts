import { expect } from 'vitest';
import {
  compareImported,
  type Imported,
  importOnnx,
  importTolerance,
  tryImported,
} from '../../../engine/hosts/imported-model.ts';
import { certifyModel, exportModel } from '../../../engine/hosts/trained-model.ts';
import { prepareHere } from '../../../engine/hosts/training-thread.ts';
import { wholeFile } from '../../../engine/interchange/onnx/external-data.ts';
import type { ImportedModel } from '../../../engine/interchange/onnx/import/import-model.ts';
import type { Model, ModelNode } from '../../../engine/interchange/onnx/model.ts';
import { writeModel } from '../../../engine/interchange/onnx/write-model.ts';
import type { Sizes } from '../../../engine/protocol/model-messages.ts';
import { type Written, written } from '../interchange/written-models.ts';
import { onnxruntime } from '../onnx-runner.ts';

/** A foreign model as a project, which must compute what onnxruntime computes. */
export async function imported(model: Model, sizes: Sizes = {}): Promise<Imported> {
  const onnx = wholeFile(writeModel(model));
  const found = await importOnnx(onnx, 'some/model.onnx', sizes);
  const trial = await tryImported(found, found.model as ImportedModel);
  expect(await compareImported(trial, onnx, onnxruntime.run)).toBeLessThan(importTolerance);
  return found;
}

/** Layers between data and loss, of a project that was compared with its file, trained by a step, exported and certified. */
export async function layersOf(model: Model): Promise<string> {
  const { document, weights } = await imported(model);
  const { trainer, machine } = await prepareHere({ document, options: { threads: 1 }, run: 'test' });
  trainer.takeWeights(weights, 'model.onnx');
  trainer.step();
  const trained = { document, weights: trainer.weights(), step: 1, measured: trainer.measure() };
  machine.close();
  expect(trained.measured.train?.loss).toBeLessThan(Infinity);
  const { onnx } = await exportModel(trained);
  const { equal } = await certifyModel(trained, wholeFile(onnx), 'model.onnx', onnxruntime);
  expect(equal).toBe(true);
  return document.nodes
    .filter(({ type }) => !['data', 'flatten', 'mse', 'cross-entropy'].includes(type))
    .map(({ type }) => type.replace(/:.*/, ''))
    .join(' ');
}

/** A model of one input x of this shape behind the samples, and one output y. */
export const of = (
  shape: readonly number[],
  nodes: readonly ModelNode[],
  initializers: Written['initializers'] = [],
): Model => written({ nodes, initializers, inputs: { x: ['N', ...shape] }, outputs: ['y'] });
