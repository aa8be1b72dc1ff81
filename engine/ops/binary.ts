import { elementCount } from '../declaration/tensor-type.ts';
import { binaryKinds } from '../kernels/declared/broadcast.ts';
import { activationGradient, reluGradientAttributes } from './activations.ts';
import { broadcastSizes, broadcastType } from './broadcast.ts';
import type { GraphBuilder, KernelCall, Named, OnnxNode, OpCall, OpDefinition, Tensor } from './contract.ts';
import { costOf, given } from './shape-rules.ts';

interface Binary {
  readonly name: keyof typeof binaryKinds;
  readonly opType: string;
  /** da and db from dz, the gradient of what stands before the epilogue. */
  readonly gradient: (g: GraphBuilder, a: Tensor, b: Tensor, dz: Tensor) => Named<Tensor>;
}

interface BinaryOp extends OpDefinition<'a' | 'b', 'y'> {
  lower(call: OpCall): KernelCall;
}

/**
 * y = a ∘ b, elementwise, operands broadcast to each other's size (broadcast.ts); with the attribute epilogue = 1 also
 * y = max(y, 0).
 */
export function binaryOp({ name, opType, gradient }: Binary): BinaryOp {
  return {
    name,
    inputs: ['a', 'b'],
    outputs: ['y'],
    inPlace: ['a', 'b'],

    shape: (inputs) => ({ y: broadcastType(name, inputs) }),

    cost: (inputs, outputs) => costOf(elementCount(outputs.y.shape), inputs, outputs),

    // dz = epilogue ? (y > 0 ? dy : 0) : dy
    gradient(g, { inputs, outputs, attributes }, { y: dy }) {
      if (dy === undefined) return {};
      const dz =
        attributes.epilogue === 1
          ? g.emit(activationGradient, { given: outputs.y, dy }, reluGradientAttributes).dx
          : dy;
      return gradient(g, given(name, inputs, 'a'), given(name, inputs, 'b'), dz);
    },

    lower({ inputs, outputs, attributes }) {
      const a = given(name, inputs, 'a');
      const b = given(name, inputs, 'b');
      const y = given(name, outputs, 'y');
      const sizes = broadcastSizes(y.shape, a.shape, b.shape);
      const epilogue = attributes.epilogue === 1 ? 1 : 0;
      return {
        kernel: 'binary',
        arguments: { a, b, y, kind: binaryKinds[name], epilogue, ...sizes },
        split: elementCount(y.shape),
      };
    },

    toOnnx({ inputs, outputs, attributes }): OnnxNode[] {
      const y = given(name, outputs, 'y').name;
      const result = attributes.epilogue === 1 ? `${y}.result` : y;
      const operands = [given(name, inputs, 'a').name, given(name, inputs, 'b').name];
      const node = { opType, inputs: operands, outputs: [result] };
      return result === y ? [node] : [node, { opType: 'Relu', inputs: [result], outputs: [y] }];
    },
  };
}
