import { describe, expect, it } from 'vitest';
import { compilePlan } from '../../../engine/compiler/compile.ts';
import type { NetwrightDocument } from '../../../engine/document/schema.ts';
import { chainDocument } from '../documents.ts';

const classifier = (): NetwrightDocument => chainDocument([['fc1', 'linear', { outFeatures: 2 }]]);

const kernelsOf = (
  document: NetwrightDocument,
  program: 'train' | 'trainWatched' | 'evaluate',
  train = 80,
): string[] =>
  compilePlan(document, { counts: { train, test: 20 } }).programs[program].calls.map(({ kernel }) => kernel);

describe('a loss of labels', () => {
  it.each(['train', 'trainWatched'] as const)('is one call with its gradient in %s', (program) => {
    const kernels = kernelsOf(classifier(), program);
    expect(kernels.filter((kernel) => kernel === 'crossEntropyWithGradient')).toHaveLength(1);
    for (const part of ['softmaxCrossEntropy', 'labelledMean', 'countArgmaxHits']) {
      expect(kernels).not.toContain(part);
    }
  });

  it('stands alone where there is no gradient', () => {
    expect(kernelsOf(classifier(), 'evaluate')).toEqual(
      expect.arrayContaining(['softmaxCrossEntropy', 'labelledMean', 'countArgmaxHits']),
    );
  });

  it('stays in parts where it has more logits than one worker should do, or a weight', () => {
    const large = classifier();
    large.training.batchSize = 4000;
    expect(kernelsOf(large, 'train', 4000)).toContain('softmaxCrossEntropy');
    const document = classifier();
    const loss = document.nodes.find(({ type }) => type === 'cross-entropy');
    if (loss === undefined) throw new Error('the chain ends in a cross-entropy');
    loss.params = { ...loss.params, weight: 0.5 };
    expect(kernelsOf(document, 'train')).toContain('softmaxCrossEntropy');
  });
});
