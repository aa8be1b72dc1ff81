import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NetwrightError } from '../../../engine/declaration/problem.ts';
import { catalogue } from '../../../engine/document/catalogue.ts';
import { flatten } from '../../../engine/document/flatten.ts';
import { differenceText } from '../../../engine/interchange/onnx/certificate.ts';
import {
  floatTensor,
  floatValues,
  type Model,
  type TensorData,
} from '../../../engine/interchange/onnx/model.ts';
import { readModel } from '../../../engine/interchange/onnx/read-model.ts';
import { writeModel } from '../../../engine/interchange/onnx/write-model.ts';
import { chainDocument, mlpDocument } from '../documents.ts';
import { certified, exported, sha256, templates, trained } from './exports.ts';

const changed = (bytes: Uint8Array, change: (model: Model) => Partial<Model['graph']>): Uint8Array => {
  const model = readModel(bytes, 'a.onnx');
  return writeModel({ ...model, graph: { ...model.graph, ...change(model) } });
};
const withWeight = (bytes: Uint8Array, name: string, edit: (values: Float32Array) => void): Uint8Array =>
  changed(bytes, ({ graph }) => ({
    initializers: graph.initializers.map((tensor): TensorData => {
      if (tensor.name !== name) return tensor;
      const values = floatValues(tensor) as Float32Array;
      edit(values);
      return floatTensor(name, tensor.dims, values);
    }),
  }));

/** Of the values between the nodes of deep networks of images no more rows are laid open at a time. */
const openRows: Readonly<Record<string, number>> = { resnet: 106, 'resnet-20-a': 106, unet: 155 };

describe.each([...templates])('the template %s', (id, document) => {
  it.each([
    ['random', 0],
    ['trained', 3],
  ])(
    'is exported with %s weights as a file that onnxruntime computes like the engine',
    async (_name, epochs) => {
      const network = await trained(document, epochs);
      const onnx = exported(network);
      const certificate = await certified(onnx, network);
      const leading = flatten(network.document).nodes.filter(
        ({ type }) => type !== 'data' && type !== 'dropout',
      );
      expect(certificate.equal).toBe(true);
      expect(certificate.maxAbsDiff).toBeLessThanOrEqual(1e-5);
      expect(certificate.rows).toBe(openRows[id] ?? 264);
      // Branches may be computed in another order than they were drawn in.
      const computed = leading.filter(({ type }) => catalogue.get(type)?.category !== 'loss');
      expect(certificate.nodes.map(({ node }) => node).toSorted()).toEqual(
        computed.map(({ id }) => id).toSorted(),
      );
      expect(certificate.onnxSha256).toBe(sha256(onnx));
      expect(certificate.weightsSha256).toBe(network.engine.weightsSha256);
    },
  );
});

it('a network is certified node by node, whatever stands behind what', async () => {
  const network = await trained(
    chainDocument([
      ['fc1', 'linear', { outFeatures: 5, bias: false }],
      ['leaky', 'leaky-relu', {}],
      ['fc2', 'linear', { outFeatures: 33 }],
      ['tanh', 'tanh'],
      ['drop', 'dropout', { rate: 0.25, form: 'original' }],
      ['fc3', 'linear', { outFeatures: 7 }],
      ['sigmoid', 'sigmoid'],
      ['fc4', 'linear', { outFeatures: 3 }],
      ['softmax', 'softmax'],
      ['relu', 'relu'],
      ['fc5', 'linear', { outFeatures: 2 }],
    ]),
    2,
  );
  const certificate = await certified(exported(network), network);
  expect(certificate.nodes.map(({ name }) => name)).toEqual([
    'fc1',
    'leaky',
    'fc2',
    'tanh',
    'drop',
    'fc3',
    'sigmoid',
    'fc4',
    'softmax',
    'relu',
    'fc5',
  ]);
  expect(certificate.nodes.filter(({ maxAbsDiff }) => maxAbsDiff > 1e-5)).toEqual([]);
  expect(certificate.equal).toBe(true);
  expect(differenceText(certificate, 'a.onnx')).toBeUndefined();
});

it('a network without layers has nothing that could differ but its answer', async () => {
  const network = await trained(chainDocument([]), 0);
  const certificate = await certified(exported(network), network);
  expect(certificate).toMatchObject({ equal: true, maxAbsDiff: 0 });
});

it('a wide network is not found different for the rounding of its long sums', async () => {
  const wide = chainDocument([
    ['fc1', 'linear', { outFeatures: 1024 }],
    ['relu1', 'relu'],
    ['fc2', 'linear', { outFeatures: 1024 }],
    ['relu2', 'relu'],
    ['fc3', 'linear', { outFeatures: 1024 }],
    ['out', 'linear', { outFeatures: 2 }],
  ]);
  const he = { ...wide.training, initializer: { type: 'he', params: {} } };
  const network = await trained({ ...wide, training: he }, 0);
  const certificate = await certified(exported(network), network);
  expect(certificate.nodes.filter(({ equal }) => !equal)).toEqual([]);
});

