import { formatWhole } from '../charts/figures.ts';
import { useRun } from '../engine/run-store.ts';
import { useT } from '../i18n/i18n.ts';
import evaluate from './Evaluate.module.css';
import type { PartAnswers } from './part-answers.ts';
import { useShownPart } from './shown-part.ts';

/** Where not all samples of the part are counted, how many are, and why. */
export function Coverage({ current }: { readonly current: PartAnswers | undefined }) {
  const t = useT();
  const { samples } = useShownPart();
  const isTraining = useRun(({ phase }) => phase === 'running' || phase === 'starting');
  if (current === undefined || current.rows >= current.count) return null;
  const { rows, count, most } = current;
  const why = isTraining ? 'someHint' : rows < most ? 'goingOnHint' : 'mostHint';
  return (
    <p className={evaluate['hint']} data-testid="evaluate-coverage">
      {t(`evaluate.${why}`, { some: formatWhole(rows), all: formatWhole(count), samples })}
    </p>
  );
}
