import { afterAll, describe, expect, it } from 'vitest';
import { compilePlan } from '../../../engine/compiler/compile.ts';
import { randomSamples } from '../../../engine/data/sources/random-samples.ts';
import type { BlockDefinition, NetwrightDocument } from '../../../engine/document/schema.ts';
import { importOnnx } from '../../../engine/hosts/imported-model.ts';
import { inspectBytes, testRows } from '../../../engine/hosts/opened-model.ts';
import { OpenedModels } from '../../../engine/hosts/opened-models.ts';
import { certifyModel, exportModel } from '../../../engine/hosts/trained-model.ts';
import { prepareHere } from '../../../engine/hosts/training-thread.ts';
import { wholeFile } from '../../../engine/interchange/onnx/external-data.ts';
import { readModel } from '../../../engine/interchange/onnx/read-model.ts';
import { runModel } from '../../../engine/interchange/onnx/run-model.ts';
import { writeModel } from '../../../engine/interchange/onnx/write-model.ts';
import type { OpenedModel } from '../../../engine/protocol/model-messages.ts';
import { machineWords } from '../../../engine/runtime/machine.ts';
import { maskedEncoder, maskForms, paddedEncoder, selfMaskedEncoder } from '../interchange/masked-models.ts';
import { floats, int, ints, longs, node, written } from '../interchange/written-models.ts';
import { onnxruntime } from '../onnx-runner.ts';
import { imported } from './imported.ts';

afterAll(() => onnxruntime.close());

/** Types of the nodes without the block's id. */
const typesIn = ({ nodes }: Pick<NetwrightDocument, 'nodes'>): string =>
  nodes.map(({ type }) => type.replace(/:.*/, '')).join(' ');

/** The node that something of this type is wired to at a port, on the canvas or in a block. */
function wiredTo(
  { nodes, wires }: Pick<NetwrightDocument | BlockDefinition, 'nodes' | 'wires'>,
  type: string,
  port: string,
): string | undefined {
  const reader = nodes.find((one) => one.type.startsWith(type));
  const wire = wires.find(({ to }) => to.node === reader?.id && to.port === port);
  return nodes.find(({ id }) => id === wire?.from.node)?.name;
}

const kindOf = ({ nodes }: NetwrightDocument, name: string): unknown =>
  nodes.find((one) => one.name === name)?.params['inputKind'];

describe('an encoder whose padding is hidden by', () => {
  it.each(Object.entries(maskForms))('%s gives its marks to Multi-Head Attention', async (_form, form) => {
    const { document } = await imported(maskedEncoder(form));
    expect(typesIn(document)).toBe(
      'data data data embedding embedding add learned-position block layer-norm slice flatten linear tanh linear cross-entropy',
    );
    const [block] = document.blocks;
    expect(document.blocks).toHaveLength(1);
    expect(typesIn(block as BlockDefinition)).toBe(
      'block-input block-input layer-norm multi-head-attention add layer-norm linear gelu linear add block-output',
    );
    const port = block?.nodes.find(({ name }) => name === wiredTo(block, 'multi-head-attention', 'mask'));
    expect(wiredTo(document, 'block', port?.id ?? '')).toBe('mask');
    expect(kindOf(document, 'mask')).toBe('marks');
    expect(kindOf(document, 'tokens')).toBe('tokens');
  });

  it('conditions that are true for it has them turned over, positions first or samples first', async () => {
    const { document } = await imported(paddedEncoder({ causal: false }));
    expect(typesIn(document)).toBe('data data scale shift learned-position block linear flatten mse');
    expect(wiredTo(document, 'scale', 'x')).toBe('padding');
    expect(kindOf(document, 'padding')).toBe('padding');
    const [block] = document.blocks;
    expect(typesIn(block as BlockDefinition)).toBe(
      'block-input block-input multi-head-attention add layer-norm linear relu linear add block-output',
    );
  });

  it('what also hides later positions is causal besides', async () => {
    const { document } = await imported(paddedEncoder({ causal: true }));
    const attention = document.blocks[0]?.nodes.find(({ type }) => type === 'multi-head-attention');
    expect(attention?.params).toEqual({ heads: 2, bias: true, causal: true });
    expect(wiredTo(document.blocks[0] as BlockDefinition, 'multi-head-attention', 'mask')).toBeDefined();
  });

  it('the token 0 takes its tokens as marks', async () => {
    const { document } = await imported(selfMaskedEncoder());
    const [block] = document.blocks;
    const port = block?.nodes.find(({ name }) => name === wiredTo(block, 'multi-head-attention', 'mask'));
    expect(wiredTo(document, 'block', port?.id ?? '')).toBe('tokens');
    expect(kindOf(document, 'tokens')).toBe('tokens');
  });

  it('a mask that weighs positions as well has its numbers go both ways', async () => {
    const form = maskForms['one less the mask, times a number far below zero'];
    const { document } = await imported(maskedEncoder(form, true));
    expect(typesIn(document)).toContain('multiply');
    const from = document.nodes.find(({ name }) => name === 'mask')?.id;
    const readers = document.wires.filter((wire) => wire.from.node === from).map(({ to }) => to.node);
    const types = document.nodes.filter(({ id }) => readers.includes(id)).map(({ type }) => type);
    expect(types.some((type) => type.startsWith('block:'))).toBe(true);
    expect(types).toContain('reshape');
  });
});

