import type { NetwrightDocument } from '../../document/schema.ts';
import { plainSettings } from '../../document/training-settings.ts';
import type { OpenedData } from '../../protocol/data-messages.ts';
import type { Drawing } from '../networks/drawing.ts';
import { depthwiseCnn, gpt, mlp, resNet18, resNet20 } from '../networks/networks.ts';

/** A network trained on one batch size: what both sides of a comparison do. */
export interface Workload {
  /** The name by which both sides know it. */
  readonly network: NetworkName;
  readonly batch: number;
  readonly optimizer: 'sgd' | 'momentum' | 'adam' | 'adamw';
  readonly learningRate: number;
}

/** Ten full batches an epoch. */
const batches = 10;
const classes = 4;
const points = (batch: number) => ({ source: 'circle', count: batch * batches });
const images = (batch: number) => ({ source: 'shapes', count: batch * batches });

const networks = {
  'mlp-2-4-4-2': (batch: number) => mlp([2, 4, 4, 2], points(batch)),
  'mlp-784-512-512-10': (batch: number) =>
    mlp([784, 512, 512, 10], { source: 'random-labels', features: 784, classes: 10, count: batch * batches }),
  'resnet-20': (batch: number) => resNet20(classes, images(batch)),
  'resnet-18': (batch: number) => resNet18(classes, images(batch)),
  'depthwise-cnn': (batch: number) => depthwiseCnn(classes, images(batch)),
  gpt: (batch: number) =>
    gpt(
      { layers: 4, width: 128, heads: 4, vocabulary: 65 },
      { source: 'sequences', symbols: 64, questionLength: 32, count: batch * batches },
    ),
} satisfies Record<string, (batch: number) => Drawing>;

export type NetworkName = keyof typeof networks;

/**
 * Rates so low that nothing is ever learned by heart: probabilities and gradients of a solved problem fade to numbers too
 * small for the usual form, which take any processor long. The smallest is the network of the course's points, whose steps
 * are all overhead.
 */
export const small: Workload = { network: 'mlp-2-4-4-2', batch: 128, optimizer: 'sgd', learningRate: 1e-6 };
export const large: Workload = {
  network: 'mlp-784-512-512-10',
  batch: 128,
  optimizer: 'adam',
  learningRate: 1e-6,
};
export const residual: Workload = {
  network: 'resnet-20',
  batch: 64,
  optimizer: 'momentum',
  learningRate: 1e-4,
};

export const workloads: readonly Workload[] = [
  small,
  large,
  residual,
  { network: 'resnet-18', batch: 16, optimizer: 'momentum', learningRate: 1e-4 },
  { network: 'depthwise-cnn', batch: 64, optimizer: 'momentum', learningRate: 1e-4 },
  { network: 'gpt', batch: 12, optimizer: 'adamw', learningRate: 1e-5 },
];

const optimizerParams = {
  sgd: {},
  momentum: { form: 'pytorch' },
  adam: {},
  adamw: {},
} as const;

/** ResNet-20 on images from files, cropped and mirrored as its recipe has it. */
export function loadingDocument(workload: Workload, { source, files }: OpenedData): NetwrightDocument {
  const classes = files.columns[0]?.values.length ?? 0;
  const { train, test } = files;
  const all = { ...files, train: train + test, test: 0 };
  return documentOf(resNet20(classes, { source, files: all, crop: 4, flip: true }), workload);
}

export const workloadDocument = (workload: Workload): NetwrightDocument =>
  documentOf(networks[workload.network](workload.batch), workload);

/** The same with all its layers but the last frozen. */
export function headDocument(workload: Workload): NetwrightDocument {
  const document = workloadDocument(workload);
  const head = document.nodes.findLast(({ type }) => type === 'linear');
  const nodes = document.nodes.map((node) => (node === head ? node : { ...node, frozen: true as const }));
  return { ...document, nodes };
}

/** No test part, and more epochs than anyone waits for. */
function documentOf(
  drawing: Drawing,
  { network, batch, optimizer, learningRate }: Workload,
): NetwrightDocument {
  return drawing.document(network, {
    optimizer: { type: optimizer, params: optimizerParams[optimizer] },
    learningRate,
    batchSize: batch,
    epochs: 1_000_000,
    seed: 1,
    testShare: 0,
    ...plainSettings(),
    initializer: { type: 'he', params: {} },
  });
}
