import { describe, expect, it } from 'vitest';
import { analyseDocument, hasErrors } from '../../../engine/document/analyse.ts';
import { flatten } from '../../../engine/document/flatten.ts';
import { graphNames } from '../../../engine/document/names.ts';
import { problemText } from '../../../engine/document/problem-text.ts';
import { readDocument, readDocumentValue } from '../../../engine/document/read.ts';
import {
  type BlockDefinition,
  type DocumentNode,
  documentLimits,
  type NetwrightDocument,
  type Wire,
} from '../../../engine/document/schema.ts';
import { withBlocks } from '../block-documents.ts';

type Ports = readonly (readonly [from: string, to: string])[];
const node = (id: string, type: string, params: DocumentNode['params'] = {}, y = 0): DocumentNode => ({
  id,
  type,
  name: id,
  position: { x: 0, y },
  params,
});
const wires = (...ends: Ports): Wire[] =>
  ends.map(([from, to], i) => {
    const end = (text: string) => {
      const [id = '', port = ''] = text.split('.');
      return { node: id, port };
    };
    return { id: `w${i}`, from: end(from), to: end(to) };
  });
const block = (
  id: string,
  nodes: DocumentNode[],
  links: Wire[],
  exposed: BlockDefinition['exposed'] = [],
): BlockDefinition => ({ id, name: id, nodes, wires: links, exposed });

/** Linear and ReLU; `out` sets the features. */
const dense = block(
  'dense',
  [
    node('in', 'block-input'),
    node('fc', 'linear', { outFeatures: 4 }),
    node('act', 'relu'),
    node('out', 'block-output'),
  ],
  wires(['in.x', 'fc.x'], ['fc.y', 'act.x'], ['act.y', 'out.x']),
  [{ name: 'features', fields: [{ node: 'fc', field: 'outFeatures' }] }],
);

const chained = (instance: DocumentNode, ...blocks: BlockDefinition[]): NetwrightDocument =>
  withBlocks(blocks, [instance], wires(['data.x', `${instance.id}.in`], [`${instance.id}.out`, 'fc3.x']));

const errorsOf = (document: NetwrightDocument) =>
  analyseDocument(document).problems.filter(({ severity }) => severity === 'error');

