import { CircleAlert, CircleCheck, TriangleAlert } from 'lucide-react';
import type { Problem } from '../../engine/declaration/problem.ts';
import { placeName } from '../../engine/document/levels.ts';
import { asDrawn } from '../document/fixes.ts';
import { useDocumentStore } from '../document/store.ts';
import { FixButtons } from '../fixes/FixButtons.tsx';
import { useT, useText } from '../i18n/i18n.ts';
import { goToProblem } from './go-to-problem.ts';
import css from './ProblemList.module.css';

/** Fixes are tried out for so many problems; those further down wait until these are solved. */
const mostFixed = 12;

/** Everything that keeps the document from running, or that its author should know; a click goes there. */
export function ProblemList() {
  const t = useT();
  const text = useText();
  const problems = useDocumentStore((state) => state.analysis.problems);
  const project = useDocumentStore((state) => state.project);
  const level = useDocumentStore((state) => state.level);
  const order = (problem: Problem): number => (problem.severity === 'error' ? 0 : 1);
  if (problems.length === 0) {
    return (
      <p className={css['fine']}>
        <CircleCheck size={16} aria-hidden />
        {t('problems.none')}
      </p>
    );
  }
  return (
    <ul className={css['list']} aria-label={t('problems.title')}>
      {problems
        .toSorted((a, b) => order(a) - order(b))
        .map((problem, i) => {
          const { node, wire, path } = problem.place;
          const here = asDrawn(problem, level);
          const place = (node && placeName(project, node)) ?? wire ?? path ?? '';
          return (
            <li
              key={`${place} ${problem.code} ${problem.place.port} ${problem.place.field} ${problem.message.en}`}
            >
              <button type="button" className={css['problem']} onClick={() => goToProblem(problem)}>
                <span className={css['icon']} data-severity={problem.severity}>
                  {problem.severity === 'error' ? (
                    <CircleAlert size={15} aria-label={t('problems.error')} />
                  ) : (
                    <TriangleAlert size={15} aria-label={t('problems.warning')} />
                  )}
                </span>
                <span className={css['place']}>{node === undefined && wire === undefined ? '' : place}</span>
                <span>{text(problem.message)}</span>
              </button>
              {i < mostFixed && here !== undefined ? (
                <div className={css['fixes']}>
                  <FixButtons problem={here} />
                </div>
              ) : null}
            </li>
          );
        })}
    </ul>
  );
}
