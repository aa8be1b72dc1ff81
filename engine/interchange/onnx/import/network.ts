import { elementCount } from '../../../declaration/tensor-type.ts';
import type { OpCall, Tensor } from '../../../ops/contract.ts';
import { type Constant, constantOf } from '../reading/constant.ts';
import { expanded, inShape, sliced, transposed } from '../reading/move.ts';

/** Calls by what they make and what they read. */
export class Network {
  private readonly makers = new Map<Tensor, OpCall>();
  private readonly readers = new Map<Tensor, OpCall[]>();

  constructor(calls: readonly OpCall[]) {
    for (const call of calls) {
      for (const output of Object.values(call.outputs)) this.makers.set(output, call);
      for (const input of Object.values(call.inputs)) {
        if (input !== undefined) this.readers.set(input, [...(this.readers.get(input) ?? []), call]);
      }
    }
  }

  maker(tensor: Tensor | undefined): OpCall | undefined {
    return tensor && this.makers.get(tensor);
  }

  /** The only call that reads a tensor. */
  reader(tensor: Tensor | undefined): OpCall | undefined {
    const found = (tensor && this.readers.get(tensor)) ?? [];
    return found.length === 1 ? found[0] : undefined;
  }
}

export const x = ({ inputs }: OpCall): Tensor => inputs['x'] as Tensor;
export const y = ({ outputs }: OpCall): Tensor => outputs['y'] as Tensor;

/** Whether an op only moves numbers, as far as `moved` knows. */
export const isMove = ({ op }: OpCall): boolean =>
  op.name === 'reshape' || op.name === 'permute' || op.name === 'slice' || op.name === 'upsampleNearest';

/** Ops that only move numbers, as they do it to the numbers of places. */
export function moved(call: OpCall, places: Constant): Constant | undefined {
  const { attributes } = call;
  switch (call.op.name) {
    case 'reshape':
      return inShape(places, y(call).shape);
    case 'permute':
      return transposed(attributes['axes'] as readonly number[])(places);
    case 'slice': {
      const [axis, start, end] = ['axis', 'start', 'end'].map((name) => Number(attributes[name]));
      const step = Number(attributes['step'] ?? 1);
      const count = Math.ceil(((end as number) - (start as number)) / Math.abs(step));
      return sliced(axis as number, step > 0 ? (start as number) : (end as number) - 1, step, count)(places);
    }
    case 'upsampleNearest': {
      const { shape } = y(call);
      const isSpread = places.shape.every((size, axis) => size === 1 || size === shape[axis]);
      return isSpread ? expanded(shape)(places) : undefined;
    }
    default:
      return undefined;
  }
}

export const placesOf = (shape: readonly number[]): Constant =>
  constantOf(
    'int64',
    shape,
    Float64Array.from({ length: elementCount(shape) }, (_, at) => at),
  );
