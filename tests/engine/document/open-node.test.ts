import { describe, expect, it } from 'vitest';
import { buildTrainGraph } from '../../../engine/compiler/train-graph.ts';
import type { Params } from '../../../engine/declaration/fields.ts';
import { elementCount } from '../../../engine/declaration/tensor-type.ts';
import { analyseDocument, hasErrors } from '../../../engine/document/analyse.ts';
import { canOpen, openNode } from '../../../engine/document/open-node.ts';
import { readDocumentValue } from '../../../engine/document/read.ts';
import type { NetwrightDocument } from '../../../engine/document/schema.ts';
import { RandomStream } from '../../../engine/random/stream.ts';
import { chainDocument } from '../documents.ts';
import { GraphRunner } from '../graph-runner.ts';

type End = readonly [node: string, port: string];

/** Two points of the plane as a sequence of two tokens, attention over them, and a class. */
function attending(params: Params, further: { context?: boolean; mask?: boolean } = {}): NetwrightDocument {
  const document = chainDocument([
    ['tokens', 'reshape', { shape: '2, 1' }],
    ['widen', 'linear', { outFeatures: 6 }],
    ['mha', 'multi-head-attention', params],
    ['mean', 'mean'],
    ['fc', 'linear', { outFeatures: 2 }],
  ]);
  const nodes = [...document.nodes];
  const wires = [...document.wires];
  const node = (id: string, type: string, own: Params, from: End): void => {
    nodes.push({ id, type, name: id, position: { x: 600, y: 144 * (nodes.length - 6) }, params: own });
    wire(from, [id, 'x']);
  };
  const wire = (from: End, to: End): void => {
    const ends = { from: { node: from[0], port: from[1] }, to: { node: to[0], port: to[1] } };
    wires.push({ id: `more-${wires.length}`, ...ends });
  };
  if (further.context) {
    node('more', 'linear', { outFeatures: 12 }, ['data', 'x']);
    node('context', 'reshape', { shape: '3, 4' }, ['more', 'y']);
    wire(['context', 'y'], ['mha', 'context']);
  }
  if (further.mask) {
    // 0 about half the time, so that some queries see nothing at all.
    node('marks', 'linear', { outFeatures: further.context ? 3 : 2 }, ['data', 'x']);
    node('mask', 'relu', {}, ['marks', 'y']);
    wire(['mask', 'y'], ['mha', 'mask']);
  }
  return { ...document, nodes, wires };
}

/** Loss and gradients by weight, from weights that follow from the names they have where attention is one node. */
function trained(document: NetwrightDocument) {
  const train = buildTrainGraph(analyseDocument(document), 5, false);
  const runner = new GraphRunner(train.graph);
  const whole = (name: string): string => name.replace(/^mha_(\w+)\./, 'mha.$1.');
  for (const { tensor } of train.weights) {
    const seed = [...whole(tensor.name)].reduce(
      (sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 65521,
      7,
    );
    const random = new RandomStream(seed, 1);
    runner.write(
      tensor,
      Array.from({ length: elementCount(tensor.shape) }, () => random.normal()),
    );
  }
  const random = new RandomStream(5, 2);
  for (const { tensor } of train.inputs) {
    const draw = (): number => (tensor.dtype === 'int32' ? random.below(2) : random.normal());
    runner.write(tensor, Array.from({ length: elementCount(tensor.shape) }, draw));
  }
  runner.write(train.graph.step, [3]);
  runner.write(train.dLoss, [1]);
  runner.run(train.graph.calls.slice(0, train.updateStart));
  return {
    loss: runner.read(train.total),
    gradients: new Map(
      train.weights.map(({ tensor }) => {
        const gradient = train.gradients.get(tensor);
        return [whole(tensor.name), gradient === undefined ? [] : runner.read(gradient)];
      }),
    ),
  };
}

const ways: readonly (readonly [string, NetwrightDocument])[] = [
  ['as it comes', attending({})],
  ['causal, without biases', attending({ causal: true, bias: false, heads: 3 })],
  ['with dropout', attending({ dropout: 0.4 })],
  ['across to a context', attending({ heads: 1 }, { context: true })],
  ['with a mask', attending({}, { mask: true })],
  ['with everything', attending({ causal: true, dropout: 0.3 }, { context: true, mask: true })],
];

describe('Multi-Head Attention', () => {
  it.each(ways)('opened into its parts computes the same numbers and gradients: %s', (_way, document) => {
    expect(analyseDocument(document).problems).toEqual([]);
    const result = openNode(document, 'mha');
    expect(result).toBeDefined();
    const opened = result?.document as NetwrightDocument;
    expect(readDocumentValue(opened, 'opened')).toEqual(opened);
    expect(analyseDocument(opened).problems).toEqual([]);
    expect(opened.nodes.map(({ type }) => type)).not.toContain('multi-head-attention');
    expect(analyseDocument(opened).parameterCount).toBe(analyseDocument(document).parameterCount);

    const closed = trained(document);
    const parts = trained(opened);
    expect(parts.loss[0]).toBeCloseTo(closed.loss[0], 12);
    expect([...parts.gradients.keys()].toSorted()).toEqual([...closed.gradients.keys()].toSorted());
    for (const [name, gradient] of closed.gradients) {
      const found = parts.gradients.get(name) ?? [];
      expect(found).toHaveLength(gradient.length);
      for (const [i, value] of gradient.entries()) expect(found[i], `${name}[${i}]`).toBeCloseTo(value, 10);
    }
  });

  it('opened keeps the wires of the others, their ids, and a place for every part', () => {
    const document = attending({ causal: true }, { mask: true });
    const { document: opened, opened: ids } = openNode(document, 'mha') ?? { document, opened: [] };
    const untouched = document.wires.filter(({ from, to }) => from.node !== 'mha' && to.node !== 'mha');
    expect(opened.wires).toEqual(expect.arrayContaining(untouched));
    for (const { id } of document.wires) expect(opened.wires.map((wire) => wire.id)).toContain(id);
    expect(new Set(opened.wires.map(({ id }) => id)).size).toBe(opened.wires.length);

    const parts = opened.nodes.filter(({ id }) => ids.includes(id));
    expect(parts.map(({ name }) => name)).toContain('mha_query');
    const places = opened.nodes.map(({ position }) => `${position.x} ${position.y}`);
    expect(new Set(places).size, 'no two stand in the same place').toBe(places.length);
    const right = Math.max(...parts.map(({ position }) => position.x));
    for (const id of ['mean', 'fc', 'loss'])
      expect(opened.nodes.find((node) => node.id === id)?.position.x).toBeGreaterThan(right);
  });

  it('is not opened while it cannot compute, nor while its weights are shared, nor are layers without parts', () => {
    const unwired = attending({});
    const withoutInput = { ...unwired, wires: unwired.wires.filter(({ to }) => to.node !== 'mha') };
    const odd = attending({ heads: 4 });
    expect(hasErrors(analyseDocument(odd))).toBe(true);
    const twin = {
      ...(unwired.nodes.find(({ id }) => id === 'mha') as object),
      id: 'twin',
      weightsOf: 'mha',
    };
    const shared = { ...unwired, nodes: [...unwired.nodes, twin] } as NetwrightDocument;
    for (const [document, id] of [
      [withoutInput, 'mha'],
      [odd, 'mha'],
      [shared, 'mha'],
      [shared, 'twin'],
      [unwired, 'fc'],
      [unwired, 'nobody'],
    ] as const) {
      expect(canOpen(document, id, analyseDocument(document))).toBe(false);
      expect(openNode(document, id)).toBeUndefined();
    }
  });
});
