import { create } from 'zustand';
import { useDocumentStore } from '../document/store.ts';

/** A kept run whose weights the next new run of this project begins with, as far as they fit. */
export interface StartWeights {
  readonly run: string;
  readonly name: string;
}

export const useStartWeights = create<{ readonly weights: StartWeights | undefined }>(() => ({
  weights: undefined,
}));

export const beginWith = (weights: StartWeights | undefined): void => useStartWeights.setState({ weights });

// They were meant for the project that was open.
useDocumentStore.subscribe((state, before) => {
  if (state.opened !== before.opened) beginWith(undefined);
});
