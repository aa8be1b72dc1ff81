import { useMemo } from 'react';
import type { SampleSet } from '../../engine/protocol/data-messages.ts';
import { rootMeanSquare, rowsIn } from '../charts/answers.ts';
import { confusionOf } from '../charts/classes.ts';
import { formatFigure, formatWhole } from '../charts/figures.ts';
import type { FrameRing } from '../engine/frame-ring.ts';
import { usePrediction } from '../engine/use-prediction.ts';
import { useT } from '../i18n/i18n.ts';
import { EmptyState } from '../training/EmptyState.tsx';
import { ClassTable } from './ClassTable.tsx';
import { ConfusionTable } from './ConfusionTable.tsx';
import css from './Evaluate.module.css';
import { PartChoice } from './PartChoice.tsx';
import { useShownPart } from './shown-part.ts';
import { WorstTable } from './WorstTable.tsx';

interface TestTableProps {
  readonly ring: FrameRing | undefined;
  readonly samples: SampleSet;
  readonly shape: string;
}

const askEveryMs = 500;
const mostRows = 2000;

/** Inputs that no plane can show: the answers to samples that were not trained on, class by class, or their error. */
export function TestTable({ ring, samples, shape }: TestTableProps) {
  const t = useT();
  const { code, samples: named } = useShownPart();
  const part = useMemo(() => rowsIn(samples, code, mostRows), [samples, code]);
  const { answered } = usePrediction(ring, part, askEveryMs);
  if (!answered || answered.questions !== part) {
    return (
      <EmptyState
        title={t('evaluate.samplesTitle', { shape })}
        detail={t('evaluate.tableHint', { samples: named })}
      />
    );
  }
  const { prediction } = answered;
  const { classes } = samples;
  const confusion = classes && confusionOf(prediction, part.y, classes.length, () => true);
  return (
    <div className={css['evaluate']}>
      <div className={css['beside']}>
        <h3 className={css['title']} data-testid="evaluate-title">
          {t('evaluate.testTitle', { shape, samples: named, step: formatWhole(prediction.step) })}
        </h3>
        <PartChoice />
        <div className={css['tables']}>
          {classes && confusion ? (
            <>
              <ConfusionTable confusion={confusion} classes={classes} />
              <ClassTable confusion={confusion} classes={classes} />
            </>
          ) : (
            <p>
              {t('evaluate.rootMeanSquare', {
                samples: named,
                error: formatFigure(rootMeanSquare(prediction.values, part.y)),
              })}
            </p>
          )}
          <WorstTable prediction={prediction} x={part.x} y={part.y} rows={part.rows} classes={classes} />
        </div>
      </div>
    </div>
  );
}
