import { describe, expect, it } from 'vitest';
import { layerCases } from '../../../engine/cli/crosscheck/layer-cases.ts';
import { Drawing, type From } from '../../../engine/cli/networks/drawing.ts';
import { compilePlan } from '../../../engine/compiler/compile.ts';
import { elementCount } from '../../../engine/declaration/tensor-type.ts';
import type { NetwrightDocument } from '../../../engine/document/schema.ts';
import { plainSettings } from '../../../engine/document/training-settings.ts';
import { exportPytorch } from '../../../engine/interchange/pytorch/export.ts';
import { chainDocument } from '../documents.ts';
import { template } from '../training/templates.ts';

const planOf = (document: NetwrightDocument) => compilePlan(document, { counts: { train: 1, test: 0 } });

/** Every weight counts up, so that each number's place can be seen. */
function exported(document: NetwrightDocument) {
  const weights = planOf(document).weights.map(({ name, shape }): [string, Float32Array] => [
    name,
    Float32Array.from({ length: elementCount(shape) }, (_, i) => i),
  ]);
  return exportPytorch(document, new Map(weights));
}

/** Linear layers one behind the other, called as is said. */
function chain(title: string, names: readonly string[]): NetwrightDocument {
  const drawing = new Drawing();
  drawing.add('data', 'data', { source: 'circle' });
  let last: From = ['data', 'x'];
  for (const [i] of names.entries()) last = drawing.after(`n${i}`, 'linear', last, { outFeatures: 2 });
  drawing.add('loss', 'cross-entropy', {}, { prediction: last, target: ['data', 'y'] });
  const document = drawing.document(title, {
    optimizer: { type: 'sgd', params: {} },
    learningRate: 0.1,
    batchSize: 4,
    epochs: 1,
    seed: 1,
    testShare: 0,
    ...plainSettings(),
    initializer: { type: 'he', params: {} },
  });
  const nodes = document.nodes.map((node) =>
    node.type === 'linear' ? { ...node, name: names[Number(node.id.slice(1))] ?? '' } : node,
  );
  return { ...document, nodes };
}

const classesIn = (source: string): string[] =>
  source.split('\n\n\n').filter((part) => part.startsWith('class '));

