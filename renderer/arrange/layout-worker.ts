import { layOut } from './lay-out.ts';
import { layOutWays } from './lay-out-ways.ts';

const layouts = { arrange: layOut, ways: layOutWays };
type Layouts = typeof layouts;
export type LayoutKind = keyof Layouts;
export type Given<K extends LayoutKind> = Parameters<Layouts[K]>[0];
export type Found<K extends LayoutKind> = ReturnType<Layouts[K]>;

/** What was found; or nothing, where the network is deeper than the layout can follow. */
export interface Answer<K extends LayoutKind> {
  readonly id: number;
  readonly found: Found<K> | undefined;
}

export interface Asked<K extends LayoutKind> {
  readonly id: number;
  readonly kind: K;
  readonly given: Given<K>;
}

/** Hundreds of boxes take seconds: they are laid out beside the window's own thread. */
self.onmessage = <K extends LayoutKind>({ data: { id, kind, given } }: MessageEvent<Asked<K>>): void => {
  const layout = layouts[kind] as (given: Given<K>) => Found<K>;
  self.postMessage({ id, found: foundOrNone(() => layout(given)) } satisfies Answer<K>);
};

function foundOrNone<F>(layout: () => F): F | undefined {
  try {
    return layout();
  } catch (error) {
    // dagre goes down a network by calling itself.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
