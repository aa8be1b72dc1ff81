import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { NetwrightError } from '../../../engine/declaration/problem.ts';
import { OpenedModels } from '../../../engine/hosts/opened-models.ts';
import { readTrainedModel } from '../../../engine/hosts/trained-model.ts';
import { floatTensor, floatValues } from '../../../engine/interchange/onnx/model.ts';
import { writeModel } from '../../../engine/interchange/onnx/write-model.ts';
import type { OpenedModel } from '../../../engine/protocol/model-messages.ts';
import { tokenClassifier, twoByTwo } from '../interchange/foreign-models.ts';
import { int, node, written } from '../interchange/written-models.ts';
import { onnxruntime } from '../onnx-runner.ts';

const folder = mkdtempSync(join(tmpdir(), 'netwright-models-'));
afterAll(() => {
  onnxruntime.close();
  rmSync(folder, { recursive: true, force: true });
});

const models = new OpenedModels(onnxruntime);
const open = (name: string, bytes: Uint8Array): OpenedModel => {
  const opened = models.open(name, bytes);
  if ('missing' in opened) throw new Error(`${name} holds all of itself`);
  return opened;
};

/** y = x + bias, two numbers in a row. */
const shifted = (...bias: number[]): Uint8Array =>
  writeModel(
    written({
      nodes: [node('Add', ['x', 'bias'], 'y')],
      initializers: [floatTensor('bias', [2], Float32Array.from(bias))],
      inputs: { x: ['N', 2] },
      outputs: ['y'],
    }),
  );

const csv = (text: string): Uint8Array => new TextEncoder().encode(text);
const sentence = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof NetwrightError) return error.text.en;
    throw error;
  }
  return '';
};

describe('two opened models', () => {
  it('are compared on the same labelled rows, the rows that are furthest apart first', async () => {
    const a = open('a.onnx', shifted(0, 0));
    const b = open('b.onnx', shifted(0, 3));
    const table = models.table(a.model, 'rows.csv', csv('first,second,label\n1,0,0\n5,0,0\n0,1,1\n0,-4,1\n'));
    expect(table.rows).toBe(4);
    const comparison = await models.compare([a.model, b.model], table, undefined);
    expect(comparison).toMatchObject({ rows: 4, maxAbsDiff: 3, meanAbsDiff: 1.5 });
    // The second model takes the first row for the other class.
    expect(comparison.agreement).toBe(3 / 4);
    expect([comparison.accuracy, comparison.otherAccuracy]).toEqual([3 / 4, 2 / 4]);
    expect(comparison.furthest.map(({ row }) => row)).toEqual([0, 1, 2, 3]);
  });

  it('of other sizes are refused', async () => {
    const a = open('a.onnx', shifted(0, 0));
    const other = written({
      nodes: [node('ReduceSum', ['x'], 'y')],
      inputs: { x: ['N', 2] },
      outputs: ['y'],
    });
    const b = open('b.onnx', writeModel(other));
    const rows = { values: [Float32Array.of(1, 2)], rows: 1 };
    await expect(models.compare([a.model, b.model], rows, undefined)).rejects.toThrow(
      'a.onnx and b.onnx: expected first outputs of one size, found [1, 2] and [1, 1].',
    );
  });
});

describe('rows of a table', () => {
  it('go to the inputs in order, and a column more is the label', () => {
    const { model } = open('two.onnx', writeModel(twoByTwo()));
    const row = Array.from({ length: 22 }, (_, i) => i);
    const table = models.table(model, 'rows.csv', csv(`${row.join(',')}\n${row.join(',')}\n`));
    expect(table.values.map(({ length }) => length)).toEqual([2 * 6, 2 * 16]);
    expect([...(table.values[1] as Float32Array)].slice(0, 3)).toEqual([6, 7, 8]);
    expect(table.labels).toBeUndefined();
  });

  it('that do not fit are refused with the place, what was expected and what was found', () => {
    const { model } = open('a.onnx', shifted(0, 0));
    expect(sentence(() => models.table(model, 'rows.csv', csv('1,2,3,4\n5,6,7,8\n')))).toBe(
      'rows.csv: expected rows of 2 numbers, or of one more for the label, found 4.',
    );
    expect(sentence(() => models.table(model, 'rows.csv', csv('a,b\n1,2\n3,x\n')))).toBe(
      'rows.csv, row 3, "b": expected a number, found "x".',
    );
  });
});

describe('an opened model', () => {
  it('of several inputs is run on rows for each of them', async () => {
    const { model } = open('two.onnx', writeModel(twoByTwo()));
    const { outputs } = await models.run(
      model,
      { values: [new Float32Array(12), new Float32Array(32)], rows: 2 },
      undefined,
    );
    expect(outputs.map(({ name, shape }) => [name, shape])).toEqual([
      ['classes', [2, 3]],
      ['score', [2, 1]],
    ]);
  });

  it('is timed in onnxruntime and in the engine, or it is said why the engine cannot', async () => {
    const { model } = open('tokens.onnx', writeModel(tokenClassifier()));
    const { onnxruntime: theirs, engine, refusal } = await models.time(model, 1);
    expect(refusal).toBeUndefined();
    for (const latency of [theirs, engine]) {
      expect(latency?.runs).toBeGreaterThanOrEqual(5);
      expect(latency?.medianMs).toBeGreaterThan(0);
      expect(latency?.p95Ms).toBeGreaterThanOrEqual(latency?.medianMs ?? Infinity);
    }
    const strange = written({
      nodes: [node('Acos', ['x'], 'y')],
      inputs: { x: ['N', 2] },
      outputs: ['y'],
    });
    const opened = open('strange.onnx', writeModel(strange));
    expect(opened.operators).toEqual([{ opType: 'Acos', count: 1, isMissing: true }]);
    const times = await models.time(opened.model, 1);
    expect(times.engine).toBeUndefined();
    expect(times.refusal?.en).toContain(
      'needs operators that are not here: Acos (1, first in node "Acos_y")',
    );
  });

  it('that makes floats of bytes by itself is timed in onnxruntime alone, and it is said why', async () => {
    const bytes = written({
      nodes: [node('Cast', ['x'], 'numbers', int('to', 1)), node('Mul', ['numbers', 'factor'], 'y')],
      initializers: [floatTensor('factor', [], Float32Array.of(1 / 255))],
      inputs: { x: ['N', 2] },
      types: { x: 2 },
      outputs: ['y'],
    });
    const { model } = open('bytes.onnx', writeModel(bytes));
    const times = await models.time(model, 1);
    expect(times.onnxruntime.medianMs).toBeGreaterThan(0);
    expect(times.engine).toBeUndefined();
    expect(times.refusal?.en).toContain(
      'bytes.onnx: the input "x" takes uint8 values, which the graph prepares itself.',
    );
  });

  it('becomes a project and a run that holds its weights, by the ids of a block that is repeated', async () => {
    const { model } = open('tokens.onnx', writeModel(tokenClassifier()));
    const project = await models.import(model, (run) => join(folder, run));
    expect(project).toMatchObject({ isOwn: false, isEqual: true, document: { name: 'tokens' } });
    expect(project.remarks).toHaveLength(1);
    const kept = await readTrainedModel(join(folder, project.run));
    expect(kept.document).toEqual(project.document);
    const table = kept.weights.find(({ shape }) => shape.join() === '11,8');
    const given = tokenClassifier().graph.initializers.find(({ name }) => name === 'table');
    expect(table?.values).toEqual(given && floatValues(given));
  });
});
