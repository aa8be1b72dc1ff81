import type { RunLength } from '../schedules/contract.ts';
import { catalogue } from './catalogue.ts';
import { completeParams } from './check-params.ts';
import type { DocumentNode, TrainingSettings } from './schema.ts';

/** How many of `count` samples are kept for testing; at least one is left to train on. */
export const testCountOf = (count: number, testShare: number): number =>
  Math.min(Math.round(count * testShare), Math.max(0, count - 1));

/** Samples that a data node says it has. */
export const sampleCountOf = (node: DocumentNode): number =>
  Number(completeParams(catalogue.get(node.type)?.fields ?? {}, node.params)['count']);

/** How long a run on the samples of a data node would be. */
export function runLengthOf(training: TrainingSettings, data: DocumentNode): RunLength {
  const { testShare, batchSize, epochs, warmupSteps } = training;
  const count = sampleCountOf(data);
  const stepsPerEpoch = Math.max(1, Math.ceil((count - testCountOf(count, testShare)) / batchSize));
  return { stepsPerEpoch, steps: epochs * stepsPerEpoch, warmupSteps };
}
