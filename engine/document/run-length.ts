import type { SampleCounts } from '../data/sources/contract.ts';
import { countsOf, sourceOf } from '../data/sources/index.ts';
import { paramText } from '../declaration/fields.ts';
import type { RunLength } from '../schedules/contract.ts';
import { catalogue } from './catalogue.ts';
import { completeParams } from './check-params.ts';
import type { DocumentNode, TrainingSettings } from './schema.ts';

/** How many of `count` samples are kept for testing; at least one is left to train on. */
export const testCountOf = (count: number, testShare: number): number =>
  Math.min(Math.round(count * testShare), Math.max(0, count - 1));

/** Samples that a data node says it has, and how many of them it keeps for testing itself. */
export function sampleCountsOf(node: DocumentNode): SampleCounts {
  const params = completeParams(catalogue.get(node.type)?.fields ?? {}, node.params);
  const source = sourceOf(paramText(params['source']));
  return source === undefined ? { all: 0, givenTest: 0 } : countsOf(source, params);
}

/** How many of a data node's samples are trained on and tested with. */
export function partCountsOf(
  { testShare }: Pick<TrainingSettings, 'testShare'>,
  data: DocumentNode,
): { readonly train: number; readonly test: number } {
  const { all, givenTest } = sampleCountsOf(data);
  const test = givenTest > 0 ? givenTest : testCountOf(all, testShare);
  return { train: all - test, test };
}

/** How long a run on the samples of a data node would be. */
export function runLengthOf(training: TrainingSettings, data: DocumentNode): RunLength {
  const { batchSize, epochs, warmupSteps } = training;
  const stepsPerEpoch = Math.max(1, Math.ceil(partCountsOf(training, data).train / batchSize));
  return { stepsPerEpoch, steps: epochs * stepsPerEpoch, warmupSteps };
}
