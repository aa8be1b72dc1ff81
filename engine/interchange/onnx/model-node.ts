import type { OnnxAttribute, OnnxNode } from '../../ops/contract.ts';
import type { Attribute, ModelNode } from './model.ts';

/**
 * A node as an op describes it, as a node of a model. It is named after what it makes, so that in every viewer the name
 * leads back to the canvas. `rename` gives the values their names in the model.
 */
export function modelNode(node: OnnxNode, rename: (name: string) => string = (name) => name): ModelNode {
  const outputs = node.outputs.map(rename);
  return {
    name: outputs[0] ?? '',
    opType: node.opType,
    domain: '',
    inputs: node.inputs.map(rename),
    outputs,
    attributes: Object.entries(node.attributes ?? {}).map(([name, value]) => attributeOf(name, value)),
  };
}

function attributeOf(name: string, value: OnnxAttribute): Attribute {
  if (typeof value === 'number') return { name, kind: 'float', value };
  if (typeof value === 'string') return { name, kind: 'string', value: new TextEncoder().encode(value) };
  if ('floats' in value) return { name, kind: 'floats', value: value.floats };
  if ('int' in value) return { name, kind: 'int', value: BigInt(value.int) };
  return { name, kind: 'ints', value: value.map(BigInt) };
}
