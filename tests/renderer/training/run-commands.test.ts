import { describe, expect, it } from 'vitest';
import { currentVersion, type NetwrightDocument } from '../../../engine/document/schema.ts';
import { plainSettings } from '../../../engine/document/training-settings.ts';
import { type Phase, type RunStore, useRun } from '../../../renderer/engine/run-store.ts';
import {
  changedSince,
  isSuperseded,
  type RunAction,
  waitingDocument,
  whyNot,
} from '../../../renderer/training/run-commands.ts';

const document: NetwrightDocument = {
  format: 'netwright',
  version: currentVersion,
  name: 'Test',
  nodes: [{ id: 'fc1', type: 'linear', name: 'fc1', position: { x: 0, y: 0 }, params: { outFeatures: 4 } }],
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

describe('what changed since a run began', () => {
  it('is nothing when a node was moved or renamed, or only the learning rate changed, which the run follows', () => {
    const node = { ...document.nodes[0], name: 'first', position: { x: 9, y: 9 } };
    const training = { ...document.training, learningRate: 1 };
    expect(changedSince(document, { ...document, name: 'Other', nodes: [node], training })).toBeUndefined();
  });

  it('is the canvas when a parameter, a node or a wire is another', () => {
    const wider = { ...document.nodes[0], params: { outFeatures: 8 } };
    expect(changedSince(document, { ...document, nodes: [wider] })).toBe('canvas');
    expect(changedSince(document, { ...document, nodes: [] })).toBe('canvas');
  });

  it('is the settings when anything else of the training is another', () => {
    expect(changedSince(document, { ...document, training: { ...document.training, seed: 2 } })).toBe(
      'settings',
    );
  });
});

const figures = {
  step: 0,
  epoch: 0,
  epochs: 10,
  stepsPerSecond: 0,
  secondsLeft: 0,
  learningRate: 0.1,
};

describe('a button', () => {
  const at = (phase: Phase, hasProblems = false) =>
    ({ phase, hasProblems, connection: 'open', superseded: false }) as const;
  const reasons = (phase: Phase) =>
    Object.fromEntries(
      (['train', 'pause', 'step', 'stop', 'reset', 'export'] as const satisfies readonly RunAction[]).map(
        (action) => [action, whyNot(action, at(phase))],
      ),
    );

  it('says why it cannot be pressed before anything was trained', () => {
    expect(reasons('none')).toEqual({
      train: undefined,
      pause: 'notRunning',
      step: undefined,
      stop: 'notRunning',
      reset: 'noRun',
      export: 'noRun',
    });
  });

  it('fits what the run is doing', () => {
    expect(reasons('running')).toMatchObject({ train: 'alreadyRunning', pause: undefined, step: 'running' });
    expect(reasons('paused')).toMatchObject({
      train: undefined,
      pause: 'notRunning',
      step: undefined,
      stop: undefined,
    });
    expect(reasons('done')).toMatchObject({
      train: undefined,
      step: 'over',
      stop: 'notRunning',
      export: undefined,
    });
    expect(reasons('failed')).toMatchObject({ train: undefined, reset: undefined });
  });

  it('leaves a paused run to go on even when the canvas has problems by now', () => {
    expect(whyNot('train', at('none', true))).toBe('problems');
    expect(whyNot('train', at('paused', true))).toBeUndefined();
  });

  it('gives way to the changed document where the run has not taken a step, and to its problems', () => {
    const at = (phase: Phase, step: number | undefined): RunStore => ({
      ...useRun.getState(),
      phase,
      document,
      live: step === undefined ? undefined : { ...figures, step },
    });
    const changed: NetwrightDocument = { ...document, nodes: [] };
    const gives = (run: RunStore, now = changed): boolean => isSuperseded(waitingDocument(run), now);
    expect([gives(at('paused', 0)), gives(at('paused', undefined))]).toEqual([true, true]);
    expect([gives(at('paused', 1)), gives(at('running', 0)), gives(at('done', 0))]).toEqual([
      false,
      false,
      false,
    ]);
    expect(gives(at('paused', 0), { ...document })).toBe(false);
    const waiting = { phase: 'paused', connection: 'open', hasProblems: true, superseded: true } as const;
    expect(whyNot('train', waiting)).toBe('problems');
    expect(whyNot('train', { ...waiting, hasProblems: false })).toBeUndefined();
  });

  it('waits for the engine', () => {
    expect(whyNot('train', { ...at('none'), connection: 'connecting' })).toBe('connecting');
    expect(whyNot('train', { ...at('none'), connection: 'closed' })).toBe('engineLost');
  });
});
