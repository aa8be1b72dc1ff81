import { beforeEach, describe, expect, it } from 'vitest';
import { wireFacts } from '../../../renderer/canvas/labels.ts';
import { possibleWires } from '../../../renderer/canvas/possible-wires.ts';
import { addNode, setParam } from '../../../renderer/document/commands.ts';
import { emptyDocument } from '../../../renderer/document/empty-document.ts';
import { loadDocument, useDocumentStore } from '../../../renderer/document/store.ts';

const state = () => useDocumentStore.getState();

function factsInto(node: string, port: string) {
  const wire = state().document.wires.find(({ to }) => to.node === node && to.port === port);
  if (wire === undefined) throw new Error(`nothing is wired to ${node}.${port}`);
  return wireFacts(state(), wire);
}

beforeEach(() => {
  loadDocument(emptyDocument('Test'));
  for (const type of ['data', 'linear', 'cross-entropy']) addNode(type);
  setParam('linear-1', 'outFeatures', 2);
});

describe('what a wire shows', () => {
  it('is the shape of what travels along it', () => {
    expect(factsInto('linear-1', 'x')).toEqual({ shape: 'N×2', clash: undefined, labels: false });
    expect(factsInto('cross-entropy-1', 'prediction').shape).toBe('N×2');
  });

  it('tells class labels from numbers', () => {
    expect(factsInto('cross-entropy-1', 'target').labels).toBe(true);
  });

  it('is both shapes where they do not meet, on the wire that is to blame', () => {
    setParam('linear-1', 'outFeatures', 3);
    expect(factsInto('cross-entropy-1', 'prediction')).toMatchObject({ shape: 'N×3', clash: 'N×2' });
    expect(factsInto('cross-entropy-1', 'target').clash).toBeUndefined();
    expect(factsInto('linear-1', 'x').clash).toBeUndefined();
  });

  it('is unknown behind a layer whose input is missing', () => {
    loadDocument({
      ...state().project,
      wires: state().document.wires.filter(({ to }) => to.node !== 'linear-1'),
    });
    expect(factsInto('cross-entropy-1', 'prediction').shape).toBeUndefined();
  });
});

describe('the wires that can be drawn without a mouse', () => {
  it('are those that would be taken, free inputs first, and none from a loss', () => {
    addNode('relu', { x: 0, y: 400 });
    const wires = possibleWires(state().document, state().analysis, 'relu-1').map(
      ({ from, to, taken }) => `${from.node}.${from.port} > ${to.node}.${to.port}${taken ? ' (taken)' : ''}`,
    );
    expect(wires).toEqual([
      'data-1.x > relu-1.x',
      'linear-1.y > relu-1.x',
      'relu-1.y > linear-1.x (taken)',
      'relu-1.y > cross-entropy-1.prediction (taken)',
      'relu-1.y > cross-entropy-1.target (taken)',
    ]);
  });
});
