import { availableParallelism } from 'node:os';

const shortestMs = 50;
const longestMs = 400;
/** Of one processor among as many as there are. */
const perProcessorMs = 800;

/**
 * How far apart frames of a run are that so many threads train. To show one takes the studio some milliseconds: that costs
 * nothing while a processor is free for it, and holds up every thread where training has them all, the more the fewer
 * there are.
 */
export const framePeriodMs = (threads: number, processors = availableParallelism()): number =>
  threads < processors ? shortestMs : Math.min(longestMs, Math.max(shortestMs, perProcessorMs / processors));
