import type { Fields } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import type { WeightDeclaration } from './contract.ts';

/** What a layer lets a person set about the values that its weights start from. */
export const initialFields = {
  initial: {
    kind: 'choice',
    label: text('Initial weights', '初始权重'),
    help: text(
      'As the training settings say for the whole project, or a start of this layer’s own.',
      '按训练设置中整个项目的初始化，或为本层单独指定。',
    ),
    options: [
      { value: 'project', label: text('as in the project', '与项目一致') },
      { value: 'scaled', label: text('as in the project, scaled', '与项目一致，再缩放') },
      { value: 'he', label: text('He', 'He') },
      { value: 'xavier', label: text('Xavier', 'Xavier') },
      { value: 'normal', label: text('normal', '正态分布') },
      { value: 'orthogonal', label: text('orthogonal', '正交') },
      { value: 'zeros', label: text('zeros', '全零') },
    ],
    default: 'project',
  },
  initialScale: {
    kind: 'number',
    label: text('Scale', '缩放系数'),
    help: text(
      'What the initial weights are multiplied by. Below 1 a last layer begins by saying little; normal draws with this standard deviation.',
      '初始权重乘以的系数。最后一层取小于 1 的值，起初输出便较小；选正态分布时即为标准差。',
    ),
    min: 0,
    max: 1000,
    default: 1,
    step: 0.1,
    when: { field: 'initial', is: ['scaled', 'he', 'xavier', 'normal', 'orthogonal'] },
  },
} as const satisfies Fields;

/** A bias begins as nothing, and no regularisation draws it there again. */
export const biasOf = (
  name: string,
  size: number,
  fan: Pick<WeightDeclaration, 'fanIn' | 'fanOut'>,
): WeightDeclaration => ({ name, shape: [size], initializer: 'zeros', decays: false, ...fan });

/** How the weight of a layer with these fields starts. */
export function initialWeights({
  initial,
  initialScale: scale,
}: {
  readonly initial: string;
  readonly initialScale: number;
}): Pick<WeightDeclaration, 'initializer' | 'scale'> {
  switch (initial) {
    case 'project':
      return { initializer: 'project' };
    case 'scaled':
      return { initializer: 'project', scale };
    case 'normal':
      return { initializer: { type: 'normal', params: { mean: 0, std: 1 } }, scale };
    default:
      return { initializer: { type: initial, params: {} }, ...(initial !== 'zeros' && { scale }) };
  }
}
