import type { Params } from '../../declaration/fields.ts';
import { Drawing, type From } from './drawing.ts';

/**
 * Networks of the literature, drawn as a person would draw them, to be measured and compared. Each hands back a drawing
 * whose data node is `data` and whose loss is `loss`.
 */

const labels: From = ['data', 'y'];
const inputs: From = ['data', 'x'];

const classified = (drawing: Drawing, logits: From): Drawing => {
  drawing.add('loss', 'cross-entropy', {}, { prediction: logits, target: labels });
  return drawing;
};

/** A multilayer perceptron with ReLU; sizes are inputs, hidden units …, classes. */
export function mlp(sizes: readonly number[], data: Params): Drawing {
  const drawing = new Drawing();
  drawing.add('data', 'data', data);
  let last: From = inputs;
  for (const [i, outFeatures] of sizes.slice(1).entries()) {
    last = drawing.after(`fc${i + 1}`, 'linear', last, { outFeatures });
    if (i + 2 < sizes.length) last = drawing.after(`relu${i + 1}`, 'relu', last);
  }
  return classified(drawing, last);
}

/** LeCun et al. 1998, "Gradient-Based Learning Applied to Document Recognition", with ReLU and maximum pooling. */
export function leNet(classes: number, data: Params): Drawing {
  const drawing = new Drawing();
  drawing.add('data', 'data', data);
  let last: From = inputs;
  for (const [i, outChannels] of [6, 16].entries()) {
    last = drawing.after(`conv${i + 1}`, 'conv2d', last, {
      outChannels,
      kernelHeight: 5,
      kernelWidth: 5,
      padding: 'valid',
    });
    last = drawing.after(`relu${i + 1}`, 'relu', last);
    last = drawing.after(`pool${i + 1}`, 'max-pool', last);
  }
  last = drawing.after('flatten', 'flatten', last);
  for (const [i, outFeatures] of [120, 84].entries()) {
    last = drawing.after(`fc${i + 1}`, 'linear', last, { outFeatures });
    last = drawing.after(`relu${i + 3}`, 'relu', last);
  }
  return classified(drawing, drawing.after('fc3', 'linear', last, { outFeatures: classes }));
}

/**
 * He et al. 2015, "Deep Residual Learning for Image Recognition", for small images (section 4.2): a 3×3 convolution, then
 * stages of residual blocks, each after the first at half the size, shortcuts by 1×1 convolution where sizes change.
 */
export function resNet(
  { widths, blocks }: { readonly widths: readonly number[]; readonly blocks: number },
  classes: number,
  data: Params,
): Drawing {
  const drawing = new Drawing();
  drawing.add('data', 'data', data);
  const convolve = (id: string, from: From, outChannels: number, kernel: number, stride: number): string =>
    drawing.after(`${id}_conv`, 'conv2d', from, {
      outChannels,
      kernelHeight: kernel,
      kernelWidth: kernel,
      stride,
      // PyTorch pads both sides alike; "same" with stride 2 would pad the end alone.
      padding: 'number',
      pad: (kernel - 1) / 2,
      bias: false,
    });
  const normalised = (id: string, from: From, outChannels: number, kernel: number, stride: number): string =>
    drawing.after(`${id}_bn`, 'batch-norm', convolve(id, from, outChannels, kernel, stride));

  const [first = 16] = widths;
  let last: From = drawing.after('stem_relu', 'relu', normalised('stem', inputs, first, 3, 1));
  let width = first;
  for (const [stage, outChannels] of widths.entries()) {
    for (let block = 0; block < blocks; block++) {
      const id = `s${stage + 1}b${block + 1}`;
      const stride = stage > 0 && block === 0 ? 2 : 1;
      const opened = drawing.after(
        `${id}_relu1`,
        'relu',
        normalised(`${id}_1`, last, outChannels, 3, stride),
      );
      const branch = normalised(`${id}_2`, opened, outChannels, 3, 1);
      const shortcut: From =
        stride === 1 && width === outChannels ? last : normalised(`${id}_s`, last, outChannels, 1, stride);
      drawing.add(`${id}_add`, 'add', {}, { a: branch, b: shortcut });
      last = drawing.after(`${id}_relu2`, 'relu', `${id}_add`);
      width = outChannels;
    }
  }
  const pooled = drawing.after('pool', 'global-average-pool', last);
  return classified(drawing, drawing.after('fc', 'linear', pooled, { outFeatures: classes }));
}

