import { beforeEach, describe, expect, it } from 'vitest';
import { addAny } from '../../../renderer/document/add-any.ts';
import { addNode, setParam } from '../../../renderer/document/commands.ts';
import { emptyDocument } from '../../../renderer/document/empty-document.ts';
import { applyFix, fixesNow } from '../../../renderer/document/fixes.ts';
import { replacementsFor, replaceNode } from '../../../renderer/document/replace.ts';
import { loadDocument, undo, useDocumentStore } from '../../../renderer/document/store.ts';

const state = () => useDocumentStore.getState();
const errors = () => [...state().problemsOf.values()].flat().filter(({ severity }) => severity === 'error');
const shapeOf = (node: string) => state().analysis.nodes.get(node)?.outputs['out']?.shape;
const add = (key: string): string => addAny(key)?.id ?? expect.fail();

beforeEach(() => {
  loadDocument(emptyDocument('Test'));
  const { id } = addNode('data') ?? expect.fail();
  setParam(id, 'source', 'shapes');
});

describe('a block of the library', () => {
  it('takes as many channels as come in, where it needs as many', () => {
    add('library:conv-bn-relu');
    const same = add('library:residual');
    expect(state().analysis.topology.nodes.get(same)?.params, 'what fits is left as it is').toEqual({});
    const wide = add('library:residual-down');
    expect(shapeOf(wide)?.slice(1)).toEqual([32, 16, 16]);
    const after = add('library:residual');
    expect(state().analysis.topology.nodes.get(after)?.params).toEqual({ outChannels: 32 });
    expect(errors()).toEqual([]);
    // It was added and sized in one step.
    undo();
    expect(state().analysis.topology.nodes.has(after)).toBe(false);
  });

  it('that was made too wide is set back, or gives way to one with a projection that keeps the size', () => {
    add('library:conv-bn-relu');
    const id = add('library:residual');
    setParam(id, 'outChannels', 64);
    const [problem = expect.fail()] = errors();
    const fixes = fixesNow(problem);
    expect(fixes.map(({ label }) => label.en)).toEqual([
      'Set Out channels of Residual to 16',
      'Use “Residual with projection” in place of Residual',
    ]);
    applyFix(fixes[1] ?? expect.fail());
    expect(errors()).toEqual([]);
    const { type, id: now } = state().document.nodes.at(-1) ?? expect.fail();
    expect(type).toBe('block:residual-down');
    expect(shapeOf(now)?.slice(1)).toEqual([64, 32, 32]);
    undo();
    expect(state().document.nodes.at(-1)?.type).toBe('block:residual');
  });

  it('can take the place of another node, and comes into the project with it', () => {
    const id = add('library:conv-bn-relu');
    expect(replacementsFor(id, ['library:residual-down', 'library:transformer-layer'])).toEqual([
      { type: 'library:residual-down', fits: true },
      { type: 'library:transformer-layer', fits: false },
    ]);
    replaceNode(id, 'library:residual-down');
    expect(state().project.blocks.map((block) => block.id)).toContain('residual-down');
    expect(errors()).toEqual([]);
  });
});
