import { beforeEach, describe, expect, it } from 'vitest';
import {
  copySelection,
  cutSelection,
  duplicateSelection,
  paste,
  readFragment,
  selectedFragment,
} from '../../../renderer/document/clipboard.ts';
import { addNode, renameNode, selectAll, shareWeights } from '../../../renderer/document/commands.ts';
import { emptyDocument } from '../../../renderer/document/empty-document.ts';
import { loadDocument, selectNodes, undo, useDocumentStore } from '../../../renderer/document/store.ts';

const state = () => useDocumentStore.getState();

/** What a copy event carries. */
class Carrier {
  text = '';
  setData(_type: string, text: string): void {
    this.text = text;
  }
}

beforeEach(() => {
  loadDocument(emptyDocument('Test'));
  for (const type of ['data', 'linear', 'relu']) addNode(type);
});

describe('copying', () => {
  it('takes the wires among what is selected, and no others', () => {
    selectNodes(['linear-1', 'relu-1']);
    expect(selectedFragment()?.nodes.map(({ id }) => id)).toEqual(['linear-1', 'relu-1']);
    expect(selectedFragment()?.wires).toHaveLength(1);
  });

  it('writes text that a person can read and another window can paste', async () => {
    selectNodes(['linear-1', 'relu-1']);
    const carrier = new Carrier();
    expect(await copySelection(carrier)).toBe(true);
    expect(carrier.text).toContain('"format": "netwright-nodes"');
    loadDocument(emptyDocument('Other'));
    await paste(carrier.text);
    expect(state().document.nodes.map(({ name }) => name)).toEqual(['linear1', 'relu1']);
    expect(state().document.wires).toHaveLength(1);
  });

  it('takes nothing where nothing is selected', async () => {
    selectNodes([]);
    expect(await copySelection(new Carrier())).toBe(false);
  });
});

describe('pasting', () => {
  it('gives copies ids and names of their own, beside the originals, and selects them', async () => {
    selectAll();
    const carrier = new Carrier();
    await copySelection(carrier);
    await paste(carrier.text);
    await paste(carrier.text);
    const { nodes, wires } = state().document;
    expect(nodes).toHaveLength(9);
    expect(new Set(nodes.map(({ id }) => id)).size).toBe(9);
    expect(new Set(nodes.map(({ name }) => name)).size).toBe(9);
    expect(new Set(nodes.map(({ position }) => `${position.x} ${position.y}`)).size).toBe(9);
    expect(new Set(wires.map(({ id }) => id)).size).toBe(6);
    expect(state().selection.nodes.size).toBe(3);
    undo();
    expect(state().document.nodes).toHaveLength(6);
  });

  it('moves by cut and paste, back to the same place', async () => {
    renameNode('relu-1', 'act');
    const { position } = state().analysis.topology.nodes.get('relu-1') ?? {};
    selectNodes(['relu-1']);
    const carrier = new Carrier();
    await cutSelection(carrier);
    expect(state().document.nodes).toHaveLength(2);
    await paste(carrier.text);
    expect(state().document.nodes.at(-1)).toMatchObject({ name: 'act', position });
  });

  it.each([
    ['other text', 'hello'],
    ['other JSON', '{"a":1}'],
    ['nodes of no known layer', JSON.stringify(fragmentWith({ type: 'flux-capacitor' }))],
    ['nodes with more than nodes have', JSON.stringify(fragmentWith({ script: 'x' }))],
    ['a node without a place', JSON.stringify(fragmentWith({ position: undefined }))],
  ])('does not take %s', (_what, text) => {
    expect(readFragment(text)).toHaveProperty('refusal');
  });

  it('says what was expected and what was found in text that is something else', () => {
    const refusal = (json: string): string | undefined => {
      const read = readFragment(json);
      return 'refusal' in read ? read.refusal.en : undefined;
    };
    expect(refusal('Dear all,\n\nplease find the network below, which we drew together.')).toBe(
      'expected copied layers ("format": "netwright-nodes"), found “Dear all, please find the network below…”.',
    );
    expect(refusal('{"format": "netwright"}')).toMatch(/found “\{"format": "netwright"\}”\.$/);
    expect(refusal(JSON.stringify(fragmentWith({ name: 'x'.repeat(10_000) })))).toMatch(
      /^nodes\[0\]\.name: expected a length ≤ 200, found "x+…\.$/,
    );
    expect(refusal(JSON.stringify(fragmentWith({ type: 'flux-capacitor' })))).toBe(
      '“a” is a “flux-capacitor”, which is not known here.',
    );
    expect(refusal(' '.repeat(20_000_000))).toMatch(
      /^expected at most 16777216 characters, found 20000000\.$/,
    );
  });

  it('of foreign text adds nothing, not even what was copied before', async () => {
    selectNodes(['linear-1']);
    await copySelection(new Carrier());
    const before = state().document;
    await paste('Dear all');
    expect(state().document).toBe(before);
  });

  it('leaves out wires to nodes that were not copied', async () => {
    const fragment = {
      ...fragmentWith({}),
      wires: [{ id: 'w', from: { node: 'gone', port: 'y' }, to: { node: 'a', port: 'x' } }],
    };
    await paste(JSON.stringify(fragment));
    expect(state().document.nodes).toHaveLength(4);
    expect(state().document.wires).toHaveLength(2);
  });
});

it('copies share with copies what their originals share', () => {
  selectNodes(['linear-1']);
  duplicateSelection();
  const user = state().document.nodes.at(-1)?.id as string;
  shareWeights(user, 'linear-1');
  selectNodes([user]);
  duplicateSelection();
  expect(state().document.nodes.at(-1)?.weightsOf).toBe('linear-1');
  selectNodes([user, 'linear-1']);
  duplicateSelection();
  const copies = state().document.nodes.slice(-2);
  const owner = copies.find(({ weightsOf }) => weightsOf === undefined);
  expect(owner?.id).toBeDefined();
  expect(copies.find((node) => node !== owner)?.weightsOf).toBe(owner?.id);
});

it('duplicating is one step', () => {
  selectNodes(['linear-1']);
  duplicateSelection();
  expect(state().document.nodes.at(-1)?.name).toBe('linear2');
  undo();
  expect(state().document.nodes).toHaveLength(3);
});

function fragmentWith(part: Record<string, unknown>) {
  const node = { id: 'a', type: 'relu', name: 'a', position: { x: 0, y: 0 }, params: {}, ...part };
  return { format: 'netwright-nodes', nodes: [node], wires: [] };
}