describe('a file that was changed', () => {
  it.each([
    ['fc1.weight', 'fc1'],
    ['fc2.bias', 'fc2'],
    ['fc3.weight', 'fc3'],
  ])('in %s is not equal, and the first node that differs is %s', async (weight, node) => {
    const network = await trained(mlpDocument(), 2);
    const tampered = withWeight(exported(network), weight, (values) => (values[1] += 0.01));
    const certificate = await certified(tampered, network);
    expect(certificate.equal).toBe(false);
    expect(certificate.maxAbsDiff).toBeGreaterThan(1e-3);
    expect(certificate.nodes.find(({ equal }) => !equal)?.name).toBe(node);
    expect(differenceText(certificate, 'a.onnx')?.en).toMatch(
      new RegExp(
        `^a\\.onnx is not equal to the trained network: the first node that differs is "${node}", expected`,
      ),
    );
  });

  it('in a weight that no sample reaches is not equal either', async () => {
    const network = await trained(mlpDocument(), 0);
    // The unit is dead, so what follows from it is always zero.
    network.weights.get('fc1.weight')?.fill(0);
    network.weights.get('fc1.bias')?.fill(-1);
    const onnx = exported(network);
    expect((await certified(onnx, network)).equal).toBe(true);
    const tampered = withWeight(onnx, 'fc2.weight', (values) => (values[0] += 1));
    const certificate = await certified(tampered, network);
    expect(certificate.nodes.filter(({ equal }) => !equal).map(({ name }) => name)).toEqual(['fc2']);
  });

  it('in an operator is not equal, and the node is named', async () => {
    const network = await trained(mlpDocument(), 0);
    const tampered = changed(exported(network), ({ graph }) => ({
      nodes: graph.nodes.map((node) => (node.name === 'relu2.y' ? { ...node, opType: 'Sigmoid' } : node)),
    }));
    const certificate = await certified(tampered, network);
    expect(certificate.nodes.find(({ equal }) => !equal)?.name).toBe('relu2');
  });

  it('to NaN is infinitely far off', async () => {
    const network = await trained(mlpDocument(), 0);
    const tampered = withWeight(exported(network), 'fc1.bias', (values) => (values[0] = Number.NaN));
    const certificate = await certified(tampered, network);
    expect(certificate).toMatchObject({ equal: false, maxAbsDiff: Number.MAX_VALUE });
  });

  it('by a byte of a weight, as a disk or a person might, is not equal', async () => {
    const network = await trained(mlpDocument(), 0);
    const onnx = exported(network);
    const weight = network.weights.get('fc1.weight') as Float32Array;
    const needle = new Uint8Array(weight.buffer, weight.byteOffset, 8);
    const at = onnx.findIndex((_, i) => needle.every((byte, j) => onnx[i + j] === byte));
    expect(at).toBeGreaterThan(0);
    const tampered = onnx.slice();
    tampered[at + 2] ^= 0x40;
    const certificate = await certified(tampered, network);
    expect(certificate.nodes.find(({ equal }) => !equal)?.name).toBe('fc1');
  });

  it('that is the export of another network is refused with what is missing', async () => {
    const network = await trained(mlpDocument(), 0);
    const other = await trained(chainDocument([['out', 'linear', { outFeatures: 2 }]]), 0);
    await expect(certified(exported(other), network)).rejects.toMatchObject({
      code: 'foreign-model',
      text: {
        en: 'a.onnx is not an export of this network: expected a value "fc1.y" of node "fc1", found none.',
        zh: 'a.onnx 不是由此网络导出的模型：应有节点“fc1”的值“fc1.y”，但没有找到。',
      },
    });
    const line = await trained(
      chainDocument([['out', 'linear', { outFeatures: 1 }]], 'mse', { source: 'line' }),
      0,
    );
    await expect(certified(exported(line), network)).rejects.toThrow(
      'expected the input x [N, 2], found x [N, 1]',
    );
  });

  it('until it is no ONNX file is refused', async () => {
    const network = await trained(mlpDocument(), 0);
    await expect(certified(exported(network).subarray(0, 300), network)).rejects.toMatchObject({
      code: 'not-onnx',
    });
  });

  it('in any few bytes is refused or found different, or equal where the bytes mean nothing', async () => {
    const network = await trained(mlpDocument(), 0);
    const good = exported(network);
    const verdicts = new Set<string>();
    const change = fc.tuple(fc.nat(1200), fc.integer({ min: 0, max: 255 }));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 2 }), async (changes) => {
        const bytes = good.slice();
        for (const [at, value] of changes) bytes[at] = value;
        try {
          verdicts.add((await certified(bytes, network)).equal ? 'equal' : 'different');
        } catch (error) {
          if (!(error instanceof NetwrightError)) throw error;
          verdicts.add(error.code);
        }
      }),
      { seed: 31, numRuns: 200 },
    );
    expect([...verdicts]).toEqual(
      expect.arrayContaining(['not-onnx', 'onnxruntime-refused', 'different', 'equal']),
    );
    expect([...verdicts]).not.toContain('onnxruntime-ended');
  });
});
