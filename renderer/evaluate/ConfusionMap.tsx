import { useEffect, useMemo, useRef } from 'react';
import type { Text } from '../../engine/declaration/text.ts';
import { mostConfused } from '../charts/class-figures.ts';
import { type Confusion, samplesOf } from '../charts/classes.ts';
import { colorIndex, colorTable } from '../charts/color-map.ts';
import { formatShare, formatWhole } from '../charts/figures.ts';
import { palette } from '../charts/palette.ts';
import { type GridPlace, movedInGrid, usePointed } from '../charts/use-pointed.ts';
import { useTheme } from '../design/theme.ts';
import { useT, useText } from '../i18n/i18n.ts';
import css from './ConfusionMap.module.css';
import { useShownPart } from './shown-part.ts';
import { type Cell, useCellTold } from './use-cell-told.ts';

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
  const { counts, classes: size, right, total } = confusion;
  const pairs = useMemo(() => mostConfused(confusion, mostListed), [confusion]);
  useEffect(() => {
    const image = new ImageData(size, size);
    const { accent, danger, sunken } = palette();
    const sums = Array.from({ length: size }, (_, truth) => samplesOf(confusion, truth));
    const [right, wrong] = [accent, danger].map((color) => colorTable([sunken, color]));
    for (const [i, count] of counts.entries()) {
      const [truth, answer] = [Math.floor(i / size), i % size];
      // A root lets single answers be seen beside whole rows of them.
      const at = colorIndex(Math.sqrt(count / Math.max(1, sums[truth] ?? 1)));
      image.data.set([...((truth === answer ? right : wrong)?.subarray(at, at + 3) ?? sunken), 255], 4 * i);
    }
    canvas.current?.getContext('2d')?.putImageData(image, 0, 0);
  }, [confusion, counts, size, theme]);
  const name = (index: number): string => (classes[index] ? text(classes[index]) : `${index}`);
  const told = useCellTold(confusion, classes);
  const along = (share: number): number => Math.min(size - 1, Math.max(0, Math.floor(share * size)));
  const { pointed, handlers } = usePointed<GridPlace>({
    at: ({ x, y, width, height }) => ({ row: along(y / height), column: along(x / width) }),
    moved: (key, from) => movedInGrid(key, from, { rows: size, columns: size, start: { row: 0, column: 0 } }),
  });
  const hovered = pointed && { truth: pointed.row, answer: pointed.column };
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
          <div className={css['square']}>
            <canvas
              ref={canvas}
              width={size}
              height={size}
              role="img"
              aria-label={t('evaluate.confusionMap', { count: size })}
              data-testid="confusion-map"
              {...handlers}
              onClick={() => hovered && choose(hovered)}
              onKeyDown={(event) => {
                if (event.key === 'Enter' && hovered) choose(hovered);
                else handlers.onKeyDown(event);
              }}
            />
            {hovered === undefined ? null : <Mark cell={hovered} size={size} isPointed />}
            {chosen === undefined ? null : <Mark cell={chosen} size={size} />}
          </div>
          <figcaption className={css['read']} aria-live="polite" data-testid="confusion-pointed">
            {read === undefined ? t('evaluate.confusionRead') : told(read)}
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

interface MarkProps {
  readonly cell: Cell;
  readonly size: number;
  readonly isPointed?: boolean;
}

/** A ring around a cell of the square. */
function Mark({ cell: { truth, answer }, size, isPointed = false }: MarkProps) {
  return (
    <i
      className={css['mark']}
      data-pointed={isPointed || undefined}
      style={{ left: `${((answer + 0.5) / size) * 100}%`, top: `${((truth + 0.5) / size) * 100}%` }}
    />
  );
}
