import { CircleAlert } from 'lucide-react';
import { formatWhole } from '../charts/figures.ts';
import { type Translate, useT } from '../i18n/i18n.ts';
import { shapeLine } from './ModelFacts.tsx';
import css from './ModelGraph.module.css';
import type { DrawnBox } from './model-drawing.ts';
import { kindColor } from './operator-kinds.ts';

const isPort = ({ kind }: DrawnBox): boolean => kind === 'input' || kind === 'output';

const titleOf = (box: DrawnBox, t: Translate): string =>
  box.kind === 'input' || box.kind === 'output' ? t(`models.graph.${box.kind}`) : box.operator;

const weightsOf = ({ weightCount }: DrawnBox, t: Translate): string =>
  weightCount === 0 ? '' : t('models.graph.weights', { count: weightCount, shown: formatWhole(weightCount) });

/** All that a box says, in one line. */
export const boxLabel = (box: DrawnBox, t: Translate): string =>
  [
    titleOf(box, t),
    box.name,
    box.shape === undefined ? '' : shapeLine(box.shape),
    weightsOf(box, t),
    box.isMissing ? t('models.graph.lacking') : '',
  ]
    .filter((part) => part !== '')
    .join(t('models.comma'));

/** An input, a node or an output of a model's graph. */
export function GraphBox({ data, isChosen }: { readonly data: DrawnBox; readonly isChosen: boolean }) {
  const t = useT();
  const { kind, name, shape, isMissing, place } = data;
  const color = kind === 'input' || kind === 'output' ? 'var(--category-data)' : kindColor(kind);
  return (
    <button
      type="button"
      id={place}
      tabIndex={-1}
      className={css['box']}
      aria-pressed={isChosen}
      data-place={place}
      data-port={isPort(data) || undefined}
      data-missing={isMissing || undefined}
      style={{ '--kind': color } as React.CSSProperties}
    >
      <span className={css['line']}>
        <b>{titleOf(data, t)}</b>
        {isMissing ? (
          <>
            <CircleAlert size={13} aria-hidden />
            <span className="visually-hidden">{t('models.graph.lacking')}</span>
          </>
        ) : null}
        <span className={css['shape']}>{shape === undefined ? '' : shapeLine(shape)}</span>
      </span>
      <span className={css['line']}>
        <span className={css['boxName']}>{name}</span>
        <span className={css['weights']}>{weightsOf(data, t)}</span>
      </span>
    </button>
  );
}
