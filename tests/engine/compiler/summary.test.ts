import { describe, expect, it } from 'vitest';
import { type SummaryFigures, summarise } from '../../../engine/compiler/summary.ts';
import type { NetwrightDocument } from '../../../engine/document/schema.ts';
import { chainDocument } from '../documents.ts';
import { template } from '../training/templates.ts';

/** Rows by the names of their nodes. */
function rowsOf(document: NetwrightDocument) {
  const { rows, total } = summarise(document);
  const figures = (name: string): SummaryFigures | undefined =>
    rows.find((row) => row.name === name)?.figures;
  const known = (name: string): SummaryFigures => {
    const found = figures(name);
    if (found === undefined) throw new Error(`nothing is known of ${name}`);
    return found;
  };
  return { rows, total, figures, known };
}

const shapes = ({ outputs }: SummaryFigures): readonly (readonly number[])[] =>
  outputs.map(({ type }) => type.shape.slice(1));

describe('LeNet-5', () => {
  const { rows, total, known } = rowsOf(template('lenet'));

  it('has one row for each node, in the order in which they compute', () => {
    expect(rows.map(({ name }) => name)).toEqual(
      'data conv1 relu1 pool1 conv2 relu2 pool2 flatten fc1 relu3 fc2 relu4 fc3 loss'.split(' '),
    );
  });

  it('has the parameters of every layer', () => {
    expect(known('conv1').parameters).toBe(6 * 5 * 5 + 6);
    expect(known('conv2').parameters).toBe(16 * 6 * 5 * 5 + 16);
    expect(known('fc1').parameters).toBe(400 * 120 + 120);
    expect(known('fc2').parameters).toBe(120 * 84 + 84);
    expect(known('fc3').parameters).toBe(84 * 4 + 4);
    expect(known('relu1').parameters).toBe(0);
    expect(total).toMatchObject({
      parameters: 156 + 2416 + 48_120 + 10_164 + 340,
      statistics: 0,
      unknown: 0,
    });
  });

  it('has the shapes of what they give out, and none of the loss', () => {
    expect(shapes(known('data'))).toEqual([[1, 28, 28], []]);
    expect(shapes(known('conv1'))).toEqual([[6, 28, 28]]);
    expect(shapes(known('pool2'))).toEqual([[16, 5, 5]]);
    expect(shapes(known('flatten'))).toEqual([[400]]);
    expect(shapes(known('loss'))).toEqual([]);
  });

  it('counts the multiply-adds of one sample', () => {
    expect(known('conv1').multiplyAdds).toBe(28 * 28 * 6 * (5 * 5));
    expect(known('conv2').multiplyAdds).toBe(10 * 10 * 16 * (6 * 5 * 5));
    expect(known('fc1').multiplyAdds).toBe(400 * 120);
    expect(known('flatten').multiplyAdds).toBe(0);
    expect(total.multiplyAdds).toBe(rows.reduce((sum, { figures }) => sum + (figures?.multiplyAdds ?? 0), 0));
  });

  it('counts outputs and what the backward pass reads, for the whole batch, in bytes', () => {
    expect(known('data').activationBytes).toBe(64 * (28 * 28 + 1) * 4);
    expect(known('conv1').activationBytes).toBe(64 * 6 * 28 * 28 * 4);
    expect(known('fc2').activationBytes).toBe(64 * 84 * 4);
    // It shows its input in another shape.
    expect(known('flatten').activationBytes).toBe(0);
    // The probabilities, the loss and the number of labels that count.
    expect(known('loss').activationBytes).toBe(64 * 4 * 4 + 4 + 4);
  });
});

describe('ResNet-20', () => {
  const { total, known, rows } = rowsOf(template('resnet'));

  it('has the weights of twenty layers and two shortcuts', () => {
    const convolutions = 9 * (3 * 16 + 6 * 16 * 16 + 16 * 32 + 5 * 32 * 32 + 32 * 64 + 5 * 64 * 64);
    const shortcuts = 16 * 32 + 32 * 64;
    const norms = 2 * 7 * (16 + 32 + 64);
    expect(total.parameters).toBe(convolutions + shortcuts + norms + 64 * 4 + 4);
    expect(rows).toHaveLength(74);
  });

  it('tells running statistics from trained numbers', () => {
    expect(known('stem/bn')).toMatchObject({ parameters: 2 * 16, statistics: 2 * 16 });
    expect(total.statistics).toBe(2 * 7 * (16 + 32 + 64));
  });

  it('counts the mean and the deviation that a norm keeps', () => {
    expect(known('stem/bn').activationBytes).toBe((128 * 16 * 32 * 32 + 2 * 16) * 4);
  });
});

