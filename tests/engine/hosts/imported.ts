import { expect } from 'vitest';
import {
  compareImported,
  type Imported,
  importOnnx,
  importTolerance,
  tryImported,
} from '../../../engine/hosts/imported-model.ts';
import { wholeFile } from '../../../engine/interchange/onnx/external-data.ts';
import type { ImportedModel } from '../../../engine/interchange/onnx/import/import-model.ts';
import type { Model } from '../../../engine/interchange/onnx/model.ts';
import { writeModel } from '../../../engine/interchange/onnx/write-model.ts';
import type { Sizes } from '../../../engine/protocol/model-messages.ts';
import { onnxruntime } from '../onnx-runner.ts';

/** A foreign model as a project, which must compute what onnxruntime computes. */
export async function imported(model: Model, sizes: Sizes = {}): Promise<Imported> {
  const onnx = wholeFile(writeModel(model));
  const found = await importOnnx(onnx, 'some/model.onnx', sizes);
  const trial = await tryImported(found, found.model as ImportedModel);
  expect(await compareImported(trial, onnx, onnxruntime.run)).toBeLessThan(importTolerance);
  return found;
}
