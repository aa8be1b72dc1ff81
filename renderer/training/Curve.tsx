import { type CSSProperties, type KeyboardEvent, type RefObject, useEffect, useId, useRef } from 'react';
import { isLearned } from '../charts/curve-data.ts';
import { formatWhole } from '../charts/figures.ts';
import { addPainter } from '../charts/paint-loop.ts';
import { TimeChart } from '../charts/time-chart.ts';
import { between, panned, zoomed } from '../charts/time-window.ts';
import { useTheme } from '../design/theme.ts';
import { useT } from '../i18n/i18n.ts';
import { runColor } from '../runs/run-color.ts';
import { CurveReadings, type Reading, type ShowReading } from './CurveReadings.tsx';
import css from './Curves.module.css';
import { CurveModel, type CurveSubject } from './curve-model.ts';
import { showWindow, useTimeWindow, windowOf } from './curve-settings.ts';
import { heldOutOf } from './held-out.ts';

const paintEveryMs = 100;
const parts = ['train', 'test', 'batch', 'step'] as const;
type Part = (typeof parts)[number];

interface Drawn {
  readonly model: CurveModel;
  readonly chart: TimeChart;
  /** The step under the pointer: points merge as a run goes on. */
  hovered: number | undefined;
}

/** A chart over the steps of the run, with its figures at the pointer, else the newest. */
export function Curve(subject: CurveSubject) {
  const { ring, others, color, metric, log, smoothing } = subject;
  const t = useT();
  const theme = useTheme((state) => state.theme);
  const plot = useRef<HTMLDivElement>(null);
  const fields = useRef<Partial<Record<Part, HTMLElement | null>>>({});
  const showReading = useRef<ShowReading>(undefined);
  const drawn = useRef<Drawn>(undefined);
  const noteId = useId();
  const run = ring?.started.run ?? '';
  const title = t(`curves.${metric}`);
  const held = heldOutOf(subject);
  const heldName = t(`curves.${held}`);

  useEffect(() => {
    const element = plot.current;
    if (!element) return undefined;
    const model = new CurveModel({ ring, others, color, metric, log, smoothing }, t);
    const othersAt = (step: number | undefined): Reading['values'] =>
      model.othersAt(step ?? model.end).map((values) => ({
        train: model.format(values.train),
        test: isLearned(metric) ? model.format(values.test) : undefined,
      }));
    const write = (): void => {
      const { hovered } = here;
      const values = model.values(hovered);
      const texts: Record<Part, string> = {
        step: values.step === undefined ? '–' : formatWhole(values.step),
        train: model.format(values.train),
        test: model.format(values.test),
        batch: model.format(values.batch),
      };
      for (const part of parts) put(fields.current[part], texts[part]);
      // Read out as the cursor moves, not as the run goes on.
      if (hovered === undefined && element.hasAttribute('aria-valuetext')) return;
      const { step, train, test, batch } = texts;
      const own = isLearned(metric)
        ? t('curves.cursorEpochs', { step, train, part: heldName, test, batch })
        : t('curves.cursor', { step, value: batch });
      const rest = othersAt(values.step).map(({ train: value, test: held }, i) =>
        held === undefined
          ? t('curves.cursorRun', { name: others[i]?.label.name, value })
          : t('curves.cursorRunEpochs', {
              name: others[i]?.label.name,
              train: value,
              part: heldName,
              test: held,
            }),
      );
      const told = ring ? [own, ...rest] : [t('curves.atStep', { step }), ...rest];
      element.setAttribute('aria-valuetext', told.join(t('strip.separator')));
      element.setAttribute('aria-valuenow', String(Math.round(values.step ?? 0)));
      element.setAttribute('aria-valuemax', String(Math.round(model.end)));
    };
    const move = (next: ReturnType<typeof between>): void => showWindow(run, next);
    const chart = new TimeChart(
      element,
      {
        ...model.options,
        onHover: (index, at) => {
          here.hovered = index === undefined ? undefined : model.stepAt(index);
          const { hovered } = here;
          showReading.current?.(
            hovered === undefined ? undefined : { step: formatWhole(hovered), at, values: othersAt(hovered) },
          );
          write();
        },
        onSelect: (from, to) => move(between(from, to, model.end)),
        onReset: () => move(undefined),
        onPan: (steps) => {
          const window = windowOf(run);
          if (window) move(panned(window, model.end, steps));
        },
        onZoom: (factor, at) => move(zoomed(windowOf(run), model.end, factor, at)),
      },
      model.colors,
    );
    const here: Drawn = { model, chart, hovered: undefined };
    drawn.current = here;
    const painter = addPainter(element, paintEveryMs, () => {
      const window = windowOf(run);
      chart.zoomed = window !== undefined;
      chart.show(model.view(window));
      write();
    });
    const stops = [ring?.subscribe(painter.invalidate), useTimeWindow.subscribe(painter.invalidate)];
    const resize = new ResizeObserver(() => {
      chart.resize(element.clientWidth, element.clientHeight);
      painter.invalidate();
    });
    resize.observe(element);
    return () => {
      for (const stop of stops) stop?.();
      resize.disconnect();
      painter.remove();
      chart.destroy();
    };
  }, [ring, others, color, metric, log, smoothing, theme, t, run, heldName]);

  const readout = (part: Part, label: string) => (
    <div className={css['readout']} data-part={part}>
      <dt>
        {part === 'step' ? null : (
          <i aria-hidden className={css['swatch']} data-part={isLearned(metric) ? part : 'train'} />
        )}
        {label}
      </dt>
      <dd
        data-testid={part === 'step' ? undefined : `${part}-${metric}`}
        ref={(element) => void (fields.current[part] = element)}
      />
    </div>
  );
  return (
    <section
      className={css['curve']}
      aria-label={title}
      {...(color !== undefined
        ? { style: ownColor(color) }
        : held === 'validation' && { style: ofValidation })}
    >
      <header className={css['header']}>
        <h3 className={css['title']}>{title}</h3>
        <dl
          className={css['readouts']}
          hidden={!ring}
          title={isLearned(metric) ? undefined : t(`curves.note.${metric}`)}
        >
          {isLearned(metric) ? (
            <>
              {readout('train', t('curves.train'))}
              {readout('test', heldName)}
              {readout('batch', t('curves.batch'))}
            </>
          ) : (
            readout('batch', t(`curves.shows.${metric}`))
          )}
          {readout('step', t('curves.step'))}
        </dl>
      </header>
      <div className={css['frame']}>
        <CurveReadings others={others} heldOut={heldName} show={showReading} />
        <div
          ref={plot}
          className={css['plot']}
          role="slider"
          tabIndex={0}
          aria-label={t('curves.cursorOf', { chart: title })}
          aria-describedby={noteId}
          aria-valuemin={0}
          aria-valuenow={0}
          onKeyDown={(event) => onKey(event, run, drawn)}
        />
      </div>
      <p id={noteId} hidden>
        {isLearned(metric) ? t('curves.keys') : `${t(`curves.note.${metric}`)} ${t('curves.keys')}`}
      </p>
    </section>
  );
}

