import { Button } from '../design/Button.tsx';
import { useDocumentStore } from '../document/store.ts';
import { useT } from '../i18n/i18n.ts';
import { EmptyState } from './EmptyState.tsx';
import { showProblem } from './show-problem.ts';

interface NoRunYetProps {
  readonly title: string;
  readonly detail: string;
}

/** What stands where a run will be shown; Train cannot be pressed before what keeps the network from running is solved. */
export function NoRunYet({ title, detail }: NoRunYetProps) {
  const t = useT();
  const problems = useDocumentStore((state) => state.analysis.problems);
  const errors = problems.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  return (
    <EmptyState title={title} detail={detail}>
      {first === undefined ? null : (
        <Button onClick={() => showProblem(first)}>
          {t('training.problemsFirst', { count: errors.length })}
        </Button>
      )}
    </EmptyState>
  );
}