describe('what is no padding mask', () => {
  const form = maskForms['one less the mask, times a number far below zero'];
  const without = (opType: string): NonNullable<typeof form.before> =>
    form.before.filter((one) => one.opType !== opType);

  it.each([
    [
      'a bias that only dampens scores',
      [...without('Mul'), node('Mul', ['turned', 'rootOfWidth'], 'bias')],
      'scale',
    ],
    [
      'a mask of queries',
      [node('Unsqueeze', ['mask', 'around'], 'four'), ...without('Unsqueeze')],
      'reshape',
    ],
  ])('%s stays the layers that it is', async (_name, before, type) => {
    const model = maskedEncoder({ ...form, before });
    const initializers = [...model.graph.initializers, longs('around', [2], 1, 3)];
    const { document } = await imported({ ...model, graph: { ...model.graph, initializers } });
    const all = [document, ...document.blocks].map(typesIn).join(' ');
    expect(all).not.toContain('multi-head-attention');
    expect(all).toContain('softmax');
    expect(typesIn(document)).toContain(type);
  });
});

describe('a project made of a masked encoder', () => {
  it.each([
    ['marks', maskedEncoder(maskForms['one less the mask, times a number far below zero'])],
    ['conditions', paddedEncoder({ causal: true })],
  ])(
    'of %s is trained, exported, certified, and comes back without what we say of it beside',
    async (_name, model) => {
      const { document, weights } = await imported(model);
      const { trainer, machine } = await prepareHere({ document, options: { threads: 1 }, run: 'test' });
      trainer.takeWeights(weights, 'model.onnx');
      const before = trainer.weights();
      trainer.step();
      const trained = { document, weights: trainer.weights(), step: 1, measured: trainer.measure() };
      machine.close();
      expect([...trained.weights.values()]).not.toEqual([...before.values()]);
      const { onnx } = await exportModel(trained);
      const certificate = await certifyModel(trained, wholeFile(onnx), 'model.onnx', onnxruntime);
      expect(certificate.equal).toBe(true);

      const own = await importOnnx(wholeFile(onnx), 'model.onnx');
      expect(own.document).toEqual(document);
      const tested = inspectBytes(wholeFile(onnx), 'model.onnx');
      const { accuracy, rows } = await runModel(tested, await testRows(tested), onnxruntime.run);
      expect(rows).toBeGreaterThan(1);
      expect(accuracy).toBe(trained.measured.test?.accuracy);
      const foreign = await imported({ ...readModel(onnx, 'model.onnx'), metadata: new Map() });
      const [block] = foreign.document.blocks;
      expect(typesIn(block as BlockDefinition)).toBe(typesIn(document.blocks[0] as BlockDefinition));
      expect(wiredTo(block as BlockDefinition, 'multi-head-attention', 'mask')).toBeDefined();
    },
  );
});

