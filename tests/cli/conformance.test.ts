import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { floatTensor, type Model, type TensorData } from '../../engine/interchange/onnx/model.ts';
import { writeModel } from '../../engine/interchange/onnx/write-model.ts';
import { floats, longs, node, tensorFile, written } from '../engine/interchange/written-models.ts';
import { lastOf, netwright, temporaryFolder } from './netwright.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

/** Writes a case in the layout of the official tests. */
function writeCase(
  path: string,
  model: Model,
  inputs: readonly TensorData[],
  outputs: readonly TensorData[],
): void {
  const set = join(path, 'test_data_set_0');
  mkdirSync(set, { recursive: true });
  writeFileSync(join(path, 'model.onnx'), writeModel(model));
  for (const [i, tensor] of inputs.entries()) writeFileSync(join(set, `input_${i}.pb`), tensorFile(tensor));
  for (const [i, tensor] of outputs.entries()) writeFileSync(join(set, `output_${i}.pb`), tensorFile(tensor));
}

const relu = written({ nodes: [node('Relu', ['x'], 'y')], inputs: { x: [2, 2] }, outputs: ['y'] });
const x = floatTensor('x', [2, 2], Float32Array.of(-1, 2, 0, 3));
const y = (...values: number[]): TensorData => floatTensor('y', [2, 2], Float32Array.from(values));
const reshape = written({
  nodes: [node('Reshape', ['x', 'shape'], 'y')],
  inputs: { x: [2, 2], shape: [1] },
  types: { shape: 7 },
  outputs: ['y'],
});

const good = folder.path('good');
writeCase(join(good, 'activation', 'relu'), relu, [x], [y(0, 2, 0, 3)]);
writeCase(join(good, 'shape', 'reshape'), reshape, [x, longs('shape', [1], -1)], [{ ...x, dims: [4] }]);
writeCase(
  join(good, 'other'),
  written({ nodes: [node('Unheard', ['x'], 'y')], inputs: { x: [2, 2] }, outputs: ['y'] }),
  [x],
  [y(0, 0, 0, 0)],
);

describe('conformance', () => {
  it('runs every case below a folder and counts what passed and what is unsupported, by operator', async () => {
    const ended = await netwright(['conformance', good, '--json']);
    expect(ended.code).toBe(0);
    expect(ended.objects.map(({ name, op, outcome }) => [name, op, outcome])).toEqual([
      [join('activation', 'relu'), 'Relu', 'passed'],
      ['other', 'Unheard', 'unsupported'],
      [join('shape', 'reshape'), 'Reshape', 'passed'],
      [undefined, undefined, undefined],
    ]);
    expect(lastOf(ended)).toMatchObject({
      event: 'conformance',
      kernels: 'reference',
      passed: 2,
      failed: 0,
      unsupported: 1,
    });
    const plain = await netwright(['conformance', good, '--kernels', 'portable']);
    expect(plain.stdout).toMatch(/^Relu +1 +0 +0 +0$/m);
    expect(plain.stdout).toMatch(/^all +2 +0 +1 /m);
  });

  it('fails where a case differs, and says by how much and where', async () => {
    const bad = folder.path('bad');
    writeCase(join(bad, 'values'), relu, [x], [y(0, 2, 0, 3.5)]);
    writeCase(join(bad, 'shape'), reshape, [x, longs('shape', [1], -1)], [floats('y', 2, 2)]);
    writeCase(join(bad, 'bytes'), relu, [x], [y(0, 2, 0, 3)]);
    writeFileSync(join(bad, 'bytes', 'model.onnx'), Uint8Array.of(1, 2, 3));
    const ended = await netwright(['conformance', bad]);
    expect(ended.code).toBe(1);
    expect(ended.stdout).toContain('values: |Δ| ≤ 0.5000 "y" differs most at [1, 1]: expected 3.5, found 3.');
    expect(ended.stdout).toContain('shape: "y": expected the shape [2, 2], found [4].');
    expect(ended.stdout).toMatch(/^bytes: .* is not an ONNX file/m);
  });

  it('says what it expected of a folder without cases', async () => {
    const empty = folder.path('empty');
    mkdirSync(empty);
    const none = await netwright(['conformance', empty], { NETWRIGHT_LANG: 'zh' });
    expect(none.code).toBe(2);
    expect(none.stderr).toContain('model.onnx');
    expect(none.stderr).toMatch(/\p{Script=Han}/u);
  });
});
