import type { Attributes, OpDefinition } from './contract.ts';
import { attribute, costOf, given, transcendental } from './shape-rules.ts';

const sizes = (attributes: Attributes): readonly [number, number] => [
  attribute('sinusoid', attributes, 'positions'),
  attribute('sinusoid', attributes, 'width'),
];

/** y [T, D], T = `positions`, D = `width`: y[t, 2i] = sin(t / 10000^(2i / D)), y[t, 2i + 1] = cos(t / 10000^(2i / D)). */
export const sinusoid: OpDefinition<never, 'y'> = {
  name: 'sinusoid',
  inputs: [],
  outputs: ['y'],

  shape: (_inputs, attributes) => ({ y: { shape: sizes(attributes), dtype: 'float32' } }),

  cost(_inputs, outputs, attributes) {
    const [T, D] = sizes(attributes);
    return costOf(transcendental * T * D, outputs);
  },

  lower({ outputs, attributes }) {
    const [T, D] = sizes(attributes);
    return { kernel: 'sinusoid', arguments: { y: outputs.y, T, D }, split: T };
  },

  // ONNX could compute it, but only with angles in float32; so the numbers themselves stand in the model.
  toOnnx({ outputs, attributes }) {
    const y = given('sinusoid', outputs, 'y').name;
    const [T, D] = sizes(attributes);
    const values = Array.from({ length: T * D }, (_, i) => {
      const d = i % D;
      const angle = Math.floor(i / D) * Math.exp((-Math.log(10000) * (d - (d % 2))) / D);
      return d % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
    });
    return [
      {
        opType: 'Constant',
        inputs: [],
        outputs: [`${y}.values`],
        attributes: { value_floats: { floats: values } },
      },
      { opType: 'Constant', inputs: [], outputs: [`${y}.shape`], attributes: { value_ints: [T, D] } },
      { opType: 'Reshape', inputs: [`${y}.values`, `${y}.shape`], outputs: [y] },
    ];
  },
};
