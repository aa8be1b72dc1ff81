import { describe, expect, it } from 'vitest';
import { linkChains } from '../../../engine/compiler/chains.ts';
import { compilePlan } from '../../../engine/compiler/compile.ts';
import type { Plan, PlannedCall } from '../../../engine/compiler/plan.ts';
import type { Step } from '../../../engine/compiler/steps.ts';
import { type KernelFace, type KernelName, reservedWords } from '../../../engine/kernels/contract.ts';
import type { Tensor } from '../../../engine/ops/contract.ts';
import { RandomStream } from '../../../engine/random/stream.ts';
import { chainDocument, drawnDocument } from '../documents.ts';
import { buildMachine } from '../runtime/hand-plan.ts';

const batch = 1400;
const width = 48;

/** Activations, sums and norms behind one another, each with as many numbers as some pieces have. */
function document() {
  const drawn = drawnDocument(
    {
      data: ['data', { source: 'circle', count: 2 * batch }],
      fc1: ['linear', { outFeatures: width }],
      gelu: ['gelu'],
      dropout: ['dropout'],
      fc2: ['linear', { outFeatures: width }],
      add: ['add'],
      norm: ['layer-norm'],
      silu: ['silu'],
      softmax: ['softmax'],
      fc3: ['linear', { outFeatures: 2 }],
      loss: ['cross-entropy'],
    },
    [
      ['data.x', 'fc1.x'],
      ['fc1.y', 'gelu.x'],
      ['gelu.y', 'dropout.x'],
      ['dropout.y', 'fc2.x'],
      ['fc2.y', 'add.a'],
      ['dropout.y', 'add.b'],
      ['add.y', 'norm.x'],
      ['norm.y', 'silu.x'],
      ['silu.y', 'softmax.x'],
      ['softmax.y', 'fc3.x'],
      ['fc3.y', 'loss.prediction'],
      ['data.y', 'loss.target'],
    ],
  );
  return { ...drawn, training: { ...drawn.training, batchSize: batch } };
}

/** The kernels of every chain of calls. */
function chainsOf(calls: readonly PlannedCall[]): string[] {
  const chains: string[] = [];
  for (const [at, call] of calls.entries()) {
    if (!call.continues) continue;
    const before = calls[at - 1] as PlannedCall;
    if (before.continues) chains.push(`${chains.pop()} ${call.kernel}`);
    else chains.push(`${before.kernel} ${call.kernel}`);
  }
  return chains;
}

const compiled = (): Plan =>
  compilePlan(document(), { counts: { train: 2 * batch, test: 20 }, parallelThreshold: 1 });

/** The same plan, each call done as a whole before the next. */
const unchained = (plan: Plan): Plan => {
  const { train } = plan.programs;
  const calls = train.calls.map((call) => (call.continues ? { ...call, continues: false } : call));
  return { ...plan, programs: { ...plan.programs, train: { ...train, calls } } };
};

/** All words behind the calls after one training step from random weights on random points. */
async function wordsAfterStep(plan: Plan, threads: number, kernels: KernelFace): Promise<Buffer> {
  const machine = await buildMachine(plan, threads, kernels);
  const { train } = plan.programs;
  const random = new RandomStream(1, 1, 1);
  const fill = (offset: number, words: number): void => {
    for (let i = 0; i < words; i++) machine.arena.floats[offset + i] = random.uniform() - 0.5;
  };
  fill(plan.weightWords.offset, plan.weightWords.words);
  for (const [i, { port, shape }] of plan.inputs.entries()) {
    if (port === 'x') fill(train.inputs[i] as number, batch * shape.reduce((product, n) => product * n, 1));
  }
  machine.run(machine.loaded(train));
  const words = machine.arena.ints.slice(plan.code.offset + plan.code.words, plan.arenaWords);
  machine.close();
  return Buffer.from(words.buffer);
}

describe('calls that go over the same numbers', () => {
  it('are joined to chains, forward and backward', () => {
    expect(chainsOf(compiled().programs.train.calls)).toEqual([
      'activation dropout',
      'add rowNorm activation softmax',
      'softmaxGradient activationGradient rowNormGradient',
      'add dropout activationGradient',
    ]);
  });

  it.each(['reference', 'portable', 'native'] as const)(
    'come to the same bits as one after the other, on one thread and two: %s',
    async (kernels) => {
      const plan = compiled();
      const whole = await wordsAfterStep(unchained(plan), 1, kernels);
      expect(new Set(whole).size).toBe(256);
      for (const threads of [1, 2])
        expect(whole.equals(await wordsAfterStep(plan, threads, kernels))).toBe(true);
    },
  );

  it('stay apart where they are small, or one worker does them', () => {
    const of = (rows: number, parallelThreshold: number): string[] => {
      const links = [
        ['fc1', 'linear', { outFeatures: width }],
        ['gelu', 'gelu'],
        ['silu', 'silu'],
        ['fc2', 'linear', { outFeatures: 2 }],
      ] as const;
      const chain = chainDocument(links);
      const drawn = { ...chain, training: { ...chain.training, batchSize: rows } };
      const counts = { train: rows, test: 20 };
      return chainsOf(compilePlan(drawn, { counts, parallelThreshold }).programs.train.calls);
    };
    expect(of(batch, 1)).toEqual(['activation activation', 'activationGradient activationGradient']);
    expect(of(batch, 1e9)).toEqual([]);
    expect(of(50, 1)).toEqual([]);
  });
});

describe('a chain', () => {
  const words = 2 ** 16;
  const tensor = (id: number): Tensor => ({
    id,
    name: `t${id}`,
    role: 'activation',
    origin: '',
    shape: [words],
    dtype: 'float32',
  });
  /** Two calls, each of which reads one tensor and writes one, at such words of the arena. */
  function linked(
    places: readonly [number, number, number, number],
    kernel: KernelName = 'scale',
  ): readonly boolean[] {
    const [a, b, c, d] = [1, 2, 3, 4].map(tensor) as [Tensor, Tensor, Tensor, Tensor];
    const placement = new Map([a, b, c, d].map((each, i) => [each, reservedWords + (places[i] as number)]));
    const step = (x: Tensor, y: Tensor): Step => ({
      call: { kernel, arguments: { x, y, count: words }, split: words },
      reads: [x],
      writes: [y],
      inPlace: [],
      nodes: [],
      multiplyAdds: 0,
      bytes: 0,
    });
    const call: PlannedCall = {
      kernel,
      arguments: { count: words },
      split: words,
      parallel: true,
      pieces: 1,
      continues: false,
      multiplyAdds: 0,
      nodes: [],
      outputs: [],
    };
    return linkChains([step(a, b), step(c, d)], placement, [call, call]).map(({ continues }) => continues);
  }

  it.each([
    ['the second reads what the first wrote', [0, words, words, 2 * words], true],
    ['all is done in place', [0, 0, 0, 0], true],
    ['they have nothing in common', [0, words, 2 * words, 3 * words], true],
    ['both read the same', [0, words, 0, 2 * words], true],
    ['the second reads part of what the first wrote', [0, words, words + 16, 3 * words], false],
    ['the second overwrites part of what the first reads', [0, words, 2 * words, 16], false],
    ['they write to words in common', [0, 2 * words, words, 3 * words - 16], false],
  ] as const)('holds them together as places allow: %s', (_, places, isChain) => {
    expect(linked(places)).toEqual([false, isChain]);
  });

  it('has only kernels whose shares need nothing of each other', () => {
    expect(linked([0, words, words, 2 * words], 'sumRows')).toEqual([false, false]);
  });
});
