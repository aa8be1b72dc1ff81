import { memo, useEffect, useRef } from 'react';
import { imagePixels, type Range, tracePoints } from '../charts/samples.ts';

interface SampleViewProps {
  readonly values: Float32Array;
  readonly shape: readonly number[];
  readonly range: Range;
  readonly className?: string | undefined;
}

/** One image, a pixel for each of its own. */
export const ImageView = memo(function ImageView({ values, shape, range, className }: SampleViewProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [, height = 1, width = 1] = shape;
  useEffect(() => {
    canvas.current?.getContext('2d')?.putImageData(imagePixels(values, shape, range), 0, 0);
  }, [values, shape, range]);
  return <canvas ref={canvas} className={className} width={width} height={height} aria-hidden />;
});

const traceBox = { width: 200, height: 64 };

/** The first channel of a signal as a line. */
export const TraceView = memo(function TraceView({ values, shape, range, className }: SampleViewProps) {
  const points = tracePoints(values, shape[1] ?? 1, range, traceBox);
  return (
    <svg
      className={className}
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
