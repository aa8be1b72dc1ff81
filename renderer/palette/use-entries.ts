import { useMemo } from 'react';
import { builtInBlocks, useMyBlocks } from '../blocks/known-blocks.ts';
import { useDocumentStore } from '../document/store.ts';
import { type EntryGroup, entryGroups } from './entries.ts';

/** What the palette offers for what is drawn now. */
export function useEntryGroups(): readonly EntryGroup[] {
  const project = useDocumentStore((state) => state.project);
  const isInside = useDocumentStore((state) => state.level.length > 0);
  const mine = useMyBlocks();
  return useMemo(
    () => entryGroups({ library: builtInBlocks, mine, project, isInside }),
    [project, isInside, mine],
  );
}
