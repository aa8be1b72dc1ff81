import { useEffect, useRef, useState } from 'react';
import type { NetwrightDocument } from '../../engine/document/schema.ts';
import type { SampleRange } from '../../engine/protocol/data-messages.ts';
import { dataNodeOf } from '../data/use-samples.ts';
import { engine } from '../engine/run-store.ts';
import type { HeldOutPart } from './shown-part.ts';

/** A sample that is looked at. */
export interface Card {
  readonly number: number;
  /** […input shape] and […target shape] */
  readonly x: Float32Array;
  readonly y: Float32Array;
}

interface CardsAsked {
  readonly document: NetwrightDocument;
  readonly part: HeldOutPart;
  readonly count: number;
  /** Of samples; the first ones of the part without. */
  readonly numbers: readonly number[] | undefined;
}

/** Those that were looked at before need not come again. */
const mostRemembered = 512;

/** The samples of some numbers; those that were shown last stay until these are there. */
export function useCards({ document, part, count, numbers }: CardsAsked): readonly Card[] {
  const [cards, setCards] = useState<readonly Card[]>([]);
  const remembered = useRef({ document, part, cards: new Map<number, Card>() });
  const key = numbers?.join();
  useEffect(() => {
    let current = true;
    if (remembered.current.document !== document || remembered.current.part !== part) {
      remembered.current = { document, part, cards: new Map() };
    }
    const known = remembered.current.cards;
    const wanted = key === undefined ? undefined : key === '' ? [] : key.split(',').map(Number);
    const show = (shown: readonly number[]): void =>
      setCards(shown.flatMap((number) => known.get(number) ?? []));
    const missing = wanted?.filter((number) => !known.has(number));
    if (wanted !== undefined && missing?.length === 0) {
      show(wanted);
      return undefined;
    }
    const bring = async (): Promise<void> => {
      const node = dataNodeOf(document)?.id;
      if (node === undefined) return;
      const from: SampleRange = missing === undefined ? { part, first: 0, count } : { rows: missing };
      const page = await engine().request('browseSamples', { document, node, from });
      if (!current) return;
      if (known.size > mostRemembered) known.clear();
      const brought = [...page.rows];
      const [xSize, ySize] = [page.x, page.y].map(({ length }) => length / Math.max(1, brought.length)) as [
        number,
        number,
      ];
      for (const [i, number] of brought.entries()) {
        const x = page.x.subarray(i * xSize, (i + 1) * xSize);
        const y = page.y.subarray(i * ySize, (i + 1) * ySize);
        known.set(number, { number, x, y });
      }
      show(wanted ?? brought);
    };
    // Why there are no samples is told beside.
    bring().catch(() => {});
    return () => {
      current = false;
    };
  }, [document, part, count, key]);
  return cards;
}
