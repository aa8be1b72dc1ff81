import { beforeEach, describe, expect, it } from 'vitest';
import { hasErrors } from '../../../engine/document/analyse.ts';
import type { DocumentNode } from '../../../engine/document/schema.ts';
import {
  adoptForDrawing,
  deleteBlock,
  enterBlock,
  exposeField,
  leaveBlock,
  makeBlock,
  renameBlock,
} from '../../../renderer/document/block-commands.ts';
import { insertFragment, readFragment, selectedFragment } from '../../../renderer/document/clipboard.ts';
import { removeSelection, renameNode, selectNothing, setParam } from '../../../renderer/document/commands.ts';
import { loadDocument, redo, selectNodes, undo, useDocumentStore } from '../../../renderer/document/store.ts';
import { mlpDocument } from '../../engine/documents.ts';

const state = () => useDocumentStore.getState();
const instances = (): DocumentNode[] =>
  state().document.nodes.filter(({ type }) => type.startsWith('block:'));
const inside = (id: string): DocumentNode => {
  const node = state()
    .project.blocks.flatMap(({ nodes }) => nodes)
    .find((one) => one.id === id);
  if (node === undefined) throw new Error(`no ${id} in any block`);
  return node;
};

/** Named here: the sentences that the studio takes a first name from are not loaded. */
function makeNamed(name: string): void {
  makeBlock();
  renameNode([...state().selection.nodes][0] ?? '', name);
  renameBlock(state().project.blocks.at(-1)?.id ?? '', name);
}

beforeEach(() => {
  loadDocument(mlpDocument());
  selectNodes(['relu1', 'fc2']);
  makeNamed('Block');
});

describe('commands inside a block', () => {
  it('change the block and nothing around it, and are undone and redone where they were done', () => {
    enterBlock('block-1');
    const around = state().project.nodes;
    setParam('fc2', 'outFeatures', 9);
    expect(state().project.nodes).toEqual(around);
    expect(inside('fc2').params['outFeatures']).toBe(9);
    leaveBlock();
    expect(state().level).toEqual([]);
    expect(state().selection.nodes).toEqual(new Set(['block-1']));
    undo();
    expect(state().level).toEqual(['block-1']);
    expect(inside('fc2').params['outFeatures']).toBe(4);
    // The two names, then the block.
    for (let i = 0; i < 3; i++) undo();
    expect(state().level).toEqual([]);
    expect(state().project.blocks).toEqual([]);
    for (let i = 0; i < 4; i++) redo();
    expect(inside('fc2').params['outFeatures']).toBe(9);
  });

  it('know the shapes that the instance that was entered brings in', () => {
    enterBlock('block-1');
    expect(state().analysis.nodes.get('fc2')?.outputs['y']?.shape.slice(1)).toEqual([4]);
    const output = state().document.nodes.find(({ type }) => type === 'block-output')?.id ?? '';
    expect(state().analysis.nodes.get(output)?.inputs['x']?.shape.slice(1)).toEqual([4]);
  });

  it('set everything that an exposed field has in common', () => {
    enterBlock('block-1');
    selectNodes(['fc2']);
    insertFragment(
      selectedFragment() ?? { format: 'netwright-nodes', nodes: [], wires: [], blocks: [] },
      'duplicate',
    );
    const copy = [...state().selection.nodes][0] ?? '';
    exposeField({ node: 'fc2', field: 'outFeatures' }, 'own');
    exposeField({ node: copy, field: 'outFeatures' }, { joins: 'outFeatures' });
    setParam(copy, 'outFeatures', 11);
    expect([inside('fc2'), inside(copy)].map(({ params }) => params['outFeatures'])).toEqual([11, 11]);
    leaveBlock();
    setParam('block-1', 'outFeatures', 6);
    expect(state().whole.flat.nodes.find(({ id }) => id === 'block-1/fc2')?.params['outFeatures']).toBe(6);
    enterBlock('block-1');
    exposeField({ node: 'fc2', field: 'outFeatures' }, 'hidden');
    exposeField({ node: copy, field: 'outFeatures' }, 'hidden');
    expect(state().project.nodes.find(({ id }) => id === 'block-1')?.params).toEqual({});
  });

  it('mark the instance for what is wrong inside it, and the node itself there', () => {
    enterBlock('block-1');
    setParam('fc2', 'outFeatures', 0);
    expect(state().problemsOf.get('fc2')?.[0]?.place).toEqual({ node: 'fc2', field: 'outFeatures' });
    leaveBlock();
    expect(state().problemsOf.get('block-1')?.[0]?.message.en).toMatch(/^fc2: Out features must be/);
  });
});

describe('copying an instance', () => {
  it('brings its block, and those inside it, to a project that has none', () => {
    selectNodes(['block-1', 'relu2']);
    makeNamed('Outer');
    const outer = instances()[0]?.id ?? '';
    selectNodes([outer]);
    const text = JSON.stringify(selectedFragment());
    loadDocument(mlpDocument());
    const read = readFragment(text);
    if ('refusal' in read) throw new Error(read.refusal.en);
    insertFragment(read, 'paste');
    expect(instances()).toHaveLength(1);
    expect(state().project.blocks).toHaveLength(2);
    expect(state().whole.flat.nodes.filter(({ id }) => id.endsWith('/fc2'))).toHaveLength(1);
  });

  it('leaves the same block linked, and puts no block into itself', () => {
    selectNodes(['block-1']);
    const fragment = selectedFragment();
    insertFragment(fragment ?? { format: 'netwright-nodes', nodes: [], wires: [], blocks: [] }, 'duplicate');
    expect(instances().map(({ type }) => type)).toEqual(['block:block-1', 'block:block-1']);
    expect(state().project.blocks).toHaveLength(1);
    enterBlock('block-1');
    const before = state().project;
    if (fragment !== undefined) insertFragment(fragment, 'paste');
    expect(state().project).toBe(before);
    expect(adoptForDrawing(['block:block-1'], state().document.blocks)).toBeUndefined();
  });
});

describe('a block without instances', () => {
  it('can be deleted, one with instances cannot', () => {
    deleteBlock('block-1');
    expect(state().project.blocks).toHaveLength(1);
    selectNodes(['block-1']);
    removeSelection();
    deleteBlock('block-1');
    expect(state().project.blocks).toEqual([]);
    undo();
    undo();
    selectNothing();
    expect(hasErrors(state().whole)).toBe(false);
  });
});
