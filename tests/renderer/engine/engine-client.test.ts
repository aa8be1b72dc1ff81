import { describe, expect, it, vi } from 'vitest';
import { NetwrightError } from '../../../engine/declaration/problem.ts';
import type { FromEngine, ToEngine } from '../../../engine/protocol/messages.ts';
import { EngineClient, sentenceOf } from '../../../renderer/engine/engine-client.ts';
import type { EnginePort, EngineState } from '../../../renderer/shell/shell.ts';
import { frame } from './frames.ts';

/** A port whose other end is the test. */
function testPort() {
  const sent: ToEngine[] = [];
  let listen: (message: FromEngine) => void = () => {};
  let tell: (state: EngineState) => void = () => {};
  const port: EnginePort = {
    post: (message) => void sent.push(message),
    onMessage: (listener) => {
      listen = listener;
      return () => {};
    },
    onState: (listener) => {
      tell = listener;
      return () => {};
    },
  };
  return {
    sent,
    client: new EngineClient(port),
    receive: (message: FromEngine) => listen(message),
    become: (state: EngineState) => tell(state),
  };
}

const hello = { version: '1', threads: 2, kernels: ['portable'] };

describe('an engine client', () => {
  it('gives every question its own answer, in whatever order they come', async () => {
    const { client, sent, receive } = testPort();
    const first = client.request('hello', {});
    const second = client.request('predict', { run: 'r', x: new Float32Array(2), rows: 1 });
    const ids = sent.map((message) => (message.kind === 'request' ? message.id : -1));
    expect(new Set(ids).size).toBe(2);
    const prediction = { values: Float32Array.of(1), columns: 1, step: 3 };
    receive({ kind: 'reply', id: ids[1], answer: prediction });
    receive({ kind: 'reply', id: ids[0], answer: hello });
    expect(await second).toBe(prediction);
    expect(await first).toBe(hello);
  });

  it('turns a refusal into an error that speaks both languages and keeps its problems', async () => {
    const { client, receive } = testPort();
    const asked = client.request('hello', {});
    const message = { en: 'No.', zh: '不行。' };
    const problem = { code: 'x', severity: 'error', place: { node: 'fc1' }, message } as const;
    receive({ kind: 'refusal', id: 1, error: { code: 'x', message, problems: [problem] } });
    const error: unknown = await asked.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(NetwrightError);
    expect(sentenceOf(error)).toEqual(message);
    expect((error as NetwrightError).problems).toEqual([problem]);
  });

  it('fails what is waiting when the engine is lost, refuses more, and works again once it is back', async () => {
    const { client, receive, become, sent } = testPort();
    const told = vi.fn();
    client.onConnection(told);
    const waiting = client.request('hello', {});
    become('closed');
    await expect(waiting).rejects.toMatchObject({ code: 'engine-lost' });
    await expect(client.request('hello', {})).rejects.toMatchObject({ code: 'engine-lost' });
    client.order({ run: 'r', action: 'pause' });
    expect(sent).toHaveLength(1);
    become('locked');
    await expect(client.request('hello', {})).rejects.toMatchObject({ code: 'engine-lost' });
    become('open');
    const again = client.request('hello', {});
    const last = sent.at(-1);
    receive({ kind: 'reply', id: last?.kind === 'request' ? last.id : -1, answer: hello });
    expect(await again).toBe(hello);
    expect(told.mock.calls).toEqual([['closed'], ['locked'], ['open']]);
  });

  it('hands frames to all who listen and sends orders as controls', () => {
    const { client, receive, sent } = testPort();
    const listen = vi.fn();
    const stop = client.onFrame(listen);
    const first = frame(1);
    receive(first);
    stop();
    receive(frame(2));
    expect(listen.mock.calls).toEqual([[first]]);
    client.order({ run: 'r', action: 'tune', learningRate: 0.5 });
    expect(sent).toEqual([{ kind: 'control', run: 'r', action: 'tune', learningRate: 0.5 }]);
  });

  it('is not upset by an answer that nobody waits for', () => {
    const { receive } = testPort();
    expect(() => receive({ kind: 'reply', id: 99, answer: hello })).not.toThrow();
  });
});
