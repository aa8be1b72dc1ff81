import { afterAll, describe, expect, it } from 'vitest';
import { NetwrightError } from '../../../engine/declaration/problem.ts';
import { importOnnx } from '../../../engine/hosts/imported-model.ts';
import { OpenedModels } from '../../../engine/hosts/opened-models.ts';
import { wholeFile } from '../../../engine/interchange/onnx/external-data.ts';
import { proposeSizes } from '../../../engine/interchange/onnx/import/propose-sizes.ts';
import type { Model } from '../../../engine/interchange/onnx/model.ts';
import { writeModel } from '../../../engine/interchange/onnx/write-model.ts';
import type { OpenedModel } from '../../../engine/protocol/model-messages.ts';
import { patchClassifier } from '../interchange/foreign-models.ts';
import { apart, encoderAndDecoder, openEncoder, spreadMean } from '../interchange/open-models.ts';
import { node, written } from '../interchange/written-models.ts';
import { onnxruntime } from '../onnx-runner.ts';
import { imported } from './imported.ts';

afterAll(() => onnxruntime.close());

const typesIn = (nodes: readonly { readonly type: string }[]): string =>
  nodes.map(({ type }) => type).join(' ');

async function refusal(act: () => Promise<unknown>): Promise<string> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof NetwrightError)) throw error;
    expect(error.text.zh).toMatch(/\p{Script=Han}/u);
    return error.text.en;
  }
  return '';
}

describe('sizes that a file leaves open behind the batch', () => {
  it('are what a person says, and all that was reckoned of shapes is gone', async () => {
    const { document, model } = await imported(openEncoder(), { sequence: 6 });
    expect(model?.inputs[0]).toMatchObject({ name: 'tokens', rowShape: [6], tokens: 11 });
    expect(model?.batch).toBeUndefined();
    const [block] = document.blocks;
    expect(typesIn(document.nodes)).toBe(
      `data embedding learned-position block:${block?.id} linear cross-entropy`,
    );
    expect(typesIn(block?.nodes ?? [])).toBe('block-input layer-norm multi-head-attention add block-output');
  });

  it('may have no name: then it is that of the input and the place in it', async () => {
    const { model } = await imported(apart(), { 'image[2]': 12, 'image[3]': 9 });
    expect(model?.inputs[0]?.rowShape).toEqual([3, 12, 9]);
  });

  it('are asked for with the inputs that they stand in and the way to say them', async () => {
    const two = written({
      nodes: [node('Add', ['a', 'b'], 'y')],
      inputs: { a: ['N', 'length', 4], b: ['N', 'length', ''] },
      outputs: ['y'],
    });
    const bytes = wholeFile(writeModel(two));
    expect(await refusal(() => importOnnx(bytes, 'two.onnx', { length: 3 }))).toBe(
      'two.onnx leaves sizes open behind the batch: expected a number for each, found none for b[2]. Set them, e.g. --size "b[2]=128".',
    );
    expect(await refusal(() => importOnnx(bytes, 'two.onnx'))).toContain('length (a[1], b[1]), b[2].');
    expect(await refusal(() => importOnnx(bytes, 'two.onnx', { length: 3, 'b[2]': 5 }))).toContain(
      'node "Add_y" (Add): ',
    );
  });

  it('are whole numbers, and sizes that the file has', async () => {
    const bytes = wholeFile(writeModel(openEncoder()));
    expect(await refusal(() => importOnnx(bytes, 'a.onnx', { sequence: 0 }))).toContain(
      'expected the size "sequence" to be a whole number from 1 to 1048576, found 0.',
    );
    expect(await refusal(() => importOnnx(bytes, 'a.onnx', { sequence: 6, batch: 2 }))).toContain(
      'leaves no size "batch" open behind the batch; those that it leaves open: sequence.',
    );
    // There are places for twenty tokens.
    expect(await refusal(() => importOnnx(bytes, 'a.onnx', { sequence: 21 }))).toContain('(Gather)');
  });

  it('are proposed as the model can be read for them, or says them itself', () => {
    expect(proposeSizes(patchClassifier('height', 'width'), 'a.onnx')).toEqual({
      sizes: { height: 8, width: 8 },
      fit: true,
    });
    expect(proposeSizes(openEncoder(), 'a.onnx')).toEqual({ sizes: { sequence: 16 }, fit: true });
    const said = { ...apart(), metadata: new Map([['imgsz', '[48, 40]']]) };
    expect(proposeSizes(said, 'a.onnx').sizes).toEqual({ 'image[2]': 48, 'image[3]': 40 });
    const { graph } = openEncoder();
    const none = { ...openEncoder(), graph: { ...graph, nodes: graph.nodes.slice(1) } };
    expect(proposeSizes(none, 'a.onnx').fit).toBe(false);
  });

  it('are told where an opened model is run and timed too', async () => {
    const models = new OpenedModels(onnxruntime);
    const open = (from: Model): OpenedModel => models.open('a.onnx', writeModel(from)) as OpenedModel;
    const { model, openSizes } = open(spreadMean());
    expect(openSizes).toEqual([{ name: 'length', places: [{ input: 'x', axis: 1 }] }]);
    const rows = { values: [new Float32Array(24)], rows: 1 };
    expect((await models.run(model, rows, undefined, { length: 6 })).outputs[0]?.shape).toEqual([1, 6, 3]);
    expect(await refusal(() => models.run(model, rows, undefined, { length: 5 }))).toContain(
      'expected 20 values per row, found 24',
    );
    const image = open(apart());
    const sizes = { 'image[2]': 8, 'image[3]': 12 };
    const table = models.table(
      image.model,
      'rows.csv',
      new TextEncoder().encode(`${Array.from({ length: 288 }, (_, i) => i / 288).join(',')}\n`),
      sizes,
    );
    expect((await models.run(image.model, table, undefined, sizes)).outputs[0]?.shape).toEqual([1, 5]);
  });
});

