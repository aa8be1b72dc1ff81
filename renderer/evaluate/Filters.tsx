import { memo, useEffect, useRef, useState } from 'react';
import { placeOf } from '../../engine/document/flatten.ts';
import { placeName } from '../../engine/document/levels.ts';
import type { WatchedTensorInfo } from '../../engine/protocol/live-run-messages.ts';
import type { WeightNow } from '../../engine/protocol/messages.ts';
import { formatFigure, formatWhole } from '../charts/figures.ts';
import { filterPixels } from '../charts/filter-pixels.ts';
import { palette } from '../charts/palette.ts';
import { useTheme } from '../design/theme.ts';
import type { FrameRing } from '../engine/frame-ring.ts';
import { engine, useRun } from '../engine/run-store.ts';
import { useT } from '../i18n/i18n.ts';
import evaluate from './Evaluate.module.css';
import css from './Images.module.css';

const askEveryMs = 1000;
const mostFilters = 128;

/** The weights [O, C, KH, KW] of a run that see images, in the order of the network. */
export const filtersIn = (ring: FrameRing | undefined): WatchedTensorInfo | undefined =>
  ring?.watched.find(({ kind, shape }) => kind === 'weight' && shape.length === 4 && (shape[3] ?? 1) > 1);

/** What the first convolution looks for: each of its filters as a small picture, as they are learned. */
export function Filters({ ring }: { readonly ring: FrameRing | undefined }) {
  const t = useT();
  const info = filtersIn(ring);
  const weight = useWeight(ring, info?.node, info?.tensor);
  const trained = useRun((state) => state.document);
  if (ring === undefined) return <p className={evaluate['hint']}>{t('evaluate.boundaryHint')}</p>;
  if (info === undefined) return <p className={evaluate['hint']}>{t('evaluate.noFilters')}</p>;
  const [count = 0, channels = 1, height = 1, width = 1] = info.shape;
  const size = channels * height * width;
  const most = weight ? weight.values.reduce((high, value) => Math.max(high, Math.abs(value)), 0) : 0;
  return (
    <div className={css['filters']} data-testid="filters" data-step={weight?.step}>
      <p className={evaluate['title']}>
        {t('evaluate.filtersTitle', {
          name: trained === undefined ? info.node : placeName(trained, placeOf(info.node)),
          count: formatWhole(count),
          size: `${height}×${width}`,
          step: formatWhole(weight?.step ?? 0),
        })}
      </p>
      <p className={evaluate['hint']}>
        {t(channels === 3 ? 'evaluate.filtersColor' : 'evaluate.filtersSigned', { most: formatFigure(most) })}
      </p>
      <ul className={css['filterList']}>
        {Array.from({ length: weight ? Math.min(count, mostFilters) : 0 }, (_, i) => (
          <li key={i} title={t('evaluate.filter', { number: i + 1 })}>
            <FilterView
              values={weight?.values.slice(i * size, (i + 1) * size) ?? new Float32Array()}
              shape={[channels, height, width]}
              most={most}
            />
          </li>
        ))}
      </ul>
    </div>
  );
}

interface FilterViewProps {
  readonly values: Float32Array;
  readonly shape: readonly number[];
  readonly most: number;
}

const FilterView = memo(function FilterView({ values, shape, most }: FilterViewProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useTheme((state) => state.theme);
  const [, height = 1, width = 1] = shape;
  useEffect(() => {
    const image = new ImageData(width, height);
    image.data.set(filterPixels(values, shape, most, palette().signed));
    canvas.current?.getContext('2d')?.putImageData(image, 0, 0);
  }, [values, shape, most, width, height, theme]);
  return <canvas ref={canvas} className={css['filterImage']} width={width} height={height} aria-hidden />;
});

/** A weight of a run as it is now: asked for again while it changes, once a second. */
function useWeight(
  ring: FrameRing | undefined,
  node: string | undefined,
  tensor: string | undefined,
): WeightNow | undefined {
  const [weight, setWeight] = useState<WeightNow>();
  useEffect(() => {
    setWeight(undefined);
    if (ring === undefined || node === undefined || tensor === undefined) return undefined;
    let current = true;
    let askedStep = -1;
    const ask = (): void => {
      const step = ring.latest?.step ?? 0;
      if (step === askedStep || document.hidden) return;
      askedStep = step;
      engine()
        .request('weight', { run: ring.run, node, weight: tensor })
        .then(
          (found) => current && setWeight(found),
          // A run that is over and gone has no weights to show any more; what was seen last stays.
          () => undefined,
        );
    };
    ask();
    const timer = setInterval(ask, askEveryMs);
    return () => {
      current = false;
      clearInterval(timer);
    };
  }, [ring, node, tensor]);
  return weight;
}
