import { type Arranging, layOut, type Places } from './lay-out.ts';

/** Places; or nothing, where the network is deeper than the layout can follow. */
export interface Answer {
  readonly id: number;
  readonly places: Places | undefined;
}

/** Hundreds of boxes take seconds: they are laid out beside the window's own thread. */
self.onmessage = ({ data: { id, arranging } }: MessageEvent<{ id: number; arranging: Arranging }>): void => {
  self.postMessage({ id, places: placesOrNone(arranging) } satisfies Answer);
};

function placesOrNone(arranging: Arranging): Places | undefined {
  try {
    return layOut(arranging);
  } catch (error) {
    // dagre goes down a network by calling itself.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
