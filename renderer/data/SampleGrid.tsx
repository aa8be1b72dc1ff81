import { useEffect, useMemo, useRef } from 'react';
import { elementCount } from '../../engine/declaration/tensor-type.ts';
import type { SampleSet } from '../../engine/protocol/messages.ts';
import { formatFigure } from '../charts/figures.ts';
import { imagePixels, type Range, sampleKind, usualRange } from '../charts/samples.ts';
import { useText } from '../i18n/i18n.ts';
import css from './DataSection.module.css';

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
            <Thumb values={x.subarray(i * size, (i + 1) * size)} shape={inputShape} range={range} />
            <span>{name}</span>
          </li>
        );
      })}
    </ul>
  );
}

interface ThumbProps {
  readonly values: Float32Array;
  readonly shape: readonly number[];
  readonly range: Range;
}

function Thumb({ values, shape, range }: ThumbProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [, height = 1, width = 1] = shape;
  useEffect(() => {
    canvas.current?.getContext('2d')?.putImageData(imagePixels(values, shape, range), 0, 0);
  }, [values, shape, range]);
  return <canvas ref={canvas} width={width} height={height} aria-hidden />;
}