describe('a document with blocks', () => {
  it('runs as the nodes inside, named by the way to them', () => {
    const document = chained(node('one', 'block:dense'), dense);
    const analysis = analyseDocument(document);
    expect(analysis.problems).toEqual([]);
    expect(analysis.flat.nodes.map(({ id }) => id)).toEqual(['data', 'one/fc', 'one/act', 'fc3', 'loss']);
    expect(graphNames(analysis.flat).get('one/fc')).toBe('one_fc');
    expect(
      analysis.flat.wires.map(({ from, to }) => `${from.node}.${from.port} ${to.node}.${to.port}`),
    ).toEqual(expect.arrayContaining(['data.x one/fc.x', 'one/act.y fc3.x']));
    expect(analysis.parameterCount).toBe(2 * 4 + 4 + (4 * 2 + 2));
  });

  it('gives every instance its own values of exposed fields, times what a field asks for', () => {
    const wide = {
      ...dense,
      exposed: [
        {
          name: 'features',
          fields: [
            { node: 'fc', field: 'outFeatures' },
            { node: 'fc2', field: 'outFeatures', times: 3 },
          ],
        },
      ],
      nodes: [...dense.nodes, node('fc2', 'linear', { outFeatures: 1 })],
      wires: wires(['in.x', 'fc.x'], ['fc.y', 'act.x'], ['act.y', 'fc2.x'], ['fc2.y', 'out.x']),
    };
    const document = withBlocks(
      [wide],
      [node('a', 'block:dense', { features: 5 }), node('b', 'block:dense')],
      wires(['data.x', 'a.in'], ['a.out', 'b.in'], ['b.out', 'fc3.x']),
    );
    const { flat, problems } = analyseDocument(document);
    expect(problems).toEqual([]);
    const features = (id: string): unknown => flat.nodes.find((one) => one.id === id)?.params['outFeatures'];
    expect(['a/fc', 'a/fc2', 'b/fc', 'b/fc2'].map(features)).toEqual([5, 15, 4, 12]);
  });

  it('passes through a repeated block once after the other, with weights of its own each time', () => {
    const document = chained(node('one', 'block:dense', { repeat: 3 }), dense);
    const { flat, problems, parameterCount } = analyseDocument(document);
    expect(problems).toEqual([]);
    expect(flat.nodes.map(({ id }) => id).filter((id) => id.endsWith('/fc'))).toEqual([
      'one.1/fc',
      'one.2/fc',
      'one.3/fc',
    ]);
    expect(flat.wires.find(({ to }) => to.node === 'one.2/fc')?.from).toEqual({
      node: 'one.1/act',
      port: 'y',
    });
    expect(parameterCount).toBe(12 + 20 + 20 + 10);
  });

  it('hands inputs beyond the outputs to every passage', () => {
    const sum = block(
      'sum',
      [
        node('in', 'block-input', {}, 0),
        node('by', 'block-input', {}, 1),
        node('add', 'add'),
        node('out', 'block-output'),
      ],
      wires(['in.x', 'add.a'], ['by.x', 'add.b'], ['add.y', 'out.x']),
    );
    const document = withBlocks(
      [sum],
      [node('s', 'block:sum', { repeat: 2 })],
      wires(['data.x', 's.in'], ['data.x', 's.by'], ['s.out', 'fc3.x']),
    );
    const { flat, problems } = analyseDocument(document);
    expect(problems).toEqual([]);
    expect(flat.wires.find(({ to }) => to.node === 's.2/add' && to.port === 'b')?.from.node).toBe('data');
    expect(flat.wires.find(({ to }) => to.node === 's.2/add' && to.port === 'a')?.from.node).toBe('s.1/add');
  });

  it('unfolds blocks in blocks, and lets values through from the outermost', () => {
    const outer = block(
      'outer',
      [node('in', 'block-input'), node('inner', 'block:dense', { repeat: 2 }), node('out', 'block-output')],
      wires(['in.x', 'inner.in'], ['inner.out', 'out.x']),
      [
        { name: 'width', label: 'Width', fields: [{ node: 'inner', field: 'features' }] },
        { name: 'depth', fields: [{ node: 'inner', field: 'repeat' }] },
      ],
    );
    const document = chained(node('o', 'block:outer', { width: 6, depth: 3 }), outer, dense);
    const { flat, problems } = analyseDocument(document);
    expect(problems).toEqual([]);
    const inner = flat.nodes
      .filter(({ type }) => type === 'linear' && true)
      .filter(({ id }) => id.startsWith('o/'));
    expect(inner.map(({ id, params }) => [id, params['outFeatures']])).toEqual([
      ['o/inner.1/fc', 6],
      ['o/inner.2/fc', 6],
      ['o/inner.3/fc', 6],
    ]);
  });

  it('shares weights inside each instance', () => {
    const tied = block(
      'tied',
      [
        node('in', 'block-input'),
        node('fc', 'linear', { outFeatures: 2 }),
        { ...node('again', 'linear', { outFeatures: 2 }), weightsOf: 'fc' },
        node('out', 'block-output'),
      ],
      wires(['in.x', 'fc.x'], ['fc.y', 'again.x'], ['again.y', 'out.x']),
    );
    const document = chained(node('one', 'block:tied', { repeat: 2 }), tied);
    const { problems, parameterCount } = analyseDocument(document);
    expect(problems).toEqual([]);
    expect(parameterCount).toBe(2 * 6 + 6);
  });

  it('is flattened anew only where its nodes, wires or blocks have changed', () => {
    const document = chained(node('one', 'block:dense'), dense);
    expect(flatten({ ...document, name: 'Other' } as NetwrightDocument)).toBe(flatten(document));
    expect(flatten({ ...document, blocks: [...document.blocks] })).not.toBe(flatten(document));
  });

  it('is opened from version 2, which had no blocks', () => {
    const { blocks: _, ...old } = chained(node('act', 'relu'));
    expect(readDocumentValue({ ...old, version: 2 }, 'old').blocks).toEqual([]);
  });

  it('reads what it was written as', () => {
    const document = chained(node('one', 'block:dense', { features: 3, repeat: 2 }), dense);
    expect(readDocument(JSON.stringify(document), 'file')).toEqual(document);
  });
});

