import { NetwrightError } from '../../engine/declaration/problem.ts';
import type { NetwrightDocument } from '../../engine/document/schema.ts';
import type { Answer, PreviewPicture } from '../../engine/protocol/messages.ts';
import { canvasActivity, whenAtRest } from '../canvas/activity.ts';
import { useDocumentStore } from '../document/store.ts';
import type { FrameRing } from '../engine/frame-ring.ts';
import { engine, refusalOf, useRun } from '../engine/run-store.ts';
import { changedSince } from '../training/run-commands.ts';
import { usePreview } from './preview-store.ts';

/** A picture of a node on the canvas. */
export interface PreviewView {
  /** The node's id in the flat document; undefined where nothing stands for it. */
  readonly node: () => string | undefined;
  readonly isVisible: () => boolean;
  readonly repaint: () => void;
}

/** While it trains pictures follow this often, and the engine rests so many times as long as it took to answer. */
const trainingEveryMs = 1000;
const restFactor = 8;
/** Edits come in bursts. */
const editedMs = 200;
const atOnceMs = 20;
/** As many as the engine takes in one question. */
const mostNodes = 512;

const views = new Set<PreviewView>();
let pictures: ReadonlyMap<string, PreviewPicture> = new Map();
/** Nodes that the last question was about. */
let covered: ReadonlySet<string> = new Set();
let wake: (withinMs: number) => void = () => {};

export function addPreviewView(view: PreviewView): () => void {
  views.add(view);
  return () => views.delete(view);
}

/** The newest picture of a node; one that has not been asked for yet will be. */
export function pictureOf(node: string): PreviewPicture | undefined {
  if (!covered.has(node)) wake(atOnceMs);
  return pictures.get(node);
}

/**
 * Keeps the pictures of what can be seen up to date: after edits and steps from sample to sample at once, while it trains at
 * a low rate, and not while the canvas moves or shows titles alone. Returns the function that stops it.
 */
export function feedPreviews(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let dueMs = Infinity;
  let busy = false;
  let tookMs = 0;
  let answeredStep: number | undefined;
  let unfollow = (): void => {};

  const schedule = (withinMs: number): void => {
    const at = performance.now() + withinMs;
    if (at >= dueMs) return;
    dueMs = at;
    clearTimeout(timer);
    if (!busy) timer = setTimeout(() => void ask(), withinMs);
  };

  const ask = async (): Promise<void> => {
    dueMs = Infinity;
    const shown = canvasActivity.detail === 'title' ? [] : [...views].filter((view) => view.isVisible());
    const nodes = [...new Set(shown.flatMap((view) => view.node() ?? []))].slice(0, mostNodes);
    // Which sample it is can be told where no picture of it can be seen.
    const isKnown = usePreview.getState().told?.sample?.index === usePreview.getState().wanted;
    const rests = canvasActivity.moving || document.hidden || (nodes.length === 0 && isKnown);
    if (rests || useRun.getState().connection !== 'open') return;
    busy = true;
    covered = new Set(nodes);
    const askedMs = performance.now();
    try {
      const { pictures: found, ...told } = await askEngine(nodes);
      answeredStep = told.step;
      pictures = new Map(found.map((picture) => [picture.node, picture]));
      usePreview.setState({ told, refusal: undefined });
    } catch (error) {
      pictures = new Map();
      usePreview.setState({ refusal: refusalOf(error) });
    }
    for (const view of views) if (view.isVisible()) view.repaint();
    tookMs = performance.now() - askedMs;
    busy = false;
    if (dueMs < Infinity) {
      const waitMs = Math.max(0, dueMs - performance.now());
      dueMs = Infinity;
      schedule(waitMs);
    } else if (ownRing()?.latest?.step !== answeredStep) followSteps();
  };

  const followSteps = (): void => {
    const step = ownRing()?.latest?.step;
    if (step !== undefined && step !== answeredStep) schedule(Math.max(trainingEveryMs, restFactor * tookMs));
  };
  const followRing = (): void => {
    unfollow();
    unfollow = useRun.getState().ring?.subscribe(followSteps) ?? unfollow;
    schedule(atOnceMs);
  };

  wake = schedule;
  const stops = [
    useDocumentStore.subscribe((state, before) => {
      if (state.project !== before.project || state.level !== before.level) schedule(editedMs);
    }),
    usePreview.subscribe((state, before) => {
      if (state.wanted !== before.wanted) schedule(atOnceMs);
    }),
    useRun.subscribe((state, before) => {
      if (state.ring !== before.ring || state.connection !== before.connection) followRing();
    }),
    whenAtRest(() => schedule(editedMs)),
  ];
  const onShown = (): void => schedule(atOnceMs);
  document.addEventListener('visibilitychange', onShown);
  followRing();
  return () => {
    wake = () => {};
    clearTimeout(timer);
    unfollow();
    for (const stop of stops) stop();
    document.removeEventListener('visibilitychange', onShown);
    pictures = new Map();
    covered = new Set();
  };
}

async function askEngine(nodes: readonly string[]): Promise<Answer<'preview'>> {
  const { project } = useDocumentStore.getState();
  const question = { document: project, sample: usePreview.getState().wanted, nodes };
  const ring = ownRing();
  if (ring === undefined) return await engine().request('preview', question);
  try {
    return await engine().request('preview', { ...question, run: ring.started.run });
  } catch (error) {
    const isGone = error instanceof NetwrightError && ['run-unknown', 'run.closed'].includes(error.code);
    if (!isGone) throw error;
    return await engine().request('preview', question);
  }
}

let compared: { run: NetwrightDocument; project: NetwrightDocument; isSame: boolean } | undefined;

/** The run that is shown, where its network is the one on the canvas. */
function ownRing(): FrameRing | undefined {
  const { ring, document: run } = useRun.getState();
  const { project } = useDocumentStore.getState();
  if (ring === undefined || run === undefined) return undefined;
  if (compared?.run !== run || compared.project !== project)
    compared = { run, project, isSame: changedSince(run, project) !== 'canvas' };
  return compared.isSame ? ring : undefined;
}
