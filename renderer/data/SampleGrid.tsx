import { useMemo } from 'react';
import { elementCount } from '../../engine/declaration/tensor-type.ts';
import type { SampleSet } from '../../engine/protocol/data-messages.ts';
import { formatFigure } from '../charts/figures.ts';
import { sampleKind, usualRange } from '../charts/samples.ts';
import { useText } from '../i18n/i18n.ts';
import css from './DataSection.module.css';
import { ImageView } from './SampleView.tsx';

interface SampleGridProps {
  readonly samples: SampleSet;
  readonly label: string;
  /** As many as there is room for without it. */
  readonly columns?: number;
}

/** Some samples as pictures with what they are. Nothing where samples are no images. */
export function SampleGrid({ samples, label, columns }: SampleGridProps) {
  const text = useText();
  const { x, y, inputShape, inputClasses, classes } = samples;
  const size = elementCount(inputShape);
  const range = useMemo(() => usualRange(x), [x]);
  if (sampleKind(inputShape, inputClasses) !== 'image') return null;
  const count = size === 0 ? 0 : x.length / size;
  return (
    <ul
      className={css['grid']}
      aria-label={label}
      {...(columns !== undefined && { style: { gridTemplateColumns: `repeat(${columns}, 1fr)` } })}
    >
      {Array.from({ length: count }, (_, i) => {
        const known = classes?.[y[i] ?? 0];
        const name = known === undefined ? formatFigure(y[i]) : text(known);
        return (
          <li key={i} title={name}>
            <ImageView values={x.subarray(i * size, (i + 1) * size)} shape={inputShape} range={range} />
            <span>{name}</span>
          </li>
        );
      })}
    </ul>
  );
}
