import { relu } from '../ops/activations.ts';
import type { OpCall, Tensor } from '../ops/contract.ts';
import { convolution } from '../ops/convolution.ts';
import { linear } from '../ops/linear.ts';

/** Ops whose kernels can put a ReLU behind what they compute. */
const takesRelu: ReadonlySet<string> = new Set([linear.name, convolution.name]);

/**
 * Joins calls that one kernel can do in one pass: linear or convolution and the ReLU behind it. What is computed stays the same to the
 * bit; a tensor that is only passed from one call to the next is not stored. `wanted` are read from outside and stay.
 */
export function fuse(calls: readonly OpCall[], wanted: ReadonlySet<Tensor>): readonly OpCall[] {
  const readers = new Map<Tensor, OpCall[]>();
  for (const call of calls) {
    for (const tensor of Object.values(call.inputs)) {
      if (tensor !== undefined) readers.set(tensor, [...(readers.get(tensor) ?? []), call]);
    }
  }
  const absorbed = new Set<OpCall>();
  const fused: OpCall[] = [];
  for (const call of calls) {
    if (absorbed.has(call)) continue;
    const y = call.outputs.y;
    const [reader, ...others] = (y && readers.get(y)) ?? [];
    if (
      takesRelu.has(call.op.name) &&
      reader?.op.name === relu.name &&
      others.length === 0 &&
      !wanted.has(y as Tensor)
    ) {
      absorbed.add(reader);
      fused.push({ ...call, outputs: reader.outputs, attributes: { ...call.attributes, epilogue: 1 } });
    } else {
      fused.push(call);
    }
  }
  return fused;
}
