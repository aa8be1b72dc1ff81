import { describe, expect, it } from 'vitest';
import { analyseDocument } from '../../../engine/document/analyse.ts';
import { blockType } from '../../../engine/document/blocks.ts';
import { knownAt } from '../../../engine/document/level-analysis.ts';
import { openNode } from '../../../engine/document/open-node.ts';
import { readDocument } from '../../../engine/document/read.ts';
import type { BlockDefinition, NetwrightDocument } from '../../../engine/document/schema.ts';
import { unfoldNode } from '../../../engine/document/unfold.ts';
import { withBlocks } from '../block-documents.ts';
import { chainDocument, mlpDocument } from '../documents.ts';

const frozen = <D extends NetwrightDocument>(document: D, ...ids: string[]): D => ({
  ...document,
  nodes: document.nodes.map((node) => (ids.includes(node.id) ? { ...node, frozen: true } : node)),
});

const position = { x: 0, y: 0 };
const node = (id: string, type: string, params = {}) => ({ id, type, name: id, position, params });

/** Linear and ReLU in a block `unit`, that in a block `pair`, and an instance `twice` that is passed through twice. */
function nested(): NetwrightDocument {
  const chain = (inner: { id: string }[]): BlockDefinition['wires'] =>
    [...inner, { id: 'out' }].map(({ id }, at) => ({
      id: `w${at}`,
      from:
        at === 0
          ? { node: 'in', port: 'x' }
          : { node: inner[at - 1].id, port: inner[at - 1].id === 'unit-1' ? 'out' : 'y' },
      to: { node: id, port: id === 'unit-1' ? 'in' : 'x' },
    }));
  const block = (id: string, inner: BlockDefinition['nodes']): BlockDefinition => ({
    id,
    name: id,
    nodes: [node('in', 'block-input'), ...inner, node('out', 'block-output')],
    wires: chain(inner),
    exposed: [],
  });
  const unit = block('unit', [node('fc', 'linear', { outFeatures: 2 }), node('relu', 'relu')]);
  const pair = block('pair', [node('unit-1', blockType('unit')), node('last', 'linear', { outFeatures: 2 })]);
  return withBlocks(
    [unit, pair],
    [node('twice', blockType('pair'), { repeat: 2 })],
    [
      { id: '', from: { node: 'data', port: 'x' }, to: { node: 'twice', port: 'in' } },
      { id: '', from: { node: 'twice', port: 'out' }, to: { node: 'fc3', port: 'x' } },
    ],
  );
}

describe('a document with frozen nodes', () => {
  it('is read as it was written, and one without a word of it too', () => {
    const written = frozen(mlpDocument(), 'fc1');
    expect(readDocument(JSON.stringify(written), 'a').nodes.map((each) => each.frozen)).toEqual(
      written.nodes.map(({ id }) => (id === 'fc1' ? true : undefined)),
    );
    expect(readDocument(JSON.stringify(mlpDocument()), 'a')).toEqual(mlpDocument());
  });

  it('is refused where the word is anything but true', () => {
    const [data, fc1, ...rest] = mlpDocument().nodes;
    for (const found of [false, 'yes', 1]) {
      const wrong = { ...mlpDocument(), nodes: [data, { ...fc1, frozen: found }, ...rest] };
      expect(() => readDocument(JSON.stringify(wrong), 'a.json')).toThrow(/a\.json.*frozen/s);
    }
  });

  it('counts frozen parameters among all of them', () => {
    const { nodes, parameterCount, frozenCount } = analyseDocument(
      frozen(mlpDocument(), 'fc1', 'relu1', 'fc2'),
    );
    expect([parameterCount, frozenCount]).toEqual([42, 32]);
    expect(['fc1', 'relu1', 'fc3'].map((id) => nodes.get(id)?.frozenCount)).toEqual([12, 0, 0]);
  });

  it('has one problem where nothing is left to train, at the last of its layers', () => {
    const { problems } = analyseDocument(frozen(mlpDocument(), 'fc1', 'fc2', 'fc3'));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ code: 'all-frozen', severity: 'error', place: { node: 'fc3' } });
    expect(problems[0].message.en).toContain('"fc3"');
    expect(problems[0].message.zh).toContain('“fc3”');
  });

  it('names the owner of weights that the last layer uses, and the block that is frozen as a whole', () => {
    const shared = frozen(mlpDocument(), 'fc1', 'fc2');
    const borrowing = {
      ...shared,
      nodes: shared.nodes.map((each) =>
        each.id === 'fc3' ? { ...each, params: { outFeatures: 4 }, weightsOf: 'fc2' } : each,
      ),
    };
    const [problem] = analyseDocument(borrowing).problems.filter(({ code }) => code === 'all-frozen');
    expect(problem).toMatchObject({ place: { node: 'fc2' } });
    expect(problem?.message.en).toContain('"fc2"');

    const whole = analyseDocument(frozen(nested(), ...nested().nodes.map(({ id }) => id))).problems;
    const [inBlock] = whole.filter(({ code }) => code === 'all-frozen');
    const block = nested().nodes.find(({ id }) => id === inBlock?.place.node);
    expect(block).toBeDefined();
    expect(inBlock?.message.en).toContain(`such as the last, "${block?.name}"`);
    expect(inBlock?.message.en).not.toContain('passage');
  });

  it('counts as nothing to train what leads to no loss', () => {
    const document = frozen(mlpDocument(), 'fc1', 'fc2', 'fc3');
    const aside = {
      ...document,
      nodes: [...document.nodes, node('aside', 'linear', { outFeatures: 3 })],
      wires: [
        ...document.wires,
        { id: 'aside', from: { node: 'data', port: 'x' }, to: { node: 'aside', port: 'x' } },
      ],
    };
    expect(analyseDocument(aside).problems.map(({ code }) => code)).toContain('all-frozen');
  });

  it('has no such problem where there are no weights at all', () => {
    const bare = chainDocument([['relu', 'relu']]);
    expect(analyseDocument(frozen(bare, 'relu')).problems).toEqual([]);
  });
});

