import { useMemo, useState } from 'react';
import type { SampleSet } from '../../engine/protocol/data-messages.ts';
import { formatFigure, formatWhole } from '../charts/figures.ts';
import { drawnSamples, paintLineFit, sampleNearest } from '../charts/line-fit.ts';
import { Pointed } from '../charts/Pointed.tsx';
import { palette } from '../charts/palette.ts';
import { concatenated, lineOf } from '../charts/plane.ts';
import { type Surface, useCanvas } from '../charts/use-canvas.ts';
import { movedAlong, usePointed } from '../charts/use-pointed.ts';
import { NumberField } from '../design/NumberField.tsx';
import type { FrameRing } from '../engine/frame-ring.ts';
import { usePrediction } from '../engine/use-prediction.ts';
import { useT, useText } from '../i18n/i18n.ts';
import { heldOutColors } from '../training/held-out.ts';
import css from './Evaluate.module.css';
import { PartChoice } from './PartChoice.tsx';
import { useShownPart } from './shown-part.ts';

interface LineFitProps {
  readonly ring: FrameRing | undefined;
  readonly samples: SampleSet;
  readonly shape: string;
}

const curvePoints = 160;
/** Answers to the samples stand after those along the curve and at the asked x. */
const firstSample = curvePoints + 1;
const askEveryMs = 250;

/** Samples and what the network makes of them, with the answer at any x. */
export function LineFit({ ring, samples, shape }: LineFitProps) {
  const t = useT();
  const text = useText();
  const { part, code, samples: named } = useShownPart();
  const [asked, setAsked] = useState(5);
  const curveX = useMemo(() => lineOf(samples.x, asked, curvePoints), [samples, asked]);
  const questions = useMemo(
    () => ({
      x: concatenated(curveX, Float32Array.of(asked), samples.x),
      rows: firstSample + samples.part.length,
    }),
    [curveX, asked, samples],
  );
  const yRange = useMemo(() => rangeOf(samples.y), [samples]);
  const { answered, refusal } = usePrediction(ring, questions, askEveryMs);
  const current = answered?.questions === questions ? answered : undefined;
  const answer = current?.prediction.values[curvePoints];

  const curveY = current?.prediction.values.subarray(0, curvePoints) ?? new Float32Array();
  const low = Math.min(yRange[0], answer ?? Infinity);
  const high = Math.max(yRange[1], answer ?? -Infinity);
  const picture = { samples, held: code, curve: { x: curveX, y: curveY }, yRange: [low, high] as const };
  // The keys walk through the samples from the least x to the greatest.
  const order = useMemo(
    () => drawnSamples({ samples, held: code }).toSorted((a, b) => samples.x[a] - samples.x[b]),
    [samples, code],
  );
  const { pointed, handlers } = usePointed<number>({
    at: ({ x, y, width, height }) => sampleNearest({ width, height }, picture, x, y),
    moved: (key, from) => movedAlong(key, from, order),
  });
  const told = (): string | undefined => {
    if (pointed === undefined) return undefined;
    const there = { x: formatFigure(samples.x[pointed]), truth: formatFigure(samples.y[pointed]) };
    return current === undefined
      ? t('evaluate.linePoint', there)
      : t('evaluate.linePointed', {
          ...there,
          answer: formatFigure(current.prediction.values[firstSample + pointed]),
        });
  };

  const paint = (surface: Surface): void => {
    const at = answer === undefined ? undefined : { x: asked, y: answer };
    paintLineFit(surface, { ...picture, asked: at, pointed }, heldOutColors(palette(), part));
  };
  const { canvas } = useCanvas(paint, 50);

  const title =
    current === undefined
      ? t('evaluate.samplesTitle', { shape })
      : t('evaluate.lineTitle', { shape, step: formatWhole(current.prediction.step) });
  return (
    <div className={css['evaluate']}>
      <figure className={css['wide']}>
        <canvas
          ref={canvas}
          className={css['fill']}
          role="img"
          aria-label={title}
          data-testid="line-fit"
          data-step={current?.prediction.step}
          {...handlers}
        />
        <Pointed told={told()} testId="line-pointed" />
      </figure>
      <div className={css['beside']}>
        <h3 className={css['title']} data-testid="evaluate-title">
          {title}
        </h3>
        <PartChoice />
        <div className={css['ask']}>
          <label htmlFor="predict-x">{t('evaluate.predictAt')}</label>
          <NumberField
            id="predict-x"
            label={t('evaluate.predictAt')}
            value={asked}
            onChange={setAsked}
            step={0.1}
          />
          <output htmlFor="predict-x" data-testid="predict-y">
            {answer === undefined ? t('evaluate.notYet') : `y = ${formatFigure(answer)}`}
          </output>
        </div>
        {refusal ? <p className={css['hint']}>{text(refusal.message)}</p> : null}
        <p className={css['hint']}>
          {current ? t('evaluate.lineHint', { samples: named }) : t('evaluate.boundaryHint')}
        </p>
      </div>
    </div>
  );
}

function rangeOf(values: Float32Array): [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return [0, 1];
  const room = (high - low || 1) * 0.08;
  return [low - room, high + room];
}
