import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultParams, type Field, type Fields, type Params } from '../../../engine/declaration/fields.ts';
import { elementCount, type TensorType } from '../../../engine/declaration/tensor-type.ts';
import { portsOf } from '../../../engine/document/blocks.ts';
import { checkParams } from '../../../engine/document/check-params.ts';
import { inferNode } from '../../../engine/document/infer-node.ts';
import { classSources } from '../../../engine/interchange/pytorch/model-code.ts';
import type { AnyLayer, Face, InputTypes } from '../../../engine/layers/contract.ts';
import { layers } from '../../../engine/layers/index.ts';
import { losses } from '../../../engine/losses/index.ts';
import { Graph } from '../../../engine/ops/graph.ts';
import { expectDocumented, expectSentence } from '../declared.ts';

const all: [string, AnyLayer][] = Object.entries<AnyLayer>({ ...layers, ...losses });

const wordsOf = (face: Face): readonly string[] => (typeof face === 'string' ? [face] : [face.en, face.zh]);

/** Any value that a document from a stranger may have in a field: in range, out of range, of the wrong kind. */
function valueOf(field: Field): fc.Arbitrary<Params[string]> {
  const anything = fc.oneof(fc.double(), fc.integer(), fc.string(), fc.boolean());
  switch (field.kind) {
    case 'integer':
      return fc.oneof(
        fc.integer({ min: field.min, max: Math.min(field.max, field.min + 99) }),
        fc.constant(field.default),
        anything,
      );
    case 'number':
      return fc.oneof(
        fc.double({ min: field.min, max: field.max, noNaN: true }),
        fc.constant(field.default),
        anything,
      );
    case 'choice':
      return fc.oneof(fc.constantFrom(...field.options.map(({ value }) => value)), anything);
    case 'text':
      return fc.oneof(fc.string({ maxLength: field.maxLength }), fc.constant(field.default), anything);
    case 'boolean':
      return fc.oneof(fc.boolean(), anything);
    case 'files':
      return fc.oneof(fc.constant(field.default), anything);
  }
}

const paramsOf = (fields: Fields): fc.Arbitrary<Params> =>
  fc.record(Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, valueOf(field)])), {
    requiredKeys: [],
  }) as fc.Arbitrary<Params>;

const size = fc.integer({ min: 1, max: 6 });
const someType: fc.Arbitrary<TensorType> = fc.oneof(
  fc
    .array(size, { minLength: 0, maxLength: 4 })
    .map((rest): TensorType => ({ shape: [2, ...rest], dtype: 'float32' })),
  size.map((classes): TensorType => ({ shape: [2], dtype: 'int32', classes })),
);
const inputsOf = ({ ports, example = {} }: AnyLayer): fc.Arbitrary<InputTypes> =>
  fc.record(
    Object.fromEntries(
      ports.inputs.map(({ name }) => {
        const typical = example[name];
        const type = typical === undefined ? someType : fc.oneof(fc.constant(typical), someType);
        return [name, fc.option(type, { nil: undefined, freq: 10 })];
      }),
    ),
  );

/** The layer as it comes, on two rows of three numbers at every input. */
function built(layer: AnyLayer, mode: 'train' | 'eval') {
  const params = defaultParams(layer.fields);
  const inputs: InputTypes =
    layer.example ??
    Object.fromEntries(
      layer.ports.inputs.map(({ name }) => [name, { shape: [2, 3], dtype: 'float32' } as const]),
    );
  const graph = new Graph(mode, 1, 2);
  const tensor = (name: string, type: TensorType, role: 'input' | 'weight') =>
    graph.tensor({ name, role, origin: '', type });
  const declared = layer.weights(params, inputs);
  const weights = Object.fromEntries(
    declared.map(({ name, shape }) => [name, tensor(name, { shape, dtype: 'float32' }, 'weight')]),
  );
  const wired = Object.fromEntries(
    Object.entries(inputs).flatMap(([name, type]) =>
      type === undefined ? [] : [[name, tensor(name, type, 'input')]],
    ),
  );
  if (layer.check(params, inputs).length === 0) layer.build(graph.scope('n', 'n'), params, wired, weights);
  return { graph, declared, weights, params, inputs };
}

