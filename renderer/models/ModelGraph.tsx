import { CircleAlert } from 'lucide-react';
import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { ModelPlace, OpenedModel } from '../../engine/protocol/model-messages.ts';
import type { Placed } from '../arrange/lay-out-ways.ts';
import { type ReadingActions, ReadingFlow, type ReadWire } from '../canvas/flow-reading.tsx';
import { ViewBar } from '../canvas/ViewControls.tsx';
import { formatWhole } from '../charts/figures.ts';
import { useTheme } from '../design/theme.ts';
import { useT } from '../i18n/i18n.ts';
import { EmptyState } from '../training/EmptyState.tsx';
import { boxLabel, GraphBox } from './GraphBox.tsx';
import css from './ModelGraph.module.css';
import {
  type DrawnBox,
  drawingOf,
  drawnPlace,
  type ModelDrawing,
  mostDrawn,
  type Step,
  stepFrom,
} from './model-drawing.ts';
import { kindColor, legendKinds } from './operator-kinds.ts';
import { boxSize, useLayout } from './use-layout.ts';

interface ModelGraphProps {
  readonly model: OpenedModel;
  /** A node that was chosen here or in the list beside. */
  readonly chosen: ModelPlace | undefined;
  readonly onChoose: (place: ModelPlace | undefined) => void;
}

/** A model's graph with its wires, to look at; of models that cannot be drawn as layers too. */
export function ModelGraph(props: ModelGraphProps) {
  const t = useT();
  const { nodes } = props.model;
  if (nodes.length <= mostDrawn) return <GraphOf {...props} />;
  const counts = { count: nodes.length, shown: formatWhole(nodes.length), most: formatWhole(mostDrawn) };
  return <EmptyState title={t('models.graph.tooLarge')} detail={t('models.graph.tooLargeDetail', counts)} />;
}

const drawings = new WeakMap<OpenedModel, ModelDrawing>();

function drawingFor(model: OpenedModel): ModelDrawing {
  const drawing = drawings.get(model) ?? drawingOf(model);
  drawings.set(model, drawing);
  return drawing;
}

function GraphOf(props: ModelGraphProps) {
  const t = useT();
  const drawing = drawingFor(props.model);
  const layout = useLayout(drawing);
  if (layout === 'waiting') return <EmptyState title={t('models.graph.waiting')} detail="" />;
  if (layout === 'tooDeep')
    return <EmptyState title={t('models.graph.tooLarge')} detail={t('models.graph.tooDeepDetail')} />;
  return <PlacedGraph {...props} drawing={drawing} layout={layout} />;
}

/** Below this many percent words cannot be read, and colours say what is where. */
const farZoom = 35;

const steps: Readonly<Record<string, Step>> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  ArrowLeft: 'left',
  ArrowRight: 'right',
};

function PlacedGraph({
  model,
  chosen,
  onChoose,
  drawing,
  layout,
}: ModelGraphProps & { readonly drawing: ModelDrawing; readonly layout: Placed }) {
  const t = useT();
  const dark = useTheme((state) => state.theme === 'dark');
  const [zoom, setZoom] = useState(100);
  const view = useRef<ReadingActions | undefined>(undefined);
  const shown = chosen === undefined ? undefined : drawnPlace(model, chosen);
  const box = drawing.boxes.find(({ place }) => place === shown);

  const nodes = useMemo(
    () =>
      drawing.boxes.map((data, at) => ({ id: data.place, place: layout.places[at] ?? { x: 0, y: 0 }, data })),
    [drawing, layout],
  );
  const wires = useMemo(() => {
    const names = new Map(drawing.boxes.map(({ place, name }) => [place, name]));
    return drawing.wires.map(({ from, to }, at): ReadWire => {
      const ends = { from: names.get(from) ?? '', to: names.get(to) ?? '' };
      const label = t('models.graph.wire', ends);
      return { id: `${from} ${to}`, from, to, label, way: layout.ways[at] ?? [] };
    });
  }, [drawing, layout, t]);
  const onReady = useCallback((actions: ReadingActions) => {
    view.current = actions;
  }, []);
  const onZoom = useCallback((next: number) => setZoom(Math.round(next * 100)), []);

  // Whoever chose it, here or in the list.
  useEffect(() => {
    if (shown !== undefined) view.current?.center(shown);
  }, [shown]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const zooming: Readonly<Record<string, keyof Omit<ReadingActions, 'center' | 'zoomTo'>>> = {
      '+': 'zoomIn',
      '=': 'zoomIn',
      '-': 'zoomOut',
      f: 'fitView',
      F: 'fitView',
    };
    const step = steps[event.key];
    const move = zooming[event.key];
    if (event.altKey || (move === 'fitView' && (event.ctrlKey || event.metaKey))) return;
    if (step !== undefined) onChoose(stepFrom(drawing, layout.places, shown, step) ?? chosen);
    else if (move !== undefined) view.current?.[move]();
    else if (event.key === '0') view.current?.zoomTo(1);
    else if (event.key === 'Escape' && chosen !== undefined) onChoose(undefined);
    else return;
    event.preventDefault();
  };
  return (
    <div className={css['graph']}>
      <Legend drawing={drawing} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: arrows go from node to node in it. */}
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is a part of a form. */}
      <div
        className={css['frame']}
        role="group"
        tabIndex={0}
        aria-label={t('models.graph.title', { name: model.name })}
        aria-describedby="model-graph-keys"
        data-testid="model-graph"
        data-far={zoom < farZoom || undefined}
        onKeyDown={onKeyDown}
      >
        <ReadingFlow
          nodes={nodes}
          wires={wires}
          size={boxSize}
          Node={GraphBox}
          chosen={shown}
          dark={dark}
          onChoose={(id) => onChoose(id as ModelPlace | undefined)}
          onZoom={onZoom}
          onReady={onReady}
        />
        <div className={css['view']}>
          <ViewBar zoom={zoom} view={() => view.current} />
        </div>
      </div>
      <p id="model-graph-keys" className={css['keys']}>
        {t('models.graph.keys')}
      </p>
      <p className="visually-hidden" aria-live="polite" data-testid="model-graph-chosen">
        {box === undefined ? '' : boxLabel(box, t)}
      </p>
    </div>
  );
}

/** What colours mean, and how many nodes the engine has no form for. */
function Legend({ drawing: { boxes } }: { readonly drawing: ModelDrawing }) {
  const t = useT();
  const present = new Set(boxes.map(({ kind }: DrawnBox) => kind));
  const missing = boxes.filter(({ isMissing }) => isMissing).length;
  return (
    <ul className={css['legend']} aria-label={t('models.graph.legend')} data-testid="model-graph-legend">
      {legendKinds
        .filter((kind) => present.has(kind))
        .map((kind) => (
          <li key={kind}>
            <i style={{ background: kindColor(kind) }} />
            {kind === 'other' ? t('models.graph.other') : t(`category.${kind}`)}
          </li>
        ))}
      {missing === 0 ? null : (
        <li className={css['lacking']}>
          <CircleAlert size={13} aria-hidden />
          {t('models.graph.missing', { count: missing, shown: formatWhole(missing) })}
        </li>
      )}
    </ul>
  );
}
