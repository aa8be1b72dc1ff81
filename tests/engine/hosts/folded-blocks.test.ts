import { afterAll, describe, expect, it } from 'vitest';
import { flatten } from '../../../engine/document/flatten.ts';
import type { BlockDefinition, NetwrightDocument } from '../../../engine/document/schema.ts';
import { importOnnx } from '../../../engine/hosts/imported-model.ts';
import { wholeFile } from '../../../engine/interchange/onnx/external-data.ts';
import type { Model } from '../../../engine/interchange/onnx/model.ts';
import { writeModel } from '../../../engine/interchange/onnx/write-model.ts';
import { invertedStages, pooledStages, residualStages } from '../interchange/staged-models.ts';
import { onnxruntime } from '../onnx-runner.ts';
import { imported } from './imported.ts';

afterAll(() => onnxruntime.close());

const drawn = async (model: Model): Promise<NetwrightDocument> => (await imported(model)).document;

/** Types in order, instances by the names of their blocks. */
function typesIn(document: NetwrightDocument, nodes = document.nodes): string {
  const names = new Map(document.blocks.map(({ id, name }) => [`block:${id}`, `<${name}>`]));
  return nodes
    .filter(({ type }) => type !== 'block-input' && type !== 'block-output')
    .map(({ type }) => names.get(type) ?? type)
    .join(' ');
}

const insides = (document: NetwrightDocument): string[] =>
  document.blocks.map(({ nodes }) => typesIn(document, nodes));

const instances = (document: NetwrightDocument): readonly (readonly [string, object])[] =>
  document.nodes
    .filter(({ type }) => type.startsWith('block:'))
    .map(({ name, params }) => [name, params] as const);

/** `conv1.outChannels conv2.outChannels×4` by what they are exposed as. */
const exposedIn = ({ nodes, exposed }: BlockDefinition): Record<string, string> =>
  Object.fromEntries(
    exposed.map(({ name, fields }) => [
      name,
      fields
        .map(({ node, field, times = 1 }) => {
          const inside = nodes.find(({ id }) => id === node)?.name;
          return `${inside}.${field}${times === 1 ? '' : `×${times}`}`;
        })
        .join(' '),
    ]),
  );

