import { beforeEach, describe, expect, it } from 'vitest';
import {
  addNode,
  columnWidth,
  connect,
  removeSelection,
  renameNode,
  setParam,
  shareWeights,
} from '../../../renderer/document/commands.ts';
import { emptyDocument } from '../../../renderer/document/empty-document.ts';
import { canStandInWire, insertLayer, insertNode } from '../../../renderer/document/insert.ts';
import { replacementsFor, replaceNode } from '../../../renderer/document/replace.ts';
import {
  findNode,
  loadDocument,
  selectNodes,
  undo,
  useDocumentStore,
} from '../../../renderer/document/store.ts';

const state = () => useDocumentStore.getState();
const wires = (): string[] =>
  state().document.wires.map(({ from, to }) => `${from.node}.${from.port} > ${to.node}.${to.port}`);
const wireTo = (node: string): string =>
  state().document.wires.find(({ to }) => to.node === node)?.id ?? 'none';
const errorsOf = (node: string): string[] =>
  (state().problemsOf.get(node) ?? []).filter(({ severity }) => severity === 'error').map(({ code }) => code);
/** Adds one after the other, each wired to the one before. */
const chain = (...types: string[]): void => types.forEach((type) => void addNode(type));
const remove = (...ids: string[]): void => {
  selectNodes(ids);
  removeSelection();
};

beforeEach(() => loadDocument(emptyDocument('Test')));

describe('deleting a node of a chain', () => {
  it('joins what was before it to what was behind it, as one step', () => {
    chain('data', 'linear', 'relu', 'linear');
    remove('relu-1');
    expect(wires()).toEqual(['data-1.x > linear-1.x', 'linear-1.y > linear-2.x']);
    undo();
    expect(wires()).toEqual(['data-1.x > linear-1.x', 'linear-1.y > relu-1.x', 'relu-1.y > linear-2.x']);
  });

  it('closes the gap of several in a row, to everything that they fed', () => {
    chain('data', 'linear', 'relu', 'linear', 'tanh');
    addNode('sigmoid', { x: 0, y: 400 });
    connect({ node: 'relu-1', port: 'y' }, { node: 'sigmoid-1', port: 'x' });
    remove('linear-1', 'relu-1');
    expect(wires().toSorted()).toEqual([
      'data-1.x > linear-2.x',
      'data-1.x > sigmoid-1.x',
      'linear-2.y > tanh-1.x',
    ]);
  });

  it('leaves a gap where the neighbours do not fit', () => {
    chain('data', 'reshape', 'conv2d');
    setParam('reshape-1', 'shape', '2, 1, 1');
    setParam('conv2d-1', 'padding', 'same');
    expect(errorsOf('conv2d-1')).toEqual([]);
    remove('reshape-1');
    expect(wires()).toEqual([]);
  });

  it('leaves a gap where a node had two inputs, or none', () => {
    chain('data', 'linear', 'add', 'relu');
    connect({ node: 'data-1', port: 'x' }, { node: 'add-1', port: 'b' });
    remove('add-1');
    expect(wires()).toEqual(['data-1.x > linear-1.x']);
    remove('data-1');
    expect(wires()).toEqual([]);
  });
});

describe('a layer dropped on a wire', () => {
  it('goes into it as one step, and what is behind makes room', () => {
    chain('data', 'linear', 'relu');
    const before = state().document;
    const steps = state().history.past.length;
    expect(insertLayer('batch-norm', wireTo('relu-1'), { x: 300, y: 0 })).toBeUndefined();
    expect(wires()).toEqual([
      'data-1.x > linear-1.x',
      'linear-1.y > batch-norm-1.x',
      'batch-norm-1.y > relu-1.x',
    ]);
    const [, linear, relu, norm] = state().document.nodes.map(({ position }) => position.x);
    expect([norm, relu], 'one column each').toEqual([1, 2].map((n) => (linear ?? 0) + n * columnWidth));
    expect(state().selection.nodes).toEqual(new Set(['batch-norm-1']));
    expect(state().history.past).toHaveLength(steps + 1);
    expect(state().history.past.at(-1)?.label.name).toMatchObject({ en: 'batch-norm1 in linear1 → relu1' });
    undo();
    expect(state().document).toBe(before);
  });

  it('is refused with the reason where its shapes do not fit, and changes nothing', () => {
    chain('data', 'linear');
    const before = state().document;
    const refusal = insertLayer('conv2d', wireTo('linear-1'), { x: 0, y: 0 });
    expect(refusal?.en).toMatch(/^Expected images .* found N×2\.$/);
    expect(state().document).toBe(before);
  });

  it('may be a node that stands there without wires, but none that has some', () => {
    chain('data', 'linear', 'relu');
    addNode('dropout', { x: 40, y: 400 });
    expect(canStandInWire({ node: 'dropout-1' })).toBe(true);
    expect(canStandInWire({ node: 'linear-1' }), 'it is wired').toBe(false);
    expect(canStandInWire({ type: 'data' }), 'nothing goes into data').toBe(false);
    expect(canStandInWire({ type: 'cross-entropy' }), 'nothing follows a loss').toBe(false);
    insertNode('dropout-1', wireTo('relu-1'), { x: 300, y: 0 });
    expect(wires().slice(1)).toEqual(['linear-1.y > dropout-1.x', 'dropout-1.y > relu-1.x']);
    expect(state().document.nodes).toHaveLength(4);
  });
});

describe('replacing a node', () => {
  it('keeps wires, place, and the fields of the same name', () => {
    chain('data', 'linear', 'relu');
    setParam('linear-1', 'outFeatures', 9);
    setParam('linear-1', 'bias', false);
    const place = findNode(state(), 'linear-1')?.position;
    chain('linear');
    const node = replaceNode('relu-1', 'leaky-relu');
    expect(node?.name, 'its name went by its type').toMatch(/^leaky/);
    expect(wires()).toEqual([
      'data-1.x > linear-1.x',
      'linear-1.y > leaky-relu-1.x',
      'leaky-relu-1.y > linear-2.x',
    ]);
    renameNode('linear-1', 'first');
    const conv = replaceNode('linear-1', 'conv1d');
    expect(conv).toMatchObject({ name: 'first', position: place, params: { bias: false } });
    undo();
    expect(findNode(state(), 'linear-1')?.params).toMatchObject({ outFeatures: 9, bias: false });
  });

  it('gives who used its weights their own again', () => {
    chain('data', 'linear');
    addNode('linear', { x: 0, y: 300 });
    shareWeights('linear-2', 'linear-1');
    replaceNode('linear-1', 'relu');
    expect(findNode(state(), 'linear-2')).not.toHaveProperty('weightsOf');
  });

  it('is offered for what loses no wire, and says what fits', () => {
    chain('data', 'linear', 'relu', 'linear');
    const offered = replacementsFor('relu-1', ['tanh', 'conv2d', 'data', 'cross-entropy', 'relu', 'add']);
    expect(offered).toEqual([
      { type: 'tanh', fits: true },
      { type: 'conv2d', fits: false },
      { type: 'add', fits: true },
    ]);
  });
});
