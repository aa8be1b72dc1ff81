import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Certificate } from '../../../engine/protocol/messages.ts';
import type { OpenedFile } from '../../../renderer/shell/shell.ts';

const asked: { name: string; bytes: Uint8Array }[] = [];
let answer: (name: string, bytes: Uint8Array) => Promise<OpenedFile | undefined>;
vi.mock('../../../renderer/shell/current.ts', () => ({
  shell: {
    saveFile: (bytes: Uint8Array, _: unknown, name: string) => {
      asked.push({ name, bytes });
      return answer(name, bytes);
    },
  },
}));

// Another test may have brought in what is replaced here, and none is to get it from here.
vi.resetModules();
afterAll(() => vi.resetModules());

const { saveCertificate, saveModel, useExport } = await import('../../../renderer/training/export-onnx.ts');

const { differenceIn } = await import('../../../renderer/training/export-difference.ts');

const exported = {
  onnx: new Uint8Array([8, 7]),
  certificate: { equal: true, nodes: [] },
  fileName: 'circle.onnx',
  document: { name: 'Circle' },
};
const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

beforeEach(() => {
  asked.length = 0;
  answer = async (name, bytes) => ({ name, bytes, handle: undefined });
  useExport.setState({ phase: 'done', exported: exported as never, refusal: undefined, saved: {} });
});

describe('saving an export', () => {
  it('asks for one file to a click, and remembers which were written', async () => {
    await saveModel('ONNX model');
    expect(asked.map(({ name }) => name)).toEqual(['circle.onnx']);
    expect(useExport.getState().saved).toEqual({ model: 'circle.onnx' });
    await saveCertificate('Certificate');
    expect(asked.map(({ name }) => name)).toEqual(['circle.onnx', 'circle.certificate.json']);
    expect(useExport.getState().saved).toEqual({
      model: 'circle.onnx',
      certificate: 'circle.certificate.json',
    });
  });

  it('names the certificate, and the model within it, after the model as it was saved', async () => {
    answer = async (_, bytes) => ({ name: 'round.onnx', bytes, handle: undefined });
    await saveModel('ONNX model');
    await saveCertificate('Certificate');
    expect(asked[1]?.name).toBe('round.certificate.json');
    expect(JSON.parse(text(asked[1]?.bytes))).toMatchObject({ onnx: 'round.onnx', equal: true });
  });

  it('keeps the export where a dialog was closed or a file could not be written', async () => {
    answer = async () => undefined;
    await saveModel('ONNX model');
    expect(useExport.getState()).toMatchObject({ phase: 'done', saved: {}, refusal: undefined });
    answer = () => Promise.reject(new Error('the disk is full'));
    await saveModel('ONNX model');
    expect(useExport.getState()).toMatchObject({ phase: 'done', exported, saved: {} });
    expect(useExport.getState().refusal?.message.en).toContain('the disk is full');
  });
});

describe('a certificate that says not equal', () => {
  const node = (name: string, id: string, maxAbsDiff: number) => ({
    name,
    node: id,
    maxAbsDiff,
    equal: maxAbsDiff <= 1e-5,
  });
  const of = (...nodes: ReturnType<typeof node>[]): Certificate => ({
    equal: nodes.every(({ equal }) => equal),
    maxAbsDiff: 1,
    tolerance: 1e-5,
    rows: 8,
    nodes,
    onnxSha256: '',
    weightsSha256: '',
    onnxruntime: '1',
  });

  it('is a problem at the first node that differs, in the drawing of its block', () => {
    const found = differenceIn(
      of(node('fc', 'n1', 1e-7), node('a_2_conv', 'b.2/c', 0.5), node('z', 'n9', 1)),
    );
    expect(found).toMatchObject({ severity: 'error', place: { node: 'b/c' } });
    expect(found?.message.en).toContain('expected |Δ| ≤ 1.00e-5 to onnxruntime, found 5.00e-1');
  });

  it('is none where all are equal', () => {
    expect(differenceIn(of(node('fc', 'n1', 1e-7)))).toBeUndefined();
  });
});
