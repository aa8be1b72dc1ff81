import type { Problem } from '../../engine/declaration/problem.ts';
import type { NodeAnalysis } from '../../engine/document/analyse.ts';
import { declarationOf } from '../../engine/document/blocks.ts';
import { placeOf } from '../../engine/document/flatten.ts';
import type { DocumentNode } from '../../engine/document/schema.ts';
import { typeLabel } from '../canvas/labels.ts';
import { problemsByNode } from '../document/problems-by-node.ts';
import type { DocumentState } from '../document/store.ts';

/** What a search goes through, of one node: all in lower case. */
interface Searched {
  /** The way to it through blocks, as problems name it. */
  readonly place: string;
  readonly words: readonly string[];
  readonly shapes: readonly string[];
}

/** Asking for these finds every node that has a problem. */
const anyProblem: ReadonlySet<string> = new Set(['problem', 'problems', 'error', 'errors', '问题', '错误']);

/**
 * Where a network has what is looked for, by name, by type in both languages, by the shape of what goes in or comes out
 * (`4x8x8` is as good as `4×8×8`), or by what is wrong: first what is drawn now, in the order data flows, then the rest
 * of the project.
 */
export function findPlaces(state: DocumentState, query: string): readonly string[] {
  const wanted = query.trim().toLowerCase();
  if (wanted === '') return [];
  const shape = /^\[?[\dn][\dn\s,x×*\]]*$/.test(wanted) ? wanted.replace(/[\s,x×*[\]]+/g, '×') : undefined;
  const asked = shape?.replace(/^×|×$/g, '');
  return searchedIn(state)
    .filter(
      ({ words, shapes }) =>
        words.some((word) => word.includes(wanted)) ||
        (asked !== undefined && shapes.some((own) => `×${own}×`.includes(`×${asked}×`))),
    )
    .map(({ place }) => place);
}

const remembered = new WeakMap<object, readonly Searched[]>();

function searchedIn(state: DocumentState): readonly Searched[] {
  const known = remembered.get(state.analysis);
  if (known !== undefined) return known;
  const { analysis, level, whole, project } = state;
  const start = level.map((id) => `${id}/`).join('');
  const found = new Map<string, Searched>();
  const note = (
    place: string,
    node: DocumentNode,
    shapes: NodeAnalysis | undefined,
    problems: readonly Problem[],
  ): void => {
    if (!found.has(place)) found.set(place, searched(state, place, node, shapes, problems));
  };
  const { nodes, order, cyclic } = analysis.topology;
  for (const node of new Set([...order, ...cyclic, ...nodes.values()]))
    note(start + node.id, node, analysis.nodes.get(node.id), state.problemsOf.get(node.id) ?? []);
  const outside = problemsByNode(analysis.problems, [], project);
  for (const node of project.nodes) note(node.id, node, undefined, outside.get(node.id) ?? []);
  const byPlace = new Map<string, Problem[]>();
  for (const problem of analysis.problems) {
    const place = problem.place.node ?? '';
    byPlace.set(place, [...(byPlace.get(place) ?? []), problem]);
  }
  for (const node of whole.flattened.nodes) {
    const place = placeOf(node.id);
    note(place, node, whole.nodes.get(node.id), byPlace.get(place) ?? []);
  }
  const all = [...found.values()];
  remembered.set(state.analysis, all);
  return all;
}

function searched(
  { project }: DocumentState,
  place: string,
  node: DocumentNode,
  shapes: NodeAnalysis | undefined,
  problems: readonly Problem[],
): Searched {
  const title = declarationOf(project.blocks, node.type)?.title;
  const words = [node.name, node.type, title?.en ?? '', title?.zh ?? ''];
  const types = [...Object.values(shapes?.inputs ?? {}), ...Object.values(shapes?.outputs ?? {})];
  return {
    place,
    words: [
      ...[...words, ...problems.flatMap(({ message }) => [message.en, message.zh])].map((word) =>
        word.toLowerCase(),
      ),
      ...(problems.length > 0 ? anyProblem : []),
    ],
    shapes: types.flatMap((type) => typeLabel(type)?.toLowerCase() ?? []),
  };
}