describe.each(all)('%s', (type, layer) => {
  it('goes by the type it has in the list', () => {
    expect(layer.type).toBe(type);
  });

  it('explains itself in both languages, with a formula and where it comes from', () => {
    expectDocumented(layer.title, layer.doc, layer.fields);
    expectSentence(layer.doc.when);
    for (const port of [...layer.ports.inputs, ...layer.ports.outputs]) {
      expect(port.label.en).not.toBe('');
      expect(port.label.zh).not.toBe('');
    }
  });

  it('is valid as it comes', () => {
    expect(checkParams(layer.fields, defaultParams(layer.fields))).toEqual([]);
    expect(layer.check(defaultParams(layer.fields), {})).toEqual([]);
  });

  it('turns any fields and any inputs into problems or valid shapes, and never throws', () => {
    let runnable = 0;
    fc.assert(
      fc.property(paramsOf(layer.fields), inputsOf(layer), (params, inputs) => {
        const { outputs, problems, weights } = inferNode(layer, params, inputs);
        for (const { message, port, field } of problems) {
          expectSentence(message);
          if (port !== undefined) expect(layer.ports.inputs.map(({ name }) => name)).toContain(port);
          if (field !== undefined) expect(Object.keys(layer.fields)).toContain(field);
        }
        const ports = portsOf(layer, params);
        const missing = ports.inputs.some(
          ({ name, optional = false }) => !optional && inputs[name] === undefined,
        );
        if (problems.length > 0 || missing) return;
        runnable++;
        for (const { name } of ports.outputs) {
          const shape = outputs[name]?.shape ?? [];
          expect(shape.length).toBeGreaterThan(0);
          expect(shape.every((n) => Number.isInteger(n) && n >= 1)).toBe(true);
        }
        for (const { shape, fanIn, fanOut } of weights) {
          expect([...shape, fanIn, fanOut].every((n) => Number.isInteger(n) && n >= 1)).toBe(true);
        }
        const complete = { ...defaultParams(layer.fields), ...params };
        for (const line of wordsOf(layer.face(complete, inputs)))
          expect(line).not.toMatch(/\n|undefined|NaN/);
        const [, module, name] = /^(nn\.)?([A-Z]\w+)\(/.exec(layer.pytorch(complete, inputs)) ?? [];
        expect(name).toBeDefined();
        if (module === undefined && layer.category !== 'data')
          expect(classSources(layer, complete, inputs).at(-1)).toMatch(new RegExp(`^class ${name}\\(`, 'm'));
      }),
      { numRuns: 1000, seed: 1 },
    );
    expect(runnable).toBeGreaterThan(0);
  });

  it('says as much as it can before anything is wired to it', () => {
    const params = defaultParams(layer.fields);
    expect(layer.weights(params, {})).toEqual([]);
    const lines = wordsOf(layer.face(params, {}));
    for (const line of lines) expect(line).not.toMatch(/undefined|NaN/);
    expect(lines.at(-1), 'no word of another language stands on it').not.toMatch(/[A-Za-z]{3,}/);
    expect(layer.pytorch(params, {})).not.toMatch(/undefined|NaN/);
  });

  it('uses every weight it asks for, in the shape it asked for', () => {
    const { graph, weights, declared, params, inputs } = built(layer, 'train');
    if (layer.check(params, inputs).length > 0) return;
    const read = new Set(graph.calls.flatMap((call) => Object.values(call.inputs)));
    for (const weight of Object.values(weights)) expect(read).toContain(weight);
    expect(inferNode(layer, params, inputs).parameterCount).toBe(
      declared.reduce((sum, { shape, trained = true }) => sum + (trained ? elementCount(shape) : 0), 0),
    );
  });

  it('leaves its biases, scales and slopes out of regularisation, and nothing else', () => {
    for (const { name, trained, decays } of built(layer, 'train').declared) {
      if (trained === false) continue;
      expect(decays, name).toBe(/(^|\.)weight$/.test(name) ? undefined : false);
    }
  });

  it.runIf(layer.category !== 'data' && layer.category !== 'loss')(
    'is made of ops that ONNX knows when the network is used',
    () => {
      const { calls } = built(layer, 'eval').graph;
      expect(calls.filter(({ op }) => op.toOnnx === undefined).map(({ op }) => op.name)).toEqual([]);
    },
  );
});
