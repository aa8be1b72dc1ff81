import { afterAll, describe, expect, it } from 'vitest';
import type { Params } from '../../../engine/declaration/fields.ts';
import { analyseDocument } from '../../../engine/document/analyse.ts';
import type { DocumentNode, NetwrightDocument, Wire } from '../../../engine/document/schema.ts';
import { prepareHere } from '../../../engine/hosts/training-thread.ts';
import { weightBytes } from '../../../engine/training/weights.ts';
import { mlpDocument } from '../documents.ts';
import { certified, exported, trained } from '../interchange/exports.ts';
import { onnxruntime } from '../onnx-runner.ts';

afterAll(() => onnxruntime.close());

/** `from.port > to.port` … as nodes and wires, trained on full batches. */
function drawn(nodes: Record<string, [string, Params?]>, wires: readonly string[]): NetwrightDocument {
  const base = mlpDocument();
  return {
    ...base,
    nodes: Object.entries(nodes).map(
      ([id, [type, params = {}]]): DocumentNode => ({ id, type, name: id, position: { x: 0, y: 0 }, params }),
    ),
    wires: wires.map((wire, at): Wire => {
      const [from, to] = wire.split(' > ').map((end) => {
        const [node = '', port = ''] = end.split('.');
        return { node, port };
      });
      return { id: `w${at}`, from, to };
    }),
    training: { ...base.training, batchSize: 1000, testShare: 0, epochs: 1000 },
  };
}

const circle: [string, Params] = ['data', { source: 'circle', count: 100 }];

const twoHeads = (): NetwrightDocument =>
  drawn(
    {
      data: circle,
      trunk: ['linear', { outFeatures: 8 }],
      bent: ['tanh'],
      left: ['linear', { outFeatures: 2 }],
      right: ['linear', { outFeatures: 2 }],
      lossLeft: ['cross-entropy'],
      lossRight: ['cross-entropy'],
    },
    [
      'data.x > trunk.x',
      'trunk.y > bent.x',
      'bent.y > left.x',
      'bent.y > right.x',
      'left.y > lossLeft.prediction',
      'right.y > lossRight.prediction',
      'data.y > lossLeft.target',
      'data.y > lossRight.target',
    ],
  );

const twoSources = (): NetwrightDocument =>
  drawn(
    {
      asked: circle,
      answered: circle,
      fc1: ['linear', { outFeatures: 12 }],
      tanh: ['tanh'],
      fc2: ['linear', { outFeatures: 2 }],
      loss: ['cross-entropy'],
    },
    [
      'asked.x > fc1.x',
      'fc1.y > tanh.x',
      'tanh.y > fc2.x',
      'fc2.y > loss.prediction',
      'answered.y > loss.target',
    ],
  );

function shared(): NetwrightDocument {
  const document = drawn(
    {
      data: circle,
      fc1: ['linear', { outFeatures: 5 }],
      tanh1: ['tanh'],
      again1: ['linear', { outFeatures: 5 }],
      tanh2: ['tanh'],
      again2: ['linear', { outFeatures: 5 }],
      fc2: ['linear', { outFeatures: 2 }],
      loss: ['cross-entropy'],
    },
    [
      'data.x > fc1.x',
      'fc1.y > tanh1.x',
      'tanh1.y > again1.x',
      'again1.y > tanh2.x',
      'tanh2.y > again2.x',
      'again2.y > fc2.x',
      'fc2.y > loss.prediction',
      'data.y > loss.target',
    ],
  );
  return {
    ...document,
    nodes: document.nodes.map((node) => (node.id === 'again1' ? { ...node, weightsOf: 'again2' } : node)),
  };
}

const prepare = (document: NetwrightDocument, threads = 1) =>
  prepareHere({ document, options: { threads }, run: 'test', compile: { parallelThreshold: 1 } });

/** ∂loss/∂w of every weight, by what one step of SGD moves and by central differences. */
async function gradients(document: NetwrightDocument): Promise<{ moved: number[]; measured: number[] }> {
  const { trainer, machine } = await prepare(document);
  const { floats } = machine.arena;
  const words = machine.plan.weights.flatMap(({ offset, shape }) =>
    Array.from({ length: shape.reduce((size, n) => size * n, 1) }, (_, i) => offset + i),
  );
  const loss = (): number => trainer.measure().train?.loss ?? Number.NaN;
  const h = 2 ** -7;
  const measured = words.map((word) => {
    const value = floats[word];
    floats[word] = value + h;
    const above = loss();
    floats[word] = value - h;
    const below = loss();
    floats[word] = value;
    return (above - below) / (2 * h);
  });
  const before = words.map((word) => floats[word]);
  trainer.step();
  const moved = words.map((word, i) => ((before[i] ?? 0) - floats[word]) / document.training.learningRate);
  machine.close();
  return { moved, measured };
}

