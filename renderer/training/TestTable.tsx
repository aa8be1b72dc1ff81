import { useMemo } from 'react';
import { elementCount } from '../../engine/declaration/tensor-type.ts';
import type { SampleSet } from '../../engine/protocol/messages.ts';
import { confusionOf } from '../charts/classes.ts';
import { formatFigure, formatWhole } from '../charts/figures.ts';
import type { FrameRing } from '../engine/frame-ring.ts';
import { usePrediction } from '../engine/use-prediction.ts';
import { useT } from '../i18n/i18n.ts';
import { ConfusionTable } from './ConfusionTable.tsx';
import { EmptyState } from './EmptyState.tsx';
import css from './Evaluate.module.css';

interface TestTableProps {
  readonly ring: FrameRing | undefined;
  readonly samples: SampleSet;
  readonly shape: string;
}

const askEveryMs = 500;
const mostRows = 2000;

/** Inputs that no plane can show: the answers to the test samples, class by class, or their error. */
export function TestTable({ ring, samples, shape }: TestTableProps) {
  const t = useT();
  const part = useMemo(() => testPart(samples), [samples]);
  const { answered } = usePrediction(ring, part, askEveryMs);
  if (!answered || answered.questions !== part) {
    return <EmptyState title={t('evaluate.samplesTitle', { shape })} detail={t('evaluate.tableHint')} />;
  }
  const { prediction } = answered;
  const { classes } = samples;
  return (
    <div className={css['evaluate']}>
      <div className={css['beside']}>
        <h3 className={css['title']} data-testid="evaluate-title">
          {t('evaluate.testTitle', { shape, step: formatWhole(prediction.step) })}
        </h3>
        {classes ? (
          <ConfusionTable
            confusion={confusionOf(prediction, part.y, classes.length, () => true)}
            classes={classes}
          />
        ) : (
          <p>
            {t('evaluate.rootMeanSquare', { error: formatFigure(rootMeanSquare(prediction.values, part.y)) })}
          </p>
        )}
      </div>
    </div>
  );
}

/** The first test samples: x [rows, …], y [rows, …target shape]. */
function testPart({ x, y, test, targetShape }: SampleSet): {
  x: Float32Array;
  y: Float32Array;
  rows: number;
} {
  const targetSize = elementCount(targetShape);
  const width = x.length / Math.max(1, test.length);
  const rows = [...test.keys()].filter((row) => test[row] === 1).slice(0, mostRows);
  const part = {
    x: new Float32Array(rows.length * width),
    y: new Float32Array(rows.length * targetSize),
    rows: rows.length,
  };
  rows.forEach((row, i) => {
    part.x.set(x.subarray(row * width, (row + 1) * width), i * width);
    part.y.set(y.subarray(row * targetSize, (row + 1) * targetSize), i * targetSize);
  });
  return part;
}

function rootMeanSquare(values: Float32Array, targets: Float32Array): number {
  const sum = targets.reduce((all, target, i) => all + (values[i] - target) ** 2, 0);
  return Math.sqrt(sum / Math.max(1, targets.length));
}
