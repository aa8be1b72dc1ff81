import { useState } from 'react';
import type { Text } from '../../engine/declaration/text.ts';
import type { SampleSet } from '../../engine/protocol/data-messages.ts';
import { type Answers, rootMeanSquare } from '../charts/answers.ts';
import { byGroup, confusionOf, rightWithin } from '../charts/classes.ts';
import { formatFigure, formatShare, formatWhole } from '../charts/figures.ts';
import { Segments } from '../design/Segments.tsx';
import { useT } from '../i18n/i18n.ts';
import { ClassTable } from './ClassTable.tsx';
import { ConfusionMap } from './ConfusionMap.tsx';
import { ConfusionTable } from './ConfusionTable.tsx';
import evaluate from './Evaluate.module.css';
import { GroupTable } from './GroupTable.tsx';
import type { PartAnswers } from './part-answers.ts';
import { useShownPart } from './shown-part.ts';
import css from './TestSamples.module.css';
import type { Cell } from './use-cell-told.ts';

/** A table of answers with more columns than these could not be read. */
const mostInTable = 12;
const topMost = 5;

interface TotalsProps {
  readonly current: PartAnswers;
  readonly answers: Answers | undefined;
  readonly samples: SampleSet;
  readonly cell: Cell | undefined;
  readonly onCell: (cell: Cell | undefined) => void;
}

/** How many answers are right, class by class where there is one for each sample; else how far off they are. */
export function Totals(props: TotalsProps) {
  const { current, answers, samples } = props;
  const { prediction, targets: labels, rows } = current;
  const t = useT();
  const { samples: named } = useShownPart();
  const { classes, targetShape } = samples;
  if (classes === undefined || answers === undefined) {
    const error = formatFigure(rootMeanSquare(prediction.values, labels));
    return <p>{t('evaluate.rootMeanSquare', { error, samples: named })}</p>;
  }
  if (targetShape.length === 0) return <ClassTotals {...props} classes={classes} />;
  const { right, asked, wrong } = answers;
  const whole = wrong.reduce((count, one) => count - one, rows);
  const share = (part: number, total: number): string =>
    t('evaluate.rightOf', {
      right: formatWhole(part),
      total: formatWhole(total),
      share: formatShare(total > 0 ? part / total : undefined),
    });
  return (
    <dl className={css['totals']} data-testid="sequence-totals">
      <dt>{t('evaluate.symbols')}</dt>
      <dd>{share(right, asked)}</dd>
      <dt>{t('evaluate.sequences')}</dt>
      <dd>{share(whole, rows)}</dd>
    </dl>
  );
}

/** Class by class, or by the coarser ones that these belong to where the data says which. */
function ClassTotals({
  current,
  samples,
  cell,
  onCell,
  classes,
}: TotalsProps & { readonly classes: readonly Text[] }) {
  const { prediction, targets: labels } = current;
  const { groups } = samples;
  const t = useT();
  const { samples: named } = useShownPart();
  const [isCoarse, setCoarse] = useState(false);
  const confusion = confusionOf(prediction, labels, classes.length, () => true);
  const { right, total } = confusion;
  const coarse = groups && byGroup(confusion, groups.of, groups.names.length);
  const shown = isCoarse && groups && coarse ? { groups, confusion: coarse } : undefined;
  const map =
    shown || classes.length > mostInTable ? (
      <ConfusionMap
        key={String(isCoarse)}
        confusion={shown?.confusion ?? confusion}
        classes={shown?.groups.names ?? classes}
        chosen={cell}
        onChoose={(chosen) => onCell(chosen && { ...chosen, groupOf: shown?.groups.of })}
      />
    ) : (
      <ConfusionTable confusion={confusion} classes={classes} />
    );
  return (
    <div>
      {groups === undefined ? null : (
        <Segments
          inline
          label={t('evaluate.groups.label')}
          value={isCoarse ? 'groups' : 'classes'}
          options={(['classes', 'groups'] as const).map((value) => ({
            value,
            label: t(`evaluate.groups.${value}`),
          }))}
          onChange={(value) => {
            setCoarse(value === 'groups');
            // Its numbers would mean something else.
            onCell(undefined);
          }}
        />
      )}
      <div className={evaluate['tables']}>
        {map}
        <div>
          {classes.length <= topMost ? null : (
            <dl className={css['totals']} data-testid="top-shares">
              <dt>{t('evaluate.topOne')}</dt>
              <dd>{formatShare(total > 0 ? right / total : undefined)}</dd>
              <dt title={t('evaluate.topFiveHelp', { samples: named })}>{t('evaluate.topFive')}</dt>
              <dd>{formatShare(total > 0 ? rightWithin(prediction, labels, topMost) / total : undefined)}</dd>
              {groups === undefined ? null : (
                <>
                  <dt title={t('evaluate.groupHelp', { count: groups.names.length })}>
                    {t('evaluate.group')}
                  </dt>
                  <dd>{formatShare(coarse && total > 0 ? coarse.right / total : undefined)}</dd>
                </>
              )}
            </dl>
          )}
          {shown ? (
            <GroupTable confusion={confusion} groups={shown.groups} />
          ) : (
            <ClassTable confusion={confusion} classes={classes} />
          )}
        </div>
      </div>
    </div>
  );
}
