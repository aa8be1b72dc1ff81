import { useEffect } from 'react';
import { create } from 'zustand';
import type { Preparing } from '../../engine/protocol/data-messages.ts';
import { engine, useRun } from '../engine/run-store.ts';

interface PreparingState {
  readonly preparing: readonly Preparing[];
}

/** Images that the engine is bringing to size, for whatever question it was that needed them. */
export const usePreparing = create<PreparingState>(() => ({ preparing: [] }));

/** A question that is not answered after this long may be waiting for images. */
const lookEveryMs = 300;

/** Asks how far images are while another question goes without an answer. */
export function useWatchPreparing(): void {
  const connected = useRun((state) => state.connection === 'open');
  useEffect(() => {
    if (!connected) return undefined;
    let before: number | undefined;
    const timer = setInterval(() => {
      const waiting = engine().oldestRequest;
      if (waiting !== undefined && waiting === before) void look();
      else if (usePreparing.getState().preparing.length > 0) usePreparing.setState({ preparing: [] });
      before = waiting;
    }, lookEveryMs);
    return () => {
      clearInterval(timer);
      usePreparing.setState({ preparing: [] });
    };
  }, [connected]);
}

async function look(): Promise<void> {
  const answer = await engine()
    .request('preparing', {})
    .catch(() => undefined);
  usePreparing.setState({ preparing: answer?.preparing ?? [] });
}

/** Whoever asked for something that needs them is refused. */
export async function cancelPreparing(path: string): Promise<void> {
  await engine()
    .request('cancelPreparing', { path })
    .catch(() => {});
}
