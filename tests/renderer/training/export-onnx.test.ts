import { beforeEach, describe, expect, it, vi } from 'vitest';
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

const { saveCertificate, saveModel, useExport } = await import('../../../renderer/training/export-onnx.ts');

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
