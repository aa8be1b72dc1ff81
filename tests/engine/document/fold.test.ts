import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildGraph } from '../../../engine/compiler/build.ts';
import { adoptBlocks } from '../../../engine/document/adopt-blocks.ts';
import { analyseDocument } from '../../../engine/document/analyse.ts';
import { declarationOf } from '../../../engine/document/blocks.ts';
import { countInstances, detachNode, withBlockEdited } from '../../../engine/document/edit-block.ts';
import { type Folded, foldNodes } from '../../../engine/document/fold.ts';
import { readDocument } from '../../../engine/document/read.ts';
import type { BlockDefinition, NetwrightDocument } from '../../../engine/document/schema.ts';
import { unfoldNode } from '../../../engine/document/unfold.ts';
import { mlpDocument } from '../documents.ts';

const template = (id: string): NetwrightDocument => {
  const url = new URL(`../../../assets/templates/${id}.netwright.json`, import.meta.url);
  return readDocument(readFileSync(url, 'utf8'), id);
};

function folded(document: NetwrightDocument, ...ids: string[]): Folded<NetwrightDocument> {
  const result = foldNodes(document, new Set(ids), 'Block');
  if ('refusal' in result) throw new Error(result.refusal.en);
  return result;
}

const refusalOf = (document: NetwrightDocument, ...ids: string[]): string | undefined => {
  const result = foldNodes(document, new Set(ids), 'Block');
  return 'refusal' in result ? result.refusal.en : undefined;
};

/** The computation, whatever nodes are called: every op with its output shapes, in order. */
const computation = (document: NetwrightDocument): string[] =>
  buildGraph(analyseDocument(document), 'train', 4)
    .graph.calls.map(
      ({ op, outputs }) =>
        `${op.name} ${Object.values(outputs)
          .map(({ shape }) => shape.join('×'))
          .join(' ')}`,
    )
    .toSorted();

const onlyBlock = ({ blocks }: NetwrightDocument): BlockDefinition => blocks[0] as BlockDefinition;

