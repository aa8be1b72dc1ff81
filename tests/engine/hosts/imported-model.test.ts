import { afterAll, describe, expect, it } from 'vitest';
import {
  compareImported,
  importOnnx,
  importTolerance,
  tryImported,
} from '../../../engine/hosts/imported-model.ts';
import { wholeFile } from '../../../engine/hosts/model-files.ts';
import type { ImportedModel } from '../../../engine/interchange/onnx/import/import-model.ts';
import type { Model } from '../../../engine/interchange/onnx/model.ts';
import { writeModel } from '../../../engine/interchange/onnx/write-model.ts';
import { fixedBatch, patchClassifier, tokenClassifier, twoByTwo } from '../interchange/foreign-models.ts';
import { onnxruntime } from '../onnx-runner.ts';

afterAll(() => onnxruntime.close());

/** A foreign model as a project, which must compute what onnxruntime computes. */
async function imported(model: Model): Promise<ImportedModel> {
  const onnx = wholeFile(writeModel(model));
  const found = await importOnnx(onnx, 'some/model.onnx');
  const trial = await tryImported(found, found.model as ImportedModel);
  expect(await compareImported(trial, onnx, onnxruntime.run)).toBeLessThan(importTolerance);
  return found.model as ImportedModel;
}

const typesIn = (nodes: readonly { readonly type: string }[]): string =>
  nodes.map(({ type }) => type).join(' ');

describe('a foreign model', () => {
  it('of tokens becomes an embedding and a block of attention that is repeated', async () => {
    const { document, inputs } = await imported(tokenClassifier());
    expect(inputs[0]).toMatchObject({ name: 'tokens', rowShape: [5], tokens: 11 });
    const [block] = document.blocks;
    expect(document.blocks).toHaveLength(1);
    expect(typesIn(document.nodes)).toBe(
      `data embedding learned-position block:${block?.id} mean linear cross-entropy`,
    );
    expect(document.nodes.find(({ type }) => type.startsWith('block:'))?.params).toEqual({ repeat: 3 });
    expect(typesIn(block?.nodes ?? [])).toBe(
      'block-input layer-norm multi-head-attention add layer-norm linear gelu linear add block-output',
    );
    const attention = block?.nodes.find(({ type }) => type === 'multi-head-attention');
    expect(attention?.params).toEqual({ heads: 2, bias: true, causal: false });
  });

  it('with a class token has a layer for it, and its softmax goes into the loss', async () => {
    const { document, outputs } = await imported(patchClassifier());
    expect(typesIn(document.nodes)).toBe(
      'data conv2d reshape permute class-token learned-position slice flatten linear cross-entropy',
    );
    expect(outputs).toEqual([
      { name: 'probabilities', node: document.nodes.at(-1)?.id, softmaxInLoss: true },
    ]);
  });

  it('of several inputs and outputs has data and a loss for each', async () => {
    const { document, inputs, outputs } = await imported(twoByTwo());
    expect(inputs.map(({ name }) => name)).toEqual(['row', 'image']);
    expect(outputs.map(({ name }) => name)).toEqual(['classes', 'score']);
    expect(typesIn(document.nodes)).toBe(
      'data data linear relu6 conv2d hard-tanh flatten concat linear linear elementwise-function ' +
        'elementwise-function cross-entropy mse',
    );
  });

  it('for one row alone is drawn for any number of them, and compared on that one', async () => {
    const { document, batch } = await imported(fixedBatch());
    expect(batch).toBe(1);
    expect(typesIn(document.nodes)).toBe('data reshape conv2d leaky-relu flatten cross-entropy');
  });
});
