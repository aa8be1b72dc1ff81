import { NetwrightError } from '../declaration/problem.ts';
import { elementCount, shapeText } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import { histogramWords } from '../kernels/telemetry.ts';
import type { OpDefinition } from './contract.ts';
import { attribute, costOf, given, numbers } from './shape-rules.ts';

/**
 * y [histogramWords] = histogram, counts and moments of every stride-th element of x; layout in kernels/telemetry.ts.
 * Attributes: stride ≥ 1; columns = size of the dimension whose dead ones are to be counted, 0 for none; inner = numbers
 * behind it: 1 where it is the last one.
 */
export const histogram: OpDefinition<'x', 'y'> = {
  name: 'histogram',
  inputs: ['x'],
  outputs: ['y'],

  shape(inputs, attributes) {
    const { shape } = numbers('histogram', inputs, 'x');
    const columns = attribute('histogram', attributes, 'columns');
    const inner = attribute('histogram', attributes, 'inner');
    if (columns > 0) {
      if (!shape.some((size, at) => size === columns && elementCount(shape.slice(at + 1)) === inner)) {
        throw new NetwrightError(
          'size-mismatch',
          text(
            `histogram: x ${shapeText(shape)} has no dimension of ${columns} with ${inner} numbers behind each.`,
            `histogram：x ${shapeText(shape)} 没有大小为 ${columns}、其后各有 ${inner} 个数值的维度。`,
          ),
        );
      }
    }
    return { y: { shape: [histogramWords], dtype: 'int32' } };
  },

  cost(inputs, outputs, attributes) {
    const sampled =
      elementCount(given('histogram', inputs, 'x').shape) / attribute('histogram', attributes, 'stride');
    return costOf(4 * Math.ceil(sampled), inputs, outputs);
  },

  lower({ inputs, outputs: { y }, attributes }) {
    const x = given('histogram', inputs, 'x');
    const stride = attribute('histogram', attributes, 'stride');
    const columns = attribute('histogram', attributes, 'columns');
    const inner = attribute('histogram', attributes, 'inner');
    return {
      kernel: 'histogram',
      arguments: { x, y, count: elementCount(x.shape), stride, columns, inner },
      split: 1,
    };
  },
};
