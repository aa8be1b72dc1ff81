import type { Problem } from '../../engine/declaration/problem.ts';
import type { Seen } from './store.ts';

/**
 * Errors on these nodes that were not there before. A wire that is missing is none of them: a network is drawn in any
 * order.
 */
export function newErrors(before: Seen, after: Seen, nodes: Iterable<string>): Problem[] {
  return [...nodes].flatMap((id) => {
    const known = new Set((before.problemsOf.get(id) ?? []).map(identity));
    return (after.problemsOf.get(id) ?? []).filter(
      (problem) =>
        problem.severity === 'error' && problem.code !== 'missing-wire' && !known.has(identity(problem)),
    );
  });
}

/** The same problem at the same place, whatever numbers its sentence names. */
export const identity = ({ code, place }: Problem): string =>
  [code, place.node, place.port, place.field, place.path].join('\n');
