import { useEffect, useRef, useState } from 'react';
import type { NetwrightDocument } from '../../engine/document/schema.ts';
import type { SampleRange } from '../../engine/protocol/data-messages.ts';
import { dataNodeOf } from '../data/use-samples.ts';
import { engine } from '../engine/run-store.ts';
import { type Card, CardMemory } from './card-memory.ts';
import type { HeldOutPart } from './shown-part.ts';

interface CardsAsked {
  readonly document: NetwrightDocument;
  readonly part: HeldOutPart;
  readonly count: number;
  /** Of samples; the first ones of the part without. */
  readonly numbers: readonly number[] | undefined;
}

/** The samples of some numbers; those that were shown last stay until these are there. */
export function useCards({ document, part, count, numbers }: CardsAsked): readonly Card[] {
  const [cards, setCards] = useState<readonly Card[]>([]);
  const remembered = useRef({ document, part, cards: new CardMemory() });
  const key = numbers?.join();
  useEffect(() => {
    let current = true;
    if (remembered.current.document !== document || remembered.current.part !== part) {
      remembered.current = { document, part, cards: new CardMemory() };
    }
    const known = remembered.current.cards;
    const wanted = key === undefined ? undefined : key === '' ? [] : key.split(',').map(Number);
    const missing = wanted && known.missing(wanted);
    if (wanted !== undefined && missing?.length === 0) {
      setCards(known.shown(wanted));
      return undefined;
    }
    const bring = async (): Promise<void> => {
      const node = dataNodeOf(document)?.id;
      if (node === undefined) return;
      const from: SampleRange = missing === undefined ? { part, first: 0, count } : { rows: missing };
      const page = await engine().request('browseSamples', { document, node, from });
      if (!current) return;
      const numbers = wanted ?? [...page.rows];
      known.add(page, numbers);
      setCards(known.shown(numbers));
    };
    // Why there are no samples is told beside.
    bring().catch(() => {});
    return () => {
      current = false;
    };
  }, [document, part, count, key]);
  return cards;
}
