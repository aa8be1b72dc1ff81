import { useMemo } from 'react';
import { formatFigure } from '../charts/figures.ts';
import { Pointed } from '../charts/Pointed.tsx';
import { palette } from '../charts/palette.ts';
import { type Compared, nearestTo, paintTrueAgainstAnswered } from '../charts/true-against-answered.ts';
import { useCanvas } from '../charts/use-canvas.ts';
import { movedAlong, usePointed } from '../charts/use-pointed.ts';
import { useT } from '../i18n/i18n.ts';
import { heldOutColors } from '../training/held-out.ts';
import css from './Evaluate.module.css';
import { useShownPart } from './shown-part.ts';

/** How near the network's numbers come to what they should be, sample by sample. */
export function RegressionPlot({ targets, answers }: Compared) {
  const t = useT();
  const { part, samples } = useShownPart();
  const compared = useMemo(() => ({ targets, answers }), [targets, answers]);
  // The keys walk through them from the least true number to the greatest.
  const order = useMemo(
    () => Array.from(targets.keys()).toSorted((a, b) => (targets[a] ?? 0) - (targets[b] ?? 0)),
    [targets],
  );
  const { pointed, handlers } = usePointed<number>({
    at: ({ x, y, width, height }) => nearestTo({ width, height }, compared, x, y),
    moved: (key, from) => movedAlong(key, from, order),
  });
  const { canvas } = useCanvas(
    (surface) => paintTrueAgainstAnswered(surface, compared, heldOutColors(palette(), part), pointed),
    100,
  );
  return (
    <figure className={css['plane']}>
      <canvas
        ref={canvas}
        className={css['square']}
        role="img"
        aria-label={t('evaluate.regression.label', { samples })}
        data-testid="regression"
        {...handlers}
      />
      <Pointed
        told={
          pointed === undefined
            ? undefined
            : t('evaluate.regression.pointed', {
                truth: formatFigure(targets[pointed]),
                answer: formatFigure(answers[pointed]),
              })
        }
        testId="regression-pointed"
      />
    </figure>
  );
}
