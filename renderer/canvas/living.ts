import { create } from 'zustand';

/** What nodes and wires show of a run; remembered from one day to the next. */
export interface Living {
  readonly gradients: boolean;
  readonly weights: boolean;
  readonly activations: boolean;
  /** Wires glow with the gradient of what they carry. */
  readonly wires: boolean;
}

export const livingParts = ['gradients', 'weights', 'activations', 'wires'] as const;

const key = 'netwright.living';
const off = new Set(globalThis.localStorage?.getItem(key)?.split(' '));
const isOn = (part: keyof Living): boolean => !off.has(part);

export const useLiving = create<Living>(() => ({
  gradients: isOn('gradients'),
  weights: isOn('weights'),
  activations: isOn('activations'),
  wires: isOn('wires'),
}));

/** Whether nodes show histograms at all. */
export const usesStrip = ({ gradients, weights, activations } = useLiving.getState()): boolean =>
  gradients || weights || activations;

export function toggleLiving(part: keyof Living): void {
  useLiving.setState({ [part]: !useLiving.getState()[part] });
  const state = useLiving.getState();
  globalThis.localStorage?.setItem(key, livingParts.filter((name) => !state[name]).join(' '));
}