/** The swatches beside the figures follow the curves. */
const ownColor = (color: number): CSSProperties => {
  const value = runColor(color);
  return { '--color-train': value, '--color-test': value } as CSSProperties;
};

const ofValidation = { '--color-test': 'var(--color-validation)' } as CSSProperties;

const zoomStep = 0.7;
const panShare = 0.1;
const longStride = 10;

function onKey(event: KeyboardEvent, run: string, drawn: RefObject<Drawn | undefined>): void {
  const here = drawn.current;
  if (!here || event.ctrlKey || event.metaKey || event.altKey) return;
  const { model, chart, hovered } = here;
  const { end, points } = model;
  const window = windowOf(run);
  const at = model.values(hovered).step ?? end / 2;
  const go = (index: number): void => chart.point(Math.max(0, Math.min(points - 1, index)));
  const pan = (sign: number): void => {
    if (window) showWindow(run, panned(window, end, sign * panShare * (window.to - window.from)));
  };
  const from = hovered === undefined ? points : model.pointAt(hovered);
  const acts: Record<string, () => void> = {
    ArrowLeft: () => (event.shiftKey ? pan(-1) : go(from - 1)),
    ArrowRight: () => (event.shiftKey ? pan(1) : go(from + 1)),
    PageDown: () => go(from - longStride),
    PageUp: () => go(from + longStride),
    Home: () => go(0),
    End: () => go(points - 1),
    '+': () => showWindow(run, zoomed(window, end, zoomStep, at)),
    '=': () => showWindow(run, zoomed(window, end, zoomStep, at)),
    '-': () => showWindow(run, zoomed(window, end, 1 / zoomStep, at)),
    '0': () => showWindow(run, undefined),
    Escape: () => chart.unpoint(),
  };
  const act = acts[event.key];
  if (!act) return;
  event.preventDefault();
  event.stopPropagation();
  act();
}

function put(element: HTMLElement | null | undefined, text: string): void {
  if (element && element.textContent !== text) element.textContent = text;
}
