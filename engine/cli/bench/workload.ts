import {
  currentVersion,
  type DocumentNode,
  type NetwrightDocument,
  type Wire,
} from '../../document/schema.ts';
import { plainSettings } from '../../document/training-settings.ts';

/** A multilayer perceptron with ReLU and cross-entropy, trained on one batch size: what both sides of a comparison do. */
export interface Workload {
  /** Inputs, hidden units …, classes. */
  readonly sizes: readonly number[];
  readonly batch: number;
  readonly optimizer: 'sgd' | 'adam';
  readonly learningRate: number;
}

/** The network of the course's points, whose steps are all overhead. */
export const small: Workload = { sizes: [2, 4, 4, 2], batch: 128, optimizer: 'sgd', learningRate: 0.1 };

/** One whose steps are all arithmetic. The built-in data has two inputs, so the first layer widens them. */
export const large: Workload = {
  sizes: [2, 784, 512, 512, 3],
  batch: 128,
  optimizer: 'adam',
  // So slow that the points are never told apart: gradients of a solved problem fade to denormals, which take any CPU long.
  learningRate: 1e-6,
};

const sourceWithClasses: Readonly<Record<number, string>> = { 2: 'circle', 3: 'blobs' };

/** Ten full batches an epoch, no test part, and more epochs than anyone waits for. */
export function workloadDocument({ sizes, batch, optimizer, learningRate }: Workload): NetwrightDocument {
  const classes = sizes.at(-1) as number;
  const source = sourceWithClasses[classes];
  if (source === undefined || sizes[0] !== 2) throw new Error(`no data for a network of ${sizes.join('-')}`);
  const node = (id: string, type: string, params: DocumentNode['params'] = {}): DocumentNode => ({
    id,
    type,
    name: id,
    position: { x: 0, y: 0 },
    params,
  });
  const hidden = sizes
    .slice(1)
    .flatMap((outFeatures, i) => [
      node(`fc${i + 1}`, 'linear', { outFeatures }),
      ...(i + 2 < sizes.length ? [node(`relu${i + 1}`, 'relu')] : []),
    ]);
  const ids = ['data', ...hidden.map(({ id }) => id), 'loss'];
  const wires = ids.slice(1).map((to, i): Wire => {
    const from = { node: ids[i] as string, port: i === 0 ? 'x' : 'y' };
    return { id: `w${i}`, from, to: { node: to, port: to === 'loss' ? 'prediction' : 'x' } };
  });
  return {
    format: 'netwright',
    version: currentVersion,
    name: sizes.join('-'),
    nodes: [node('data', 'data', { source, count: batch * 10 }), ...hidden, node('loss', 'cross-entropy')],
    wires: [
      ...wires,
      { id: 'labels', from: { node: 'data', port: 'y' }, to: { node: 'loss', port: 'target' } },
    ],
    training: {
      optimizer: { type: optimizer, params: {} },
      learningRate,
      batchSize: batch,
      epochs: 1_000_000,
      seed: 1,
      testShare: 0,
      initializer: { type: 'he', params: {} },
      ...plainSettings(),
    },
  };
}
