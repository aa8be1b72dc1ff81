import { useCallback, useEffect, useState } from 'react';
import type { KnownSetState } from '../../engine/protocol/data-messages.ts';
import { engine, useRun } from '../engine/run-store.ts';

const whileComingMs = 250;

export interface KnownSetList {
  readonly sets: readonly KnownSetState[];
  /** Asks how they stand now. */
  readonly look: () => Promise<void>;
}

/** The known sets and how far they are, for as long as this is shown: downloads go on without it. */
export function useKnownSets(): KnownSetList {
  const connected = useRun((state) => state.connection === 'open');
  const [sets, setSets] = useState<readonly KnownSetState[]>([]);
  const look = useCallback(async (): Promise<void> => {
    // A list that cannot be had is no list; whatever is pressed says why.
    await engine()
      .request('knownSets', {})
      .then(
        (answer) => setSets(answer.sets),
        () => setSets([]),
      );
  }, []);
  useEffect(() => {
    if (connected) void look();
  }, [connected, look]);
  const isComing = sets.some(({ state }) => state === 'coming');
  useEffect(() => {
    if (!isComing || !connected) return undefined;
    const timer = setInterval(() => void look(), whileComingMs);
    return () => clearInterval(timer);
  }, [isComing, connected, look]);
  return { sets, look };
}
