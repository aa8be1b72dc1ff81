import { elementCount } from '../declaration/tensor-type.ts';
import { histogramWords } from '../kernels/telemetry.ts';
import type { Tensor } from '../ops/contract.ts';
import { alignedWords } from './allocate.ts';
import type { Plan } from './plan.ts';
import type { Step } from './steps.ts';

/** Where the words of a plan go. */
export interface PlanMemory {
  /** What no order of the step's calls and no placing can do without: weights, gradients, optimizer state, and `kept`. */
  readonly neededWords: number;
  /** What stands in the arena for numbers: all of it but `recordWords`. */
  readonly peakWords: number;
  /** Programs and histograms: as many whatever the batch and however wide the layers. */
  readonly recordWords: number;
}

/**
 * Words of what backward must keep: tensors that the data gives or the forward pass makes and a step of the backward pass
 * reads, the batch and its labels among them where it does. A tensor that two steps read counts once, one that is seen in
 * another's words not at all. Nothing is counted that is needed for a moment only, nor the ends of cache lines.
 */
export function wordsKeptForBackward(steps: readonly Step[]): number {
  const isBackward = ({ writes }: Step): boolean => writes.some(({ role }) => role === 'gradient');
  const isForward = ({ role }: Tensor): boolean => role === 'activation' || role === 'input';
  const kept = new Set(steps.filter(isBackward).flatMap(({ reads }) => reads.filter(isForward)));
  return wordsOf([...kept]);
}

export function memoryOf(plan: Plan): PlanMemory {
  const { weights, state, programs, code, arenaWords } = plan;
  const numbers = [...weights, ...weights.filter(({ gradient }) => gradient !== undefined), ...state];
  const histograms = programs.trainWatched.watched.length * alignedWords(histogramWords);
  const recordWords = code.offset + code.words + histograms;
  return {
    neededWords: wordsOf(numbers) + programs.train.keptWords,
    peakWords: arenaWords - recordWords,
    recordWords,
  };
}

const wordsOf = (tensors: readonly Pick<Tensor, 'shape'>[]): number =>
  tensors.reduce((sum, { shape }) => sum + elementCount(shape), 0);
