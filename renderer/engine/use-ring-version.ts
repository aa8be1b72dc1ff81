import { useEffect, useState } from 'react';
import type { RidgeSource } from './ridge-source.ts';
import { throttle } from './throttle.ts';

/** Renders the component anew when the ring has grown, at most once per interval; for a few figures, not for pictures. */
export function useRingVersion(
  ring: Pick<RidgeSource, 'subscribe' | 'version'> | undefined,
  everyMs: number,
): number {
  const [version, setVersion] = useState(0);
  useEffect(() => {
    if (!ring) return undefined;
    const show = throttle(everyMs, () => setVersion(ring.version));
    const unsubscribe = ring.subscribe(show);
    show();
    return () => {
      unsubscribe();
      show.cancel();
    };
  }, [ring, everyMs]);
  return version;
}
