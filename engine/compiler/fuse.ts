import { sameShape } from '../declaration/tensor-type.ts';
import { activationGradient, relu, reluGradientAttributes } from '../ops/activations.ts';
import { add } from '../ops/add.ts';
import { batchNorm, batchNormGradient } from '../ops/batch-norm.ts';
import { batchNormInference } from '../ops/batch-norm-inference.ts';
import type { OpCall, Tensor } from '../ops/contract.ts';
import { convolution } from '../ops/convolution.ts';
import { linear } from '../ops/linear.ts';
import { matmul } from '../ops/matmul.ts';
import { sumRows } from '../ops/sum-rows.ts';
import { readersOf } from './readers.ts';

/** Ops whose kernels can put a ReLU behind what they compute. */
const takesRelu: ReadonlySet<string> = new Set([
  linear.name,
  add.name,
  convolution.name,
  batchNorm.name,
  batchNormInference.name,
]);

/** Norms that can add a residual to what they compute. */
const takesResidual: ReadonlySet<string> = new Set([batchNorm.name, batchNormInference.name]);

/**
 * Joins calls that one kernel can do in one pass: linear, convolution, a norm or an addition and the ReLU behind it, a norm
 * and the addition of a residual behind it, the gradients of a norm and its ReLU, of a linear and the ReLU before it, of a
 * weight and the bias beside it. What is computed stays the same to the bit; a tensor that is only passed from one call to
 * the next is not stored. `wanted` are read from outside and stay.
 */
export const fuse = (calls: readonly OpCall[], wanted: ReadonlySet<Tensor>): readonly OpCall[] =>
  joinResiduals(joinRelus(joinBiasGradients(joinReluGradients(calls, wanted)), wanted), wanted);

/** The norm is computed where the addition stood: only there is all that it adds. */
function joinResiduals(calls: readonly OpCall[], wanted: ReadonlySet<Tensor>): readonly OpCall[] {
  const readers = readersOf(calls);
  const norms = new Map(
    calls.filter(({ op }) => takesResidual.has(op.name)).map((call) => [call.outputs.y as Tensor, call]),
  );
  const absorbed = new Set<OpCall>();
  const fused = calls.map((call) => {
    const { a, b } = call.inputs;
    if (call.op.name !== add.name || a === undefined || b === undefined) return call;
    if (a === b || !sameShape(a.shape, b.shape)) return call;
    // Of two norms the second: its numbers are still near.
    for (const [y, residual] of [
      [b, a],
      [a, b],
    ] as const) {
      const norm = norms.get(y);
      const isPassedOn = readers.get(y)?.length === 1 && !wanted.has(y);
      if (norm === undefined || !isPassedOn || norm.attributes.epilogue === 1) continue;
      absorbed.add(norm);
      return {
        ...norm,
        inputs: { ...norm.inputs, residual },
        outputs: { ...norm.outputs, y: call.outputs.y as Tensor },
        attributes: { ...norm.attributes, epilogue: call.attributes.epilogue ?? 0 },
        joined: [call.origin, ...(call.joined ?? [])],
      };
    }
    return call;
  });
  return fused.filter((call) => !absorbed.has(call));
}

function joinRelus(calls: readonly OpCall[], wanted: ReadonlySet<Tensor>): readonly OpCall[] {
  const readers = readersOf(calls);
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
      const outputs = { ...call.outputs, ...reader.outputs };
      fused.push({
        ...call,
        outputs,
        attributes: { ...call.attributes, epilogue: 1 },
        joined: [reader.origin],
      });
    } else {
      fused.push(call);
    }
  }
  return fused;
}

/**
 * The gradient of a norm computes its y anew, and so needs nobody to tell it where a ReLU let something through; a product
 * looks it up as it stores.
 */
function joinReluGradients(calls: readonly OpCall[], wanted: ReadonlySet<Tensor>): readonly OpCall[] {
  const readers = readersOf(calls);
  const makers = new Map(calls.flatMap((call) => Object.values(call.outputs).map((made) => [made, call])));
  const maker = (tensor: Tensor | undefined): OpCall | undefined => tensor && makers.get(tensor);
  const isPassedOn = (tensor: Tensor): boolean => readers.get(tensor)?.length === 1 && !wanted.has(tensor);
  const absorbed = new Set<OpCall>();
  const norms = calls.map((call) => {
    if (call.op.name !== batchNormGradient.name) return call;
    const { dy } = call.inputs;
    const behind = maker(dy);
    if (dy === undefined || behind === undefined || !isReluGradient(behind)) return call;
    const norm = maker(maker(behind.inputs.given)?.inputs.x);
    const isOwn = norm?.op.name === batchNorm.name && norm.outputs.mean === call.inputs.mean;
    if (!isOwn || !isPassedOn(dy)) return call;
    absorbed.add(behind);
    const inputs = { ...call.inputs, dy: behind.inputs.dy };
    return { ...call, inputs, attributes: { ...call.attributes, epilogue: 1 }, joined: [behind.origin] };
  });
  const products = norms.map((call) => {
    const { y } = call.outputs;
    const [reader] = (y && readers.get(y)) ?? [];
    if (call.op.name !== matmul.name || y === undefined || reader === undefined) return call;
    if (!isReluGradient(reader) || absorbed.has(reader) || !isPassedOn(y)) return call;
    absorbed.add(reader);
    const inputs = { ...call.inputs, given: reader.inputs.given };
    return { ...call, inputs, outputs: { y: reader.outputs.dx as Tensor }, joined: [reader.origin] };
  });
  return products.filter((call) => !absorbed.has(call));
}

/** The product that is a weight's gradient reads all that the bias's gradient sums. */
function joinBiasGradients(calls: readonly OpCall[]): readonly OpCall[] {
  const sums = new Map<Tensor | undefined, OpCall>();
  const absorbed = new Set<OpCall>();
  // From the end, so that a sum is known only to what stands before it.
  const fused = calls.toReversed().map((call) => {
    if (call.op.name === sumRows.name) sums.set(call.inputs.x, call);
    const beside = sums.get(call.inputs.b);
    if (call.op.name !== matmul.name || call.attributes.transposeB === 1 || beside === undefined) return call;
    absorbed.add(beside);
    sums.delete(call.inputs.b);
    return { ...call, outputs: { ...call.outputs, sums: beside.outputs.y as Tensor } };
  });
  return fused.toReversed().filter((call) => !absorbed.has(call));
}

const isReluGradient = ({ op, attributes }: OpCall): boolean =>
  op.name === activationGradient.name && attributes.kind === reluGradientAttributes.kind;
