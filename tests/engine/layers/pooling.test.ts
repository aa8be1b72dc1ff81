import { afterAll, describe, expect, it } from 'vitest';
import { differentiate } from '../../../engine/compiler/differentiate.ts';
import { defaultParams, type Params } from '../../../engine/declaration/fields.ts';
import { elementCount, type TensorType } from '../../../engine/declaration/tensor-type.ts';
import { inferNode } from '../../../engine/document/infer-node.ts';
import type { AnyLayer } from '../../../engine/layers/contract.ts';
import { layers } from '../../../engine/layers/index.ts';
import type { Tensor } from '../../../engine/ops/contract.ts';
import { Graph } from '../../../engine/ops/graph.ts';
import { mean } from '../../../engine/ops/mean.ts';
import { chainDocument } from '../documents.ts';
import { GraphRunner } from '../graph-runner.ts';
import { certified, exported, trained } from '../interchange/exports.ts';
import { onnxruntime } from '../onnx-runner.ts';

afterAll(() => onnxruntime.close());

const f = (...shape: number[]): TensorType => ({ shape, dtype: 'float32' });

/** What a layer makes of x, and ∂(Σ y)/∂x, in float64. */
function computed(type: keyof typeof layers, params: Params, shape: number[], values: readonly number[]) {
  const layer: AnyLayer = layers[type];
  const complete = { ...defaultParams(layer.fields), ...params };
  const graph = new Graph('train', 1, shape[0]);
  const x = graph.tensor({ name: 'x', role: 'input', origin: '', type: f(...shape) });
  expect(layer.check(complete, { x })).toEqual([]);
  const scope = graph.scope('n', 'n');
  const { y } = layer.build(scope, complete, { x }, {}) as { y: Tensor };
  const { y: loss } = scope.emit(mean, { x: y });
  const dLoss = graph.scalar('d_loss');
  const dx = differentiate(graph, loss, dLoss).get(x) as Tensor;
  const runner = new GraphRunner(graph);
  runner.write(x, values);
  runner.write(dLoss, [elementCount(y.shape)]);
  runner.run();
  return { shape: y.shape, y: runner.read(y), dx: runner.read(dx) };
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);

