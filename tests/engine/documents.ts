import type { Params } from '../../engine/declaration/fields.ts';
import {
  currentVersion,
  type DocumentNode,
  type FlatDocument,
  type Wire,
} from '../../engine/document/schema.ts';
import { plainSettings } from '../../engine/document/training-settings.ts';

/** [id, type, params]: nodes of a chain; ids are names too. */
export type Link = readonly [id: string, type: string, params?: Params];

/**
 * A document whose nodes hang together as a chain: data.x → first link → … → loss.prediction, and data.y → loss.target.
 */
export function chainDocument(
  links: readonly Link[],
  loss = 'cross-entropy',
  data: Params = {},
): FlatDocument {
  const all: Link[] = [['data', 'data', { source: 'circle', count: 100, ...data }], ...links, ['loss', loss]];
  const nodes = all.map(
    ([id, type, params = {}], at): DocumentNode => ({
      id,
      type,
      name: id,
      position: { x: at * 200, y: 0 },
      params,
    }),
  );
  const wires: Wire[] = links.map(([id], at) => {
    const before = at === 0 ? { node: 'data', port: 'x' } : { node: (links[at - 1] as Link)[0], port: 'y' };
    return { id: `w${at}`, from: before, to: { node: id, port: 'x' } };
  });
  const last = links.at(-1);
  wires.push(
    {
      id: 'prediction',
      from: last ? { node: last[0], port: 'y' } : { node: 'data', port: 'x' },
      to: { node: 'loss', port: 'prediction' },
    },
    { id: 'target', from: { node: 'data', port: 'y' }, to: { node: 'loss', port: 'target' } },
  );
  return {
    format: 'netwright',
    version: currentVersion,
    name: 'Test',
    nodes,
    wires,
    blocks: [],
    training: {
      optimizer: { type: 'sgd', params: {} },
      learningRate: 0.1,
      batchSize: 16,
      epochs: 2,
      seed: 1,
      testShare: 0.2,
      ...plainSettings(),
      initializer: { type: 'normal', params: { std: 0.5 } },
    },
  };
}

/** 2-4-4-2 with ReLU between. */
export const mlpDocument = (): FlatDocument =>
  chainDocument([
    ['fc1', 'linear', { outFeatures: 4 }],
    ['relu1', 'relu'],
    ['fc2', 'linear', { outFeatures: 4 }],
    ['relu2', 'relu'],
    ['fc3', 'linear', { outFeatures: 2 }],
  ]);

/** One wire. */
type Ports = readonly [from: string, to: string];

/** Nodes by id, and wires between `node.port` and `node.port`. */
export function drawnDocument(
  nodes: Readonly<Record<string, readonly [string, Params?]>>,
  wires: readonly Ports[],
): FlatDocument {
  const base = mlpDocument();
  const end = (written: string): Wire['from'] => {
    const [node = '', port = ''] = written.split('.');
    return { node, port };
  };
  return {
    ...base,
    nodes: Object.entries(nodes).map(
      ([id, [type, params = {}]]): DocumentNode => ({ id, type, name: id, position: { x: 0, y: 0 }, params }),
    ),
    wires: wires.map(([from, to], at): Wire => ({ id: `w${at}`, from: end(from), to: end(to) })),
    training: {
      ...base.training,
      optimizer: { type: 'adam', params: {} },
      initializer: { type: 'xavier', params: {} },
      learningRate: 0.01,
      batchSize: 50,
      epochs: 1000,
    },
  };
}
