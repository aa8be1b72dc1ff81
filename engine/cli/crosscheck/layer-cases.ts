import type { Params } from '../../declaration/fields.ts';
import type { NetwrightDocument } from '../../document/schema.ts';
import { plainSettings } from '../../document/training-settings.ts';
import { listTemplates, openTemplateOrFile } from '../../hosts/templates.ts';
import { Drawing, type From } from '../networks/drawing.ts';
import type { CrosscheckCase } from './cases.ts';

const batch = 16;

/** One batch of samples, which is all there is. */
const oneBatch = (document: NetwrightDocument): NetwrightDocument => ({
  ...document,
  nodes: document.nodes.map((node) =>
    node.type === 'data' ? { ...node, params: { ...node.params, count: batch } } : node,
  ),
  training: { ...document.training, batchSize: batch, testShare: 0 },
});

/** Layers one behind the other, each with its own settings; numbers keep those of one kind apart. */
class Chain {
  readonly drawing = new Drawing();
  last: From = ['data', 'x'];
  private count = 0;

  constructor(data: Params) {
    this.drawing.add('data', 'data', data);
  }

  add(type: string, params: Params = {}, more: Readonly<Record<string, From>> = {}, port = 'x'): string {
    this.count += 1;
    const id = this.drawing.add(`${type}-${this.count}`, type, params, { [port]: this.last, ...more });
    this.last = id;
    return id;
  }

  classified(name: string, classes: number): CrosscheckCase {
    this.add('linear', { outFeatures: classes });
    this.drawing.add('loss', 'cross-entropy', {}, { prediction: this.last, target: ['data', 'y'] });
    const training = {
      optimizer: { type: 'sgd', params: {} },
      learningRate: 0.3,
      batchSize: batch,
      epochs: 1,
      seed: 1,
      testShare: 0,
      ...plainSettings(),
      initializer: { type: 'he', params: {} },
    };
    return { name, document: oneBatch(this.drawing.document(name, training)) };
  }
}

function images(): CrosscheckCase {
  const chain = new Chain({ source: 'shapes' });
  chain.add('conv2d', { outChannels: 8, stride: 2 });
  chain.add('prelu', { slopes: 'channel' });
  const first = chain.add('conv2d', { outChannels: 8, connections: 'groups', groups: 4, bias: false });
  chain.add('batch-norm');
  chain.add('elu', { alpha: 0.7 });
  chain.add('add', {}, { b: first }, 'a');
  chain.add('conv2d', {
    outChannels: 8,
    connections: 'depthwise',
    dilation: 2,
    kernelHeight: 3,
    kernelWidth: 5,
  });
  chain.add('conv2d', { outChannels: 8, rectangular: true, dilationWidth: 2, strideWidth: 1 });
  chain.add('instance-norm');
  chain.add('leaky-relu', { slope: 0.2 });
  chain.add('group-norm', { groups: 2 });
  chain.add('affine', { over: 'channel' });
  chain.add('silu');
  chain.add('layer-norm', { over: 'channels' });
  chain.add('gelu', { form: 'tanh' });
  chain.add('conv-transpose2d', {
    outChannels: 6,
    kernelHeight: 3,
    kernelWidth: 3,
    pad: 1,
    outputPadding: 1,
  });
  chain.add('hardswish');
  chain.add('max-pool');
  chain.add('zero-pad', { left: 1, right: 2, top: 0, bottom: 1 });
  chain.add('average-pool', { kernelSize: 3, stride: 2, padding: 1, countPadding: false });
  chain.add('upsample', { scale: 2 });
  chain.add('max-pool', { kernelSize: 3, stride: 2, ceil: true });
  chain.add('upsample', { mode: 'linear', scale: 2 });
  chain.add('upsample', { mode: 'linear', scale: 2, corners: true });
  chain.add('upsample', { mode: 'linear', bySize: true, height: 6, width: 7 });
  chain.add('selu');
  chain.add('upsample', { mode: 'nearest', scale: 3 });
  chain.add('dropout', { rate: 0.3, form: 'original' });
  chain.add('dropout2d', { rate: 0.2, form: 'original' });
  const halves = chain.add('split', { axis: 1, first: 2 });
  chain.drawing.add('joined', 'concat', { axis: 1 }, { a: [halves, 'b'], b: [halves, 'a'] });
  chain.last = 'joined';
  const before = chain.add('slice', { axis: 1, start: 1, end: 0 });
  chain.add('softplus');
  chain.add('multiply', {}, { b: before }, 'a');
  chain.add('subtract', {}, { b: before }, 'a');
  chain.add('tanh');
  chain.add('scale', { factor: 0.25 });
  chain.add('adaptive-average-pool', { outputSize: 4 });
  chain.add('layer-norm', { over: 'all' });
  chain.add('permute', { axes: '2, 3, 1' });
  chain.add('reshape', { shape: '5, 8' });
  chain.add('class-token');
  chain.add('hard-tanh', { bound: 0.8 });
  chain.add('pad-axis', { axis: 1, before: 2, after: 1 });
  chain.add('pad-axis', { axis: 2, before: 0, after: 3 });
  chain.add('cumulative-sum', { axis: 1, exclusive: true });
  const whole = chain.add('cumulative-sum', { axis: 2, reverse: true });
  const positive = chain.add('relu6', { ceiling: 0.5 });
  const curved = chain.add('elementwise-function', { of: 'Erf' });
  chain.add('choose', {}, { condition: positive, b: whole }, 'a');
  chain.add('choose', { value: 0.25 }, { a: curved }, 'condition');
  chain.add('shift', { offset: -0.3 });
  chain.add('clip', { low: -0.2, high: 0.4 });
  chain.add('clip', { low: -0.1, hasHigh: false });
  chain.add('affine', { over: 'feature', shift: false });
  chain.add('affine', { over: 'element' });
  chain.add('mean', { axis: 2 });
  chain.add('sigmoid');
  chain.add('flatten');
  return chain.classified('layers of images', 4);
}

