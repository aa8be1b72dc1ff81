import { palette } from '../charts/palette.ts';
import { type Compared, paintTrueAgainstAnswered } from '../charts/true-against-answered.ts';
import { useCanvas } from '../charts/use-canvas.ts';
import { useT } from '../i18n/i18n.ts';
import { heldOutColors } from '../training/held-out.ts';
import css from './Evaluate.module.css';
import { useShownPart } from './shown-part.ts';

/** How near the network's numbers come to what they should be, sample by sample. */
export function RegressionPlot(compared: Compared) {
  const t = useT();
  const { part, samples } = useShownPart();
  const { canvas } = useCanvas(
    (surface) => paintTrueAgainstAnswered(surface, compared, heldOutColors(palette(), part)),
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
      />
    </figure>
  );
}
