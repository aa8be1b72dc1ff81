import { declarationOf } from '../../../document/blocks.ts';
import type { DocumentNode } from '../../../document/schema.ts';
import { type Growing, Grown, type Step } from './steps.ts';

/** A branch that is longer than this is no branch of one module, but one that holds many. */
const longestBranch = 128;
/** Up to so many nodes an addition ends a residual branch, which stays whole; behind more it is the skip of a U-Net. */
const longestResidual = 16;
/** What a norm stands behind without a seam. */
const normed: ReadonlySet<string> = new Set(['convolution', 'linear']);

/**
 * Where a network may be cut: `true` in front of a node where a part may begin, and behind the last. An activation stays with
 * what it follows, and a batch norm with its convolution. Where a tensor goes two ways that meet again there is no cut between the ways if they
 * meet in a residual addition, or if all of it comes elsewhere too.
 */
export function seamsOf(body: readonly DocumentNode[], steps: readonly Step[]): boolean[] {
  const isSeam = [...body.map((node, at) => !staysWith(body[at - 1], node, steps[at])), true];
  const forms = new Grown();
  const whole: Growing[] = [];
  const branches = new Map<number, Growing[]>();
  for (const [at, { makes }] of steps.entries()) {
    const [fork] = makes;
    if (makes.length !== 1 || fork === undefined || fork.readers < 2) continue;
    const branch = branchBehind(at, fork, steps, isSeam, forms);
    if (branch === undefined) continue;
    if (steps[fork.lastRead]?.type === 'add' && branch.size <= longestResidual) whole.push(branch);
    const alike = branches.get(branch.form);
    if (alike === undefined) branches.set(branch.form, [branch]);
    else alike.push(branch);
  }
  for (const alike of branches.values()) if (alike.length > 1) whole.push(...alike);
  for (const { start, size } of whole) isSeam.fill(false, start + 1, start + size);
  return isSeam;
}

/** The part from the first reader of a fork to where its ways have met, with the activation behind that. */
function branchBehind(
  fork: number,
  made: Step['makes'][number],
  steps: readonly Step[],
  isSeam: readonly boolean[],
  forms: Grown,
): Growing | undefined {
  // What is computed in between, such as a mask, does not hang on it.
  let first = fork + 1;
  while (first < steps.length && !steps[first]?.reads.some(({ tensor }) => tensor === made)) first++;
  const branch = forms.begin(first);
  for (let at = first; at < Math.min(steps.length, first + longestBranch); at++) {
    forms.grow(branch, steps[at] as Step, at);
    const isAllMade = steps[at]?.makes.some(({ lastRead }) => lastRead > at);
    if (at >= made.lastRead && branch.open === 1 && isAllMade && isSeam[at + 1]) return branch;
  }
  return undefined;
}

function staysWith(before: DocumentNode | undefined, node: DocumentNode, step: Step | undefined): boolean {
  const read = step?.reads.length === 1 ? step.reads[0]?.tensor : undefined;
  if (before === undefined || read?.end.node !== before.id || read.readers > 1) return false;
  const category = declarationOf([], node.type)?.category;
  if (category === 'activation') return true;
  return node.type === 'batch-norm' && normed.has(declarationOf([], before.type)?.category ?? '');
}
