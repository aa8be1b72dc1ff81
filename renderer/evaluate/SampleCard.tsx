import { Check, X } from 'lucide-react';
import { memo, useEffect, useRef } from 'react';
import { imagePixels, type Range, type SampleKind, tracePoints } from '../charts/samples.ts';
import { useT } from '../i18n/i18n.ts';
import css from './TestSamples.module.css';

interface SampleCardProps {
  readonly kind: SampleKind;
  readonly values: Float32Array;
  readonly shape: readonly number[];
  readonly range: Range;
  /** What it is. */
  readonly truth: string;
  /** What the network says that it is, once it has been asked. */
  readonly answer: string | undefined;
  /** Undefined where answers are neither right nor wrong. */
  readonly wrong: boolean | undefined;
}

/** One image or signal, what the network answers, and what is true where that differs. */
export const SampleCard = memo(function SampleCard(props: SampleCardProps) {
  const { kind, values, shape, range, truth, answer, wrong } = props;
  const t = useT();
  return (
    <div className={css['card']} data-wrong={wrong || undefined} data-asked={answer !== undefined}>
      {kind === 'image' ? (
        <ImageView values={values} shape={shape} range={range} />
      ) : (
        <TraceView values={values} shape={shape} range={range} />
      )}
      <p className={css['answer']}>
        {wrong === undefined ? null : wrong ? (
          <X size={12} aria-label={t('evaluate.wrong')} />
        ) : (
          <Check size={12} aria-label={t('evaluate.right')} />
        )}
        <span title={answer ?? truth}>{answer ?? truth}</span>
      </p>
      <p className={css['truth']}>
        {answer === undefined || wrong === false ? null : t('evaluate.truly', { name: truth })}
      </p>
    </div>
  );
});

type ViewProps = Pick<SampleCardProps, 'values' | 'shape' | 'range'>;

const ImageView = memo(function ImageView({ values, shape, range }: ViewProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [, height = 1, width = 1] = shape;
  useEffect(() => {
    canvas.current?.getContext('2d')?.putImageData(imagePixels(values, shape, range), 0, 0);
  }, [values, shape, range]);
  return <canvas ref={canvas} className={css['image']} width={width} height={height} aria-hidden />;
});

const traceBox = { width: 200, height: 64 };

const TraceView = memo(function TraceView({ values, shape, range }: ViewProps) {
  const points = tracePoints(values, shape[1] ?? 1, range, traceBox);
  return (
    <svg
      className={css['trace']}
      viewBox={`0 -3 ${traceBox.width} ${traceBox.height + 6}`}
      preserveAspectRatio="none"
      aria-hidden
    >
      <polyline
        points={points.join(' ')}
        fill="none"
        stroke="currentColor"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
});
