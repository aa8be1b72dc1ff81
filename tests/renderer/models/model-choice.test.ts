import { describe, expect, it } from 'vitest';
import { incomingLimits } from '../../../engine/protocol/incoming.ts';
import { type ChosenFile, readFiles, readModelBytes, sorted } from '../../../renderer/models/model-choice.ts';
import { refusal } from '../../engine/data/refusal.ts';

const chosen = (name: string, size = 3): ChosenFile => ({
  name,
  size,
  arrayBuffer: () =>
    size > 100 ? Promise.reject(new Error('too large to be read')) : Promise.resolve(new ArrayBuffer(size)),
});

describe('files that are chosen together', () => {
  it('are models by their ending, and one that is alone whatever it is called', () => {
    const names = (files: readonly ChosenFile[]): string[] => files.map(({ name }) => name);
    const { models, others } = sorted([
      chosen('a.onnx'),
      chosen('a.onnx.data'),
      chosen('B.ONNX'),
      chosen('w'),
    ]);
    expect([names(models), names(others)]).toEqual([
      ['a.onnx', 'B.ONNX'],
      ['a.onnx.data', 'w'],
    ]);
    expect(names(sorted([chosen('model.pb')]).models)).toEqual(['model.pb']);
    expect(sorted([chosen('a.data'), chosen('b.data')]).models).toEqual([]);
  });

  it('that are too large to be sent are refused before they are read, with both sizes', async () => {
    const half = incomingLimits.besideBytes / 2 + 1;
    expect(await refusal(readFiles([chosen('a', half), chosen('b', half)]))).toBe(
      "a, b: expected at most 192 MB to be sent to the engine, found 192 MB; open the model by its place on the engine's machine instead.",
    );
    expect(await refusal(readModelBytes(chosen('big.onnx', 3 * incomingLimits.modelBytes)))).toContain(
      'big.onnx: expected at most 128 MB to be sent to the engine, found 384 MB;',
    );
    expect(await readFiles([chosen('a')])).toEqual([{ name: 'a', bytes: new Uint8Array(3) }]);
  });
});
