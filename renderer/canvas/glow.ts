import { scopeAt } from '../../engine/document/level-analysis.ts';
import { sourceOf } from '../../engine/document/scope.ts';
import { formatFigure } from '../charts/figures.ts';
import { shownFlatId } from '../document/flat-ids.ts';
import { type DocumentState, useDocumentStore } from '../document/store.ts';
import type { FrameRing } from '../engine/frame-ring.ts';
import { badCount } from '../engine/histogram.ts';
import { type RunStore, useRun } from '../engine/run-store.ts';
import { throttle } from '../engine/throttle.ts';
import { translate } from '../i18n/i18n.ts';
import { canvasActivity, whenAtRest } from './activity.ts';
import { glowScale } from './glow-scale.ts';
import { useLiving } from './living.ts';

/** Of one output: the norm of the loss's gradient by it, and whether it or the gradient is not finite. */
interface Reading {
  readonly norm: number;
  readonly bad: 'first' | 'also' | undefined;
}

const glowEveryMs = 200;
const svg = 'http://www.w3.org/2000/svg';

/**
 * Lets wires glow with the gradient of what they carry and, zoomed out, nodes with that of what they give. Written to the
 * elements past React, at a low rate, and not while the canvas moves. Returns the function that stops it.
 */
export function startGlow(canvas: HTMLElement): () => void {
  let readings: ReadonlyMap<string, Reading> = new Map();
  let unfollow = (): void => {};
  const glow = throttle(glowEveryMs, () => {
    if (canvasActivity.moving) return;
    const run = useRun.getState();
    const state = useDocumentStore.getState();
    const origin = originOf(run);
    readings = run.ring === undefined ? new Map() : readRing(run.ring, origin);
    const scale = glowScale([...readings.values()].map(({ norm }) => norm));
    const wires = useLiving.getState().wires ? wireReadings(state, readings, origin) : new Map();
    for (const edge of canvas.querySelectorAll<SVGElement>('.react-flow__edge'))
      show(edge, wires.get(edge.dataset['id'] ?? ''), scale);
    const isTitle = canvasActivity.detail === 'title';
    const ofNodes = isTitle ? nodeReadings(readings) : undefined;
    for (const node of canvas.querySelectorAll<HTMLElement>('.react-flow__node')) {
      const flat = ofNodes && shownFlatId(state, node.dataset['id'] ?? '');
      show(node, flat === undefined ? undefined : ofNodes?.get(flat), scale);
    }
  });
  const tell = (event: Event): void => {
    const edge =
      event.target instanceof Element ? event.target.closest<SVGElement>('.react-flow__edge') : null;
    if (edge === null) return;
    const origin = originOf(useRun.getState());
    const known = wireReadings(useDocumentStore.getState(), readings, origin);
    const reading = known.get(edge.dataset['id'] ?? '');
    const most = Math.max(0, ...[...readings.values()].map(({ norm }) => norm).filter(Number.isFinite));
    describe(edge, reading && sentenceOf(reading, most));
  };
  const follow = (): void => {
    unfollow();
    unfollow = useRun.getState().ring?.subscribe(glow) ?? (() => {});
    glow();
  };
  const stops = [
    useRun.subscribe((state, before) => {
      if (state.ring !== before.ring) follow();
      else if (state.refusal !== before.refusal) glow();
    }),
    // What React draws anew is dark at first.
    useDocumentStore.subscribe((state, before) => {
      if (state.document !== before.document) requestAnimationFrame(() => glow());
    }),
    useLiving.subscribe(() => glow()),
    whenAtRest(() => glow()),
  ];
  canvas.addEventListener('pointerover', tell);
  canvas.addEventListener('focusin', tell);
  follow();
  return () => {
    unfollow();
    glow.cancel();
    for (const stop of stops) stop();
    canvas.removeEventListener('pointerover', tell);
    canvas.removeEventListener('focusin', tell);
  };
}

