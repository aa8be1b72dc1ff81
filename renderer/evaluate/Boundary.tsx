import { type PointerEvent, useMemo, useRef, useState } from 'react';
import { partCodes, type SampleSet } from '../../engine/protocol/data-messages.ts';
import type { Prediction } from '../../engine/protocol/live-run-messages.ts';
import { gridOf, squareExtent } from '../../engine/protocol/plane.ts';
import {
  heatPixels,
  numberPixels,
  paintAsked,
  paintBoundary,
  paintCell,
  paintPoints,
} from '../charts/boundary.ts';
import { confusionOf } from '../charts/classes.ts';
import { cssColor } from '../charts/color-map.ts';
import { formatFigure, formatShort, formatWhole } from '../charts/figures.ts';
import { filmOf } from '../charts/film.ts';
import { Pointed } from '../charts/Pointed.tsx';
import { palette } from '../charts/palette.ts';
import { concatenated } from '../charts/plane.ts';
import { classLosses, numberLosses, worstRows } from '../charts/sample-losses.ts';
import { type Surface, useCanvas } from '../charts/use-canvas.ts';
import { type GridPlace, movedInGrid, usePointed } from '../charts/use-pointed.ts';
import type { FrameRing } from '../engine/frame-ring.ts';
import { usePrediction } from '../engine/use-prediction.ts';
import { useT, useText } from '../i18n/i18n.ts';
import { answerTold } from './answer-told.ts';
import { ClassTable } from './ClassTable.tsx';
import { ConfusionTable } from './ConfusionTable.tsx';
import css from './Evaluate.module.css';
import { FilmBar } from './FilmBar.tsx';
import { PartChoice } from './PartChoice.tsx';
import { type PlanePoint, PointAnswer } from './PointAnswer.tsx';
import { useShownPart } from './shown-part.ts';
import { WorstTable } from './WorstTable.tsx';

interface BoundaryProps {
  readonly ring: FrameRing | undefined;
  readonly samples: SampleSet;
  readonly shape: string;
}

const gridSize = 72;
const askEveryMs = 250;

