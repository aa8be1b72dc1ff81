import { beforeEach, describe, expect, it } from 'vitest';
import { clippingFields } from '../../../engine/optimizers/clipping.ts';
import {
  addNode,
  connect,
  disconnect,
  moveNodes,
  nudgeSelection,
  removeSelection,
  renameNode,
  rewire,
  selectAll,
  setParam,
  shareWeights,
} from '../../../renderer/document/commands.ts';
import { emptyDocument } from '../../../renderer/document/empty-document.ts';
import {
  findNode,
  goToStep,
  hasUnsavedChanges,
  loadDocument,
  markSaved,
  redo,
  selectNodes,
  undo,
  useDocumentStore,
} from '../../../renderer/document/store.ts';
import { setTraining } from '../../../renderer/document/training-settings.ts';

const state = () => useDocumentStore.getState();
const add = (type: string): string => {
  const node = addNode(type);
  if (node === undefined) throw new Error(`${type} was not added`);
  return node.id;
};
/** Adds at a place of its own, so that nothing is wired. */
const addAlone = (type: string): string => {
  const node = addNode(type, { x: 0, y: 0 });
  if (node === undefined) throw new Error(`${type} was not added`);
  return node.id;
};
const wires = (): string[] =>
  state().document.wires.map(({ from, to }) => `${from.node}.${from.port} > ${to.node}.${to.port}`);

beforeEach(() => loadDocument(emptyDocument('Test')));

describe('adding layers', () => {
  it('wires one after another, and the loss to the data, without being asked', () => {
    add('data');
    add('linear');
    add('relu');
    add('linear');
    add('cross-entropy');
    expect(wires()).toEqual([
      'data-1.x > linear-1.x',
      'linear-1.y > relu-1.x',
      'relu-1.y > linear-2.x',
      'linear-2.y > cross-entropy-1.prediction',
      'data-1.y > cross-entropy-1.target',
    ]);
    expect(state().document.nodes.map(({ name }) => name)).toEqual([
      'data',
      'linear1',
      'relu1',
      'linear2',
      'loss',
    ]);
  });

  it('wires nothing to a layer that is dropped at a place', () => {
    add('data');
    addAlone('linear');
    expect(wires()).toEqual([]);
  });

  it('joins an open wire to the first port that takes it', () => {
    const data = add('data');
    addNode('cross-entropy', { x: 400, y: 0 }, { end: { node: data, port: 'y' }, isOutput: true });
    expect(wires()).toEqual(['data-1.y > cross-entropy-1.target']);
  });

  it('never puts one node on top of another', () => {
    const data = add('data');
    for (let i = 0; i < 4; i++) {
      selectNodes([data]);
      add('linear');
    }
    const places = state().document.nodes.map(({ position }) => `${position.x} ${position.y}`);
    expect(new Set(places).size).toBe(places.length);
  });

  it('does not know a layer that is not in the catalogue', () => {
    expect(addNode('flux-capacitor')).toBeUndefined();
    expect(state().history.past).toEqual([]);
  });
});

