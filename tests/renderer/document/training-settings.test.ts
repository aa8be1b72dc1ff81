import { beforeEach, describe, expect, it } from 'vitest';
import { optimizers } from '../../../engine/optimizers/index.ts';
import { emptyDocument } from '../../../renderer/document/empty-document.ts';
import { loadDocument, undo, useDocumentStore } from '../../../renderer/document/store.ts';
import { setTraining } from '../../../renderer/document/training-settings.ts';

const training = () => useDocumentStore.getState().project.training;

beforeEach(() => loadDocument(emptyDocument('Test')));

describe('training settings', () => {
  it('are set one by one and undone', () => {
    const before = training().batchSize;
    setTraining('batchSize', 32);
    expect(training().batchSize).toBe(32);
    undo();
    expect(training().batchSize).toBe(before);
  });

  it('take up an optimizer with its parameters and, unless another was chosen, its learning rate', () => {
    setTraining('optimizer', 'sgd');
    expect(training().optimizer).toEqual({ type: 'sgd', params: {} });
    expect(training().learningRate).toBe(optimizers.sgd.defaultLearningRate);
    setTraining('learningRate', 0.037);
    setTraining('optimizer', 'adam');
    expect(training().optimizer.params).toMatchObject({ beta1: 0.9 });
    expect(training().learningRate).toBe(0.037);
  });

  it('set a parameter of the optimizer', () => {
    setTraining('optimizer.params.beta1', 0.5);
    expect(training().optimizer.params['beta1']).toBe(0.5);
  });

  it('leave an optimizer that does not exist alone', () => {
    const before = training();
    setTraining('optimizer', 'luck');
    expect(training()).toBe(before);
  });
});
