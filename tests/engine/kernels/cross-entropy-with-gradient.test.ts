import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../engine/random/stream.ts';
import { type Arena, arenas, type Case, compute, floatsOf, native } from './arena.ts';

const random = new RandomStream(11, 5);
/** Mostly ordinary ones, now and then one that is at the end of float32 or beyond it. */
const extremes = [Infinity, -Infinity, Number.NaN, 3e38, -3e38, -0];
const someLogits = (count: number): Float32Array =>
  Float32Array.from({ length: count }, () =>
    random.below(30) > 0 ? random.normal() * 3 : (extremes[random.below(extremes.length)] as number),
  );
const faces: [string, Arena][] = Object.entries({ ...arenas, ...(native && { native }) });

/** What a case leaves in one of its tensors. */
const result = (arena: Arena, given: Case, tensor: string): Float32Array =>
  floatsOf(given, compute(arena, given), tensor);

/** Rows that fill vectors of any width, and a few more; two classes, few, and more than lanes. */
const shapes = [2, 5, 40].flatMap((C) => [1, 3, 4, 33, 300].map((M) => [M, C] as const));

describe.each(faces)('cross-entropy with its gradient, %s', (_name, arena) => {
  it.each(shapes)('has the bits of the kernels it stands for, [%i, %i]', (M, C) => {
    const options = [
      { ignored: -100, smoothing: 0 },
      { ignored: 1, smoothing: 0 },
      { ignored: 1, smoothing: 0.1 },
    ];
    for (const { ignored, smoothing } of options) {
      const logits = someLogits(M * C);
      // One label that is no class, whose loss is NaN, where there are many rows.
      const target = Int32Array.from({ length: M }, (_, row) => (row === 200 ? C : random.below(C)));
      const dy = Float32Array.of(0.7);
      const rows = { M, C, ignored, smoothing };
      const blank = (count: number): Float32Array => new Float32Array(count);
      const forward: Case = {
        kernel: 'softmaxCrossEntropy',
        tensors: { logits, target, losses: blank(M), p: blank(M * C) },
        numbers: rows,
        split: M,
      };
      const losses = result(arena, forward, 'losses');
      const mean: Case = {
        kernel: 'labelledMean',
        tensors: { x: losses, target, y: blank(1), counted: blank(1) },
        numbers: { count: M, ignored },
        split: 1,
      };
      const dMean: Case = {
        kernel: 'labelledMeanGradient',
        tensors: { dy, target, counted: result(arena, mean, 'counted'), dx: blank(M) },
        numbers: { count: M, ignored },
        split: M,
      };
      const gradient: Case = {
        kernel: 'softmaxCrossEntropyGradient',
        tensors: {
          p: result(arena, forward, 'p'),
          target,
          dlosses: result(arena, dMean, 'dx'),
          dlogits: blank(M * C),
        },
        numbers: rows,
        split: M,
      };
      const hits: Case = {
        kernel: 'countArgmaxHits',
        tensors: { x: logits, target, y: blank(2) },
        numbers: { M, N: C, ignored, soft: 0 },
        split: 1,
      };
      const joined: Case = {
        kernel: 'crossEntropyWithGradient',
        tensors: { logits, target, dy, y: blank(1), hits: blank(2) },
        numbers: rows,
        split: 1,
        aliases: { dlogits: 'logits' },
      };
      expect(result(arena, joined, 'y')).toEqual(result(arena, mean, 'y'));
      expect(result(arena, joined, 'logits')).toEqual(result(arena, gradient, 'dlogits'));
      expect(result(arena, joined, 'hits')).toEqual(result(arena, hits, 'y'));
    }
  });
});
