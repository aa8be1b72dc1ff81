import { elementCount, sameShape, shapeText } from '../declaration/tensor-type.ts';
import type { Attributes, OnnxNode, OpDefinition } from './contract.ts';
import { unlike } from './planes.ts';
import { costOf, given, numbers } from './shape-rules.ts';

/** What stands for an operand that is absent. */
const valueOf = (attributes: Attributes): number =>
  typeof attributes.value === 'number' ? attributes.value : 0;

/** y = condition ≠ 0 ? a : b, all of one shape; the attribute `value` stands for the operand that is absent. */
export const choose: OpDefinition<'condition' | 'a' | 'b', 'y'> = {
  name: 'choose',
  inputs: ['condition', 'a', 'b'],
  outputs: ['y'],
  inPlace: ['a', 'b'],

  shape(inputs) {
    const condition = numbers('choose', inputs, 'condition');
    for (const name of ['a', 'b'] as const) {
      if (inputs[name] === undefined) continue;
      const operand = numbers('choose', inputs, name);
      if (!sameShape(operand.shape, condition.shape))
        throw unlike(`choose by ${shapeText(condition.shape)}`, name, operand, condition);
    }
    return { y: { shape: condition.shape, dtype: 'float32' } };
  },

  cost: (inputs, outputs) => costOf(0, inputs, outputs),

  // da = condition ≠ 0 ? dy : 0
  // db = condition ≠ 0 ? 0 : dy
  gradient(g, { inputs: { condition, a, b } }, { y: dy }) {
    return dy === undefined
      ? {}
      : {
          a: a && g.emit(choose, { condition, a: dy }, { value: 0 }).y,
          b: b && g.emit(choose, { condition, b: dy }, { value: 0 }).y,
        };
  },

  lower({ inputs: { condition, a, b }, outputs, attributes }) {
    const y = given('choose', outputs, 'y');
    const count = elementCount(y.shape);
    return {
      kernel: 'choose',
      arguments: { condition, a, b, y, count, value: valueOf(attributes) },
      split: count,
    };
  },

  toOnnx({ inputs, outputs, attributes }) {
    const y = given('choose', outputs, 'y').name;
    const isAbsent = inputs.a === undefined || inputs.b === undefined;
    const value: OnnxNode = {
      opType: 'Constant',
      inputs: [],
      outputs: [`${y}.value`],
      attributes: { value_float: valueOf(attributes) },
    };
    const condition = given('choose', inputs, 'condition').name;
    const operands = [inputs.a, inputs.b].map((operand) => operand?.name ?? `${y}.value`);
    return [
      { opType: 'Cast', inputs: [condition], outputs: [`${y}.condition`], attributes: { to: { int: 9 } } },
      ...(isAbsent ? [value] : []),
      { opType: 'Where', inputs: [`${y}.condition`, ...operands], outputs: [y] },
    ];
  },
};
