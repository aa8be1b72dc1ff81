import { useState } from 'react';

export interface Asked<T> {
  readonly value: T;
  readonly ask: (value: T) => void;
  readonly isChanged: boolean;
  /** Goes back to what it began with. */
  readonly restore: () => void;
}

/** What a person asks about: it begins with what there is, and begins anew where that becomes another. */
export function useAsked<T>(start: T): Asked<T> {
  const [asked, setAsked] = useState<{ readonly of: T; readonly value: T }>();
  const isChanged = asked !== undefined && asked.of === start;
  return {
    value: isChanged ? asked.value : start,
    ask: (value) => setAsked({ of: start, value }),
    isChanged,
    restore: () => setAsked(undefined),
  };
}