describe('wires', () => {
  it('take the place of the one that ended at the same input', () => {
    const data = addAlone('data');
    const first = addAlone('linear');
    const second = addAlone('linear');
    expect(connect({ node: data, port: 'x' }, { node: second, port: 'x' })).toBeUndefined();
    expect(connect({ node: first, port: 'y' }, { node: second, port: 'x' })).toBeUndefined();
    expect(wires()).toEqual(['linear-1.y > linear-2.x']);
    undo();
    expect(wires()).toEqual(['data-1.x > linear-2.x']);
  });

  it('are refused with the reason, and change nothing', () => {
    const data = addAlone('data');
    const linear = addAlone('linear');
    const steps = state().history.past.length;
    expect(connect({ node: data, port: 'y' }, { node: linear, port: 'x' })?.en).toMatch(
      /carries whole numbers \(labels, tokens\)/,
    );
    expect(connect({ node: linear, port: 'y' }, { node: linear, port: 'x' })?.zh).toMatch(/不能连到自己/);
    expect(wires()).toEqual([]);
    expect(state().history.past).toHaveLength(steps);
  });

  it('can be moved to another input in one step, past their own former way', () => {
    const data = addAlone('data');
    const first = addAlone('linear');
    const second = addAlone('linear');
    connect({ node: data, port: 'x' }, { node: first, port: 'x' });
    const [wire] = state().document.wires;
    expect(rewire(wire?.id ?? '', { node: data, port: 'x' }, { node: second, port: 'x' })).toBeUndefined();
    expect(wires()).toEqual(['data-1.x > linear-2.x']);
    undo();
    expect(wires()).toEqual(['data-1.x > linear-1.x']);
  });

  it('drawn twice are one wire and one step', () => {
    const data = addAlone('data');
    const linear = addAlone('linear');
    connect({ node: data, port: 'x' }, { node: linear, port: 'x' });
    const steps = state().history.past.length;
    connect({ node: data, port: 'x' }, { node: linear, port: 'x' });
    expect(state().history.past).toHaveLength(steps);
    disconnect(state().document.wires[0]?.id ?? '');
    expect(wires()).toEqual([]);
  });
});

