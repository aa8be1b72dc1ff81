import { beforeEach, describe, expect, it } from 'vitest';
import { flatten } from '../../../engine/document/flatten.ts';
import { readDocumentValue } from '../../../engine/document/read.ts';
import type { Note } from '../../../engine/document/schema.ts';
import {
  dissolveBlock,
  enterBlock,
  leaveBlock,
  makeBlock,
} from '../../../renderer/document/block-commands.ts';
import {
  duplicateSelection,
  insertFragment,
  readFragment,
  selectedFragment,
} from '../../../renderer/document/clipboard.ts';
import {
  addNode,
  moveNodes,
  nudgeSelection,
  removeSelection,
  selectAll,
  setColor,
} from '../../../renderer/document/commands.ts';
import { emptyDocument } from '../../../renderer/document/empty-document.ts';
import { addNote, keyOfNote, resizeNote, setNoteText } from '../../../renderer/document/notes.ts';
import {
  loadDocument,
  selectNodes,
  selectNotes,
  undo,
  useDocumentStore,
} from '../../../renderer/document/store.ts';

beforeEach(() => loadDocument(emptyDocument('Test')));

const state = () => useDocumentStore.getState();
const notes = (): readonly Note[] => state().document.notes ?? [];
const noteAt = (index: number): Note => {
  const note = notes()[index];
  if (note === undefined) throw new Error(`there is no note ${index}`);
  return note;
};

describe('a note', () => {
  it('is written on, moved, resized and coloured, each as a step that can be undone', () => {
    expect(addNote({ x: 104, y: 56 })).toBe('note-1');
    setNoteText('note-1', 'First the stem.');
    moveNodes(new Map([[keyOfNote('note-1'), { x: 32, y: 16 }]]));
    resizeNote('note-1', { x: 32, y: 16, width: 320, height: 64 });
    setColor('green');
    expect(noteAt(0)).toEqual({
      id: 'note-1',
      text: 'First the stem.',
      position: { x: 32, y: 16 },
      size: { width: 320, height: 64 },
      color: 'green',
    });
    nudgeSelection(16, 0);
    expect(noteAt(0).position).toEqual({ x: 48, y: 16 });
    const steps = state().history.past.map(({ label }) => label.key);
    expect(steps).toEqual(['add', 'change', 'move', 'change', 'color', 'move']);
    for (const _ of steps) undo();
    expect(notes()).toEqual([]);
  });

  it('is saved and read again, and changes nothing of the network', () => {
    addNode('linear');
    const before = flatten(state().project);
    addNote({ x: 0, y: 0 });
    setNoteText('note-1', '残差连接');
    const { project } = state();
    expect(readDocumentValue(JSON.parse(JSON.stringify(project)), 'note').notes).toEqual(project.notes);
    expect(flatten(project)).toBe(before);
    const twice = { ...project, notes: [noteAt(0), noteAt(0)] };
    expect(() => readDocumentValue(twice, 'twice')).toThrow(/notes/);
  });

  it('is copied, pasted and deleted with what else is selected, or alone', () => {
    addNode('linear');
    addNote({ x: 0, y: 0 });
    setNoteText('note-1', 'Here');
    selectAll();
    expect([state().selection.nodes.size, state().selection.notes?.size]).toEqual([1, 1]);
    duplicateSelection();
    expect(state().document.nodes).toHaveLength(2);
    expect(notes().map(({ id, text }) => [id, text])).toEqual([
      ['note-1', 'Here'],
      ['note-2', 'Here'],
    ]);
    expect(noteAt(1).position).not.toEqual(noteAt(0).position);
    selectNotes(['note-2']);
    const copied = readFragment(JSON.stringify(selectedFragment()));
    if ('refusal' in copied) throw new Error(copied.refusal.en);
    insertFragment(copied, 'paste');
    expect(notes()).toHaveLength(3);
    expect([...(state().selection.notes ?? [])]).toEqual(['note-3']);
    removeSelection();
    expect(notes().map(({ id }) => id)).toEqual(['note-1', 'note-2']);
    expect(state().document.nodes).toHaveLength(2);
    const none = readFragment(JSON.stringify({ format: 'netwright-nodes', nodes: [], wires: [] }));
    expect('refusal' in none && none.refusal.en).toBe('expected copied layers or notes, found none.');
  });

  it('inside a block is drawn there, and comes out with what the block dissolves into', () => {
    const node = addNode('linear');
    selectNodes([node?.id ?? '']);
    makeBlock();
    const [instance] = state().selection.nodes;
    enterBlock(instance ?? '');
    addNote({ x: 0, y: 0 });
    setNoteText('note-1', 'Inside');
    expect(notes()).toHaveLength(1);
    leaveBlock();
    expect(notes()).toEqual([]);
    selectNodes([instance ?? '']);
    dissolveBlock();
    expect(notes().map(({ text }) => text)).toEqual(['Inside']);
  });
});

describe('a colour', () => {
  it('marks all selected nodes and goes away again', () => {
    addNode('linear');
    addNode('relu');
    selectAll();
    setColor('orange');
    expect(state().document.nodes.map(({ color }) => color)).toEqual(['orange', 'orange']);
    setColor(undefined);
    expect(state().document.nodes.some((node) => 'color' in node)).toBe(false);
  });
});
