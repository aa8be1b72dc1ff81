import { beforeEach, describe, expect, it } from 'vitest';
import { copySelection, duplicateSelection, paste } from '../../../renderer/document/clipboard.ts';
import { addNode, selectAll, setParam, shareWeights } from '../../../renderer/document/commands.ts';
import { emptyDocument } from '../../../renderer/document/empty-document.ts';
import {
  freezeSelection,
  frozenPart,
  isSelectionFrozen,
  toggleFrozen,
} from '../../../renderer/document/frozen.ts';
import { loadDocument, redo, selectNodes, undo, useDocumentStore } from '../../../renderer/document/store.ts';
import { compareDocuments } from '../../../renderer/runs/compare.ts';
import { changedSince } from '../../../renderer/training/run-commands.ts';

const state = () => useDocumentStore.getState();
const frozen = (): string[] => state().document.nodes.flatMap((node) => (node.frozen ? [node.name] : []));

beforeEach(() => {
  loadDocument(emptyDocument('Test'));
  for (const type of ['data', 'linear', 'relu', 'linear', 'cross-entropy']) addNode(type);
});

describe('freezing what is selected', () => {
  it('takes what has weights, and leaves out all else', () => {
    selectAll();
    freezeSelection(true);
    expect(frozen()).toEqual(['linear1', 'linear2']);
    selectNodes(['relu-1']);
    expect(isSelectionFrozen(state())).toBeUndefined();
    const { document } = state();
    toggleFrozen();
    expect(state().document).toBe(document);
  });

  it('freezes the rest where some are frozen, and lets all go where all are', () => {
    selectNodes(['linear-1']);
    toggleFrozen();
    selectNodes(['linear-1', 'linear-2']);
    expect(isSelectionFrozen(state())).toBe(false);
    toggleFrozen();
    expect(frozen()).toEqual(['linear1', 'linear2']);
    toggleFrozen();
    expect(frozen()).toEqual([]);
    expect(state().document.nodes.some((node) => 'frozen' in node)).toBe(false);
  });

  it('takes a norm that has statistics alone, which training would gather', () => {
    loadDocument(emptyDocument('Test'));
    for (const type of ['data', 'batch-norm', 'cross-entropy']) addNode(type);
    setParam('batch-norm-1', 'affine', false);
    selectAll();
    freezeSelection(true);
    expect(frozen()).toEqual(['batch-norm1']);
    expect(frozenPart(state(), 'batch-norm-1')).toBe('all');
  });

  it('ends where a layer takes the weights of another, which says it from then on', () => {
    selectNodes(['linear-2']);
    freezeSelection(true);
    shareWeights('linear-2', 'linear-1');
    expect(frozen()).toEqual([]);
    expect(isSelectionFrozen(state())).toBeUndefined();
    expect(frozenPart(state(), 'linear-2')).toBeUndefined();
  });

  it('is one step of the history, undone and done again', () => {
    selectNodes(['linear-1', 'linear-2']);
    freezeSelection(true);
    expect(state().history.past.at(-1)?.label.key).toBe('freeze');
    undo();
    expect(frozen()).toEqual([]);
    redo();
    expect(frozen()).toEqual(['linear1', 'linear2']);
    freezeSelection(false);
    expect(state().history.past.at(-1)?.label.key).toBe('unfreeze');
  });

  it('stays with copies', async () => {
    selectNodes(['linear-1']);
    freezeSelection(true);
    duplicateSelection();
    expect(frozen()).toHaveLength(2);
    selectNodes(['linear-1']);
    const carrier = { text: '', setData: (_type: string, text: string) => Object.assign(carrier, { text }) };
    await copySelection(carrier);
    loadDocument(emptyDocument('Other'));
    await paste(carrier.text);
    expect(frozen()).toEqual(['linear1']);
  });

  it('shows of a layer that it is, and of the whole how much', () => {
    selectNodes(['linear-1']);
    freezeSelection(true);
    expect(frozenPart(state(), 'linear-1')).toBe('all');
    expect(frozenPart(state(), 'linear-2')).toBeUndefined();
    expect(state().analysis.frozenCount).toBe(state().analysis.nodes.get('linear-1')?.parameterCount);
  });

  it('is a change of the canvas that a run notices, and a difference between two runs', () => {
    const before = state().project;
    selectNodes(['linear-1']);
    freezeSelection(true);
    const after = state().project;
    expect(changedSince(before, after)).toBe('canvas');
    expect(compareDocuments(before, after).changed.map(({ differences }) => differences)).toEqual([
      [{ path: 'frozen', label: { en: 'Frozen', zh: '冻结' }, before: false, after: true }],
    ]);
  });
});