describe('pooling by hand', () => {
  it('MaxPool keeps the largest of each window, and its gradient goes to the first of equals', () => {
    const { shape, y, dx } = computed('max-pool', {}, [1, 1, 2, 6], [1, 5, 2, 2, -3, -1, 4, 5, 2, 2, -2, -4]);
    expect(shape).toEqual([1, 1, 1, 3]);
    expect(y).toEqual([5, 2, -1]);
    expect(dx).toEqual([0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
  });

  it('padding is never the largest, and an element may win in several windows', () => {
    const params = { kernelSize: 3, stride: 1, padding: 1 };
    const { y, dx } = computed('max-pool', params, [1, 1, 4], [-1, -7, -2, -3]);
    expect(y).toEqual([-1, -1, -2, -2]);
    expect(dx).toEqual([2, 0, 2, 0]);
  });

  it('AvgPool counts padding as zeros, or not at all', () => {
    const params = { kernelSize: 3, stride: 2, padding: 1 };
    const counted = computed('average-pool', params, [1, 1, 5], [3, 6, 9, 12, 15]);
    expect(counted.y).toEqual([3, 9, 9]);
    const left = computed('average-pool', { ...params, countPadding: false }, [1, 1, 5], [3, 6, 9, 12, 15]);
    expect(left.y).toEqual([4.5, 9, 13.5]);
    for (const [i, d] of [1 / 2, 1 / 2 + 1 / 3, 1 / 3, 1 / 3 + 1 / 2, 1 / 2].entries())
      expect(left.dx[i]).toBeCloseTo(d, 12);
  });

  it('a rectangular window has its own width, stride and padding of columns', () => {
    const { shape, y } = computed(
      'average-pool',
      { kernelSize: 1, stride: 1, rectangular: true, kernelWidth: 3, strideWidth: 3, paddingWidth: 0 },
      [1, 1, 2, 6],
      upTo(12),
    );
    expect(shape).toEqual([1, 1, 2, 2]);
    expect(y).toEqual([2, 5, 8, 11]);
  });

  it('rounds sizes up: a last window has what is left, and what it reaches beyond the padding is no number', () => {
    const params = { kernelSize: 2, stride: 2, ceil: true };
    const most = computed('max-pool', params, [1, 1, 5], [1, 2, 3, 4, -5]);
    expect(most.y).toEqual([2, 4, -5]);
    expect(most.dx).toEqual([0, 1, 0, 1, 1]);
    for (const countPadding of [true, false]) {
      const mean = computed('average-pool', { ...params, countPadding }, [1, 1, 3], [2, 4, 9]);
      expect(mean.y).toEqual([3, 9]);
      expect(mean.dx).toEqual([0.5, 0.5, 1]);
    }
    const padded = { kernelSize: 4, stride: 3, padding: 1, ceil: true };
    expect(computed('average-pool', padded, [1, 1, 6], upTo(6)).y).toEqual([1.5, 4.5, 3]);
    const reaching = { kernelSize: 4, stride: 4, padding: 1, ceil: true };
    // The last window holds 4, 5 and a zero; a fourth place lies beyond the padding.
    expect(computed('average-pool', reaching, [1, 1, 5], upTo(5)).y).toEqual([1.5, 3]);
    // A window that would begin in the padding behind is none.
    expect(computed('max-pool', { ...params, padding: 1 }, [1, 1, 4], upTo(4)).y).toEqual([1, 3, 4]);
  });

  it('GlobalAvgPool leaves one number for each channel', () => {
    const { shape, y, dx } = computed('global-average-pool', {}, [1, 2, 2, 2], upTo(8));
    expect(shape).toEqual([1, 2]);
    expect(y).toEqual([2.5, 6.5]);
    expect(dx).toEqual(Array(8).fill(0.25));
  });

  it('AdaptiveAvgPool has the bins of PyTorch: of 5 elements 0–2 and 2–4', () => {
    const { y, dx } = computed('adaptive-average-pool', { outputSize: 2 }, [1, 1, 5], upTo(5));
    expect(y).toEqual([2, 4]);
    for (const [i, d] of [1 / 3, 1 / 3, 2 / 3, 1 / 3, 1 / 3].entries()) expect(dx[i]).toBeCloseTo(d, 12);
    const square = computed(
      'adaptive-average-pool',
      { outputSize: 2, outputWidth: 1 },
      [1, 1, 3, 2],
      upTo(6),
    );
    expect(square.y).toEqual([2.5, 4.5]);
  });

  it('Upsample repeats elements, or goes from one to the next in straight lines', () => {
    const repeated = computed('upsample', { mode: 'nearest' }, [1, 1, 1, 2], [1, 2]);
    expect(repeated.y).toEqual([1, 1, 2, 2, 1, 1, 2, 2]);
    expect(repeated.dx).toEqual([4, 4]);
    const linear = computed('upsample', { mode: 'linear' }, [1, 1, 2, 2], [1, 2, 3, 4]);
    const rows = [
      [1, 1.25, 1.75, 2],
      [1.5, 1.75, 2.25, 2.5],
      [2.5, 2.75, 3.25, 3.5],
      [3, 3.25, 3.75, 4],
    ];
    expect(linear.y).toEqual(rows.flat());
    expect(linear.dx).toEqual([4, 4, 4, 4]);
    const thrice = computed('upsample', { mode: 'linear', scale: 3 }, [1, 1, 2], [0, 3]);
    for (const [i, value] of [0, 0, 1, 2, 3, 3].entries()) expect(thrice.y[i]).toBeCloseTo(value, 12);
  });

  it('Upsample lays corners on corners, or goes to a size that is set', () => {
    const corners = computed('upsample', { mode: 'linear', corners: true, scale: 2 }, [1, 1, 2], [0, 3]);
    for (const [i, value] of [0, 1, 2, 3].entries()) expect(corners.y[i]).toBeCloseTo(value, 12);
    for (const d of corners.dx) expect(d).toBeCloseTo(2, 12);
    const bySize = { mode: 'linear', bySize: true, height: 1, width: 3 };
    const smaller = computed('upsample', bySize, [1, 1, 2, 6], upTo(12));
    expect(smaller.shape).toEqual([1, 1, 1, 3]);
    expect(smaller.y).toEqual([4.5, 6.5, 8.5]);
    const repeated = computed('upsample', { bySize: true, height: 4 }, [1, 1, 2], [1, 2]);
    expect(repeated.y).toEqual([1, 1, 2, 2]);
  });

  it('ZeroPad puts zeros on each side', () => {
    const { shape, y, dx } = computed(
      'zero-pad',
      { left: 1, right: 0, top: 0, bottom: 1 },
      [1, 1, 1, 2],
      [7, 8],
    );
    expect(shape).toEqual([1, 1, 2, 3]);
    expect(y).toEqual([0, 7, 8, 0, 0, 0]);
    expect(dx).toEqual([1, 1]);
    expect(computed('zero-pad', { left: 2, right: 1 }, [1, 1, 1], [5]).y).toEqual([0, 0, 5, 0]);
  });
});

describe('what does not fit', () => {
  const sentences = (type: keyof typeof layers, params: Params, ...shape: number[]): string[] =>
    inferNode(layers[type], params, { x: f(...shape) }).problems.map(({ message }) => message.en);

  it('is a window larger than the padded input, named with both sizes', () => {
    expect(sentences('max-pool', { kernelSize: 5 }, 2, 3, 4, 8)).toEqual([
      'The window of 5×5 is larger than the padded input of 4×8.',
    ]);
    expect(sentences('average-pool', { kernelSize: 6, padding: 1 }, 2, 3, 3)).toEqual([
      'The window of 6 is larger than the padded input of 5.',
    ]);
    expect(sentences('max-pool', { kernelSize: 5, padding: 2 }, 2, 3, 1, 1)).toEqual([]);
    expect(sentences('max-pool', { kernelSize: 3, ceil: true }, 2, 3, 2, 2)).toEqual([]);
    expect(sentences('max-pool', { kernelSize: 4, ceil: true }, 2, 3, 2, 2)).toHaveLength(1);
  });

  it('is a size that is no multiple, for elements that are repeated', () => {
    expect(sentences('upsample', { bySize: true, height: 12, width: 8 }, 2, 3, 6, 6)).toEqual([
      'Repeated elements make whole multiples of 6×6, found 12×8. Linear goes to any size.',
    ]);
  });

  it('is padding of more than half the window', () => {
    expect(sentences('max-pool', { padding: 2 }, 2, 3, 8, 8)).toEqual([
      'Padding may be at most half of the window of 2, found 2.',
    ]);
  });

  it('is anything but images or signals', () => {
    for (const type of [
      'max-pool',
      'average-pool',
      'global-average-pool',
      'adaptive-average-pool',
      'upsample',
      'zero-pad',
    ] as const) {
      expect(sentences(type, {}, 2, 5)).toEqual(['Expected images (N×C×H×W) or signals (N×C×L), found N×5.']);
    }
  });

  it('is what only images have, for a signal', () => {
    expect(sentences('max-pool', { rectangular: true }, 2, 3, 8)[0]).toMatch(
      /needs images .* found a signal/,
    );
    expect(sentences('zero-pad', { top: 2 }, 2, 3, 8)).toEqual([
      'A signal (N×C×L) has no rows to add; expected 0, found 2.',
    ]);
  });
});

describe('a network of these layers', () => {
  it.each([
    [
      'images',
      { source: 'shapes', imageSize: 8, count: 60 },
      [
        ['up', 'upsample', { mode: 'linear' }],
        ['pad', 'zero-pad', { left: 2, top: 1 }],
        ['max', 'max-pool', { kernelSize: 3, stride: 2, padding: 1 }],
        ['avg', 'average-pool', { kernelSize: 3, stride: 1, padding: 1, countPadding: false }],
        ['up_max', 'max-pool', { kernelSize: 3, stride: 2, ceil: true }],
        ['up_avg', 'average-pool', { kernelSize: 4, stride: 3, padding: 1, ceil: true }],
        ['bins', 'adaptive-average-pool', { outputSize: 4, outputWidth: 5 }],
        ['again', 'upsample', { scale: 3 }],
        ['corners', 'upsample', { mode: 'linear', scale: 2, corners: true }],
        ['size', 'upsample', { mode: 'linear', bySize: true, height: 11, width: 9 }],
        ['global', 'global-average-pool', {}],
        ['fc', 'linear', { outFeatures: 4 }],
      ],
    ],
    [
      'signals',
      { source: 'waveforms', count: 60 },
      [
        ['pad', 'zero-pad', { left: 2, right: 1 }],
        ['max', 'max-pool', { kernelSize: 3, stride: 2, padding: 1 }],
        ['up', 'upsample', { mode: 'linear', scale: 3 }],
        ['avg', 'average-pool', { kernelSize: 2 }],
        ['up_avg', 'average-pool', { kernelSize: 3, stride: 2, padding: 1, ceil: true }],
        ['up_max', 'max-pool', { kernelSize: 3, padding: 1, ceil: true }],
        ['bins', 'adaptive-average-pool', { outputSize: 7 }],
        ['again', 'upsample', { mode: 'nearest' }],
        ['global', 'global-average-pool', {}],
        ['fc', 'linear', { outFeatures: 4 }],
      ],
    ],
  ] as const)(
    'trains on %s and leaves as a file that onnxruntime computes alike',
    async (_name, data, chain) => {
      const network = await trained(chainDocument(chain, 'cross-entropy', data), 2);
      const certificate = await certified(exported(network), network);
      expect(certificate.nodes.map(({ name }) => name)).toEqual(chain.map(([id]) => id));
      expect(certificate.equal).toBe(true);
    },
  );
});
