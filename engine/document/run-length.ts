import type { SampleCounts } from '../data/sources/contract.ts';
import { countsOf, sourceOf } from '../data/sources/index.ts';
import { paramText } from '../declaration/fields.ts';
import type { RunLength } from '../schedules/contract.ts';
import { catalogue } from './catalogue.ts';
import { completeParams } from './check-params.ts';
import type { DocumentNode, TrainingSettings } from './schema.ts';

/** What decides how samples are split. */
export type SplitSettings = Pick<TrainingSettings, 'testShare' | 'validationShare'>;

/** Without a word of it there is no validation part. */
export const validationShareOf = ({
  validationShare = 0,
}: Pick<TrainingSettings, 'validationShare'>): number => validationShare;

/** What of the settings decides which samples go to which part. */
export const splitBy = (
  training: SplitSettings & Pick<TrainingSettings, 'seed'>,
): Required<SplitSettings> & Pick<TrainingSettings, 'seed'> => ({
  seed: training.seed,
  testShare: training.testShare,
  validationShare: validationShareOf(training),
});

/** How many samples each part has. */
export interface PartCounts {
  readonly train: number;
  readonly validation: number;
  readonly test: number;
}

/**
 * How many of the samples go to each part; at least one is left to train on. Parts that the files give are these; a share
 * is one of all samples where the files give no test part, else of what is left to train on.
 */
export function partsOf(
  { all, givenValidation, givenTest }: SampleCounts,
  settings: SplitSettings,
): PartCounts {
  const most = (count: number, share: number, left: number): number =>
    Math.min(Math.round(count * share), Math.max(0, left - 1));
  const open = all - givenTest - givenValidation;
  const test = givenTest > 0 ? givenTest : most(open, settings.testShare, open);
  const left = all - test - givenValidation;
  const validation = givenValidation > 0 ? givenValidation : most(open, validationShareOf(settings), left);
  return { train: all - validation - test, validation, test };
}

/** Samples that a data node says it has, and how many of them it keeps itself. */
export function sampleCountsOf(node: DocumentNode): SampleCounts {
  const params = completeParams(catalogue.get(node.type)?.fields ?? {}, node.params);
  const source = sourceOf(paramText(params['source']));
  return source === undefined ? { all: 0, givenValidation: 0, givenTest: 0 } : countsOf(source, params);
}

/** How many of a data node's samples are trained on, validated with and tested with. */
export const partCountsOf = (training: SplitSettings, data: DocumentNode): PartCounts =>
  partsOf(sampleCountsOf(data), training);

/** How long a run on the samples of a data node would be. */
export function runLengthOf(training: TrainingSettings, data: DocumentNode): RunLength {
  const { batchSize, epochs, warmupSteps } = training;
  const stepsPerEpoch = Math.max(1, Math.ceil(partCountsOf(training, data).train / batchSize));
  return { stepsPerEpoch, steps: epochs * stepsPerEpoch, warmupSteps };
}
