import type { Fields } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import { batchNorm as batchNormOp } from '../ops/batch-norm.ts';
import { batchNormInference } from '../ops/batch-norm-inference.ts';
import { updateRunningStatistics } from '../ops/update-running-statistics.ts';
import type { InputTypes, LayerDefinition } from './contract.ts';
import {
  affineArgument,
  affineField,
  checkChannels,
  checkEnough,
  epsArgument,
  epsilonField,
  normPorts,
  normWeights,
  planeSize,
} from './norm-declarations.ts';
import { checkNumbers } from './port-checks.ts';

const fields = {
  momentum: {
    kind: 'number',
    label: text('Momentum', '动量'),
    help: text(
      'Share of the running mean and variance that each step keeps; the batch gives the rest. PyTorch counts the other way round: 0.9 here is 0.1 there.',
      '每一步保留的滑动均值与方差的比例，其余来自当前批。PyTorch 的算法相反：这里的 0.9 就是那里的 0.1。',
    ),
    min: 0,
    max: 1,
    exclusiveMax: true,
    default: 0.9,
    step: 0.01,
  },
  ...epsilonField,
  ...affineField,
  initialGamma: {
    kind: 'choice',
    label: text('Initial γ', 'γ 初值'),
    help: text(
      '0 in the last norm of a residual branch lets the block begin as if it were not there, which helps deep networks to start.',
      '残差分支最后一个归一化取 0，模块起初如同不存在，有助于深层网络起步。',
    ),
    options: [
      { value: 'ones', label: text('1', '1') },
      { value: 'zeros', label: text('0, last of a residual branch', '0（残差分支的最后一层）') },
    ],
    default: 'ones',
    when: { field: 'affine', is: [true] },
  },
} as const satisfies Fields;

const channels = (inputs: InputTypes): number | undefined => inputs['x']?.shape[1];

export const batchNorm: LayerDefinition<typeof fields> = {
  type: 'batch-norm',
  version: 1,
  title: text('BatchNorm', '批归一化（BatchNorm）'),
  category: 'normalisation',
  doc: {
    summary: text(
      'Brings each feature or channel to mean 0 and variance 1 over the batch, so that deep networks train faster and bear larger learning rates. In use it takes the running mean and variance that it gathered while training. Frozen, it takes those while training too and leaves them as they are. Batches should not be tiny; else take GroupNorm or LayerNorm.',
      '在一批样本上把每个特征或通道变为均值 0、方差 1，使深层网络训练更快、能用更大的学习率。使用网络时改用训练中积累的滑动均值与方差；冻结后训练时也用它们，且不再更新。批不宜过小，否则请用组归一化或层归一化。',
    ),
    when: text(
      'Put it between a convolution or Linear layer and its activation, with batches of 16 samples or more. The bias before it can be left out.',
      '放在卷积或线性层与激活之间，批大小宜不小于 16。它之前的层可以不要偏置。',
    ),
    formula: String.raw`y = \gamma \, \frac{x - \mu_c}{\sqrt{\sigma_c^2 + \varepsilon}} + \beta, \quad \bar\mu_c \leftarrow m \, \bar\mu_c + (1 - m) \, \mu_c`,
    references: [
      {
        title: 'Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate Shift',
        authors: 'S. Ioffe, C. Szegedy',
        year: 2015,
        url: 'https://arxiv.org/abs/1502.03167',
      },
      {
        title: 'Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour (initial γ of 0)',
        authors:
          'P. Goyal, P. Dollár, R. Girshick, P. Noordhuis, L. Wesolowski, A. Kyrola, A. Tulloch, Y. Jia, K. He',
        year: 2017,
        url: 'https://arxiv.org/abs/1706.02677',
      },
    ],
  },
  fields,
  ports: normPorts,
  example: { x: { shape: [2, 3, 4, 4], dtype: 'float32' } },
  face: ({ momentum }, inputs) => `${channels(inputs) ?? '?'} · m ${momentum}`,
  check: (_params, inputs) => [...checkNumbers(inputs, 'x'), ...checkChannels(inputs, 2)],
  checkBatch: (_params, { x }, batchSize) =>
    x === undefined
      ? []
      : checkEnough(batchSize * planeSize(x), 'per channel in each batch', '每批中每个通道'),
  weights({ affine, initialGamma }, inputs) {
    const C = channels(inputs);
    if (C === undefined) return [];
    const running = { shape: [C], fanIn: C, fanOut: C, decays: false, trained: false } as const;
    return [
      ...normWeights([C], {
        ...(affine && { gamma: initialGamma === 'zeros' ? 'zeros' : 'ones' }),
        beta: affine,
      }),
      { name: 'runningMean', initializer: 'zeros', ...running },
      { name: 'runningVar', initializer: 'ones', ...running },
    ];
  },
  build(g, { momentum, epsilon }, { x }, { gamma, beta, runningMean, runningVar }) {
    if (g.mode === 'eval' || g.frozen) {
      return g.emit(
        batchNormInference,
        { x, gamma, beta, mean: runningMean, variance: runningVar },
        { epsilon },
      );
    }
    const { y, mean, variance } = g.emit(batchNormOp, { x, gamma, beta }, { epsilon });
    const count = x.shape[0] * planeSize(x);
    // One number says nothing of a variance: what has been gathered stays as it is.
    if (count > 1) {
      const running = { mean, variance, runningMean, runningVariance: runningVar };
      g.emit(updateRunningStatistics, running, { momentum, correction: count / (count - 1) });
    }
    return { y };
  },
  pytorch({ momentum, epsilon, affine }, inputs) {
    const rank = inputs['x']?.shape.length ?? 2;
    const share = Number((1 - momentum).toPrecision(12));
    return (
      `nn.BatchNorm${rank === 4 ? 2 : 1}d(${channels(inputs) ?? '?'}${epsArgument(epsilon)}` +
      `${share === 0.1 ? '' : `, momentum=${share}`}${affineArgument(affine, true)})`
    );
  },
  pytorchWeights: {
    gamma: { name: 'weight' },
    beta: { name: 'bias' },
    runningMean: { name: 'running_mean' },
    runningVar: { name: 'running_var' },
  },
};