describe('an imported network', () => {
  it('of residual stages is a stem, an instance for each stage, and a head', async () => {
    const document = await drawn(residualStages({ stages: [2, 2, 2] }));
    expect(typesIn(document)).toBe(
      'data conv2d relu <layer> <layer2> <layer2> adaptive-average-pool flatten linear cross-entropy',
    );
    expect(insides(document)).toEqual([
      'conv2d relu conv2d add relu',
      'conv2d relu conv2d conv2d add relu <layer>',
    ]);
    expect(instances(document)).toEqual([
      ['layer1', { outChannels: 4, repeat: 2 }],
      ['layer2', { outChannels: 8 }],
      ['layer3', { outChannels: 16 }],
    ]);
  });

  it('exposes a field once for all layers that share it, and names what is inside by the rest of its name', async () => {
    const document = await drawn(residualStages({ stages: [2, 2, 2] }));
    const [block, stage] = document.blocks as [BlockDefinition, BlockDefinition];
    expect(exposedIn(block)).toEqual({ outChannels: 'conv1.outChannels conv2.outChannels' });
    expect(exposedIn(stage)).toEqual({
      outChannels: '0/conv1.outChannels 0/conv2.outChannels 0/downsample.0/Conv.outChannels 1.outChannels',
    });
    const names = flatten(document).nodes.map(({ name }) => name);
    expect(names).toContain('layer1.2/conv1');
    expect(names).toContain('layer3/1/conv2');
  });

  it('is not cut through a residual branch where its batch norms are kept', async () => {
    const document = await drawn(residualStages({ stages: [2, 2, 2], isNormed: true }));
    expect(insides(document)).toEqual([
      'conv2d batch-norm relu conv2d batch-norm add relu',
      'conv2d batch-norm relu conv2d batch-norm conv2d batch-norm add relu <layer>',
    ]);
    expect(document.nodes).toHaveLength(11);
  });

  it('is folded where its nodes have no names too, from the first part on that comes again', async () => {
    const document = await drawn(residualStages({ stages: [1, 2, 2], isNamed: false }));
    expect(typesIn(document)).toBe(
      'data conv2d relu <block2> <block2> <block> adaptive-average-pool flatten linear cross-entropy',
    );
    expect(insides(document)).toEqual([
      'conv2d relu conv2d add relu',
      '<block> conv2d relu conv2d conv2d add relu',
    ]);
  });

  it('of bottlenecks takes multiples of a width from one field, and the number of blocks from another', async () => {
    const document = await drawn(residualStages({ stages: [2, 3, 4], bottleneck: 4 }));
    expect(instances(document)).toEqual([
      ['layer1', { outChannels: 4, stride: 1, 'repeat-1': 1 }],
      ['layer2', { outChannels: 8, stride: 2, 'repeat-1': 2 }],
      ['layer3', { outChannels: 16, stride: 2, 'repeat-1': 3 }],
    ]);
    const [block, stage] = document.blocks as [BlockDefinition, BlockDefinition];
    expect(exposedIn(block)).toEqual({
      outChannels: 'conv1.outChannels conv2.outChannels conv3.outChannels×4',
    });
    expect(exposedIn(stage)['stride']).toBe('0/conv2.stride 0/downsample.0/Conv.stride');
    const repeat = stage.exposed.find(({ name }) => name === 'repeat-1');
    expect(repeat?.label).toMatchObject({ en: expect.stringMatching(/: Repeat$/) });
  });

  it('of pooled stages has an instance of one block for each, whose convolutions are repeated', async () => {
    const document = await drawn(pooledStages([[4], [6], [8, 8], [10, 10]]));
    expect(typesIn(document)).toMatch(
      /^data (<block2> ){4}adaptive-average-pool flatten linear cross-entropy$/,
    );
    expect(insides(document)).toEqual(['conv2d relu', '<block> max-pool']);
    expect(instances(document).map(([, params]) => params)).toEqual([
      { outChannels: 4, 'repeat-1': 1 },
      { outChannels: 6, 'repeat-1': 1 },
      { outChannels: 8, 'repeat-1': 2 },
      { outChannels: 10, 'repeat-1': 2 },
    ]);
  });

  it('of inverted residuals keeps each of them whole', async () => {
    const document = await drawn(
      invertedStages([
        [6, 2],
        [6, 1],
        [8, 2],
        [8, 1],
        [8, 1],
        [10, 1],
        [10, 1],
      ]),
    );
    expect(typesIn(document)).toBe(
      'data <features> <features3> <features2> <features3> <features2> <features3> <features2> ' +
        'adaptive-average-pool flatten linear cross-entropy',
    );
    expect(instances(document).map(([name]) => name)).toEqual([
      'features.0',
      'features.1',
      'features.2',
      'features.3',
      'features',
      'features.6',
      'features.7',
    ]);
    const residual = document.blocks.find(({ nodes }) => nodes.some(({ type }) => type === 'add'));
    expect(typesIn(document, residual?.nodes)).toBe('conv2d relu conv2d relu conv2d add');
    expect(residual?.exposed.map(({ fields }) => fields.map(({ times = 1 }) => times))).toEqual([[1, 2, 2]]);
  });

  it('is the same network every time, and its weights stay where they were', async () => {
    const model = residualStages({ stages: [2, 3, 3], bottleneck: 2, isNormed: true });
    const [one, other] = [await imported(model), await imported(model)];
    expect(one.document).toEqual(other.document);
    const kept = one.weights.filter(({ name }) => /weight/.test(name));
    expect(kept).toHaveLength(model.graph.initializers.filter(({ name }) => name.endsWith('.w')).length);
  });

  it('of five hundred layers is folded all the same', async () => {
    const stages = Array.from({ length: 4 }, () => Array.from({ length: 62 }, (_, at) => 1 + (at % 3)));
    const { document } = await importOnnx(wholeFile(writeModel(pooledStages(stages))), 'long.onnx');
    expect(document.nodes.length).toBeLessThan(16);
  });
});