describe('making a block of nodes', () => {
  it('names a port for every wire that crosses the border, and computes the same', () => {
    const document = mlpDocument();
    const { document: after, instance } = folded(document, 'relu1', 'fc2');
    expect(computation(after)).toEqual(computation(document));
    const ports = declarationOf(
      after.blocks,
      after.nodes.find(({ id }) => id === instance)?.type ?? '',
    )?.ports;
    expect(ports?.inputs.map(({ label }) => label.en)).toEqual(['in']);
    expect(ports?.outputs.map(({ label }) => label.en)).toEqual(['out']);
    expect(after.nodes.map(({ id }) => id)).toEqual(['data', 'fc1', instance, 'relu2', 'fc3', 'loss']);
  });

  it('makes ports of what is not wired at all', () => {
    const document = mlpDocument();
    const apart = { ...document, wires: [] };
    const { document: after } = folded(apart, 'relu1', 'fc2');
    expect(onlyBlock(after).nodes.map(({ name }) => name)).toEqual([
      'in',
      'in2',
      'relu1',
      'fc2',
      'out',
      'out2',
    ]);
  });

  it('says why it cannot be', () => {
    const document = mlpDocument();
    expect(refusalOf(document)).toMatch(/^Select the layers/);
    expect(refusalOf(document, 'data', 'fc1')).toMatch(/^"data" cannot go into a block/);
    expect(refusalOf(document, 'fc1', 'fc2')).toMatch(/^"relu1" lies between/);
    const shared = document.nodes.map((node) => (node.id === 'fc2' ? { ...node, weightsOf: 'fc1' } : node));
    expect(refusalOf({ ...document, nodes: shared }, 'fc2')).toMatch(/uses the weights of "fc1"/);
  });

  it('and dissolving it again computes the same, whichever layers of a network were taken', () => {
    const networks = ['lenet', 'transformer', 'spirals'].map(template);
    fc.assert(
      fc.property(
        fc.constantFrom(...networks),
        fc.infiniteStream(fc.boolean()),
        fc.integer({ min: 1, max: 3 }),
        (document, picks, times) => {
          const wanted = computation(document);
          let current = document;
          const made: string[] = [];
          for (let i = 0; i < times; i++) {
            const ids = current.nodes.filter(() => picks.next().value).map(({ id }) => id);
            const result = foldNodes(current, new Set(ids), 'Block');
            if ('refusal' in result) continue;
            current = result.document;
            made.push(result.instance);
            expect(computation(current)).toEqual(wanted);
          }
          for (const id of made.toReversed()) current = unfoldNode(current, id)?.document ?? current;
          expect(computation(current)).toEqual(wanted);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('dissolving a block', () => {
  it('lays out every passage, with the instance’s values', () => {
    const { document, instance } = folded(mlpDocument(), 'relu1', 'fc2');
    const block = onlyBlock(document);
    const exposing = withBlockEdited(document, {
      ...block,
      exposed: [{ name: 'width', fields: [{ node: 'fc2', field: 'outFeatures' }] }],
    });
    const repeated = {
      ...exposing,
      nodes: exposing.nodes.map((node) =>
        node.id === instance ? { ...node, params: { repeat: 3, width: 5 } } : node,
      ),
    };
    const { document: flat, unfolded = [] } = unfoldNode(repeated, instance) ?? { document: repeated };
    expect(unfolded).toHaveLength(6);
    expect(computation(flat)).toEqual(computation(repeated));
    expect(new Set(flat.nodes.map(({ id }) => id)).size).toBe(flat.nodes.length);
    expect(new Set(flat.wires.map(({ id }) => id)).size).toBe(flat.wires.length);
  });

  it('keeps what the block around it exposes', () => {
    const inner = folded(mlpDocument(), 'fc2');
    const exposing = withBlockEdited(inner.document, {
      ...onlyBlock(inner.document),
      exposed: [{ name: 'w', fields: [{ node: 'fc2', field: 'outFeatures', times: 2 }] }],
    });
    const outer = foldNodes(exposing, new Set([inner.instance, 'relu1']), 'Outer');
    if ('refusal' in outer) throw new Error(outer.refusal.en);
    const around = outer.document.blocks[1] as BlockDefinition;
    const inside = { nodes: around.nodes, wires: around.wires, blocks: outer.document.blocks };
    const exposed = [{ name: 'width', fields: [{ node: inner.instance, field: 'w', times: 3 }] }];
    const result = unfoldNode(inside, inner.instance, exposed);
    expect(result?.exposed).toEqual([
      { name: 'width', fields: [{ node: result?.unfolded[0], field: 'outFeatures', times: 6 }] },
    ]);
  });
});

describe('editing a block', () => {
  const twice = (): { document: NetwrightDocument; first: string } => {
    const { document, instance } = folded(mlpDocument(), 'relu1', 'fc2');
    const node = document.nodes.find(({ id }) => id === instance);
    const nodes = document.nodes.flatMap((one) =>
      one.id === 'relu2' && node !== undefined ? [{ ...node, id: 'second', name: 'second' }, one] : [one],
    );
    const [input, output] = ['block-input', 'block-output'].map(
      (type) => onlyBlock(document).nodes.find((one) => one.type === type)?.id ?? '',
    );
    const wires = document.wires.flatMap((wire) =>
      wire.from.node === instance
        ? [
            { ...wire, to: { node: 'second', port: input ?? '' } },
            { ...wire, id: 'on', from: { node: 'second', port: output ?? '' } },
          ]
        : [wire],
    );
    return { document: { ...document, nodes, wires }, first: instance };
  };

  it('is followed by every instance', () => {
    const { document } = twice();
    const block = onlyBlock(document);
    const after = withBlockEdited(document, {
      ...block,
      nodes: block.nodes.map((node) =>
        node.id === 'fc2' ? { ...node, params: { ...node.params, outFeatures: 9 } } : node,
      ),
    });
    const widths = analyseDocument(after)
      .flat.nodes.filter(({ id }) => id.endsWith('/fc2'))
      .map(({ params }) => params['outFeatures']);
    expect(widths).toEqual([9, 9]);
    expect(countInstances(after, block.id)).toBe(2);
  });

  it('leaves alone an instance that was detached', () => {
    const { document, first } = twice();
    const after = detachNode(document, first);
    expect(after.blocks.map(({ name }) => name)).toEqual(['Block', 'Block2']);
    expect(countInstances(after, onlyBlock(document).id)).toBe(1);
    expect(computation(after)).toEqual(computation(document));
  });

  it('takes wires and values of ports and fields that are gone from every instance, through all levels', () => {
    const { document, first } = twice();
    const block = onlyBlock(document);
    const exposing = withBlockEdited(document, {
      ...block,
      exposed: [{ name: 'width', fields: [{ node: 'fc2', field: 'outFeatures' }] }],
    });
    const set = {
      ...exposing,
      nodes: exposing.nodes.map((node) =>
        node.id === first ? { ...node, params: { width: 3, repeat: 2 } } : node,
      ),
    };
    const outer = folded(set, first);
    const around = outer.document.blocks[1] as BlockDefinition;
    const nested = withBlockEdited(outer.document, {
      ...around,
      exposed: [{ name: 'w', fields: [{ node: first, field: 'width' }] }],
    });
    const inner = nested.blocks[0] as BlockDefinition;
    const gone = new Set(
      inner.nodes.filter(({ id, type }) => id === 'fc2' || type === 'block-output').map(({ id }) => id),
    );
    const after = withBlockEdited(nested, {
      ...inner,
      nodes: inner.nodes.filter(({ id }) => !gone.has(id)),
      wires: inner.wires.filter(({ from, to }) => !gone.has(from.node) && !gone.has(to.node)),
    });
    expect(after.blocks.map(({ exposed }) => exposed)).toEqual([[], []]);
    expect(after.blocks[1]?.nodes.find(({ id }) => id === first)?.params).toEqual({ repeat: 2 });
    expect(after.wires.some(({ from }) => from.node === 'second')).toBe(false);
    const codes = analyseDocument(after).problems.map(({ code }) => code);
    expect(codes).not.toContain('missing-port');
    expect(codes).not.toContain('unknown-field');
  });
});

describe('blocks from another project', () => {
  it('come with what is inside them, under free ids and names; those that are here already are used', () => {
    const one = folded(mlpDocument(), 'relu1', 'fc2').document;
    const other = folded(mlpDocument(), 'fc2').document;
    expect(adoptBlocks(one.blocks, one.blocks).blocks).toEqual(one.blocks);
    const { blocks, typeHere } = adoptBlocks(one.blocks, other.blocks);
    expect(blocks.map(({ id, name }) => [id, name])).toEqual([
      ['block-1', 'Block'],
      ['block-2', 'Block2'],
    ]);
    expect(typeHere('block:block-1')).toBe('block:block-2');
    expect(typeHere('linear')).toBe('linear');
  });
});
