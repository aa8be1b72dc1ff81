import { beforeEach, describe, expect, it } from 'vitest';
import { removeSelection, setParam } from '../../../renderer/document/commands.ts';
import { emptyDocument } from '../../../renderer/document/empty-document.ts';
import { loadDocument, selectNodes, useDocumentStore } from '../../../renderer/document/store.ts';
import { currentStep, type Progress, steps } from '../../../renderer/tour/steps.ts';

const progress = (changed: Partial<Progress> = {}): Progress => {
  const { project, analysis } = useDocumentStore.getState();
  const hasErrors = analysis.problems.some(({ severity }) => severity === 'error');
  return { project, hasErrors, epochs: 0, looked: false, ...changed };
};
const step = (changed?: Partial<Progress>): string | undefined => steps[currentStep(progress(changed))]?.id;
const doIt = (id: string): void => void steps.find((known) => known.id === id)?.doIt();
const nodes = () => useDocumentStore.getState().project.nodes;
const drop = (type: string): void => {
  selectNodes(nodes().flatMap((node) => (node.type === type ? [node.id] : [])));
  removeSelection('remove', { gap: true });
};

beforeEach(() => loadDocument(emptyDocument('tour')));

describe('the tour', () => {
  it('leads from nothing to a network that can be trained, and is done when its answers were looked at', () => {
    expect(step()).toBe('data');
    doIt('data');
    expect(step()).toBe('layers');
    doIt('layers');
    expect(step()).toBe('loss');
    doIt('loss');
    expect(step()).toBe('train');
    expect(nodes().map(({ type }) => type)).toEqual(['data', 'linear', 'relu', 'linear', 'cross-entropy']);
    expect(progress().hasErrors).toBe(false);
    expect(step({ epochs: 1 })).toBe('look');
    expect(step({ epochs: 1, looked: true })).toBeUndefined();
  });

  it('goes back to what was taken away again', () => {
    for (const id of ['data', 'layers', 'loss']) doIt(id);
    drop('relu');
    expect(step()).toBe('layers');
    drop('data');
    expect(step()).toBe('data');
  });

  it('does not take layers for done that no wire of the data leads to', () => {
    doIt('layers');
    doIt('data');
    expect(step()).toBe('layers');
    doIt('layers');
    expect(step()).toBe('loss');
  });

  it.each([
    ['blobs', 'cross-entropy'],
    ['line', 'mse'],
  ])('builds what suits the data that a person chose: %s', (source, loss) => {
    doIt('data');
    setParam(nodes()[0]?.id ?? '', 'source', source);
    doIt('layers');
    doIt('loss');
    expect(nodes().at(-1)?.type).toBe(loss);
    expect(step()).toBe('train');
  });
});
