import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildGraph } from '../../engine/compiler/build.ts';
import { analyseDocument } from '../../engine/document/analyse.ts';
import { declarationOf } from '../../engine/document/blocks.ts';
import { readDocument } from '../../engine/document/read.ts';
import type { DocumentNode, NetwrightDocument, Wire } from '../../engine/document/schema.ts';
import { expectSentence } from '../engine/declared.ts';

const read = (path: string): NetwrightDocument =>
  readDocument(readFileSync(new URL(path, import.meta.url), 'utf8'), path);
const folder = new URL('../../assets/blocks/', import.meta.url);

interface Entry {
  readonly id: string;
  readonly title: { readonly en: string; readonly zh: string };
  readonly summary: { readonly en: string; readonly zh: string };
}
const index = JSON.parse(readFileSync(new URL('index.json', folder), 'utf8')) as Entry[];

/** A network of each kind around the block, whose input it can take. */
const around: Readonly<Record<string, string>> = { mlp: 'mlp', 'transformer-layer': 'transformer' };
const wiredBefore: Readonly<Record<string, string>> = { mlp: 'fc1', 'transformer-layer': 'norm' };

/** The template with the library's block put in front of one of its layers. */
function inserted(id: string, params: DocumentNode['params']): NetwrightDocument {
  const host = read(`../../assets/templates/${around[id] ?? 'lenet'}.netwright.json`);
  const target = wiredBefore[id] ?? host.nodes.find(({ type }) => type === 'max-pool')?.id ?? '';
  const { nodes, blocks } = read(`../../assets/blocks/${id}.netwright.json`);
  const instance = { ...(nodes[0] as DocumentNode), id: 'new', params };
  const ports = declarationOf(blocks, instance.type)?.ports;
  const wires = host.wires.flatMap((wire): Wire[] =>
    wire.to.node === target
      ? [
          { ...wire, to: { node: 'new', port: ports?.inputs[0]?.name ?? '' } },
          { ...wire, id: 'on', from: { node: 'new', port: ports?.outputs[0]?.name ?? '' } },
        ]
      : [wire],
  );
  return { ...host, nodes: [...host.nodes, instance], wires, blocks };
}

describe('the block library', () => {
  it('leaves no block out', () => {
    const files = readdirSync(folder).filter((file) => file.endsWith('.netwright.json'));
    expect(files.toSorted()).toEqual(index.map(({ id }) => `${id}.netwright.json`).toSorted());
    expect(index.map(({ title }) => title.en)).toEqual(
      expect.arrayContaining(['Residual', 'Bottleneck', 'Conv-BN-ReLU', 'Transformer layer', 'MLP']),
    );
  });

  it.each(index)('says in both languages what $id is', ({ title, summary }) => {
    expect(title.zh).toMatch(/[一-鿿]|Transformer/);
    expectSentence(summary);
  });

  it.each(index)('has a block $id that works where it is dropped, and with what it exposes set', ({ id }) => {
    const { nodes, blocks } = read(`../../assets/blocks/${id}.netwright.json`);
    const fields = declarationOf(blocks, nodes[0]?.type ?? '')?.fields ?? {};
    expect(Object.keys(fields).length).toBeGreaterThan(1);
    const host = inserted(id, {});
    const channels = host.nodes.find(({ type }) => type === 'conv2d')?.params['outChannels'];
    // Where the size is kept, it is the input's.
    const fitting = id === 'residual' ? { outChannels: channels as number } : {};
    const problems = analyseDocument(inserted(id, fitting)).problems.filter(
      ({ severity }) => severity === 'error',
    );
    expect(problems).toEqual([]);
    const wide =
      id === 'residual' || id === 'transformer-layer' ? fitting : { [Object.keys(fields)[0] ?? '']: 24 };
    const set = analyseDocument(inserted(id, wide));
    expect(set.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  });
});

describe('ResNet-20 of blocks', () => {
  const parts = (document: NetwrightDocument) => {
    const { graph, weights } = buildGraph(analyseDocument(document), 'train', 8);
    return {
      ops: graph.calls.map(({ op, attributes, inputs, outputs }) => [
        op.name,
        attributes,
        ...[...Object.values(inputs), ...Object.values(outputs)].map(
          (tensor) => tensor && [tensor.id, tensor.shape],
        ),
      ]),
      weights: weights.map(({ declaration }) => declaration),
    };
  };

  it('is drawn as a handful of nodes, and computes op by op and weight by weight what its 74 layers do', () => {
    const folded = read('../../assets/templates/resnet.netwright.json');
    const unfolded = read('resnet-20-unfolded.netwright.json');
    expect(folded.nodes.length).toBeLessThan(10);
    expect(unfolded.nodes).toHaveLength(74);
    expect(folded.training).toEqual(unfolded.training);
    expect(parts(folded)).toEqual(parts(unfolded));
  });
});
