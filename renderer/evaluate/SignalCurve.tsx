import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import { formatFigure, formatWhole } from '../charts/figures.ts';
import { Pointed } from '../charts/Pointed.tsx';
import { palette } from '../charts/palette.ts';
import type { Range } from '../charts/samples.ts';
import { drawnAlong, paintSignal, type SignalPoint, signalPointAt } from '../charts/signal-curve.ts';
import { useCanvas } from '../charts/use-canvas.ts';
import { useT } from '../i18n/i18n.ts';
import css from './Question.module.css';

interface SignalCurveProps {
  readonly label: string;
  /** One channel. */
  readonly values: Float32Array;
  readonly made: Float32Array | undefined;
  /** What can be drawn in. */
  readonly range: Range;
  readonly onChange: (values: Float32Array) => void;
}

/** An arrow key changes a value by this share of the range; with Shift, ten times that. */
const keyShare = 1 / 100;
const shiftFactor = 10;

/** A curve that is drawn anew with the mouse, or value by value with the arrow keys. */
export function SignalCurve({ label, values, made, range, onChange }: SignalCurveProps) {
  const t = useT();
  const [pointed, point] = useState<number>();
  const last = useRef<SignalPoint>(undefined);
  const { canvas } = useCanvas(
    (surface) => paintSignal(surface, { values, made, range, pointed }, palette()),
    30,
  );

  const draw = (event: PointerEvent<HTMLCanvasElement>): void => {
    const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
    const at = [event.clientX - left, event.clientY - top] as const;
    const here = signalPointAt({ width, height }, values.length, range, ...at);
    point(here.place);
    if (event.buttons !== 1) {
      last.current = undefined;
      return;
    }
    if (event.type === 'pointerdown') event.currentTarget.setPointerCapture(event.pointerId);
    onChange(drawnAlong(values, last.current ?? here, here));
    last.current = here;
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const place = pointed ?? 0;
    const stride = event.shiftKey ? shiftFactor : 1;
    const go = (next: number): void => point(Math.min(values.length - 1, Math.max(0, next)));
    const change = (sign: number): void => {
      const value = (values[place] ?? 0) + sign * stride * keyShare * (range[1] - range[0]);
      point(place);
      onChange(values.with(place, Math.min(range[1], Math.max(range[0], value))));
    };
    const acts: Record<string, () => void> = {
      ArrowLeft: () => go(place - stride),
      ArrowRight: () => go(place + stride),
      Home: () => go(0),
      End: () => go(values.length - 1),
      ArrowUp: () => change(1),
      ArrowDown: () => change(-1),
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };

  const place = pointed ?? 0;
  const told = t('evaluate.signal.value', {
    place: formatWhole(place + 1),
    all: formatWhole(values.length),
    value: formatFigure(values[place]),
  });
  return (
    <div className={css['signal']}>
      <canvas
        ref={canvas}
        className={css['curve']}
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-valuemin={1}
        aria-valuemax={values.length}
        aria-valuenow={place + 1}
        aria-valuetext={told}
        onPointerDown={draw}
        onPointerMove={draw}
        onPointerLeave={(event) => {
          // Where the keys would go on, it stays.
          if (document.activeElement !== event.currentTarget) point(undefined);
        }}
        onKeyDown={onKey}
        onFocus={() => point(pointed ?? 0)}
        onBlur={() => point(undefined)}
      />
      <Pointed told={pointed === undefined ? undefined : told} testId="signal-value" isHeard />
    </div>
  );
}
