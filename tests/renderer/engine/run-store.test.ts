import { beforeEach, describe, expect, it } from 'vitest';
import { currentVersion, type NetwrightDocument } from '../../../engine/document/schema.ts';
import { plainSettings } from '../../../engine/document/training-settings.ts';
import type { FromEngine, ToEngine } from '../../../engine/protocol/messages.ts';
import type { Refusal } from '../../../engine/protocol/refusal.ts';
import { attachEngine, orderRun, resetRun, startRun, useRun } from '../../../renderer/engine/run-store.ts';
import { frame, started } from './frames.ts';

const document: NetwrightDocument = {
  format: 'netwright',
  version: currentVersion,
  name: 'Test',
  nodes: [],
  wires: [],
  blocks: [],
  training: {
    optimizer: { type: 'sgd', params: {} },
    learningRate: 0.1,
    batchSize: 64,
    epochs: 10,
    seed: 1,
    testShare: 0.2,
    ...plainSettings(),
    initializer: { type: 'he', params: {} },
  },
};
const refusal: Refusal = { code: 'x', message: { en: 'No.', zh: '不行。' }, problems: [] };

let sent: ToEngine[];
let receive: (message: FromEngine) => void;
let become: (state: 'open' | 'closed') => void;

beforeEach(() => {
  resetRun();
  sent = [];
  attachEngine({
    post: (message) => void sent.push(message),
    onMessage: (listen) => {
      receive = listen;
      return () => {};
    },
    onState: (listen) => {
      become = listen;
      return () => {};
    },
  });
});

/** The id of the newest `start` that was sent. */
const startId = (): number => {
  const ask = sent.findLast((message) => message.kind === 'request' && message.name === 'start');
  return ask?.kind === 'request' ? ask.id : -1;
};
const controls = () => sent.filter((message) => message.kind === 'control');

async function run(name = 'run-1'): Promise<void> {
  const starting = startRun(document, {});
  receive({ kind: 'reply', id: startId(), answer: started([], name) });
  await starting;
}

describe('the run that the studio shows', () => {
  it('is what the engine said it started, with the document it started from', async () => {
    const starting = startRun(document, {});
    expect(useRun.getState()).toMatchObject({ phase: 'starting', document });
    receive({ kind: 'reply', id: startId(), answer: started() });
    await starting;
    expect(useRun.getState()).toMatchObject({ phase: 'running', document });
    expect(useRun.getState().ring?.started).toEqual(started());
  });

  it('loses no frame that overtook the answer to its start', async () => {
    const starting = startRun(document, { paused: true });
    receive(frame(3, { state: 'paused' }));
    receive({ kind: 'reply', id: startId(), answer: started() });
    await starting;
    expect(useRun.getState().ring?.latest?.step).toBe(3);
    expect(useRun.getState().phase).toBe('paused');
  });

  it('follows its frames, shows a new state at once, and ignores those of other runs', async () => {
    await run();
    receive(frame(4, { run: 'another', state: 'failed' }));
    expect(useRun.getState().phase).toBe('running');
    receive(frame(5, { state: 'paused' }));
    expect(useRun.getState()).toMatchObject({ phase: 'paused', live: { step: 5 } });
    receive(frame(6, { state: 'failed', failure: refusal }));
    expect(useRun.getState()).toMatchObject({ phase: 'failed', refusal });
  });

  it('is none, with the reason, when the engine refuses', async () => {
    const starting = startRun(document, {});
    receive({ kind: 'refusal', id: startId(), error: refusal });
    expect(await starting).toBeUndefined();
    expect(useRun.getState()).toMatchObject({ phase: 'none', ring: undefined, refusal });
  });

  it('is stopped in the engine when it is reset, also when it had not even begun', async () => {
    await run();
    resetRun();
    expect(useRun.getState().phase).toBe('none');
    expect(controls()).toEqual([{ kind: 'control', run: 'run-1', action: 'stop' }]);

    const starting = startRun(document, {});
    const id = startId();
    resetRun();
    receive({ kind: 'reply', id, answer: started([], 'late') });
    expect(await starting).toBeUndefined();
    expect(controls().at(-1)).toEqual({ kind: 'control', run: 'late', action: 'stop' });
    expect(useRun.getState().ring).toBeUndefined();
  });

  it('gives way to the next one, which is the only one that orders reach', async () => {
    await run('first');
    await run('second');
    orderRun({ action: 'pause' });
    expect(controls()).toEqual([
      { kind: 'control', run: 'first', action: 'stop' },
      { kind: 'control', run: 'second', action: 'pause' },
    ]);
  });

  it('stays on screen as stopped when the engine is lost, and comes back with its next frame', async () => {
    await run();
    receive(frame(7));
    become('closed');
    expect(useRun.getState()).toMatchObject({ phase: 'stopped', connection: 'closed' });
    expect(useRun.getState().ring?.latest?.step).toBe(7);
    become('open');
    receive(frame(8));
    expect(useRun.getState()).toMatchObject({ phase: 'running', connection: 'open' });
  });
});
