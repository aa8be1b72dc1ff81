import { type Params, paramText } from '../../declaration/fields.ts';
import type { NetwrightDocument } from '../../document/schema.ts';
import { plainSettings } from '../../document/training-settings.ts';
import type { Drawing } from '../networks/drawing.ts';
import { depthwiseCnn, gpt, leNet, mlp, resNet18, resNet20 } from '../networks/networks.ts';

/** A network and an optimizer that both sides take the same steps with. */
export interface CrosscheckCase {
  readonly name: string;
  readonly document: NetwrightDocument;
}

/** Decoupled decay of AdamW, which leaves biases and norms alone. */
export const decay = 0.01;

function trainedBy(
  name: string,
  drawing: Drawing,
  batch: number,
  [type, params, learningRate]: readonly [string, Params, number],
): CrosscheckCase {
  const settings = plainSettings();
  return {
    name,
    document: drawing.document(name, {
      optimizer: { type, params },
      learningRate,
      batchSize: batch,
      epochs: 1000,
      seed: 1,
      testShare: 0,
      ...settings,
      regularisation: { ...settings.regularisation, decay: type === 'adamw' ? decay : 0 },
      initializer: { type: 'he', params: {} },
    }),
  };
}

const optimizers: readonly (readonly [string, Params, number])[] = [
  ['sgd', {}, 0.1],
  ['momentum', { form: 'average' }, 0.1],
  ['momentum', { form: 'pytorch' }, 0.02],
  ['nesterov', {}, 0.02],
  ['adagrad', { form: 'pytorch' }, 0.02],
  ['rmsprop', { form: 'pytorch' }, 0.005],
  ['adam', {}, 0.005],
  ['adamw', {}, 0.005],
];

/** Its first and its last layer are trained, all between them is frozen: gradients go through norms that work as in use. */
function frozenBetween({ name, document }: CrosscheckCase): CrosscheckCase {
  const weighted = document.nodes.filter(({ type }) => ['conv2d', 'batch-norm', 'linear'].includes(type));
  const between = new Set(weighted.slice(1, -1));
  const nodes = document.nodes.map((node) => (between.has(node) ? { ...node, frozen: true as const } : node));
  return { name: `${name}-frozen`, document: { ...document, nodes } };
}

const classes = 4;
/**
 * One batch is all there is, so that both sides see the same samples in every step. Steps of deep networks with BatchNorm
 * on so few samples must be small: the loss bends so sharply that rounding errors grow with each.
 */
const images = (count: number): Params => ({ source: 'shapes', count });

/** Every optimizer on an MLP, and the networks of the literature. */
export const crosscheckCases = (): CrosscheckCase[] => [
  ...optimizers.map((optimizer) =>
    trainedBy(
      ['mlp', optimizer[0], ...Object.values(optimizer[1]).map(paramText)].join('-'),
      mlp([20, 32, 32, 5], { source: 'random-labels', features: 20, classes: 5, count: 64 }),
      64,
      optimizer,
    ),
  ),
  trainedBy('lenet', leNet(classes, images(32)), 32, ['sgd', {}, 0.02]),
  trainedBy('resnet-20', resNet20(classes, images(16)), 16, ['momentum', { form: 'pytorch' }, 0.0005]),
  frozenBetween(
    trainedBy('resnet-20', resNet20(classes, images(16)), 16, ['momentum', { form: 'pytorch' }, 0.0005]),
  ),
  trainedBy('resnet-18', resNet18(classes, images(8)), 8, ['sgd', {}, 0.0001]),
  trainedBy('depthwise-cnn', depthwiseCnn(classes, images(16)), 16, ['sgd', {}, 0.001]),
  trainedBy(
    'gpt',
    gpt(
      { layers: 4, width: 64, heads: 4, vocabulary: 17 },
      { source: 'sequences', symbols: 16, questionLength: 16, count: 8 },
    ),
    8,
    ['adamw', {}, 0.001],
  ),
];