describe('a frozen instance of a block', () => {
  it('freezes all that is inside, at every depth and in every passage', () => {
    const { flat, nodes, frozenCount, parameterCount } = analyseDocument(frozen(nested(), 'twice'));
    const inside = flat.nodes.filter(({ id }) => id.startsWith('twice.'));
    expect(inside.map(({ id }) => id)).toContain('twice.2/unit-1/fc');
    expect(inside.every((each) => each.frozen)).toBe(true);
    expect([frozenCount, parameterCount]).toEqual([4 * 6, 5 * 6]);
    expect(nodes.get('fc3')?.frozenCount).toBe(0);
  });

  it('freezes through a block in a block what only the inner one says', () => {
    const document = nested();
    const [unit, pair] = document.blocks;
    const inner = pair.nodes.map((each) =>
      each.id === 'unit-1' ? { ...each, frozen: true as const } : each,
    );
    const { flat, frozenCount } = analyseDocument({ ...document, blocks: [unit, { ...pair, nodes: inner }] });
    expect(flat.nodes.filter((each) => each.frozen).map(({ id }) => id)).toEqual([
      'twice.1/unit-1/fc',
      'twice.1/unit-1/relu',
      'twice.2/unit-1/fc',
      'twice.2/unit-1/relu',
    ]);
    expect(frozenCount).toBe(12);
  });

  it('shows what it holds at its own level and inside', () => {
    const document = frozen(nested(), 'twice');
    const { flattened, nodes } = analyseDocument(document);
    expect(knownAt(document, [], flattened, nodes).nodes.get('twice')).toMatchObject({
      parameterCount: 24,
      frozenCount: 24,
    });
    expect(knownAt(document, ['twice'], flattened, nodes).nodes.get('last')?.frozenCount).toBe(6);
  });

  it('leaves frozen nodes where it is dissolved', () => {
    const unfolded = unfoldNode(frozen(nested(), 'twice'), 'twice');
    const taken = unfolded?.document.nodes.filter(({ id }) => unfolded.unfolded.includes(id)) ?? [];
    expect(taken).toHaveLength(4);
    expect(taken.every((each) => each.frozen)).toBe(true);
    expect(analyseDocument(unfolded?.document as NetwrightDocument).frozenCount).toBe(24);
  });
});

it('a frozen layer that is opened leaves its weights frozen', () => {
  const document = frozen(
    chainDocument(
      [
        ['embedding', 'embedding', { vocabulary: 20, width: 12 }],
        ['attention', 'multi-head-attention', { heads: 3 }],
        ['fc', 'linear', { outFeatures: 13 }],
      ],
      'cross-entropy',
      { source: 'sequences' },
    ),
    'attention',
  );
  const opened = openNode(document, 'attention');
  const parts = opened?.document.nodes.filter(({ id }) => opened.opened.includes(id)) ?? [];
  const types = (isFrozen: boolean): Set<string> =>
    new Set(parts.flatMap((part) => ((part.frozen === true) === isFrozen ? [part.type] : [])));
  expect(types(true)).toEqual(new Set(['linear']));
  expect(types(false).has('linear')).toBe(false);
  expect(analyseDocument(opened?.document as NetwrightDocument).frozenCount).toBe(
    analyseDocument(document).frozenCount,
  );
});