describe.each([
  ['two losses', twoHeads],
  ['two data nodes', twoSources],
  ['weights that two nodes share', shared],
])('a network with %s', (_name, document) => {
  it('has nothing wrong with it', () => {
    expect(analyseDocument(document()).problems).toEqual([]);
  });

  it('follows the gradient that central differences find', async () => {
    const { moved, measured } = await gradients(document());
    for (const [i, gradient] of moved.entries()) expect(gradient).toBeCloseTo(measured[i] ?? Number.NaN, 3);
    expect(Math.max(...measured.map(Math.abs))).toBeGreaterThan(0.01);
  });

  it('is the same on one thread and on two, bit for bit', async () => {
    const bits = [1, 2].map(async (threads) => {
      const { trainer, machine } = await prepare(document(), threads);
      for (let step = 0; step < 30; step++) trainer.step();
      machine.close();
      return weightBytes(trainer.weights());
    });
    const [one, two] = await Promise.all(bits);
    expect(one).toEqual(two);
  });

  it('is the same in onnxruntime', async () => {
    const network = await trained(document(), 5);
    const certificate = await certified(exported(network), network);
    expect(certificate.equal).toBe(true);
    expect(certificate.nodes.length).toBeGreaterThan(2);
  });
});

describe('several losses', () => {
  it('are summed', async () => {
    const document = twoHeads();
    document.training.initializer = { type: 'zeros', params: {} };
    const { trainer, machine } = await prepare(document);
    trainer.step();
    machine.close();
    expect(trainer.lastLoss).toBeCloseTo(2 * Math.log(2), 5);
  });
});

describe('several data nodes', () => {
  it('answer for a row of all their inputs', async () => {
    const { trainer, machine } = await prepare(twoSources());
    const { values, columns } = trainer.predict(new Float32Array([0.5, 1, 9, 9, 0.5, 1, -9, -9]), 2);
    machine.close();
    expect(columns).toBe(2);
    // Of the second node only the targets are used.
    expect([...values.subarray(0, 2)]).toEqual([...values.subarray(2)]);
  });

  it('must have equally many samples', () => {
    const document = twoSources();
    document.nodes = document.nodes.map((node) =>
      node.id === 'answered' ? { ...node, params: { ...node.params, count: 90 } } : node,
    );
    expect(analyseDocument(document).problems).toMatchObject([
      { code: 'data.uneven', place: { node: 'answered', field: 'count' } },
    ]);
    expect(analyseDocument(document).problems[0]?.message.en).toMatch(/100.*90/);
  });
});

describe('shared weights', () => {
  const changed = (change: (node: DocumentNode) => DocumentNode): NetwrightDocument => {
    const document = shared();
    return { ...document, nodes: document.nodes.map(change) };
  };

  it('are counted once', () => {
    const { parameterCount, nodes } = analyseDocument(shared());
    expect(nodes.get('again1')?.parameterCount).toBe(0);
    expect(parameterCount).toBe(2 * 5 + 5 + 5 * 5 + 5 + 5 * 2 + 2);
  });

  it.each([
    [
      'of unequal shape',
      (node: DocumentNode) => (node.id === 'fc1' ? { ...node, params: { outFeatures: 6 } } : node),
      /\[6, 5\].*\[5, 5\]/,
    ],
    [
      'of another layer',
      (node: DocumentNode) => (node.id === 'again1' ? { ...node, weightsOf: 'tanh1' } : node),
      /linear.*tanh/,
    ],
    [
      'of nobody',
      (node: DocumentNode) => (node.id === 'again1' ? { ...node, weightsOf: 'gone' } : node),
      /"gone".*none/,
    ],
    [
      'of a borrower',
      (node: DocumentNode) => (node.id === 'again2' ? { ...node, weightsOf: 'fc1' } : node),
      /none of its own/,
    ],
  ] as const)('%s are refused in one sentence', (_name, change, sentence) => {
    const { problems } = analyseDocument(changed(change));
    const refusal = problems.find(({ code, place }) => code === 'shared-weights' && place.node === 'again1');
    expect(refusal?.message.en).toMatch(sentence);
  });
});
