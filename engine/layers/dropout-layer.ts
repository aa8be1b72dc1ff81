import type { Fields, ParamsOf } from '../declaration/fields.ts';
import { type Text, text } from '../declaration/text.ts';
import type { OpDefinition } from '../ops/contract.ts';
import { scale } from '../ops/scale.ts';
import type { LayerDefinition } from './contract.ts';
import { checkNumbers } from './port-checks.ts';

const fieldsOf = (help: Text) =>
  ({
    rate: {
      kind: 'number',
      label: text('Rate', '丢弃率'),
      help,
      min: 0,
      max: 1,
      exclusiveMax: true,
      default: 0.5,
      step: 0.05,
    },
    form: {
      kind: 'choice',
      label: text('Form', '形式'),
      help: text(
        'Where the missing share is made up for: while training, so that the trained network needs no dropout at all, or afterwards, as in the original paper.',
        '在何处补偿被丢弃的部分：训练时放大，训练好的网络便完全不需要这一层；或如原论文，在测试时缩小。',
      ),
      options: [
        { value: 'inverted', label: text('divide by 1 − rate in training', '训练时除以 1 − 丢弃率') },
        { value: 'original', label: text('multiply by 1 − rate afterwards', '测试时乘以 1 − 丢弃率') },
      ],
      default: 'inverted',
    },
  }) as const satisfies Fields;

type DropoutFields = ReturnType<typeof fieldsOf>;

/** What tells one dropout from another: what it drops, and what its help says. */
interface Dropout
  extends Pick<LayerDefinition<DropoutFields>, 'type' | 'title' | 'doc' | 'pytorch'>,
    Partial<Pick<LayerDefinition<DropoutFields>, 'check' | 'example'>> {
  readonly op: OpDefinition<'x' | 'step', 'y'>;
  readonly rateHelp: Text;
}

export const dropoutLayer = ({ op, rateHelp, ...own }: Dropout): LayerDefinition<DropoutFields> => ({
  version: 1,
  category: 'regularisation',
  fields: fieldsOf(rateHelp),
  ports: {
    inputs: [{ name: 'x', label: text('x', 'x'), carries: 'numbers' }],
    outputs: [{ name: 'y', label: text('y', 'y'), carries: 'numbers' }],
  },
  face: ({ rate }) => `${rate}`,
  check: (_params, inputs) => checkNumbers(inputs, 'x'),
  weights: () => [],
  // In both modes the original form is (1 − rate) times the inverted one.
  build(g, { rate, form }, inputs) {
    let y = inputs.x;
    if (g.mode === 'train') {
      y = g.emit(op, { x: y, step: g.step }, { rate, seed: g.seed, stream: g.randomStream() }).y;
    }
    if (form === 'original') y = g.emit(scale, { x: y }, { factor: 1 - rate }).y;
    return { y };
  },
  pytorchClass: originalDropoutClass,
  ...own,
});

/** The PyTorch module `name`, which only knows the inverted form. */
export const pytorchDropout = (name: string, { rate, form }: ParamsOf<DropoutFields>): string =>
  form === 'original' ? `OriginalDropout(${name}(${rate}))` : `${name}(${rate})`;

/** Takes back what the inverted form multiplies by. */
const originalDropoutClass = `class OriginalDropout(nn.Module):
    """Scales when it is used instead of when it is trained."""

    def __init__(self, inverted):
        super().__init__()
        self.inverted = inverted

    def forward(self, x):
        return (1 - self.inverted.p) * self.inverted(x)`;
