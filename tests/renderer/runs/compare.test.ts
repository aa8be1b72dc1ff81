import { describe, expect, it } from 'vitest';
import type { NetwrightDocument } from '../../../engine/document/schema.ts';
import { compareDocuments, isSame } from '../../../renderer/runs/compare.ts';
import { mlpDocument } from '../../engine/documents.ts';
import { template } from '../../engine/training/templates.ts';

const document = mlpDocument();
const withTraining = (training: Partial<NetwrightDocument['training']>): NetwrightDocument => ({
  ...document,
  training: { ...document.training, ...training },
});
const withNodes = (change: (node: NetwrightDocument['nodes'][number]) => typeof node): NetwrightDocument => ({
  ...document,
  nodes: document.nodes.map(change),
});
const paths = (
  list: readonly { readonly path: string; readonly before: unknown; readonly after: unknown }[],
) => list.map(({ path, before, after }) => [path, before, after]);

describe('what differs between two documents', () => {
  it('is nothing for one and itself, wherever its nodes stand and whatever its wires are called', () => {
    const moved = {
      ...withNodes((node) => ({ ...node, position: { x: 7, y: 7 } })),
      wires: document.wires.map((wire, at) => ({ ...wire, id: `other-${at}` })),
    };
    expect(isSame(compareDocuments(document, moved))).toBe(true);
  });

  it('is nothing where one says what is the default anyway', () => {
    const said = withNodes((node) =>
      node.type === 'linear' ? { ...node, params: { ...node.params, bias: true } } : node,
    );
    expect(isSame(compareDocuments(document, said))).toBe(true);
    expect(isSame(compareDocuments(document, withTraining({ validationShare: 0 })))).toBe(true);
  });

  it('is a share for validation, also where the other says nothing of one', () => {
    const guided = withTraining({ validationShare: 0.15 });
    expect(paths(compareDocuments(document, guided).settings)).toEqual([['validationShare', 0, 0.15]]);
    expect(paths(compareDocuments(guided, document).settings)).toEqual([['validationShare', 0.15, 0]]);
  });

  it('is a setting with both values; a kind of another name stands for its parameters', () => {
    const other = withTraining({
      learningRate: 0.5,
      optimizer: { type: 'adam', params: { beta1: 0.5 } },
      regularisation: { ...document.training.regularisation, l2: 0.01 },
    });
    const { settings, changed } = compareDocuments(document, other);
    expect(changed).toEqual([]);
    const found = new Map(settings.map((difference) => [difference.path, difference]));
    expect([...found.keys()].toSorted()).toEqual(['learningRate', 'optimizer', 'regularisation.l2']);
    expect(found.get('learningRate')).toMatchObject({
      label: { setting: 'learningRate' },
      before: 0.1,
      after: 0.5,
    });
    expect(found.get('optimizer')?.after).toMatchObject({ en: 'Adam' });
    expect(found.get('regularisation.l2')).toMatchObject({ before: 0, after: 0.01 });
    const faster = withTraining({ optimizer: { type: 'adam', params: { beta1: 0.8 } } });
    expect(paths(compareDocuments(other, faster).settings)).toContainEqual(['optimizer.beta1', 0.5, 0.8]);
  });

  it('is a field, a name or shared weights of a node that both have', () => {
    const other = withNodes((node) =>
      node.id === 'fc2'
        ? { ...node, name: 'middle', params: { ...node.params, outFeatures: 9 }, weightsOf: 'fc1' }
        : node,
    );
    const { changed, added, removed } = compareDocuments(document, other);
    expect([added, removed]).toEqual([[], []]);
    expect(changed).toHaveLength(1);
    expect(changed[0]?.node.id).toBe('fc2');
    expect(paths(changed[0]?.differences ?? [])).toEqual([
      ['name', 'fc2', 'middle'],
      ['weightsOf', undefined, 'fc1'],
      ['params.outFeatures', 4, 9],
    ]);
  });

  it('is a field only where it counts: those of the source that is not chosen are left out', () => {
    const other = withNodes((node) =>
      node.type === 'data' ? { ...node, params: { ...node.params, source: 'moons' } } : node,
    );
    const [data] = compareDocuments(document, other).changed;
    expect(data?.differences.find(({ path }) => path === 'params.source')).toMatchObject({
      before: { en: 'Circle' },
      after: { en: expect.stringMatching(/moons/i) },
    });
    for (const { before, after } of data?.differences ?? [])
      expect([before, after]).not.toEqual([undefined, undefined]);
  });

  it('is nodes and wires that only one has, and a node whose place another type has taken', () => {
    const without: NetwrightDocument = {
      ...document,
      nodes: document.nodes
        .filter(({ id }) => id !== 'relu2')
        .map((node) => (node.id === 'relu1' ? { ...node, type: 'tanh' } : node)),
      wires: [
        ...document.wires.filter(({ from, to }) => from.node !== 'relu2' && to.node !== 'relu2'),
        { id: 'new', from: { node: 'fc2', port: 'y' }, to: { node: 'fc3', port: 'x' } },
      ],
    };
    const { removed, added, removedWires, addedWires } = compareDocuments(document, without);
    expect(removed.map(({ id, type }) => `${id} ${type}`)).toEqual(['relu1 relu', 'relu2 relu']);
    expect(added.map(({ id, type }) => `${id} ${type}`)).toEqual(['relu1 tanh']);
    expect(removedWires).toEqual(['fc2.y → relu2.x', 'relu2.y → fc3.x']);
    expect(addedWires).toEqual(['fc2.y → fc3.x']);
  });

  it('is what is set on an instance of a block, and a change inside of it once, however many there are', () => {
    const resnet = template('resnet');
    const wider: NetwrightDocument = {
      ...resnet,
      nodes: resnet.nodes.map((node) =>
        node.id === 'stage1' ? { ...node, params: { ...node.params, repeat: 5, outChannels: 24 } } : node,
      ),
      blocks: resnet.blocks.map((block) =>
        block.id === 'residual'
          ? {
              ...block,
              nodes: block.nodes.map((node) =>
                node.id === 'bn1' ? { ...node, params: { ...node.params, momentum: 0.8 } } : node,
              ),
            }
          : block,
      ),
    };
    const { changed, added, removed, addedWires, removedWires } = compareDocuments(resnet, wider);
    expect([added, removed, addedWires, removedWires]).toEqual([[], [], [], []]);
    expect(changed.map(({ node, differences }) => [node.name, paths(differences)])).toEqual([
      [
        'stage1',
        [
          ['params.outChannels', 16, 24],
          ['params.repeat', 3, 5],
        ],
      ],
      ['Residual › bn1', [['params.momentum', 0.9, 0.8]]],
    ]);
    expect(isSame(compareDocuments(resnet, { ...resnet, name: 'Other' }))).toBe(true);
  });

  it('is a layer or a wire that a block has in one of them, and an instance by the name of its block', () => {
    const resnet = template('resnet');
    const changed: NetwrightDocument = {
      ...resnet,
      nodes: resnet.nodes.filter(({ id }) => id !== 'stage3'),
      blocks: resnet.blocks.map((block) =>
        block.id === 'residual' ? { ...block, nodes: block.nodes.filter(({ id }) => id !== 'relu1') } : block,
      ),
    };
    const { removed } = compareDocuments(resnet, changed);
    expect(removed.map(({ name, type }) => [name, type])).toEqual([
      ['stage3', 'Stage'],
      ['Residual › relu1', 'relu'],
    ]);
  });
});
