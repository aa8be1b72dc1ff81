import { describe, expect, it } from 'vitest';
import { defaultParams, type Params } from '../../../engine/declaration/fields.ts';
import type { TensorType } from '../../../engine/declaration/tensor-type.ts';
import { inferNode } from '../../../engine/document/infer-node.ts';
import type { AnyLayer, InputTypes } from '../../../engine/layers/contract.ts';
import { layers } from '../../../engine/layers/index.ts';

const float = (...shape: number[]): TensorType => ({ shape, dtype: 'float32' });
const row = float(2, 3);
const signal = float(2, 4, 9);
const image = float(2, 4, 7, 9);
const sequence = float(2, 5, 12);
const tokens: TensorType = { shape: [2, 5], dtype: 'int32', classes: 11 };
const depthwise = { connections: 'depthwise', outChannels: 8 };
const inGroups = { connections: 'groups', groups: 2, outChannels: 6 };

/** The counts of the literature: outputs × inputs × taps of the kernel, and what is added to each output. */
const counted: readonly (readonly [keyof typeof layers, Params, InputTypes, number])[] = [
  ['linear', { outFeatures: 5 }, { x: row }, 5 * 3 + 5],
  ['linear', { outFeatures: 5, bias: false }, { x: row }, 5 * 3],
  ['linear', { outFeatures: 5 }, { x: sequence }, 5 * 12 + 5],
  ['embedding', { vocabulary: 11, width: 6 }, { x: tokens }, 11 * 6],
  ['conv1d', { outChannels: 6, kernelSize: 5 }, { x: signal }, 6 * 4 * 5 + 6],
  ['conv1d', { ...inGroups, kernelSize: 5 }, { x: signal }, 6 * 2 * 5 + 6],
  ['conv1d', { ...depthwise, kernelSize: 5, dilation: 2 }, { x: signal }, 8 * 1 * 5 + 8],
  ['conv2d', { outChannels: 6, kernelHeight: 3, kernelWidth: 5 }, { x: image }, 6 * 4 * 3 * 5 + 6],
  ['conv2d', { outChannels: 6, kernelHeight: 1, kernelWidth: 1, bias: false }, { x: image }, 6 * 4],
  ['conv2d', { ...inGroups, kernelHeight: 3, kernelWidth: 3 }, { x: image }, 6 * 2 * 9 + 6],
  ['conv2d', { ...depthwise, kernelHeight: 3, kernelWidth: 3 }, { x: image }, 8 * 1 * 9 + 8],
  ['conv-transpose2d', { outChannels: 6, kernelHeight: 3, kernelWidth: 2 }, { x: image }, 4 * 6 * 3 * 2 + 6],
  ['prelu', { slopes: 'one' }, { x: image }, 1],
  ['prelu', { slopes: 'channel' }, { x: image }, 4],
  ['batch-norm', {}, { x: row }, 2 * 3],
  ['batch-norm', {}, { x: image }, 2 * 4],
  ['batch-norm', { affine: false }, { x: image }, 0],
  ['layer-norm', {}, { x: sequence }, 2 * 12],
  ['layer-norm', { over: 'channels' }, { x: image }, 2 * 4],
  ['layer-norm', { over: 'all' }, { x: image }, 2 * 4 * 7 * 9],
  ['group-norm', { groups: 2 }, { x: image }, 2 * 4],
  ['instance-norm', {}, { x: image }, 2 * 4],
  ['rms-norm', {}, { x: sequence }, 12],
  ['affine', { over: 'channel' }, { x: image }, 2 * 4],
  ['affine', { over: 'channel', shift: false }, { x: image }, 4],
  ['class-token', {}, { x: sequence }, 12],
  ['learned-position', { positions: 20 }, { x: sequence }, 20 * 12],
  ['multi-head-attention', { heads: 3 }, { x: sequence }, 4 * (12 * 12 + 12)],
  ['multi-head-attention', { heads: 4, bias: false }, { x: sequence }, 4 * 12 * 12],
  [
    'multi-head-attention',
    { heads: 3 },
    { x: sequence, context: float(2, 7, 5) },
    2 * (12 * 12 + 12) + 2 * (5 * 12 + 12),
  ],
];

describe('parameters', () => {
  it.each(counted)('of %s %j on %j are those of its formula', (type, params, inputs, count) => {
    const layer: AnyLayer = layers[type];
    const { parameterCount, problems } = inferNode(
      layer,
      { ...defaultParams(layer.fields), ...params },
      inputs,
    );
    expect(problems).toEqual([]);
    expect(parameterCount).toBe(count);
  });

  it('are counted here for every layer that has any', () => {
    const withFormula = new Set<string>(counted.map(([type]) => type));
    for (const [type, layer] of Object.entries<AnyLayer>(layers)) {
      if (withFormula.has(type)) continue;
      const inputs =
        layer.example ?? Object.fromEntries(layer.ports.inputs.map(({ name }) => [name, row] as const));
      expect(inferNode(layer, defaultParams(layer.fields), inputs).weights, type).toEqual([]);
    }
  });
});
