import { type Arranging, layOut } from './lay-out.ts';

/** Thousands of boxes take seconds: they are laid out beside the window's own thread. */
self.onmessage = ({ data }: MessageEvent<{ id: number; arranging: Arranging }>): void => {
  self.postMessage({ id: data.id, places: layOut(data.arranging) });
};
