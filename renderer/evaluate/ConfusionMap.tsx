import { useEffect, useMemo, useRef, useState } from 'react';
import type { Text } from '../../engine/declaration/text.ts';
import { mostConfused } from '../charts/class-figures.ts';
import type { Confusion } from '../charts/classes.ts';
import { colorIndex, colorTable } from '../charts/color-map.ts';
import { formatShare, formatWhole } from '../charts/figures.ts';
import { palette } from '../charts/palette.ts';
import { useTheme } from '../design/theme.ts';
import { useT, useText } from '../i18n/i18n.ts';
import css from './ConfusionMap.module.css';
import { useShownPart } from './shown-part.ts';

export interface Cell {
  readonly truth: number;
  readonly answer: number;
  /** Both are groups of classes: that of each class. */
  readonly groupOf?: readonly number[] | undefined;
}

interface ConfusionMapProps {
  readonly confusion: Confusion;
  readonly classes: readonly Text[];
  readonly chosen: Cell | undefined;
  /** Of a pair that is chosen only its samples are shown; choosing it again shows all. */
  readonly onChoose: (cell: Cell | undefined) => void;
}

const mostListed = 10;

/** The same as the table of answers, for as many classes as there are: a square of colours, and the pairs that are confused most. */
export function ConfusionMap({ confusion, classes, chosen, onChoose }: ConfusionMapProps) {
  const { title } = useShownPart();
  const t = useT();
  const text = useText();
  const theme = useTheme((state) => state.theme);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [hovered, hover] = useState<Cell>();
  const { counts, classes: size, right, total } = confusion;
  const sums = useMemo(() => rowSums(confusion), [confusion]);
  const pairs = useMemo(() => mostConfused(confusion, mostListed), [confusion]);
  useEffect(() => {
    const image = new ImageData(size, size);
    const { accent, danger, sunken } = palette();
    const [right, wrong] = [accent, danger].map((color) => colorTable([sunken, color]));
    for (const [i, count] of counts.entries()) {
      const [truth, answer] = [Math.floor(i / size), i % size];
      // A root lets single answers be seen beside whole rows of them.
      const at = colorIndex(Math.sqrt(count / Math.max(1, sums[truth] ?? 1)));
      image.data.set([...((truth === answer ? right : wrong)?.subarray(at, at + 3) ?? sunken), 255], 4 * i);
    }
    canvas.current?.getContext('2d')?.putImageData(image, 0, 0);
  }, [counts, size, sums, theme]);
  const name = (index: number): string => (classes[index] ? text(classes[index]) : `${index}`);
  const cellAt = ({ nativeEvent, currentTarget }: React.MouseEvent<HTMLElement>): Cell => ({
    truth: Math.min(size - 1, Math.floor((nativeEvent.offsetY / currentTarget.clientHeight) * size)),
    answer: Math.min(size - 1, Math.floor((nativeEvent.offsetX / currentTarget.clientWidth) * size)),
  });
  const isChosen = (cell: Cell): boolean => cell.truth === chosen?.truth && cell.answer === chosen.answer;
  const choose = (cell: Cell): void => onChoose(isChosen(cell) ? undefined : cell);
  const read = hovered ?? chosen;
  return (
    <section className={css['confusion']} aria-label={t('evaluate.confusion')}>
      <p data-testid="confusion-caption">
        {t('evaluate.confusionCaption', {
          samples: title,
          right: formatWhole(right),
          total: formatWhole(total),
          share: formatShare(total > 0 ? right / total : undefined),
        })}
      </p>
      <div className={css['both']}>
        <figure className={css['figure']}>
          {/* biome-ignore lint/a11y/useKeyWithClickEvents: the pairs beside it are buttons */}
          {/* biome-ignore lint/a11y/noStaticElementInteractions: the same */}
          <div
            className={css['square']}
            onMouseMove={(event) => hover(cellAt(event))}
            onMouseLeave={() => hover(undefined)}
            onClick={(event) => choose(cellAt(event))}
          >
            <canvas
              ref={canvas}
              width={size}
              height={size}
              role="img"
              aria-label={t('evaluate.confusionMap', { count: size })}
              data-testid="confusion-map"
            />
            {chosen === undefined ? null : (
              <i
                className={css['mark']}
                style={{
                  left: `${((chosen.answer + 0.5) / size) * 100}%`,
                  top: `${((chosen.truth + 0.5) / size) * 100}%`,
                }}
              />
            )}
          </div>
          <figcaption className={css['read']}>
            {read === undefined
              ? t('evaluate.confusionRead')
              : t('evaluate.confusionCell', {
                  truth: name(read.truth),
                  answer: name(read.answer),
                  count: counts[read.truth * size + read.answer] ?? 0,
                  total: sums[read.truth] ?? 0,
                })}
          </figcaption>
        </figure>
        {pairs.length === 0 ? null : (
          <div className={css['pairs']}>
            <h4>{t('evaluate.mostConfused')}</h4>
            <ol>
              {pairs.map(({ truth, answer, count }) => (
                <li key={`${truth} ${answer}`}>
                  <button
                    type="button"
                    aria-pressed={isChosen({ truth, answer })}
                    onClick={() => choose({ truth, answer })}
                  >
                    <span>{t('evaluate.pair', { truth: name(truth), answer: name(answer) })}</span>
                    <b>{count}</b>
                  </button>
                </li>
              ))}
            </ol>
          </div>
        )}
      </div>
    </section>
  );
}

const rowSums = ({ counts, classes }: Confusion): readonly number[] =>
  Array.from({ length: classes }, (_, truth) =>
    counts.subarray(truth * classes, (truth + 1) * classes).reduce((sum, count) => sum + count, 0),
  );
