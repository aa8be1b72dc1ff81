import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { circle, fixture, SessionStudio } from './session-studio.ts';

const home = mkdtempSync(join(tmpdir(), 'netwright-refused-'));
afterAll(() => rmSync(home, { recursive: true }));

let studio: SessionStudio;
beforeEach(() => {
  studio = new SessionStudio(home);
});
afterEach(() => studio.session.close());

describe('what the engine refuses', () => {
  it.each(['unknown-layer', 'cycle', 'no-loss', 'shapes-that-do-not-meet'])(
    'is a document with %s, with every problem and its place',
    async (name) => {
      const refusal = await studio.refusal('start', { document: fixture(name), options: {} });
      expect(refusal.problems.length).toBeGreaterThan(0);
      expect(refusal.message.zh).toMatch(/\p{Script=Han}/u);
    },
  );

  it('is a document from a newer version or of another shape', async () => {
    expect(await studio.refusal('start', { document: fixture('newer-version'), options: {} })).toMatchObject({
      code: 'newer-version',
    });
    expect(
      await studio.refusal('samples', { document: { format: 'netwright', version: 1 }, node: 'data' }),
    ).toMatchObject({ code: 'malformed-document' });
    expect(await studio.refusal('start', { options: {} })).toMatchObject({ code: 'message-refused' });
  });

  it('is a request it does not know, or with the wrong contents', async () => {
    expect(await studio.refusal('fly', {})).toMatchObject({ code: 'message-refused' });
    expect(await studio.refusal('hello', { extra: 1 })).toMatchObject({ code: 'message-refused' });
    expect(await studio.refusal('predict', { run: 'x', x: [1, 2], rows: 1 })).toMatchObject({
      code: 'message-refused',
    });
    expect(await studio.refusal('start', { document: circle(1), options: { threads: 1e6 } })).toMatchObject({
      code: 'message-refused',
    });
  });

  it('is a question about a run, a model or a node that is not there', async () => {
    expect(
      await studio.refusal('export', { run: 'gone', weights: 'last', preprocessing: false }),
    ).toMatchObject({
      code: 'run-gone',
    });
    expect(await studio.refusal('runModel', { model: 'gone', on: { data: 'test' } })).toMatchObject({
      code: 'model-unknown',
    });
    expect(await studio.refusal('samples', { document: circle(1), node: 'hidden' })).toMatchObject({
      code: 'not-a-data-node',
    });
  });

  it('is a file that is not ONNX', async () => {
    const { message } = await studio.refusal('openModel', {
      name: 'x.onnx',
      bytes: new TextEncoder().encode('no model'),
    });
    expect(message.en).toContain('x.onnx is not an ONNX file');
  });

  it('is inputs that do not fit', async () => {
    const { run } = await studio.ask('start', { document: circle(1), options: {} });
    const { message } = await studio.refusal('predict', { run, x: new Float32Array(3), rows: 2 });
    expect(message.en).toContain('Expected 2 numbers for each of 2 rows, found 3');
  });

  it('is garbage, without taking harm', async () => {
    for (const garbage of [
      undefined,
      null,
      1,
      'x',
      {},
      { kind: 'control' },
      { kind: 'control', run: 'x', action: 'explode' },
    ]) {
      studio.sendUnchecked(garbage);
    }
    expect(await studio.ask('hello', {})).toMatchObject({ threads: expect.any(Number) });
  });
});
