import type { Fields, ParamsOf } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import type { Attributes, OpDefinition } from '../ops/contract.ts';
import type { LayerDefinition } from './contract.ts';
import { checkNumbers } from './port-checks.ts';

/** What tells one activation from another; everything else is common to them. */
export interface Activation<F extends Fields>
  extends Pick<LayerDefinition<F>, 'type' | 'title' | 'doc' | 'fields' | 'pytorch'>,
    Partial<Pick<LayerDefinition<F>, 'face' | 'check' | 'pytorchClass'>> {
  readonly op: OpDefinition<'x', 'y'>;
  readonly attributes?: (params: ParamsOf<F>) => Attributes;
}

/** A layer of one op y = f(x), without weights. */
export const activation = <F extends Fields>({
  op,
  attributes,
  ...own
}: Activation<F>): LayerDefinition<F> => ({
  version: 1,
  category: 'activation',
  ports: {
    inputs: [{ name: 'x', label: text('x', 'x'), carries: 'numbers' }],
    outputs: [{ name: 'y', label: text('y', 'y'), carries: 'numbers' }],
  },
  face: () => '',
  check: (_params, inputs) => checkNumbers(inputs, 'x'),
  weights: () => [],
  build: (g, params, { x }) => g.emit(op, { x }, attributes?.(params)),
  ...own,
});
