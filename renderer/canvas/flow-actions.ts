import { type RefObject, useEffect, useRef } from 'react';
import { type ReactFlowInstance, useReactFlow } from 'reactflow';
import { motionMs } from '../design/motion.ts';
import type { FlowActions } from './flow.ts';
import type { CanvasEdge, CanvasNode } from './flow-parts.tsx';

/** Clear of what stands on the canvas' edges: the button to add at the top, the zoom buttons at the bottom. */
const edges = { x: 28, top: 44, bottom: 60 } as const;
export const fitOptions = {
  padding: { x: `${edges.x}px`, top: `${edges.top}px`, bottom: `${edges.bottom}px` },
  maxZoom: 1.15,
  minZoom: 0.1,
} as const;

/** `view` says whether all is shown, so that it stays in sight when the canvas changes its size, or what was chosen. */
export function useActions(
  onReady: (actions: FlowActions) => void,
  view: RefObject<'fitted' | 'chosen'>,
): void {
  const flow = useReactFlow<CanvasNode, CanvasEdge>();
  const root = useRef<Element | null>(null);
  useEffect(() => {
    root.current = document.querySelector('.react-flow');
    const boxOf = (): DOMRect => root.current?.getBoundingClientRect() ?? new DOMRect();
    const center = () => {
      const box = boxOf();
      return flow.screenToFlowPosition(
        { x: box.x + box.width / 2, y: box.y + box.height / 2 },
        { snapToGrid: true },
      );
    };
    const choosing = (move: () => unknown) => () => {
      view.current = 'chosen';
      void move();
    };
    onReady({
      fitView() {
        view.current = 'fitted';
        void flow.fitView({ ...fitOptions, duration: motionMs() });
      },
      zoomIn: choosing(() => flow.zoomIn({ duration: motionMs() })),
      zoomOut: choosing(() => flow.zoomOut({ duration: motionMs() })),
      zoomTo: (zoom) => choosing(() => flow.zoomTo(zoom, { duration: motionMs() }))(),
      toCanvas: (point) => flow.screenToFlowPosition(point, { snapToGrid: true }),
      sizes: () =>
        new Map(
          flow.getNodes().flatMap(({ id, measured: { width, height } = {} }) =>
            // One that has just been added may not have been measured yet.
            width === undefined || height === undefined ? [] : [[id, { width, height }]],
          ),
        ),
      glide: (positions) => glide(flow, positions),
      wireAt: ({ x, y }) =>
        document
          .elementsFromPoint(x, y)
          .map((element) => element.closest<SVGElement>('.react-flow__edge')?.dataset['id'])
          .find((id) => id !== undefined),
      center,
      reveal(id) {
        const node = flow.getInternalNode(id);
        if (node === undefined) return;
        const { width = 0, height = 0 } = node.measured;
        const { x, y } = node.internals.positionAbsolute;
        const box = boxOf();
        const topLeft = flow.flowToScreenPosition({ x, y });
        const bottomRight = flow.flowToScreenPosition({ x: x + width, y: y + height });
        const inside =
          topLeft.x >= box.left &&
          topLeft.y >= box.top &&
          bottomRight.x <= box.right &&
          bottomRight.y <= box.bottom - edges.bottom;
        if (!inside) {
          view.current = 'chosen';
          const zoom = Math.max(flow.getZoom(), 0.6);
          void flow.setCenter(x + width / 2, y + height / 2, { zoom, duration: motionMs() });
        }
      },
    });
    let size = '';
    const watch = new ResizeObserver(() => {
      const { width, height } = boxOf();
      const before = size;
      size = `${width} ${height}`;
      if (before !== '' && before !== size && view.current === 'fitted') void flow.fitView(fitOptions);
    });
    if (root.current !== null) watch.observe(root.current);
    return () => watch.disconnect();
  }, [flow, onReady, view]);
}

/** So many nodes at most move before one's eyes; more would stutter. */
const mostGliding = 300;

async function glide(
  flow: ReactFlowInstance<CanvasNode, CanvasEdge>,
  positions: ReadonlyMap<string, { x: number; y: number }>,
): Promise<void> {
  const duration = motionMs();
  if (duration === 0 || positions.size > mostGliding) return;
  const starts = new Map(flow.getNodes().map(({ id, position }) => [id, position]));
  const startMs = performance.now();
  for (let share = 0; share < 1; ) {
    const nowMs = await new Promise<number>((resolve) => requestAnimationFrame(resolve));
    share = Math.min(1, Math.max(0, nowMs - startMs) / duration);
    // Fast at first, then slower, as the other movements of the studio.
    const eased = 1 - (1 - share) ** 3;
    flow.setNodes((nodes) =>
      nodes.map((node) => {
        const [from, to] = [starts.get(node.id), positions.get(node.id)];
        if (from === undefined || to === undefined) return node;
        const position = { x: from.x + (to.x - from.x) * eased, y: from.y + (to.y - from.y) * eased };
        return { ...node, position };
      }),
    );
  }
}