describe('what is wrong in a block', () => {
  it('is told at the node inside, once for all passages, and named by the way to it', () => {
    const wrong = {
      ...dense,
      nodes: dense.nodes.map((one) => (one.id === 'fc' ? { ...one, params: { outFeatures: 0 } } : one)),
      exposed: [],
    };
    const document = chained(node('one', 'block:dense', { repeat: 3 }), wrong);
    const [problem, ...others] = errorsOf(document);
    expect(others).toEqual([]);
    expect(problem?.place).toEqual({ node: 'one/fc', field: 'outFeatures' });
    expect(problem && problemText(problem, document).en).toMatch(/^node "one › fc", field "outFeatures": /);
  });

  it('says in which passage the shapes stop to fit', () => {
    const narrowing = block(
      'res',
      [
        node('in', 'block-input'),
        node('fc', 'linear', { outFeatures: 2 }),
        node('add', 'add'),
        node('wide', 'linear', { outFeatures: 7 }),
        node('out', 'block-output'),
      ],
      wires(['in.x', 'fc.x'], ['fc.y', 'add.a'], ['in.x', 'add.b'], ['add.y', 'wide.x'], ['wide.y', 'out.x']),
    );
    const document = chained(node('one', 'block:res', { repeat: 2 }), narrowing);
    const [problem] = errorsOf(document);
    expect(problem?.place.node).toBe('one/add');
    expect(problem?.message.en).toMatch(/^In passage 2: .*2.*7/);
    expect(problem?.message.zh).toMatch(/^第 2 次重复：/);
  });

  it('is told at the instance where its own input is not wired', () => {
    const document = withBlocks([dense], [node('one', 'block:dense')], wires(['one.out', 'fc3.x']));
    expect(errorsOf(document).map(({ place, message }) => [place, message.en])).toEqual([
      [{ node: 'one', port: 'in' }, 'Nothing is wired to "in"; connect an output to it.'],
    ]);
  });

  it('is told at the end inside where an output comes from nothing', () => {
    const open = { ...dense, wires: dense.wires.slice(0, 2) };
    const [problem, ...others] = errorsOf(chained(node('one', 'block:dense'), open));
    expect(others).toEqual([]);
    expect(problem?.place).toEqual({ node: 'one/out', port: 'x' });
    expect(problem?.message.en).toContain('"out"');
  });

  it('is told at the instance where a value is out of range, and the block goes on with its own', () => {
    const document = chained(node('one', 'block:dense', { features: -1 }), dense);
    expect(errorsOf(document).map(({ place }) => place)).toEqual([{ node: 'one', field: 'features' }]);
  });

  it.each([
    ['data', node('d', 'data')],
    ['a loss', node('l', 'mse')],
  ])('is told of %s, which stands outside of blocks', (_, stray) => {
    const document = chained(node('one', 'block:dense'), { ...dense, nodes: [...dense.nodes, stray] });
    const [problem] = errorsOf(document);
    expect(problem?.code).toBe('outside-blocks-only');
    expect(problem?.place.node).toBe(`one/${stray.id}`);
  });

  it('names a block that is not in the project, and the end of a block that stands in none', () => {
    const document = withBlocks(
      [dense],
      [node('one', 'block:gone'), node('p', 'block-input')],
      wires(['data.x', 'fc3.x']),
    );
    expect(errorsOf(document).map(({ code, message }) => [code, message.en])).toEqual([
      ['unknown-layer', 'There is no block "gone" in this project; its blocks: "dense".'],
      ['port-outside-block', expect.stringContaining('stands in no block')],
    ]);
  });

  it('refuses to repeat what has more outputs than inputs', () => {
    const fork = {
      ...dense,
      nodes: [...dense.nodes, node('out2', 'block-output', {}, 9)],
      wires: [...dense.wires, ...wires(['fc.y', 'out2.x']).map((wire) => ({ ...wire, id: 'more' }))],
    };
    const [problem] = errorsOf(chained(node('one', 'block:dense', { repeat: 2 }), fork));
    expect(problem?.code).toBe('block-not-repeatable');
    expect(problem?.message.en).toContain('found 1 and 2');
  });
});

describe('a block that contains itself', () => {
  const inItself = (id: string, other: string): BlockDefinition => ({
    ...dense,
    id,
    name: id,
    nodes: [...dense.nodes, node('again', `block:${other}`)],
    exposed: [],
  });

  it.each([
    ['directly', [inItself('a', 'a')], 'a → a', 'one/again'],
    ['through another', [inItself('a', 'b'), inItself('b', 'a')], 'a → b → a', 'one/again/again'],
  ])('%s, is named and not unfolded', (_, blocks, way, place) => {
    const document = chained(node('one', 'block:a'), ...blocks);
    const problem = errorsOf(document).find(({ code }) => code === 'block-in-itself');
    expect(problem?.message.en).toContain(`contains itself (${way})`);
    expect(problem?.message.zh).toContain(way);
    expect(problem?.place.node).toBe(place);
  });

  it('may expose fields of itself without a hang', () => {
    const exposing = {
      ...inItself('a', 'a'),
      exposed: [{ name: 'w', fields: [{ node: 'again', field: 'w' }] }],
    };
    expect(hasErrors(analyseDocument(chained(node('one', 'block:a', { w: 3 }), exposing)))).toBe(true);
  });
});

describe('blocks in blocks', () => {
  const nested = (depth: number, repeat: number): NetwrightDocument => {
    const blocks = Array.from({ length: depth }, (_, i) =>
      i === depth - 1
        ? { ...dense, id: `b${i}`, name: `b${i}`, exposed: [] }
        : block(
            `b${i}`,
            [
              node('in', 'block-input'),
              node('inner', `block:b${i + 1}`, { repeat }),
              node('out', 'block-output'),
            ],
            wires(['in.x', 'inner.in'], ['inner.out', 'out.x']),
          ),
    );
    return chained(node('one', 'block:b0', { repeat }), ...blocks);
  };

  it(`may lie ${documentLimits.blockDepth} deep and no deeper`, () => {
    expect(errorsOf(nested(documentLimits.blockDepth, 1))).toEqual([]);
    const [problem] = errorsOf(nested(documentLimits.blockDepth + 1, 1));
    expect(problem?.code).toBe('blocks-too-deep');
  });

  it('are refused with the limit, at once, where they unfold into too many nodes', () => {
    const problems = errorsOf(nested(documentLimits.blockDepth, documentLimits.repeat));
    expect(problems.map(({ code }) => code)).toContain('too-many-nodes');
    expect(problems.find(({ code }) => code === 'too-many-nodes')?.message.en).toContain('5000');
  });
});