describe('a tensor that is spread along an axis', () => {
  it('is added as it was, and repeated where another layer needs it whole', async () => {
    const { document } = await imported(spreadMean(), { length: 7 });
    expect(typesIn(document.nodes)).toBe(
      'data mean reshape reshape upsample reshape add concat linear flatten mse',
    );
    const [, , once, , , wide, add] = document.nodes;
    const sources = (node: string | undefined): string[] =>
      document.wires.filter(({ to }) => to.node === node).map(({ from }) => from.node);
    expect(sources(add?.id)).toContain(once?.id);
    expect(sources(document.nodes.find(({ type }) => type === 'concat')?.id)).toContain(wide?.id);
    expect(document.nodes.find(({ type }) => type === 'upsample')?.params).toMatchObject({
      scale: 7,
      rectangular: true,
      scaleWidth: 1,
    });
  });
});

describe('equal parts that do not follow each other', () => {
  it('are instances of one block, each with weights of its own', async () => {
    const { document, weights } = await imported(apart(), { 'image[2]': 8, 'image[3]': 8 });
    const [block, ...others] = document.blocks;
    expect(others).toEqual([]);
    const type = `block:${block?.id}`;
    expect(typesIn(document.nodes)).toBe(
      `data ${type} max-pool ${type} max-pool ${type} adaptive-average-pool flatten linear cross-entropy`,
    );
    expect(typesIn(block?.nodes ?? [])).toBe('block-input conv2d relu conv2d relu block-output');
    expect(weights.filter(({ name }) => /weight/.test(name))).toHaveLength(7);
  });

  it('may lie in other blocks, which are repeated and take what comes from elsewhere in each passage', async () => {
    const { document } = await imported(encoderAndDecoder());
    const [inner, outer] = document.blocks;
    expect(typesIn(document.nodes)).toBe(
      `data data block:${inner?.id} block:${outer?.id} linear cross-entropy`,
    );
    const repeats = document.nodes.flatMap(({ params }) => params['repeat'] ?? []);
    expect(repeats).toEqual([2, 3]);
    expect(typesIn(inner?.nodes ?? [])).toBe('block-input linear tanh linear add block-output');
    expect(typesIn(outer?.nodes ?? [])).toBe(
      `block-input block-input linear multiply add block:${inner?.id} block-output`,
    );
  });
});