describe('a network as a module of PyTorch', () => {
  it('has its layers under their names, and its weights as PyTorch keeps them', () => {
    const { source, network, inputs, tensors } = exported(template('circle'));
    expect(network).toBe('Circle');
    expect(inputs.map(({ name }) => name)).toEqual(['x']);
    expect(classesIn(source)[0]?.split('\n')).toEqual([
      'class Circle(nn.Module):',
      '    def __init__(self):',
      '        super().__init__()',
      '        self.fc1 = nn.Linear(2, 4)',
      '        self.relu1 = nn.ReLU()',
      '        self.fc2 = nn.Linear(4, 4)',
      '        self.relu2 = nn.ReLU()',
      '        self.fc3 = nn.Linear(4, 2)',
      '',
      '    def forward(self, x):',
      '        fc1 = self.fc1(x)',
      '        relu1 = self.relu1(fc1)',
      '        fc2 = self.fc2(relu1)',
      '        relu2 = self.relu2(fc2)',
      '        fc3 = self.fc3(relu2)',
      '        return fc3',
    ]);
    const [first, bias] = tensors;
    // [in, out] here, [out, in] there.
    const turned = Float32Array.of(0, 4, 1, 5, 2, 6, 3, 7);
    expect(first).toEqual({ name: 'fc1.weight', shape: [4, 2], values: turned });
    expect(bias).toMatchObject({ name: 'fc1.bias', shape: [4] });
    expect(tensors).toHaveLength(6);
  });

  it('has a class for each kind of block, a list where one is repeated, and every weight of a passage', () => {
    const document = template('resnet');
    const { source, tensors } = exported(document);
    const classes = classesIn(source);
    expect(classes.length).toBeGreaterThan(3);
    expect(classes.at(-1)).toMatch(/nn\.ModuleList\(\[\w+\(\) for _ in range\(\d\)\]\)/);
    expect(classes.at(-1)).toMatch(/for part in self\.\w+:\n {12}\w+ = part\(\w+\)/);
    const names = tensors.map(({ name }) => name);
    const { weights } = planOf(document);
    expect(new Set(names).size).toBe(weights.length);
    expect(names.filter((name) => name.endsWith('running_var'))).toHaveLength(
      weights.filter(({ name }) => name.endsWith('runningVar')).length,
    );
  });

  it('brings along the classes that PyTorch lacks, and only those that it uses', () => {
    const { source } = exported(template('transformer'));
    expect(source).toContain('class MultiHeadAttention(nn.Module):');
    expect(source).not.toContain('class Reshape(');
    expect(classesIn(exported(template('circle')).source)).toHaveLength(1);
  });

  it('imports what its classes use, and nothing else', () => {
    const sources = layerCases().map(({ document }) => exported(document).source);
    const inFunctions = sources.map((source) => [
      /\bF\.\w+\(/.test(source),
      source.includes('import torch.nn.functional as F\n'),
    ]);
    expect(inFunctions).toEqual(
      expect.arrayContaining([
        [true, true],
        [false, false],
      ]),
    );
    expect(inFunctions.filter(([used, imported]) => used !== imported)).toEqual([]);
  });

  it('uses one module for two nodes that share their weights', () => {
    const document = chain('Twice', ['first', 'again']);
    const nodes = document.nodes.map((node) => (node.id === 'n1' ? { ...node, weightsOf: 'n0' } : node));
    const { source, tensors } = exported({ ...document, nodes });
    expect(source.match(/nn\.Linear/g)).toHaveLength(1);
    expect(source).toContain('again = self.first(first)');
    expect(tensors.map(({ name }) => name)).toEqual(['first.weight', 'first.bias']);
  });

  it('takes the answers too where a layer reads them', () => {
    const document = chain('Fed', ['first']);
    const wires = document.wires.map((wire) =>
      wire.to.node === 'n0' ? { ...wire, to: { node: 'sum', port: 'a' } } : wire,
    );
    const sum = { id: 'sum', type: 'add', name: 'part', position: { x: 0, y: 0 }, params: {} };
    const more = [
      { id: 'b', from: { node: 'data', port: 'y' }, to: { node: 'sum', port: 'b' } },
      { id: 'on', from: { node: 'sum', port: 'y' }, to: { node: 'n0', port: 'x' } },
      { id: 'aim', from: { node: 'data', port: 'y' }, to: { node: 'loss', port: 'target' } },
    ];
    const kept = wires.filter(({ to }) => to.port !== 'target');
    const nodes = document.nodes.map((node) => {
      if (node.type === 'data') return { ...node, params: { source: 'line' } };
      return node.id === 'n0' ? { ...node, params: { outFeatures: 1 } } : node;
    });
    const fed = nodes.map((node) => (node.id === 'loss' ? { ...node, type: 'mse', params: {} } : node));
    const { source, inputs } = exported({ ...document, nodes: [...fed, sum], wires: [...kept, ...more] });
    expect(inputs.map(({ port }) => port)).toEqual(['x', 'y']);
    expect(source).toContain('def forward(self, data, data_y):');
    expect(source).toContain('part_ = self.part_(data, data_y)');
  });

  it('has a script that holds back what guides it, and measures the test part at its end alone', () => {
    const document = template('circle');
    const scriptOf = (training: Partial<NetwrightDocument['training']>): string =>
      exported({ ...document, training: { ...document.training, ...training } }).training;
    const plain = scriptOf({});
    expect(plain).not.toMatch(/validation/i);
    expect(plain).toContain('    test, rows = order[:held], order[held:]\n');
    const guided = scriptOf({ validationShare: 0.15, schedule: { type: 'plateau', params: {} } });
    expect(guided).toContain('\nVALIDATION_SHARE = 0.15\n');
    expect(guided).toMatch(
      /seen = measure\(network, data, validation\)\n.*\n {8}plateau\.after_epoch\(seen\[0\]\)\n/,
    );
    expect(guided.match(/measure\(network, data, test\)/g)).toHaveLength(1);
    expect(guided.indexOf('measure(network, data, test)')).toBeGreaterThan(guided.indexOf('"  ".join(told)'));
  });

  it('has a script that lets weights decay, and neither biases nor norms, whatever their shape', () => {
    const decaying = (over: string) => {
      const document = chainDocument(
        [
          ['conv', 'conv2d', { outChannels: 3 }],
          ['norm', 'layer-norm', { over }],
          ['pool', 'global-average-pool'],
          ['fc', 'linear', { outFeatures: 4 }],
        ],
        'cross-entropy',
        { source: 'shapes', count: 20 },
      );
      const regularisation = { l2: 0, decay: 0.1, biases: false };
      return exported({ ...document, training: { ...document.training, regularisation } }).training;
    };
    expect(decaying('channels')).toContain('kept_small = [p for p in network.parameters() if p.dim() > 1]');
    // Its scale has three dimensions, [3, 32, 32].
    expect(decaying('all')).toMatch(/kept_small = .*not in \("LayerNorm", "Affine"\) .* if p\.dim\(\) > 1\]/);
  });

  it('has a script that leaves frozen layers as they are, the whole of a block where all in it are frozen', () => {
    const scriptOf = (document: NetwrightDocument, ...ids: string[]): string =>
      exported({
        ...document,
        nodes: document.nodes.map((node) => (ids.includes(node.id) ? { ...node, frozen: true } : node)),
      }).training;
    const plain = scriptOf(template('resnet'));
    expect(plain).not.toMatch(/frozen|requires_grad/i);
    const head = scriptOf(template('resnet'), 'stem', 'stage1', 'stage2', 'stage3');
    expect(head).toContain('\nFROZEN = ["stem", "stage1", "stage2", "stage3"]\n');
    expect(head).toContain('        network.get_submodule(name).requires_grad_(False)\n    lr, parameters =');
    expect(head).toContain('LEARNING_RATE, [p for p in network.parameters() if p.requires_grad]');
    expect(head).toMatch(/kept_small = \[p for p in .* if p\.requires_grad\]/);
    expect(head).toMatch(/network\.train\(\)\n.*\n.*"BatchNorm" in .*\n +module\.eval\(\)\n/);
    expect(scriptOf(template('circle'), 'fc2', 'relu1')).toContain('\nFROZEN = ["fc2"]\n');
    // A norm without weights has statistics to leave alone.
    const bare = chainDocument([
      ['fc1', 'linear', { outFeatures: 6 }],
      ['bn1', 'batch-norm', { affine: false }],
      ['fc2', 'linear', { outFeatures: 2 }],
    ]);
    expect(scriptOf(bare, 'fc1', 'bn1')).toContain('\nFROZEN = ["fc1", "bn1"]\n');
  });

  it('makes Python of any name, and lets none of them become code', () => {
    const names = ['卷积 1', '2nd', 'x', 'class', 'forward', 'a-b', 'a b', '"""', 'import os\nos.abort()'];
    const { source } = exported(chain('1 网络\nimport os', names));
    const made = [...source.matchAll(/^ {8}self\.(\S+) = nn\.Linear/gm)].map(([, name]) => name);
    const expected = [
      '卷积_1',
      '_2nd',
      'x_2',
      'class_',
      'forward_',
      'a_b',
      'a_b_2',
      'layer_',
      'import_os_os_abort_',
    ];
    expect(made).toEqual(expected);
    expect(source).toMatch(/^# 1 网络 import os, as it was/);
    expect(source).not.toMatch(/^import os/m);
  });
});
