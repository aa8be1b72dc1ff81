import { createContext, useContext } from 'react';
import { create } from 'zustand';
import { partCodes } from '../../engine/protocol/data-messages.ts';
import { useT } from '../i18n/i18n.ts';

/** The samples that were not trained on: those that guide the run, or those that are kept for its end. */
export type HeldOutPart = 'validation' | 'test';
export const heldOutParts = ['validation', 'test'] as const satisfies readonly HeldOutPart[];

/** What a person looks at where there are both; kept while other panels are looked at. */
export const useChosenPart = create<{ readonly part: HeldOutPart }>(() => ({ part: 'validation' }));

export interface ShownPart {
  readonly part: HeldOutPart;
  /** There are samples for validation too. */
  readonly hasBoth: boolean;
}

const shownPart = createContext<ShownPart>({ part: 'test', hasBoth: false });
export const ShownPartProvider = shownPart.Provider;

/** The part whose samples are shown, its number in a SampleSet, and what its samples are called. */
export function useShownPart() {
  const t = useT();
  const { part, hasBoth } = useContext(shownPart);
  return {
    part,
    hasBoth,
    code: partCodes[part],
    samples: t(`evaluate.samplesOf.${part}`),
    title: t(`data.${part}`),
  };
}