describe('a batch', () => {
  it('takes memory in proportion, and no more multiply-adds for each sample', () => {
    const [small, large] = [template('lenet', { batchSize: 8 }), template('lenet', { batchSize: 24 })].map(
      rowsOf,
    );
    expect(large?.known('conv1').activationBytes).toBe(3 * (small?.known('conv1').activationBytes ?? 0));
    expect(large?.total.multiplyAdds).toBe(small?.total.multiplyAdds);
    // The same document asked again says the same.
    expect(summarise(template('lenet', { batchSize: 8 })).total).toEqual(small?.total);
  });
});

describe('shared weights', () => {
  const chain = chainDocument([
    ['fc1', 'linear', { outFeatures: 2 }],
    ['fc2', 'linear', { outFeatures: 2 }],
  ]);
  const shared = {
    ...chain,
    nodes: chain.nodes.map((node) => (node.id === 'fc2' ? { ...node, weightsOf: 'fc1' } : node)),
  };

  it('count once, at the node that owns them', () => {
    const { known, total } = rowsOf(shared);
    expect(known('fc1')).toMatchObject({ parameters: 6, weightsOf: undefined });
    expect(known('fc2')).toMatchObject({ parameters: 0, weightsOf: 'fc1', multiplyAdds: 4 });
    expect(total.parameters).toBe(6);
    expect(rowsOf(chain).total.parameters).toBe(12);
  });
});

describe('what a layer keeps', () => {
  it('is what its gradient reads: attention keeps more than it gives out, dropout keeps no mask', () => {
    const { known } = rowsOf(template('transformer'));
    const output = 32 * 16 * 32 * 4;
    expect(known('layer1/add1').activationBytes).toBe(output);
    // Queries, keys, values, the mixed heads and the output, each as large as the input, and the 2 heads' 16 × 16 shares.
    expect(known('layer1/attention').activationBytes).toBeGreaterThanOrEqual(5 * output);
    expect(rowsOf(template('mlp')).known('drop1').activationBytes).toBe(64 * 64 * 4);
  });
});

describe('a network that is not finished', () => {
  const lenet = template('lenet');
  const halved = { ...lenet, wires: lenet.wires.filter(({ to }) => to.node !== 'fc2') };

  it('shows what is known, and that the rest is not', () => {
    const { figures, known, total, rows } = rowsOf(halved);
    expect(known('fc1').parameters).toBe(48_120);
    for (const name of ['fc2', 'relu4', 'fc3', 'loss']) expect(figures(name), name).toBeUndefined();
    expect(total).toMatchObject({ unknown: 4, parameters: 156 + 2416 + 48_120 });
    expect(rows).toHaveLength(14);
  });

  it('has rows for layers on a cycle and for layers that nobody knows, last of all or unknown', () => {
    const chain = chainDocument([
      ['a', 'relu'],
      ['b', 'relu'],
    ]);
    const cyclic = {
      ...chain,
      nodes: chain.nodes.map((node) => (node.id === 'loss' ? { ...node, type: 'no-such-layer' } : node)),
      wires: [
        { id: 'w1', from: { node: 'a', port: 'y' }, to: { node: 'b', port: 'x' } },
        { id: 'w2', from: { node: 'b', port: 'y' }, to: { node: 'a', port: 'x' } },
      ],
    };
    const { rows, total } = summarise(cyclic);
    expect(rows.map(({ name }) => name)).toEqual(['data', 'loss', 'a', 'b']);
    expect(total).toMatchObject({ parameters: 0, unknown: 3 });
  });

  it('is empty where nothing was drawn', () => {
    expect(summarise(template('empty'))).toMatchObject({
      rows: [],
      total: { parameters: 0, statistics: 0, multiplyAdds: 0, activationBytes: 0, unknown: 0 },
    });
  });
});
