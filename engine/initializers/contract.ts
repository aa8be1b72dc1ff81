import type { Fields, ParamsOf } from '../declaration/fields.ts';
import type { Documentation } from '../declaration/reference.ts';
import type { Text } from '../declaration/text.ts';
import type { RandomStream } from '../random/stream.ts';

/** The values that weights start from. */
export interface InitializerDefinition<F extends Fields = Fields> {
  readonly type: string;
  readonly title: Text;
  readonly doc: Documentation;
  readonly fields: F;
  /** Fills `values`, drawing from `random` in order. */
  fill(
    values: Float32Array,
    params: ParamsOf<F>,
    weight: { readonly shape: readonly number[]; readonly fanIn: number; readonly fanOut: number },
    random: RandomStream,
  ): void;
}
