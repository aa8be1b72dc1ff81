import { useEffect, useState } from 'react';
import type { Placed } from '../arrange/lay-out-ways.ts';
import { layoutThread } from '../arrange/layout-thread.ts';
import type { ModelDrawing } from './model-drawing.ts';

export const boxSize = { width: 216, height: 56 } as const;

type Layout = Placed | 'waiting' | 'tooDeep';

/** Kept while the model is open. */
const known = new WeakMap<ModelDrawing, Layout>();

/** Where boxes and wires of a drawing go; it takes seconds for a thousand boxes, beside the window's own thread. */
export function useLayout(drawing: ModelDrawing): Layout {
  const [layout, setLayout] = useState<Layout>(known.get(drawing) ?? 'waiting');
  useEffect(() => {
    if (known.has(drawing)) return;
    const thread = layoutThread();
    const boxes = drawing.boxes.map(({ place }) => place);
    void thread.find('ways', { boxes, size: boxSize, wires: drawing.wires }).then((found) => {
      known.set(drawing, found ?? 'tooDeep');
      setLayout(found ?? 'tooDeep');
      thread.stop();
    });
    return () => thread.stop();
  }, [drawing]);
  return layout;
}
