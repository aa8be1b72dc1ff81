import { beforeEach, describe, expect, it } from 'vitest';
import { addNode, openableNode, openSelected, setParam } from '../../../renderer/document/commands.ts';
import { emptyDocument } from '../../../renderer/document/empty-document.ts';
import { loadDocument, selectNodes, undo, useDocumentStore } from '../../../renderer/document/store.ts';

const state = () => useDocumentStore.getState();

/** data → reshape → attention, each wired to the one before. */
function attention(shape: string): string {
  addNode('data');
  const reshape = addNode('reshape');
  setParam(reshape?.id ?? '', 'shape', shape);
  const added = addNode('multi-head-attention');
  if (added === undefined) throw new Error('attention was not added');
  return added.id;
}

beforeEach(() => loadDocument(emptyDocument('Test')));

describe('opening a layer into its parts', () => {
  it('is one step that selects the parts, and that undo takes back', () => {
    const id = attention('1, 2');
    const before = state().document;
    const steps = state().history.past.length;
    expect(openableNode(state())).toBe(id);
    openSelected();
    const types = state().document.nodes.map(({ type }) => type);
    expect(types).not.toContain('multi-head-attention');
    expect(types.filter((type) => type === 'linear')).toHaveLength(4);
    expect(state().selection.nodes.size).toBe(state().document.nodes.length - 2);
    expect(state().history.past).toHaveLength(steps + 1);
    expect(state().history.past.at(-1)?.label).toEqual({ key: 'open', name: 'mha1' });
    undo();
    expect(state().document).toEqual(before);
  });

  it('is not offered for a layer that has none, for several at once, or while something is wrong with it', () => {
    const id = attention('2, 1');
    expect(openableNode(state()), 'two heads do not divide a width of 1').toBeUndefined();
    openSelected();
    expect(state().document.nodes).toHaveLength(3);
    setParam(id, 'heads', 1);
    expect(openableNode(state())).toBe(id);
    selectNodes(state().document.nodes.map((node) => node.id));
    expect(openableNode(state())).toBeUndefined();
    selectNodes(
      state()
        .document.nodes.filter(({ type }) => type === 'reshape')
        .map((node) => node.id),
    );
    expect(openableNode(state())).toBeUndefined();
  });
});
