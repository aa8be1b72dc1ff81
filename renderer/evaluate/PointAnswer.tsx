import { useMemo } from 'react';
import type { SampleSet } from '../../engine/protocol/data-messages.ts';
import { NumberField } from '../design/NumberField.tsx';
import type { FrameRing } from '../engine/frame-ring.ts';
import { usePrediction } from '../engine/use-prediction.ts';
import { useT, useText } from '../i18n/i18n.ts';
import { answerTold } from './answer-told.ts';
import css from './Evaluate.module.css';

export interface PlanePoint {
  readonly x: number;
  readonly y: number;
}

interface PointAnswerProps {
  readonly ring: FrameRing;
  readonly point: PlanePoint;
  readonly onPoint: (point: PlanePoint) => void;
  readonly classes: SampleSet['classes'];
}

const askEveryMs = 60;

/** What the network answers at one point of the plane, which is typed here or dragged there. */
export function PointAnswer({ ring, point, onPoint, classes }: PointAnswerProps) {
  const t = useT();
  const text = useText();
  const questions = useMemo(() => ({ x: Float32Array.of(point.x, point.y), rows: 1 }), [point]);
  const { answered } = usePrediction(ring, questions, askEveryMs);
  return (
    <div className={css['ask']} title={t('evaluate.point.help')}>
      <span>{t('evaluate.point.label')}</span>
      {(['x', 'y'] as const).map((axis) => (
        <NumberField
          key={axis}
          label={t(`evaluate.point.${axis}`)}
          value={point[axis]}
          onChange={(value) => onPoint({ ...point, [axis]: value })}
          step={0.05}
        />
      ))}
      <output data-testid="point-answer">
        {answered ? answerTold(answered.prediction, 0, classes, text) : t('evaluate.notYet')}
      </output>
    </div>
  );
}
