import { create } from 'zustand';
import type { Preview } from '../../engine/protocol/messages.ts';
import type { Refusal } from '../../engine/protocol/refusal.ts';

interface PreviewState {
  /** Whether nodes show what they make of a sample; remembered from one day to the next. */
  readonly on: boolean;
  /** The sample that is asked for, from 0. */
  readonly wanted: number;
  /** What the engine said last, less the pictures, which go to the canvases past React. */
  readonly told: Omit<Preview, 'pictures'> | undefined;
  readonly refusal: Refusal | undefined;
}

const key = 'netwright.preview';

export const usePreview = create<PreviewState>(() => ({
  on: globalThis.localStorage?.getItem(key) === 'on',
  wanted: 0,
  told: undefined,
  refusal: undefined,
}));

export function togglePreview(): void {
  const on = !usePreview.getState().on;
  globalThis.localStorage?.setItem(key, on ? 'on' : 'off');
  usePreview.setState({ on });
}

/** From the last sample on to the first, and back. */
export function stepSample(by: number): void {
  const { wanted, told } = usePreview.getState();
  const count = told?.sample?.count ?? 1;
  usePreview.setState({ wanted: (Math.min(wanted, count - 1) + by + count) % count });
}

export const showSample = (index: number): void => usePreview.setState({ wanted: index });
