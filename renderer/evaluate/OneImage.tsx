import { useEffect, useMemo, useRef } from 'react';
import { create } from 'zustand';
import type { Text } from '../../engine/declaration/text.ts';
import { classOf } from '../charts/classes.ts';
import { colorIndex } from '../charts/color-map.ts';
import { occludedRows, occlusionMap, occlusionOf } from '../charts/occlusion.ts';
import { palette } from '../charts/palette.ts';
import { probabilityOf } from '../charts/sample-losses.ts';
import { imagePixels, type Range } from '../charts/samples.ts';
import { Switch } from '../design/Switch.tsx';
import { useTheme } from '../design/theme.ts';
import type { FrameRing } from '../engine/frame-ring.ts';
import { usePrediction } from '../engine/use-prediction.ts';
import { useT, useText } from '../i18n/i18n.ts';
import { AnswerBars } from './AnswerBars.tsx';
import evaluate from './Evaluate.module.css';
import css from './Images.module.css';

interface OneImageProps {
  readonly ring: FrameRing | undefined;
  /** [C, H, W] */
  readonly values: Float32Array;
  readonly shape: readonly number[];
  readonly range: Range;
  readonly classes: readonly Text[] | undefined;
  readonly truth?: number | undefined;
}

const askEveryMs = 250;

/** Whether the next image is shown so too. */
const useMap = create<{ readonly isMapShown: boolean }>(() => ({ isMapShown: false }));

/** An image as the network gets it, the answers it thinks likeliest, and which parts of the image the first of them hangs on. */
export function OneImage({ ring, values, shape, range, classes, truth }: OneImageProps) {
  const t = useT();
  const text = useText();
  const { isMapShown } = useMap();
  const occlusion = useMemo(() => occlusionOf(shape), [shape]);
  const questions = useMemo(
    () =>
      isMapShown && classes
        ? { x: occludedRows(values, shape, occlusion), rows: 1 + occlusion.places.length }
        : { x: values, rows: 1 },
    [values, shape, occlusion, isMapShown, classes],
  );
  const { answered, refusal } = usePrediction(ring, questions, askEveryMs);
  const current = answered?.questions.x.length === questions.x.length ? answered.prediction : undefined;
  const map = useMemo(() => {
    if (current === undefined || !isMapShown) return undefined;
    const answer = classOf(current.values, current.columns, 0);
    const own = Array.from({ length: 1 + occlusion.places.length }, (_, row) =>
      probabilityOf(current.values, current.columns, row, answer),
    );
    return occlusionMap(own, shape, occlusion);
  }, [current, isMapShown, shape, occlusion]);
  // As many numbers without a name as the image has are an image again.
  const made =
    classes === undefined && current?.columns === values.length
      ? current.values.subarray(0, current.columns)
      : undefined;
  return (
    <div className={css['one']} data-testid="one-image" data-step={current?.step}>
      <figure className={css['figure']}>
        <ImageWithMap values={values} shape={shape} range={range} map={map} />
        <figcaption>{t('evaluate.asSeen', { size: shape.slice(1).join('×') })}</figcaption>
      </figure>
      <div className={css['answers']}>
        {current === undefined ? (
          <p className={evaluate['hint']}>
            {refusal ? text(refusal.message) : t(ring ? 'evaluate.asking' : 'evaluate.boundaryHint')}
          </p>
        ) : made === undefined ? (
          <AnswerBars row={current.values.subarray(0, current.columns)} classes={classes} truth={truth} />
        ) : (
          <figure className={css['figure']}>
            <ImageWithMap values={made} shape={shape} range={range} map={undefined} />
            <figcaption>{t('evaluate.made')}</figcaption>
          </figure>
        )}
        {classes === undefined || ring === undefined ? null : (
          <div className={css['filter']} title={t('evaluate.mapHelp')}>
            <Switch
              label={t('evaluate.map')}
              checked={isMapShown}
              onChange={(isMapShown) => useMap.setState({ isMapShown })}
            />
            {t('evaluate.map')}
          </div>
        )}
      </div>
    </div>
  );
}

interface ImageWithMapProps extends Pick<OneImageProps, 'values' | 'shape' | 'range'> {
  /** [H, W]: how much each pixel matters; below 0 it speaks against the answer. */
  readonly map: Float32Array | undefined;
}

/** The map's colours over a grey image; without a map the image in its own. */
function ImageWithMap({ values, shape, range, map }: ImageWithMapProps) {
  const t = useT();
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useTheme((state) => state.theme);
  const [, height = 1, width = 1] = shape;
  useEffect(() => {
    const pixels = imagePixels(values, shape, range);
    if (map !== undefined) {
      const { signed } = palette();
      const most = Math.max(...map.map(Math.abs), 0.05);
      for (const [i, value] of map.entries()) {
        const at = colorIndex((value / most + 1) / 2);
        const light = [0, 1, 2].reduce((sum, c) => sum + (pixels.data[4 * i + c] ?? 0) / 3, 0);
        for (let c = 0; c < 3; c++) pixels.data[4 * i + c] = 0.35 * light + 0.65 * (signed[at + c] ?? 0);
      }
    }
    canvas.current?.getContext('2d')?.putImageData(pixels, 0, 0);
  }, [values, shape, range, map, theme]);
  return (
    <canvas
      ref={canvas}
      className={css['large']}
      width={width}
      height={height}
      role="img"
      aria-label={t(map === undefined ? 'evaluate.imageLabel' : 'evaluate.mapLabel')}
    />
  );
}