const endKey = (node: string, port: string): string => `${node} ${port}`;

/** The node that was first in the order of the plan to make NaN or infinity, as the engine found it. */
function originOf({ refusal }: RunStore): string | undefined {
  return refusal?.code === 'training.non-finite' ? refusal.problems[0]?.place.node : undefined;
}

/** What the newest telemetry says of every output. */
function readRing(ring: FrameRing, origin: string | undefined): Map<string, Reading> {
  const { watched } = ring.started;
  const readings = new Map<string, Reading>();
  for (const [index, { kind, node, tensor }] of watched.entries()) {
    if (kind !== 'activation' && kind !== 'activationGradient') continue;
    const histogram = ring.histogram(index);
    if (histogram === undefined) continue;
    const key = endKey(node, tensor);
    const began = node === origin ? 'first' : undefined;
    const bad = began ?? (badCount(histogram) > 0 ? 'also' : readings.get(key)?.bad);
    const norm = kind === 'activationGradient' ? histogram.norm : (readings.get(key)?.norm ?? Number.NaN);
    readings.set(key, { norm, bad });
  }
  return readings;
}

/** By the ids of the wires that are drawn. */
function wireReadings(
  { document, whole, level }: DocumentState,
  readings: ReadonlyMap<string, Reading>,
  origin: string | undefined,
): ReadonlyMap<string, Reading> {
  const scope = scopeAt(whole.flattened, level);
  const found = new Map<string, Reading>();
  if (scope === undefined || readings.size === 0) return found;
  const lossIds = new Set(whole.losses.map((loss) => loss.id));
  for (const { id, from, to } of document.wires) {
    const source = sourceOf(scope, from);
    if (source === undefined || !('end' in source)) continue;
    const reading = readings.get(endKey(source.end.node, source.end.port));
    if (reading === undefined) continue;
    // No wire leads out of a loss: what it makes is red where it comes in.
    const atLoss = to.node === origin && lossIds.has(to.node);
    found.set(id, atLoss ? { ...reading, bad: 'first' } : reading);
  }
  return found;
}

/** By the id of the node, the first of its outputs. */
function nodeReadings(readings: ReadonlyMap<string, Reading>): ReadonlyMap<string, Reading> {
  return new Map(
    [...readings].toReversed().map(([key, reading]) => [key.slice(0, key.lastIndexOf(' ')), reading]),
  );
}

function show(
  element: HTMLElement | SVGElement,
  reading: Reading | undefined,
  scale: (norm: number) => number,
): void {
  const glow = reading === undefined || Number.isNaN(reading.norm) ? '' : scale(reading.norm).toFixed(2);
  const bad = reading?.bad ?? '';
  if ((element.dataset['glow'] ?? '') !== glow) {
    if (glow === '') delete element.dataset['glow'];
    else element.dataset['glow'] = glow;
    element.style.setProperty('--glow', glow === '' ? null : glow);
  }
  if ((element.dataset['bad'] ?? '') !== bad) {
    if (bad === '') delete element.dataset['bad'];
    else element.dataset['bad'] = bad;
  }
}

function sentenceOf({ norm, bad }: Reading, most: number): string {
  if (bad !== undefined) return translate(`living.${bad}`);
  if (Number.isNaN(norm)) return '';
  return translate('living.norm', { norm: formatFigure(norm), most: formatFigure(most) });
}

/** A tooltip and a description for the one wire that is pointed at: five hundred of them would cost. */
function describe(edge: SVGElement, sentence: string | undefined): void {
  let title = edge.querySelector<SVGTitleElement>('title');
  if (sentence === undefined || sentence === '') {
    title?.remove();
    edge.removeAttribute('aria-description');
    return;
  }
  if (title === null) {
    title = document.createElementNS(svg, 'title');
    edge.append(title);
  }
  title.textContent = sentence;
  edge.setAttribute('aria-description', sentence);
}
