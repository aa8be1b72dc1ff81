import { NetwrightError } from '../declaration/problem.ts';
import type { TensorType } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import type { Attributes, Named, OnnxNode, OpDefinition, Tensor } from './contract.ts';
import { aroundAxis, attribute, axisOf, costOf, given, numbers, sizesMeet } from './shape-rules.ts';

function sizesOf(inputs: Named<TensorType>, attributes: Attributes) {
  const { shape } = numbers('topK', inputs, 'x');
  const axis = axisOf('topK', inputs, 'x', attributes);
  const k = attribute('topK', attributes, 'k');
  const around = aroundAxis(shape, axis);
  if (Number.isInteger(k) && k >= 1 && k <= around.count) return { ...around, axis, k, shape };
  throw new NetwrightError(
    'size-mismatch',
    text(
      `topK: k must be from 1 to the ${around.count} numbers along axis ${axis}, found ${k}.`,
      `topK：k 须在 1 到轴 ${axis} 上的 ${around.count} 个数之间，实际为 ${k}。`,
    ),
  );
}

const flag = (attributes: Attributes, name: string): boolean => attributes[name] === 1;

/**
 * values = the k largest numbers along an axis, the largest first, and the places where they stand; the smallest with the
 * attribute smallest = 1. Of equal numbers the first comes first, the last with last = 1.
 */
export const topK: OpDefinition<'x', 'values' | 'places'> = {
  name: 'topK',
  inputs: ['x'],
  outputs: ['values', 'places'],

  shape(inputs, attributes) {
    const { shape, axis, k } = sizesOf(inputs, attributes);
    const taken = shape.with(axis, k);
    return { values: { shape: taken, dtype: 'float32' }, places: { shape: taken, dtype: 'int32' } };
  },

  cost(inputs, outputs, attributes) {
    const { outer, count, inner, k } = sizesOf(inputs, attributes);
    return costOf(outer * count * inner * k, inputs, outputs);
  },

  // dx = dvalues at the places where they come from, 0 elsewhere
  gradient(g, { inputs, outputs, attributes }, { values: dvalues }) {
    if (dvalues === undefined) return {};
    const { axis, count } = sizesOf(inputs, attributes);
    return { x: g.emit(topKGradient, { dvalues, places: outputs['places'] }, { axis, count }).dx };
  },

  lower({ inputs, outputs, attributes }) {
    const { outer, count, inner, k } = sizesOf(inputs, attributes);
    const order = { sign: flag(attributes, 'smallest') ? -1 : 1, last: flag(attributes, 'last') ? 1 : 0 };
    const { values, places } = outputs;
    return {
      kernel: 'topK',
      arguments: { x: given('topK', inputs, 'x'), values, places, outer, count, inner, k, ...order },
      split: outer,
    };
  },

  toOnnx({ inputs, outputs, attributes }) {
    const [values, places] = [outputs.values, outputs.places].map((output) => (output as Tensor).name) as [
      string,
      string,
    ];
    const largest = flag(attributes, 'smallest') ? 0 : 1;
    const { axis: at, count } = sizesOf(inputs, attributes);
    const axis = { int: at };
    const x = given('topK', inputs, 'x').name;
    // Of equal numbers ONNX takes the first: where the last is asked for, they stand the other way round.
    const isTurned = flag(attributes, 'last');
    const part = (name: string): string => `${values}.${name}`;
    const constant = (name: string, value: OnnxNode['attributes'] & object): OnnxNode => ({
      opType: 'Constant',
      inputs: [],
      outputs: [part(name)],
      attributes: value,
    });
    const turning: OnnxNode[] = [
      constant('start', { value_ints: [-1] }),
      constant('end', { value_ints: [-count - 1] }),
      constant('axis', { value_ints: [at] }),
      constant('step', { value_ints: [-1] }),
      {
        opType: 'Slice',
        inputs: [x, part('start'), part('end'), part('axis'), part('step')],
        outputs: [part('turned')],
      },
      constant('last', { value_int: { int: count - 1 } }),
    ];
    const found = `${places}.wide`;
    const back: OnnxNode[] = [
      { opType: 'Sub', inputs: [part('last'), `${places}.turned`], outputs: [found] },
    ];
    return [
      ...(isTurned ? turning : []),
      {
        opType: 'Constant',
        inputs: [],
        outputs: [`${values}.k`],
        attributes: { value_ints: [attribute('topK', attributes, 'k')] },
      },
      {
        opType: 'TopK',
        inputs: [isTurned ? part('turned') : x, `${values}.k`],
        outputs: [values, isTurned ? `${places}.turned` : found],
        attributes: { axis, largest: { int: largest } },
      },
      ...(isTurned ? back : []),
      { opType: 'Cast', inputs: [found], outputs: [places], attributes: { to: { int: 6 } } },
    ];
  },
};

/** dx = dvalues [.., k, ..] at their places along an axis of `count` positions, 0 elsewhere. */
export const topKGradient: OpDefinition<'dvalues' | 'places', 'dx'> = {
  name: 'topKGradient',
  inputs: ['dvalues', 'places'],
  outputs: ['dx'],

  shape(inputs, attributes) {
    const { shape } = numbers('topKGradient', inputs, 'dvalues');
    const places = given('topKGradient', inputs, 'places');
    for (const [at, size] of shape.entries())
      sizesMeet('topKGradient', ['dvalues', size], ['places', places.shape[at] ?? 0]);
    const axis = axisOf('topKGradient', inputs, 'dvalues', attributes);
    const count = attribute('topKGradient', attributes, 'count');
    return { dx: { shape: shape.with(axis, count), dtype: 'float32' } };
  },

  cost: (inputs, outputs) => costOf(0, inputs, outputs),

  lower({ inputs: { dvalues, places }, outputs: { dx }, attributes }) {
    const { shape } = given('topKGradient', { dvalues }, 'dvalues');
    const axis = axisOf('topKGradient', { dvalues }, 'dvalues', attributes);
    const { outer, count: k, inner } = aroundAxis(shape, axis);
    const count = attribute('topKGradient', attributes, 'count');
    return {
      kernel: 'addAtPlaces',
      arguments: { dvalues, places, dx, outer, count, inner, k },
      split: outer,
    };
  },
};
