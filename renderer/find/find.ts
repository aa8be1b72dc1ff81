import { create } from 'zustand';
import { showPlace } from '../canvas/show-place.ts';
import { useDocumentStore } from '../document/store.ts';
import { findPlaces } from './find-places.ts';

interface Find {
  readonly open: boolean;
  readonly query: string;
  readonly places: readonly string[];
  /** Which of them is shown; −1 before the first. */
  readonly at: number;
}

/** What is being looked for in the network; nothing of it belongs to the document. */
export const useFind = create<Find>(() => ({ open: false, query: '', places: [], at: -1 }));

export const isFinding = (): boolean => useFind.getState().open;

export function showFind(open: boolean): void {
  useFind.setState({ open });
  if (open) look(useFind.getState().query);
  // Where it is open already; one that opens takes the keyboard itself.
  if (open) document.querySelector<HTMLInputElement>('[data-find] input')?.select();
  else
    requestAnimationFrame(() => {
      document.querySelector<HTMLElement>('[data-canvas]')?.focus({ preventScroll: true });
    });
}

/** Looks for something and shows the first place that has it, where it was not looked for before. */
export function findFor(query: string): void {
  look(query);
  if (useFind.getState().places.length > 0) go(0);
}

/** The next place, or the one before; after the last comes the first. */
export function findStep(by: 1 | -1): void {
  const { query, at } = useFind.getState();
  look(query);
  const { places } = useFind.getState();
  if (places.length > 0) go((Math.max(at, by === 1 ? -1 : 0) + by + places.length) % places.length);
}

/** Since it was looked for last, the network may have changed. */
function look(query: string): void {
  const places = findPlaces(useDocumentStore.getState(), query);
  const before = useFind.getState();
  const at = query === before.query ? Math.min(before.at, places.length - 1) : -1;
  useFind.setState({ query, places, at });
}

function go(at: number): void {
  const { places } = useFind.getState();
  const place = places[at];
  if (place === undefined) return;
  const asking = document.activeElement;
  useFind.setState({ at });
  showPlace({ node: place });
  // The keyboard stays with who is typing what to look for.
  if (asking instanceof HTMLInputElement && asking.closest('[data-find]') !== null)
    requestAnimationFrame(() => asking.focus({ preventScroll: true }));
}
