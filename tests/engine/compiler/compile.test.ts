import { describe, expect, it } from 'vitest';
import { compilePlan } from '../../../engine/compiler/compile.ts';
import type { PlannedCall } from '../../../engine/compiler/plan.ts';
import { NetwrightError } from '../../../engine/declaration/problem.ts';
import { chainDocument, type Link, mlpDocument } from '../documents.ts';

const counts = { train: 80, test: 20 };
const kernelsOf = (calls: readonly PlannedCall[]): string[] => calls.map(({ kernel }) => kernel);

describe('compiling a document', () => {
  it('makes the same plan of the same document every time', () => {
    expect(compilePlan(mlpDocument(), { counts })).toEqual(compilePlan(mlpDocument(), { counts }));
  });

  it('trains on full batches and one rest, and evaluates on every row', () => {
    const document = mlpDocument();
    document.training.batchSize = 32;
    const { programs } = compilePlan(document, { counts: { train: 80, test: 600 }, evaluateBatch: 512 });
    expect(programs.train.batch).toBe(32);
    expect(programs.trainRest?.batch).toBe(16);
    expect(programs.evaluate.batch).toBe(512);
    expect(programs.evaluateRest.map(({ batch }) => batch)).toEqual([80, 88]);
  });

  it('has no rest where batches come out even, and a smaller batch where there are fewer rows', () => {
    const even = compilePlan(mlpDocument(), { counts });
    expect(even.programs.trainRest).toBeUndefined();
    const few = compilePlan(mlpDocument(), { counts: { train: 7, test: 0 } });
    expect([few.programs.train.batch, few.programs.trainRest]).toEqual([7, undefined]);
  });

  it('hands on how its kernels may be cut, so that whoever is free takes the next piece', () => {
    const links: Link[] = [
      ['conv', 'conv2d', { outChannels: 6 }],
      ['bn', 'batch-norm'],
      ['pool', 'global-average-pool'],
      ['fc', 'linear', { outFeatures: 4 }],
    ];
    const document = chainDocument(links, 'cross-entropy', { source: 'shapes' });
    const { calls } = compilePlan(document, { counts }).programs.train;
    const piecesOf = (kernel: string) => calls.find((call) => call.kernel === kernel)?.pieces;
    expect(piecesOf('conv2d')).toBe(document.training.batchSize);
    expect(piecesOf('batchNorm')).toBe(6);
    expect(piecesOf('conv2dWeightGradient')).toBeGreaterThan(1);
  });

  it('joins linear and ReLU, and updates all weights in one call', () => {
    const { programs } = compilePlan(mlpDocument(), { counts });
    expect(kernelsOf(programs.train.calls).filter((kernel) => kernel === 'relu')).toEqual([]);
    expect(kernelsOf(programs.train.calls.slice(programs.train.updateStart))).toEqual(['sgdUpdate']);
  });

  it('computes the gradients of a bias and of a ReLU beside products, but apart where the gradient between is watched', () => {
    const { programs } = compilePlan(mlpDocument(), { counts });
    const gradients = (calls: readonly PlannedCall[]) =>
      kernelsOf(calls).filter((kernel) => kernel === 'sumRows' || kernel === 'activationGradient');
    expect(gradients(programs.train.calls)).toEqual([]);
    expect(gradients(programs.trainWatched.calls)).toContain('activationGradient');
    const products = programs.train.calls.filter(({ kernel }) => kernel === 'gemm');
    expect(products.filter(({ arguments: given }) => given.epilogue === 2)).not.toEqual([]);
    expect(products.filter(({ arguments: given }) => given.sums !== 0)).not.toEqual([]);
  });

  it('joins BatchNorm and the ReLU behind it, forward and backward, and leaves one without a ReLU as it is', () => {
    const links: Link[] = [
      ['fc1', 'linear', { outFeatures: 4 }],
      ['bn', 'batch-norm'],
      ['relu', 'relu'],
      ['fc2', 'linear', { outFeatures: 2 }],
    ];
    const { programs } = compilePlan(chainDocument(links), { counts });
    for (const { calls } of [programs.train, programs.evaluate]) {
      expect(kernelsOf(calls).filter((kernel) => kernel.startsWith('relu'))).toEqual([]);
    }
    const joined = programs.train.calls.filter(({ kernel }) => kernel.startsWith('batchNorm'));
    expect(joined.map(({ kernel, arguments: given }) => [kernel, given.epilogue])).toEqual([
      ['batchNorm', 1],
      ['batchNormGradient', 1],
    ]);
    const alone = compilePlan(chainDocument(links.filter(([id]) => id !== 'relu')), { counts });
    const plain = alone.programs.train.calls.filter(({ kernel }) => kernel.startsWith('batchNorm'));
    expect(plain.map(({ arguments: given }) => given.epilogue)).toEqual([0, 0]);
  });

  it('does not compute the gradient of the data', () => {
    const { programs } = compilePlan(chainDocument([['fc', 'linear', { outFeatures: 2 }]]), { counts });
    const products = programs.train.calls.filter(({ kernel }) => kernel === 'gemm');
    expect(products).toHaveLength(2);
  });

  it('watches weights, gradients and activations of every layer, each into words of its own', () => {
    const { programs } = compilePlan(mlpDocument(), { counts });
    const { watched } = programs.trainWatched;
    expect(watched.map(({ key }) => key)).toContain('relu1/activation/y');
    expect(
      watched.filter(({ node }) => node === 'fc2').map(({ kind, tensor }) => `${kind} ${tensor}`),
    ).toEqual([
      'weight weight',
      'weightGradient weight',
      'weight bias',
      'weightGradient bias',
      'activation y',
      'activationGradient y',
    ]);
    expect(watched.find(({ key }) => key === 'relu1/activation/y')?.columns).toBe(4);
    expect(new Set(watched.map(({ histogram }) => histogram)).size).toBe(watched.length);
    expect(programs.train.watched).toEqual([]);
  });

  it('keeps dropout out of evaluation', () => {
    const document = chainDocument([
      ['fc1', 'linear', { outFeatures: 4 }],
      ['drop', 'dropout', { rate: 0.5 }],
      ['fc2', 'linear', { outFeatures: 2 }],
    ]);
    const { programs } = compilePlan(document, { counts });
    expect(kernelsOf(programs.train.calls)).toContain('dropout');
    expect(kernelsOf(programs.evaluate.calls)).not.toContain('dropout');
  });

  it('reuses the words of activations: a deep net needs hardly more room to evaluate than a shallow one', () => {
    const deep = chainDocument([
      ...Array.from({ length: 20 }, (_, at) => [`fc${at}`, 'linear', { outFeatures: 64 }] as const),
      ['last', 'linear', { outFeatures: 2 }],
    ]);
    const plan = compilePlan(deep, { counts });
    const { offset, words } = plan.gradientAndLossWords;
    const activations = plan.arenaWords - (offset + words);
    expect(activations).toBeLessThan(20 * 2 * 80 * 64);
  });

  it('marks calls as shared only when they are worth it', () => {
    const small = compilePlan(mlpDocument(), { counts });
    expect(small.programs.train.calls.some(({ parallel }) => parallel)).toBe(false);
    const forced = compilePlan(mlpDocument(), { counts, parallelThreshold: 0 });
    expect(forced.programs.train.calls.some(({ parallel }) => parallel)).toBe(true);
  });

  it('refuses a document that cannot run, with every problem', () => {
    const document = mlpDocument();
    document.wires = document.wires.filter(({ to }) => to.node !== 'loss');
    let refusal: unknown;
    try {
      compilePlan(document, { counts });
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(NetwrightError);
    expect((refusal as NetwrightError).problems.map(({ place }) => place.port)).toEqual([
      'prediction',
      'target',
    ]);
  });
});