function signals(): CrosscheckCase {
  const chain = new Chain({ source: 'waveforms' });
  chain.add('conv1d', { outChannels: 6, kernelSize: 4, stride: 2 });
  chain.add('batch-norm', { momentum: 0.97, affine: false });
  chain.add('relu');
  chain.add('upsample', { mode: 'linear', scale: 2 });
  chain.add('conv1d', { outChannels: 6, connections: 'depthwise', padding: 'number', pad: 2 });
  chain.add('layer-norm', { over: 'channels', affine: false });
  chain.add('zero-pad', { left: 2, right: 1 });
  chain.add('max-pool', { kernelSize: 2 });
  chain.add('average-pool', { kernelSize: 4, stride: 3, padding: 1, ceil: true });
  chain.add('dropout2d', { rate: 0.1 });
  chain.add('global-average-pool');
  return chain.classified('layers of signals', 4);
}

function sequences(): CrosscheckCase {
  const chain = new Chain({ source: 'sequences', symbols: 12, questionLength: 7 });
  const tokens: From = ['data', 'x'];
  chain.add('numbers-of-tokens');
  chain.add('scale', { factor: 0.75 });
  chain.add('tokens-of-numbers');
  chain.add('embedding', { vocabulary: 20, width: 12, padding: 0 });
  chain.add('learned-position', { positions: 20 });
  const positioned = chain.add('sinusoidal-position');
  chain.add('multi-head-attention', { heads: 3, causal: true, dropout: 0.1 });
  chain.add('rms-norm');
  chain.add('multi-head-attention', { heads: 4, bias: false }, { context: positioned, mask: tokens });
  const normed = chain.add('layer-norm');
  const heads = (name: string): string => {
    const projected = chain.drawing.after(name, 'linear', normed, { outFeatures: 12 });
    return chain.drawing.after(`${name}_heads`, 'split-heads', projected, { heads: 2 });
  };
  const [q, k, v] = [heads('q'), heads('k'), heads('v')];
  chain.last = chain.drawing.add('scores', 'matmul', { transposeB: true, scale: 0.4 }, { a: q, b: k });
  chain.add('causal-mask');
  chain.add('padding-mask', {}, { mask: tokens });
  chain.add('softmax', { axis: 3 });
  chain.last = chain.drawing.add('mixed', 'matmul', {}, { a: chain.last, b: v });
  chain.add('merge-heads');
  chain.add('gelu', { form: 'sigmoid' });
  chain.add('linear', { outFeatures: 9, bias: false });
  chain.add('gelu');
  chain.add('log-softmax', { axis: 2 });
  return chain.classified('layers of sequences', 13);
}

/** Attention within windows of a signal, which are samples of their own for a while, and numbers that never change. */
const windows = `w = weight [6, 12]
b = weight [12]
gamma = weight [6]
beta = weight [6]
far = numbers [1, 8, 8] 0*3 -100 -0.5*60
order = whole [4] 3 0*2 1
ones = numbers [1, 4, 1] 1 0.5*2 0.25
turned = permute(x, axes=[0, 2, 1])
cut = reshape(turned, shape=[-1, 8, 6])
normal = rowNormInference(cut, gamma, beta, size=6, inner=1, epsilon=0.00001, centred=1)
qk = linear(normal, w, b)
q = slice(qk, axis=2, start=0, end=6)
k = slice(qk, axis=2, start=6, end=12)
scores = batchedMatmul(q, k, transposeB=1, alpha=0.4)
moved = add(scores, far)
shares = softmax(moved, axis=2)
mixed = batchedMatmul(shares, cut, alpha=1)
whole_ = reshape(mixed, shape=[-1, 64, 6])
parts = reshape(whole_, shape=[-1, 4, 96])
first = permute(parts, axes=[1, 0, 2])
table = reshape(first, shape=[4, -1])
found = embedding(order, table)
again = reshape(found, shape=[4, -1, 96])
back = permute(again, axes=[1, 0, 2])
scaled = multiply(back, ones)
top, places = topK(scaled, axis=2, k=5, smallest=1)
return scaled, top`;

function programs(): CrosscheckCase {
  const chain = new Chain({ source: 'waveforms' });
  chain.add('conv1d', { outChannels: 6, kernelSize: 3, stride: 2, padding: 'number', pad: 1 });
  const piece = chain.add('operations', { program: windows });
  chain.drawing.add('both', 'concat', { axis: 2 }, { a: [piece, 'y'], b: [piece, 'y2'] });
  chain.last = 'both';
  chain.add('flatten');
  return chain.classified('layers of operations', 4);
}

/** Every layer at least once. */
export const layerCases = (): CrosscheckCase[] => [images(), signals(), sequences(), programs()];

/** Documents whose export as a module is compared: every layer, and the templates, whose blocks become modules. */
export async function exportCases(): Promise<CrosscheckCase[]> {
  const templates = await Promise.all(
    (await listTemplates()).map(async ({ id }) => {
      const { document } = await openTemplateOrFile(id);
      return { name: `template ${id}`, document: oneBatch(document) };
    }),
  );
  return [...layerCases(), ...templates];
}
