import { beforeEach, describe, expect, it } from 'vitest';
import type { Problem } from '../../../engine/declaration/problem.ts';
import { addAny } from '../../../renderer/document/add-any.ts';
import {
  addNode,
  connect,
  renameNode,
  selectAll,
  setParam,
  shareWeights,
} from '../../../renderer/document/commands.ts';
import { emptyDocument } from '../../../renderer/document/empty-document.ts';
import { applyFix, fixesNow } from '../../../renderer/document/fixes.ts';
import { freezeSelection } from '../../../renderer/document/frozen.ts';
import { identity } from '../../../renderer/document/new-errors.ts';
import { loadDocument, undo, useDocumentStore } from '../../../renderer/document/store.ts';

const state = () => useDocumentStore.getState();
const errors = (): readonly Problem[] =>
  state().analysis.problems.filter(({ severity }) => severity === 'error');
function only(node: string): Problem {
  const found = errors().filter(({ place }) => place.node === node);
  expect(found.map(({ message }) => message.en)).toHaveLength(1);
  return found[0] as Problem;
}
const labels = (problem: Problem): string[] => fixesNow(problem).map(({ label }) => label.en);
const wire = (from: string, to: string): void => {
  const [source = '', output = ''] = from.split('.');
  const [target = '', input = ''] = to.split('.');
  expect(connect({ node: source, port: output }, { node: target, port: input })).toBeUndefined();
};
const alone = (type: string): string => addNode(type, { x: 0, y: 0 })?.id ?? '';

/** Every fix that is offered, carried out, leaves its problem behind, and is taken back by one undo. */
function holds(problem: Problem): void {
  const before = state().document;
  const fixes = fixesNow(problem);
  expect(fixes.length).toBeGreaterThan(0);
  for (const fix of fixes) {
    applyFix(fix);
    expect(errors().map(identity), fix.label.en).not.toContain(identity(problem));
    undo();
    expect(state().document).toBe(before);
  }
}

beforeEach(() => loadDocument(emptyDocument('Test')));

it('where everything is frozen, the last layer is let train again, and nothing else is offered', () => {
  for (const type of ['data', 'linear', 'relu', 'linear', 'cross-entropy']) addNode(type);
  setParam('linear-2', 'outFeatures', 2);
  selectAll();
  freezeSelection(true);
  const problem = only('linear-2');
  expect(problem.code).toBe('all-frozen');
  expect(labels(problem)).toEqual(['Unfreeze linear2']);
  holds(problem);
});

describe('fixes that are offered for a mismatch', () => {
  it('set the number of outputs to the number of classes', () => {
    for (const type of ['data', 'linear', 'cross-entropy']) addNode(type);
    const problem = only('cross-entropy-1');
    expect(labels(problem)[0]).toBe('Set Out features of linear1 to 2');
    holds(problem);
    applyFix(fixesNow(problem)[0] ?? expect.fail());
    expect(errors()).toEqual([]);
    expect(state().history.past.at(-1)?.label).toMatchObject({
      key: 'fix',
      name: { en: 'set Out features of linear1 to 2', zh: '把 linear1 的输出特征数设为 2' },
    });
  });

  it('unroll a picture before the layer that answers', () => {
    for (const type of ['data', 'reshape', 'conv2d', 'linear', 'cross-entropy']) addNode(type);
    setParam('reshape-1', 'shape', '2, 1, 1');
    setParam('linear-1', 'outFeatures', 2);
    const problem = only('cross-entropy-1');
    expect(labels(problem).some((label) => /^Insert Flatten between conv2d1 and linear1$/.test(label))).toBe(
      true,
    );
    holds(problem);
  });

  it('project a shortcut onto what it is added to', () => {
    addNode('data');
    addNode('reshape');
    setParam('reshape-1', 'shape', '2, 1, 1');
    addNode('conv2d');
    setParam('conv2d-1', 'outChannels', 8);
    addNode('add');
    wire('reshape-1.y', 'add-1.b');
    const problem = only('add-1');
    const offered = labels(problem);
    expect(offered).toContain('Insert 1×1 projection between reshape1 and add1');
    expect(offered, 'fewer channels fit too').toContain('Set Out channels of conv2d1 to 2');
    holds(problem);
  });

  it('give a window zeros to look at, or make it smaller', () => {
    addNode('data');
    addNode('reshape');
    setParam('reshape-1', 'shape', '1, 1, 2');
    addNode('conv2d');
    setParam('conv2d-1', 'padding', 'valid');
    const [problem = expect.fail()] = errors().filter(({ code }) => code === 'kernel-too-large');
    expect(labels(problem)[0]).toMatch(/^Set Padding of conv2d1 to same$/i);
    holds(problem);
  });

  it('bring numbers that must divide each other into line', () => {
    addNode('data');
    addNode('reshape');
    setParam('reshape-1', 'shape', '1, 2');
    addNode('multi-head-attention');
    setParam('multi-head-attention-1', 'heads', 3);
    const [problem = expect.fail()] = errors().filter(({ place }) => place.node === 'multi-head-attention-1');
    expect(labels(problem)).toContain('Set Heads of mha1 to 2');
    holds(problem);
  });

  it('connect an input that has no wire to an output that has none', () => {
    addNode('data');
    addNode('linear');
    setParam('linear-1', 'outFeatures', 2);
    const loss = alone('cross-entropy');
    wire('linear-1.y', `${loss}.prediction`);
    const problem = only(loss);
    expect(labels(problem)).toEqual(['Connect data · y']);
    holds(problem);
  });

  it('give a node weights of its own where it cannot have those of another', () => {
    addNode('data');
    addNode('linear');
    addNode('linear');
    shareWeights('linear-2', 'linear-1');
    const problem = errors().find(({ code }) => code === 'shared-weights') ?? expect.fail();
    expect(labels(problem)).toContain('Give linear2 its own weights');
    holds(problem);
  });

  it('are none that would break something else', () => {
    for (const type of ['data', 'linear', 'cross-entropy']) addNode(type);
    // The other consumer of linear1 needs its four numbers.
    addNode('reshape', { x: 0, y: 400 });
    setParam('reshape-1', 'shape', '4, 1');
    wire('linear-1.y', 'reshape-1.x');
    renameNode('linear-1', 'shared');
    const problem = only('cross-entropy-1');
    expect(labels(problem)).not.toContain('Set Out features of shared to 2');
    expect(labels(problem)).toContain('Insert Linear (2) between shared and loss');
    holds(problem);
  });

  it('are none for a block that nothing follows yet: another in its place would not either', () => {
    for (const type of ['data', 'linear', 'cross-entropy']) addNode(type);
    const block = addAny('library:residual', { x: 0, y: 400 }) ?? expect.fail();
    const unused = state().analysis.problems.find(
      ({ code, place }) => code === 'unused' && place.node === block.id,
    );
    expect(labels(unused ?? expect.fail())).toEqual([]);
  });
});
