import { beforeEach, describe, expect, it } from 'vitest';
import { makeBlock } from '../../../renderer/document/block-commands.ts';
import { addNode, connect, renameNode, setParam } from '../../../renderer/document/commands.ts';
import { emptyDocument } from '../../../renderer/document/empty-document.ts';
import { loadDocument, selectNodes, useDocumentStore } from '../../../renderer/document/store.ts';
import { findPlaces } from '../../../renderer/find/find-places.ts';

const find = (query: string): readonly string[] => findPlaces(useDocumentStore.getState(), query);

beforeEach(() => {
  loadDocument(emptyDocument('Test'));
  for (const type of ['data', 'linear', 'relu', 'linear', 'cross-entropy']) addNode(type);
});

describe('looking for something in a network', () => {
  it('goes by names and by types, in both languages, in the order data flows', () => {
    renameNode('linear-2', 'Answer');
    expect(find('answer')).toEqual(['linear-2']);
    setParam('linear-2', 'outFeatures', 2);
    expect(find('linear')).toEqual(['linear-1', 'linear-2']);
    expect(find('交叉熵')).toEqual(['cross-entropy-1']);
    expect(find('  ')).toEqual([]);
    expect(find('transformer')).toEqual([]);
  });

  it('goes by shapes, however the sign between the numbers is typed', () => {
    addNode('reshape', { x: 0, y: 300 });
    setParam('reshape-1', 'shape', '1, 2, 1');
    connect({ node: 'data-1', port: 'x' }, { node: 'reshape-1', port: 'x' });
    for (const shape of ['1x2x1', '1×2×1', 'N*1*2*1', '[n, 1, 2, 1]'])
      expect(find(shape), shape).toEqual(['reshape-1']);
    setParam('linear-1', 'outFeatures', 48);
    expect(find('n×48')).toEqual(['linear-1', 'relu-1', 'linear-2']);
    expect(find('n×4'), 'a number is no part of another').toEqual(['linear-2', 'cross-entropy-1']);
  });

  it('goes by problems, by their words or by asking for any', () => {
    expect(find('problem')).toEqual(['cross-entropy-1']);
    addNode('conv2d', { x: 0, y: 300 });
    connect({ node: 'data-1', port: 'x' }, { node: 'conv2d-1', port: 'x' });
    expect(find('expected images')).toEqual(['conv2d-1']);
    expect(find('问题').toSorted()).toEqual(['conv2d-1', 'cross-entropy-1']);
  });

  it('looks into blocks, and says where', () => {
    selectNodes(['linear-1', 'relu-1']);
    makeBlock();
    const block = useDocumentStore
      .getState()
      .document.nodes.find(({ type }) => type.startsWith('block:'))?.id;
    expect(find('relu')).toEqual([`${block}/relu-1`]);
  });
});
