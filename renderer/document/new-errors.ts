import type { Problem } from '../../engine/declaration/problem.ts';
import type { Analysis } from '../../engine/document/analyse.ts';

/**
 * Errors of the second analysis on these nodes that the first one does not have. A wire that is missing is none of
 * them: a network is drawn in any order.
 */
export function newErrors(before: Analysis, after: Analysis, nodes: ReadonlySet<string>): Problem[] {
  const known = new Set(before.problems.map(identity));
  return after.problems.filter(
    (problem) =>
      problem.severity === 'error' &&
      problem.code !== 'missing-wire' &&
      nodes.has(problem.place.node ?? '') &&
      !known.has(identity(problem)),
  );
}

/** The same problem at the same place, whatever numbers its sentence names. */
const identity = ({ code, place }: Problem): string =>
  [code, place.node, place.port, place.field, place.path].join('\n');
