import type { Fields } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import type { InputTypes, LayerDefinition, LayerProblem } from './contract.ts';
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
import { emitRowNorm } from './row-norm-layer.ts';

const fields = {
  groups: {
    kind: 'integer',
    label: text('Groups', '组数'),
    help: text(
      'Into how many groups the channels are divided; they must divide evenly. 1 takes all channels together, one group per channel is InstanceNorm.',
      '把通道分成几组，须能整除。取 1 时所有通道合在一起；每个通道一组就是实例归一化。',
    ),
    min: 1,
    max: 65536,
    default: 4,
  },
  ...epsilonField,
  ...affineField,
} as const satisfies Fields;

const channels = (inputs: InputTypes): number | undefined => inputs['x']?.shape[1];

function checkGroups(groups: number, C: number): LayerProblem[] {
  if (C % groups === 0) return [];
  return [
    {
      code: 'groups-do-not-divide',
      field: 'groups',
      message: text(
        `Groups must divide the ${C} channels evenly, found ${groups}.`,
        `组数须能整除 ${C} 个通道，实际为 ${groups}。`,
      ),
    },
  ];
}

export const groupNorm: LayerDefinition<typeof fields> = {
  type: 'group-norm',
  version: 1,
  title: text('GroupNorm', '组归一化（GroupNorm）'),
  category: 'normalisation',
  doc: {
    summary: text(
      'Brings each group of channels of each sample to mean 0 and variance 1. Takes the place of BatchNorm where batches are too small for its statistics.',
      '把每个样本的每组通道变为均值 0、方差 1。批太小、批统计量不可靠时，用它代替批归一化。',
    ),
    when: text(
      'For large images or videos, of which only a few fit into a batch; 8 to 32 groups are usual.',
      '图像或视频很大、一批只放得下几个时使用；常取 8 至 32 组。',
    ),
    formula: String.raw`y = \gamma_c \, \frac{x - \mu_g}{\sqrt{\sigma_g^2 + \varepsilon}} + \beta_c, \quad g = \left\lfloor \frac{c}{C / G} \right\rfloor`,
    references: [
      {
        title: 'Group Normalization',
        authors: 'Y. Wu, K. He',
        year: 2018,
        url: 'https://arxiv.org/abs/1803.08494',
      },
    ],
  },
  fields,
  ports: normPorts,
  example: { x: { shape: [2, 8, 4, 4], dtype: 'float32' } },
  face: ({ groups }, inputs) => `${channels(inputs) ?? '?'} / ${groups}`,
  check({ groups }, inputs) {
    const x = inputs['x'];
    const wrong = [...checkNumbers(inputs, 'x'), ...checkChannels(inputs, 2)];
    if (x === undefined || wrong.length > 0) return wrong;
    const C = x.shape[1];
    const uneven = checkGroups(groups, C);
    return uneven.length > 0 ? uneven : checkEnough((C / groups) * planeSize(x), 'in each group', '每组中');
  },
  weights({ affine }, inputs) {
    const C = channels(inputs);
    return C === undefined || !affine ? [] : normWeights([C], { gamma: 'ones', beta: true });
  },
  build(g, { groups, epsilon }, { x }, weights) {
    const inner = planeSize(x);
    return emitRowNorm(g, x, weights, { size: (x.shape[1] / groups) * inner, inner, epsilon });
  },
  pytorch: ({ groups, epsilon, affine }, inputs) =>
    `nn.GroupNorm(${groups}, ${channels(inputs) ?? '?'}${epsArgument(epsilon)}${affineArgument(affine, true)})`,
  pytorchWeights: { gamma: { name: 'weight' }, beta: { name: 'bias' } },
};