export const resNet20 = (classes: number, data: Params): Drawing =>
  resNet({ widths: [16, 32, 64], blocks: 3 }, classes, data);
export const resNet18 = (classes: number, data: Params): Drawing =>
  resNet({ widths: [64, 128, 256, 512], blocks: 2 }, classes, data);

/** Howard et al. 2017, "MobileNets": depthwise 3×3 and pointwise 1×1 convolutions in turn, each with BatchNorm and ReLU. */
export function depthwiseCnn(classes: number, data: Params): Drawing {
  const drawing = new Drawing();
  drawing.add('data', 'data', data);
  const stages: readonly (readonly [channels: number, stride: number])[] = [
    [64, 1],
    [128, 2],
    [128, 1],
    [256, 2],
    [256, 1],
  ];
  const block = (id: string, from: From, params: Params): string => {
    const convolution = drawing.after(`${id}_conv`, 'conv2d', from, {
      ...params,
      padding: 'number',
      bias: false,
    });
    return drawing.after(`${id}_relu`, 'relu', drawing.after(`${id}_bn`, 'batch-norm', convolution));
  };
  let last: From = block('stem', inputs, { outChannels: 32, pad: 1 });
  let width = 32;
  for (const [i, [outChannels, stride]] of stages.entries()) {
    const depthwise = { outChannels: width, connections: 'depthwise', stride, pad: 1 };
    last = block(`d${i + 1}`, last, depthwise);
    last = block(`p${i + 1}`, last, { outChannels, kernelHeight: 1, kernelWidth: 1, pad: 0 });
    width = outChannels;
  }
  const pooled = drawing.after('pool', 'global-average-pool', last);
  return classified(drawing, drawing.after('fc', 'linear', pooled, { outFeatures: classes }));
}

export interface GptSizes {
  readonly layers: number;
  readonly width: number;
  readonly heads: number;
  readonly vocabulary: number;
}

/** Radford et al. 2019, "Language Models are Unsupervised Multitask Learners": a causal Transformer, norms first. */
export function gpt({ layers, width, heads, vocabulary }: GptSizes, data: Params): Drawing {
  const drawing = new Drawing();
  drawing.add('data', 'data', data);
  const tokens = drawing.after('tokens', 'embedding', inputs, { width, vocabulary });
  let last: From = drawing.after('position', 'learned-position', tokens);
  for (let layer = 1; layer <= layers; layer++) {
    const id = (part: string): string => `l${layer}_${part}`;
    const attended = drawing.after(
      id('attention'),
      'multi-head-attention',
      drawing.after(id('norm1'), 'layer-norm', last),
      { heads, causal: true },
    );
    const middle = drawing.add(id('add1'), 'add', {}, { a: last, b: attended });
    const wide = drawing.after(id('fc1'), 'linear', drawing.after(id('norm2'), 'layer-norm', middle), {
      outFeatures: 4 * width,
    });
    const bent = drawing.after(id('gelu'), 'gelu', wide, { form: 'tanh' });
    const narrow = drawing.after(id('fc2'), 'linear', bent, { outFeatures: width });
    last = drawing.add(id('add2'), 'add', {}, { a: middle, b: narrow });
  }
  const logits = drawing.after('head', 'linear', drawing.after('norm', 'layer-norm', last), {
    outFeatures: vocabulary,
    bias: false,
  });
  return classified(drawing, logits);
}
