import { canvasActivity, whenAtRest } from '../canvas/activity.ts';
import { beatBefore, untilBeat } from '../engine/throttle.ts';

/**
 * One requestAnimationFrame loop for every live canvas. A painter says when it has something new; it is called only
 * while its element can be seen, no more often than it asked for, and never while the canvas is being dragged.
 */
export interface PainterHandle {
  /** There is something new to show. */
  readonly invalidate: () => void;
  readonly isVisible: () => boolean;
  readonly remove: () => void;
}

interface Painter {
  readonly paint: () => void;
  readonly everyMs: number;
  dirty: boolean;
  visible: boolean;
  paintedMs: number;
}

const painters = new Set<Painter>();
/** By the element by which it is known whether they can be seen. */
const paintersAt = new Map<Element, Set<Painter>>();
let frame: number | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;
/** A frame of a run makes all painters dirty, one after the other: they are looked through once. */
let asked = false;

const observer = (): IntersectionObserver => {
  shared ??= new IntersectionObserver((entries) => {
    for (const entry of entries) {
      for (const painter of paintersAt.get(entry.target) ?? []) painter.visible = entry.isIntersecting;
    }
    schedule();
  });
  return shared;
};
let shared: IntersectionObserver | undefined;

/** Many nodes on screen are repainted less often, so that painting never costs what training needs. */
const crowdSlowdown = (): number => (painters.size > 200 ? 4 : painters.size > 60 ? 2 : 1);

/** `paint` is called while `element` can be seen. Painters of one element share the look at it. */
export function addPainter(element: Element, everyMs: number, paint: () => void): PainterHandle {
  const here = paintersAt.get(element) ?? new Set<Painter>();
  const visible = [...here].some((other) => other.visible);
  const painter: Painter = { paint, everyMs, dirty: true, visible, paintedMs: -Infinity };
  painters.add(painter);
  paintersAt.set(element, here.add(painter));
  if (here.size === 1) observer().observe(element);
  return {
    invalidate() {
      painter.dirty = true;
      if (asked) return;
      asked = true;
      queueMicrotask(() => {
        asked = false;
        schedule();
      });
    },
    isVisible: () => painter.visible,
    remove() {
      painters.delete(painter);
      here.delete(painter);
      if (here.size > 0) return;
      paintersAt.delete(element);
      observer().unobserve(element);
    },
  };
}

function schedule(): void {
  // A drag or a pan needs every frame for itself; painting goes on when it is over.
  if (frame !== undefined || canvasActivity.moving) return;
  const now = performance.now();
  const slowdown = crowdSlowdown();
  let waitMs = Infinity;
  for (const painter of painters) {
    if (!painter.dirty || !painter.visible) continue;
    waitMs = Math.min(waitMs, painter.paintedMs + painter.everyMs * slowdown - now);
  }
  if (waitMs === Infinity) return;
  clearTimeout(timer);
  timer = undefined;
  if (waitMs <= 1) frame = requestAnimationFrame(paintDue);
  else timer = setTimeout(retry, untilBeat(now + waitMs));
}

function retry(): void {
  timer = undefined;
  schedule();
}

function paintDue(): void {
  frame = undefined;
  if (canvasActivity.moving) return;
  const now = performance.now();
  const slowdown = crowdSlowdown();
  for (const painter of painters) {
    if (!painter.dirty || !painter.visible) continue;
    if (now - painter.paintedMs + 1 < painter.everyMs * slowdown) continue;
    painter.dirty = false;
    painter.paintedMs = beatBefore(now);
    painter.paint();
  }
  schedule();
}

// After a zoom pictures are as many pixels wide as they look.
whenAtRest(() => {
  for (const painter of painters) painter.dirty = true;
  schedule();
});