describe('editing', () => {
  it('follows every edit with shapes and counts', () => {
    add('data');
    const linear = add('linear');
    expect(state().analysis.nodes.get(linear)).toMatchObject({ parameterCount: 12 });
    setParam(linear, 'outFeatures', 128);
    expect(state().analysis.nodes.get(linear)).toMatchObject({ parameterCount: 384 });
    expect(state().analysis.nodes.get(linear)?.outputs['y']?.shape.slice(1)).toEqual([128]);
  });

  it('makes one step of a scrubbed number, and two of two numbers', () => {
    add('data');
    const linear = add('linear');
    const steps = state().history.past.length;
    for (const value of [5, 6, 7, 8]) setParam(linear, 'outFeatures', value);
    expect(state().history.past).toHaveLength(steps + 1);
    setParam(linear, 'bias', false);
    expect(state().history.past).toHaveLength(steps + 2);
    undo();
    undo();
    expect(findNode(state(), linear)?.params['outFeatures']).toBe(4);
  });

  it('does not let a later edit grow into one that was undone and redone', () => {
    const linear = addAlone('linear');
    setParam(linear, 'outFeatures', 5);
    undo();
    redo();
    setParam(linear, 'outFeatures', 6);
    undo();
    expect(findNode(state(), linear)?.params['outFeatures']).toBe(5);
  });

  it('makes one step of a drag, and none of one that ends where it began', () => {
    const linear = addAlone('linear');
    const steps = state().history.past.length;
    moveNodes(new Map([[linear, { x: 0, y: 0 }]]));
    expect(state().history.past).toHaveLength(steps);
    moveNodes(new Map([[linear, { x: 32, y: 48 }]]));
    expect(state().history.past).toHaveLength(steps + 1);
    undo();
    expect(findNode(state(), linear)?.position).toEqual({ x: 0, y: 0 });
  });

  it('nudges everything that is selected', () => {
    const first = addAlone('linear');
    const second = addAlone('relu');
    selectAll();
    nudgeSelection(16, 0);
    nudgeSelection(16, 0);
    expect([first, second].map((id) => findNode(state(), id)?.position.x)).toEqual([32, 32]);
    undo();
    expect([first, second].map((id) => findNode(state(), id)?.position.x)).toEqual([0, 0]);
  });

  it('removes nodes with their wires, and brings both back', () => {
    add('data');
    const linear = add('linear');
    add('relu');
    selectNodes([linear]);
    removeSelection('remove', { gap: true });
    expect(wires()).toEqual([]);
    expect(state().selection.nodes.size).toBe(0);
    undo();
    expect(wires()).toHaveLength(2);
  });

  it('keeps a name that would become empty', () => {
    const linear = addAlone('linear');
    renameNode(linear, '   ');
    expect(findNode(state(), linear)?.name).toBe('linear1');
    renameNode(linear, '  隐藏层 ');
    expect(findNode(state(), linear)?.name).toBe('隐藏层');
    renameNode(linear, '层'.repeat(10_000));
    expect(findNode(state(), linear)?.name, 'what the project holds of it').toBe('层'.repeat(200));
    renameNode(linear, `${'x'.repeat(199)}😀`);
    expect(findNode(state(), linear)?.name, 'no half character').toBe('x'.repeat(199));
  });

  it('lets a layer use the weights of another one, and gives it its own back when that one goes', () => {
    const owner = addAlone('linear');
    const user = addAlone('linear');
    shareWeights(user, owner);
    expect(findNode(state(), user)?.weightsOf).toBe(owner);
    expect(state().history.past.at(-1)?.label.key).toBe('shareWeights');
    selectNodes([owner]);
    removeSelection();
    expect(findNode(state(), user)).not.toHaveProperty('weightsOf');
    undo();
    expect(findNode(state(), user)?.weightsOf).toBe(owner);
    shareWeights(user, undefined);
    expect(findNode(state(), user)).not.toHaveProperty('weightsOf');
  });

  it('says what each step did', () => {
    const linear = addAlone('linear');
    setParam(linear, 'outFeatures', 9);
    expect(state().history.past.map(({ label }) => label.key)).toEqual(['add', 'change']);
    expect(state().history.past.at(-1)?.label.name).toEqual({
      en: 'Out features of linear1',
      zh: 'linear1 的输出特征数',
    });
    const relu = addAlone('relu');
    connect({ node: linear, port: 'y' }, { node: relu, port: 'x' });
    expect(state().history.past.at(-1)?.label).toEqual({ key: 'connect', name: 'linear1 → relu1' });
    disconnect(state().document.wires[0]?.id ?? '');
    expect(state().history.past.at(-1)?.label).toEqual({ key: 'disconnect', name: 'linear1 → relu1' });
    selectAll();
    nudgeSelection(16, 0);
    expect(state().history.past.at(-1)?.label).toEqual({
      key: 'move',
      name: { en: '2 layers', zh: '2 个层' },
    });
    setTraining('learningRate', 0.5);
    expect(state().history.past.at(-1)?.label.name).toEqual({ sentence: 'settings.learningRate' });
    setTraining('clipping.limit', 2);
    expect(state().history.past.at(-1)?.label.name).toEqual(clippingFields.limit.label);
  });

  it('goes to any step of the history at once, and back', () => {
    const emptyBefore = state().document;
    const linear = addAlone('linear');
    const documents = [emptyBefore, state().document];
    for (const features of [5, 6, 7]) {
      setParam(linear, 'outFeatures', features);
      nudgeSelection(16, 0);
      documents.push(
        ...state()
          .history.past.slice(-2)
          .map(({ after }) => after),
      );
    }
    for (const done of [2, 6, 0, 7, 3]) {
      goToStep(done);
      expect(state().document, `after ${done} steps`).toBe(documents[done]);
      expect(state().history.past).toHaveLength(done);
      expect(state().history.future).toHaveLength(7 - done);
    }
    goToStep(3);
    expect(state().document, 'where it stands already').toBe(documents[3]);
    undo();
    expect(state().document).toBe(documents[2]);
  });
});

describe('unsaved changes', () => {
  it('are gone when undo leads back to what was saved, and there again after redo', () => {
    const linear = addAlone('linear');
    markSaved(state().project, { name: 'a.netwright.json', handle: undefined });
    expect(hasUnsavedChanges(state())).toBe(false);
    setParam(linear, 'outFeatures', 5);
    expect(hasUnsavedChanges(state())).toBe(true);
    undo();
    expect(hasUnsavedChanges(state())).toBe(false);
    redo();
    expect(hasUnsavedChanges(state())).toBe(true);
  });

  it('are there from the start in a recovered document, and not in an opened one', () => {
    loadDocument(emptyDocument('A'), { unsaved: true });
    expect(hasUnsavedChanges(state())).toBe(true);
    loadDocument(emptyDocument('B'));
    expect(hasUnsavedChanges(state())).toBe(false);
  });
});
