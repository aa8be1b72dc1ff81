import type { Problem } from '../../engine/declaration/problem.ts';
import { text } from '../../engine/declaration/text.ts';
import { type Level, nodeAt } from '../../engine/document/levels.ts';
import type { Drawing } from '../../engine/document/schema.ts';

/**
 * Problems by the node that is drawn at a level: those on the node itself, and those on what is inside it, which then say
 * on what. Problems elsewhere are not among them.
 */
export function problemsByNode(
  problems: readonly Problem[],
  level: Level,
  drawing: Drawing,
): ReadonlyMap<string, readonly Problem[]> {
  const found = new Map<string, Problem[]>();
  const start = level.map((id) => `${id}/`).join('');
  for (const problem of problems) {
    const { node } = problem.place;
    if (node === undefined || !node.startsWith(start)) continue;
    const [id = '', ...deeper] = node.slice(start.length).split('/');
    const here =
      deeper.length === 0
        ? { ...problem, place: { ...problem.place, node: id } }
        : fromInside(problem, id, level, drawing);
    const others = found.get(id);
    if (others === undefined) found.set(id, [here]);
    else others.push(here);
  }
  return found;
}

function fromInside(problem: Problem, id: string, level: Level, drawing: Drawing): Problem {
  const names = nodeAt(drawing, problem.place.node ?? '')?.names.slice(level.length + 1) ?? [];
  const { en, zh } = problem.message;
  const way = names.join(' › ');
  return { ...problem, place: { node: id }, message: text(`${way}: ${en}`, `${way}：${zh}`) };
}