/** The input plane: what the network answers everywhere, and the samples on it. */
export function Boundary({ ring, samples, shape }: BoundaryProps) {
  const t = useT();
  const text = useText();
  const { part, code } = useShownPart();
  const extent = useMemo(() => squareExtent(samples.x), [samples]);
  const questions = useMemo(
    () => ({
      x: concatenated(gridOf(extent, gridSize), samples.x),
      rows: gridSize * gridSize + samples.part.length,
    }),
    [extent, samples],
  );
  const { answered, refusal } = usePrediction(ring, questions, askEveryMs);
  const current = answered?.questions === questions ? answered : undefined;
  const classes = samples.classes;
  const [filmStep, showStep] = useState<number>();
  // Taking the same answers in twice changes nothing.
  const film = useMemo(() => {
    if (!ring || !current) return undefined;
    const whole = filmOf(ring, gridSize * gridSize * current.prediction.columns);
    whole.add(current.prediction);
    return whole;
  }, [ring, current]);
  const pictures = film?.pictures ?? [];
  const past = filmStep === undefined ? undefined : pictures.findLast(({ step }) => step <= filmStep);
  const seen = past ?? current?.prediction;
  const [point, setPoint] = useState<PlanePoint>({ x: 0, y: 0 });
  const heat = useRef(new HeatLayer());
  const { pointed, handlers } = usePointed<GridPlace>({
    at: ({ x, y, width, height }) => cellAt(x, y, width, height),
    moved: (key, from) => movedInGrid(key, from, { rows: gridSize, columns: gridSize, start: middle }),
  });
  const told = (): string | undefined => {
    if (pointed === undefined) return undefined;
    const cell = pointed.row * gridSize + pointed.column;
    const [x, y] = Array.from(questions.x.subarray(2 * cell, 2 * cell + 2), (value) =>
      formatShort(rounded(value)),
    );
    return seen === undefined
      ? t('evaluate.point.place', { x, y })
      : t('evaluate.point.there', { x, y, answer: answerTold(seen, cell, classes, text) });
  };

  const paint = ({ context, width, height }: Surface): void => {
    const colors = palette();
    const side = Math.min(width, height);
    context.save();
    context.translate((width - side) / 2, (height - side) / 2);
    context.beginPath();
    context.rect(0, 0, side, side);
    context.clip();
    context.fillStyle = cssColor(colors.sunken);
    context.fillRect(0, 0, side, side);
    if (seen) {
      const map = { ...seen, size: gridSize };
      context.imageSmoothingEnabled = true;
      context.drawImage(heat.current.picture(seen, classes !== undefined, colors.theme), 0, 0, side, side);
      paintPoints(context, samples, code, extent, side, colors);
      if (classes) paintBoundary(context, map, side, colors);
    } else {
      paintPoints(context, samples, code, extent, side, colors);
    }
    if (ring) paintAsked(context, point, extent, side, colors);
    if (pointed) paintCell(context, pointed, gridSize, side, colors);
    context.restore();
  };
  const { canvas } = useCanvas(paint, 50);

  const place = (event: PointerEvent<HTMLCanvasElement>): void => {
    if (!ring || event.buttons !== 1) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
    const [right, down] = onPlane(event.clientX - left, event.clientY - top, width, height).map((share) =>
      Math.min(1, Math.max(0, share)),
    ) as [number, number];
    setPoint({
      x: rounded(extent.xMin + right * (extent.xMax - extent.xMin)),
      y: rounded(extent.yMax - down * (extent.yMax - extent.yMin)),
    });
  };

  const step = seen ? formatWhole(seen.step) : undefined;
  const title =
    step === undefined ? t('evaluate.samplesTitle', { shape }) : t('evaluate.boundaryTitle', { shape, step });
  const confusion = useMemo(
    () =>
      current && classes
        ? confusionOf(
            current.prediction,
            samples.y,
            classes.length,
            (row) => samples.part[row] === code,
            gridSize * gridSize,
          )
        : undefined,
    [current, classes, samples, code],
  );
  const worst = useMemo(() => {
    if (!current) return [];
    const { part: parts, y } = samples;
    const losses = (classes ? classLosses : numberLosses)(
      current.prediction,
      y,
      parts.length,
      gridSize * gridSize,
    );
    return worstRows(losses, (row) => parts[row] === code);
  }, [current, classes, samples, code]);
  const countOf = (wanted: number): number =>
    samples.part.reduce((sum, part) => sum + (part === wanted ? 1 : 0), 0);
  return (
    <div className={css['evaluate']}>
      <figure className={css['plane']}>
        <canvas
          ref={canvas}
          className={css['square']}
          role="img"
          aria-label={title}
          data-testid="boundary"
          data-step={seen?.step}
          {...handlers}
          onPointerDown={place}
          onPointerMove={(event) => {
            handlers.onPointerMove(event);
            place(event);
          }}
        />
        <Pointed told={told()} testId="boundary-pointed" />
      </figure>
      <div className={css['beside']}>
        <h3 className={css['title']} data-testid="evaluate-title">
          {title}
        </h3>
        <PartChoice />
        <ul className={css['legend']}>
          {classes?.map((name, index) => (
            <li key={name.en}>
              <i aria-hidden className={css['dot']} data-class={index} />
              {text(name)}
            </li>
          ))}
          <li>
            <i aria-hidden className={css['dot']} data-part="train" />
            {t('evaluate.trainPoints', { count: countOf(partCodes.train) })}
          </li>
          <li>
            <i aria-hidden className={css['dot']} data-part="test" />
            {t(`evaluate.points.${part}`, { count: countOf(code) })}
          </li>
        </ul>
        {refusal ? <p className={css['hint']}>{text(refusal.message)}</p> : null}
        {ring && current ? (
          <>
            <FilmBar
              pictures={pictures}
              step={filmStep}
              onStep={showStep}
              stepsPerEpoch={ring.started.stepsPerEpoch}
            />
            <PointAnswer ring={ring} point={point} onPoint={setPoint} classes={classes} />
          </>
        ) : null}
        <div className={css['tables']}>
          {confusion && classes ? (
            <>
              <ConfusionTable confusion={confusion} classes={classes} />
              <ClassTable confusion={confusion} classes={classes} />
            </>
          ) : null}
          {current ? (
            <WorstTable
              prediction={current.prediction}
              offset={gridSize * gridSize}
              inputOf={(row) => Array.from(samples.x.subarray(2 * row, 2 * row + 2), formatFigure)}
              y={samples.y}
              targets={samples.y.length / Math.max(1, samples.part.length)}
              worst={worst}
              classes={classes}
            />
          ) : null}
        </div>
        {current ? null : <p className={css['hint']}>{t('evaluate.boundaryHint')}</p>}
      </div>
    </div>
  );
}

const middle: GridPlace = { row: gridSize / 2, column: gridSize / 2 };

/** How far to the right and down on the plane, 0 to 1 inside it: it is a square in the middle of the canvas. */
function onPlane(x: number, y: number, width: number, height: number): [right: number, down: number] {
  const side = Math.min(width, height);
  return [(x - (width - side) / 2) / side, (y - (height - side) / 2) / side];
}

function cellAt(x: number, y: number, width: number, height: number): GridPlace | undefined {
  const [right, down] = onPlane(x, y, width, height);
  const place = { row: Math.floor(down * gridSize), column: Math.floor(right * gridSize) };
  const isInside = (at: number): boolean => at >= 0 && at < gridSize;
  return isInside(place.row) && isInside(place.column) ? place : undefined;
}

/** As many digits as a pixel is worth. */
const rounded = (value: number): number => Number(value.toPrecision(3));

/** The heat map as a small picture that is made once per prediction and theme, and stretched when painted. */
class HeatLayer {
  readonly #canvas = document.createElement('canvas');
  #made: { prediction: Prediction; theme: string } | undefined;

  picture(prediction: Prediction, isClass: boolean, theme: string): HTMLCanvasElement {
    if (this.#made?.prediction === prediction && this.#made.theme === theme) return this.#canvas;
    this.#made = { prediction, theme };
    this.#canvas.width = gridSize;
    this.#canvas.height = gridSize;
    const map = { ...prediction, size: gridSize };
    const context = this.#canvas.getContext('2d');
    context?.putImageData(isClass ? heatPixels(map, palette()) : numbers(map), 0, 0);
    return this.#canvas;
  }
}

function numbers(map: { values: Float32Array; columns: number; size: number }): ImageData {
  const grid = map.values.subarray(0, map.size * map.size);
  return numberPixels(map, Math.min(...grid), Math.max(...grid), palette());
}
