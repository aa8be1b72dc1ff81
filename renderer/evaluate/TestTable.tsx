import { useMemo } from 'react';
import { elementCount } from '../../engine/declaration/tensor-type.ts';
import type { NetwrightDocument } from '../../engine/document/schema.ts';
import type { SampleSet } from '../../engine/protocol/data-messages.ts';
import { rootMeanSquare } from '../charts/answers.ts';
import { confusionOf } from '../charts/classes.ts';
import { formatFigure, formatWhole } from '../charts/figures.ts';
import { classLosses, mostWorst, numberLosses, worstRows } from '../charts/sample-losses.ts';
import { columnsOf, toldOf } from '../charts/table-row.ts';
import type { FrameRing } from '../engine/frame-ring.ts';
import { useT } from '../i18n/i18n.ts';
import { EmptyState } from '../training/EmptyState.tsx';
import { ClassTable } from './ClassTable.tsx';
import { ConfusionTable } from './ConfusionTable.tsx';
import { Coverage } from './Coverage.tsx';
import css from './Evaluate.module.css';
import { PartChoice } from './PartChoice.tsx';
import { RegressionPlot } from './RegressionPlot.tsx';
import { useShownPart } from './shown-part.ts';
import { TableQuestion } from './TableQuestion.tsx';
import { useCards } from './use-cards.ts';
import { usePartAnswers } from './use-part-answers.ts';
import { WorstTable } from './WorstTable.tsx';

interface TestTableProps {
  readonly document: NetwrightDocument;
  readonly ring: FrameRing | undefined;
  readonly samples: SampleSet;
  readonly shape: string;
}

/** Inputs that no plane can show: the answers to samples that were not trained on, class by class, or their error. */
export function TestTable({ document, ring, samples, shape }: TestTableProps) {
  const t = useT();
  const { part, samples: named } = useShownPart();
  const { classes } = samples;
  const { answers } = usePartAnswers(ring, document, part, elementCount(samples.inputShape));
  const worst = useMemo(() => {
    if (answers === undefined) return [];
    const { prediction, targets, rows } = answers;
    const losses = (classes ? classLosses : numberLosses)(prediction, targets, rows);
    return worstRows(losses);
  }, [answers, classes]);
  const numberOf = (row: number): number => answers?.numbers[row] ?? -1;
  const numbers = worst.map(({ row }) => numberOf(row));
  const cards = useCards({ document, part, count: mostWorst, numbers });
  const columns = useMemo(() => columnsOf(samples), [samples]);
  if (!answers) {
    return (
      <EmptyState
        title={t('evaluate.samplesTitle', { shape })}
        detail={t('evaluate.tableHint', { samples: named })}
      />
    );
  }
  const { prediction, targets } = answers;
  const confusion = classes && confusionOf(prediction, targets, classes.length, () => true);
  return (
    <div className={css['evaluate']}>
      {classes ? null : <RegressionPlot targets={targets} answers={prediction.values} />}
      <div className={css['beside']}>
        <h3 className={css['title']} data-testid="evaluate-title">
          {t('evaluate.testTitle', { shape, samples: named, step: formatWhole(prediction.step) })}
        </h3>
        <PartChoice />
        <Coverage current={answers} />
        <TableQuestion ring={ring} samples={samples} />
        <div className={css['tables']}>
          {classes && confusion ? (
            <>
              <ConfusionTable confusion={confusion} classes={classes} />
              <ClassTable confusion={confusion} classes={classes} />
            </>
          ) : (
            <div>
              <p>
                {t('evaluate.rootMeanSquare', {
                  samples: named,
                  error: formatFigure(rootMeanSquare(prediction.values, targets)),
                })}
              </p>
              <p className={css['hint']}>{t('evaluate.regression.hint')}</p>
            </div>
          )}
          <WorstTable
            prediction={prediction}
            inputOf={(row) => {
              const card = cards.find(({ number }) => number === numberOf(row));
              return card && toldOf(columns, card.x);
            }}
            y={targets}
            targets={targets.length / Math.max(1, answers.rows)}
            worst={worst}
            classes={classes}
          />
        </div>
      </div>
    </div>
  );
}