describe('a masked model that is opened', () => {
  it.each([
    ['marks', maskedEncoder(maskForms['scores filled where the mask equals zero'])],
    ['conditions', paddedEncoder({ causal: false })],
  ])('of %s is run, timed, and compared with its project on the data of that', async (_name, model) => {
    const { document, weights } = await imported(model);
    const { trainer, machine } = await prepareHere({ document, options: { threads: 1 }, run: 'test' });
    trainer.takeWeights(weights, 'model.onnx');
    const asMade = { document, weights: trainer.weights(), step: 0, measured: trainer.measure() };
    machine.close();
    const models = new OpenedModels(onnxruntime);
    const [theirs, ours] = [
      models.open('theirs.onnx', writeModel(model)) as OpenedModel,
      models.open('ours.onnx', (await exportModel(asMade)).onnx) as OpenedModel,
    ];
    const sizes = model.graph.inputs.map(({ tensor }) =>
      (tensor?.dims ?? []).slice(1).reduce<number>((product, size) => product * Number(size), 1),
    );
    const values = sizes.map((size) => new Float32Array(size).fill(1));
    values[1]?.fill(0, 1);
    const result = await models.run(theirs.model, { values, rows: 1 }, undefined);
    expect(result.outputs[0]?.values.every((value) => Number.isFinite(value))).toBe(true);

    const comparison = await models.compare([theirs.model, ours.model], { data: 'project' }, document);
    expect(comparison.rows).toBeGreaterThan(10);
    expect(comparison.maxAbsDiff).toBeLessThan(1e-5);
    const times = await models.time(theirs.model, 2);
    expect(times.refusal).toBeUndefined();
    expect(times.engine?.medianMs).toBeGreaterThan(0);
  });

  it('takes nothing but 0 and 1 for a condition', async () => {
    const models = new OpenedModels(onnxruntime);
    const { model } = models.open('a.onnx', writeModel(paddedEncoder({ causal: false }))) as OpenedModel;
    const values = [new Float32Array(40), Float32Array.of(0, 0, 0.5, 1, 1)];
    await expect(models.run(model, { values, rows: 1 }, undefined)).rejects.toThrow(
      'a.onnx takes conditions; expected 0 or 1, found 0.5.',
    );
  });
});

describe('a network that makes much of each sample', () => {
  it('begins with the largest half of a half of the usual batch whose step takes 2 GiB at most', async () => {
    const model = written({
      nodes: [
        node('Transpose', ['x'], 't', ints('perm', 0, 2, 1)),
        node('MatMul', ['x', 't'], 'scores'),
        node('Softmax', ['scores'], 'shares', int('axis', -1)),
        node('MatMul', ['shares', 'x'], 'y'),
      ],
      inputs: { x: ['N', 2048, 4] },
      outputs: ['y'],
    });
    const { document } = await importOnnx(wholeFile(writeModel(model)), 'a.onnx');
    const bytesAt = (batchSize: number): number => {
      const training = { ...document.training, batchSize };
      const plan = compilePlan({ ...document, training }, { counts: { train: batchSize, test: 1 } });
      return machineWords(plan, 1) * 4;
    };
    const { batchSize } = document.training;
    expect(bytesAt(batchSize)).toBeLessThanOrEqual(2 ** 31);
    expect(bytesAt(2 * batchSize)).toBeGreaterThan(2 ** 31);
  });
});

describe('whole numbers', () => {
  it('that are reckoned with become tokens again where they are looked up', async () => {
    const model = written({
      nodes: [node('Add', ['tokens', 'two'], 'shifted'), node('Gather', ['table', 'shifted'], 'y')],
      initializers: [longs('two', [], 2), floats('table', 7, 3)],
      inputs: { tokens: ['N', 5] },
      types: { tokens: 7 },
      outputs: ['y'],
    });
    const { document } = await imported(model);
    expect(typesIn(document)).toContain('shift tokens-of-numbers embedding');
  });
});

describe('random marks', () => {
  const marks = (inputKind: string) =>
    randomSamples.generate({
      inputKind,
      inputTokens: 2,
      inputSize1: 6,
      inputSize2: 0,
      inputSize3: 0,
      answerKind: 'class',
      answerCount: 2,
      answerPlaces: 0,
      count: 200,
      seed: 4,
    } as Parameters<typeof randomSamples.generate>[0]).x;
  const rows = (x: ArrayLike<number>): string[] =>
    Array.from({ length: 200 }, (_, row) =>
      Array.from(x)
        .slice(row * 6, row * 6 + 6)
        .join(''),
    );

  it('are those of sequences of all lengths with padding behind them', () => {
    const found = rows(marks('marks'));
    expect([...new Set(found)].toSorted()).toEqual(['100000', '110000', '111000', '111100', '111110']);
    const turned = rows(marks('padding'));
    expect([...new Set(turned)].toSorted()).toEqual(['000001', '000011', '000111', '001111', '011111']);
  });
});
