import { setImmediate } from 'node:timers/promises';
import { splitBy } from '../document/run-length.ts';
import type { NetwrightDocument } from '../document/schema.ts';
import type { Duplicates } from '../protocol/data-messages.ts';
import type { Dataset } from '../training/dataset.ts';
import { DuplicateSearch } from '../training/duplicates.ts';
import { samplesOf } from './document-samples.ts';

/** Between two slices others take their turn on this thread. */
const sliceMs = 15;
/** After so long what has been found so far is told. */
const tellAfterMs = 200;

/** Searches of the newest data, done or not: a done one keeps no samples. */
const searches = new Map<string, DuplicateSearch>();
const mostKept = 4;

/** What decides which samples there are and how they are split. */
function keyOf({ nodes, training }: NetwrightDocument, id: string): string {
  const params = nodes.find((node) => node.id === id)?.params;
  return JSON.stringify([params, splitBy(training)]);
}

function searchFor(key: string, dataset: Dataset): DuplicateSearch {
  const search = searches.get(key) ?? new DuplicateSearch(dataset);
  searches.delete(key);
  searches.set(key, search);
  const [oldest] = searches.keys();
  if (searches.size > mostKept && oldest !== undefined) searches.delete(oldest);
  return search;
}

async function goOn(search: DuplicateSearch): Promise<Duplicates> {
  const endAt = performance.now() + tellAfterMs;
  while (!search.isDone && performance.now() < endAt) {
    search.advance(sliceMs);
    await setImmediate();
  }
  return search.found();
}

/** As far as it comes in a moment; the next question goes on. Throws a NetwrightError where there are no samples. */
export async function someDuplicates(document: NetwrightDocument, node: string): Promise<Duplicates> {
  const key = keyOf(document, node);
  const search = searches.get(key) ?? searchFor(key, await samplesOf(document, node));
  return await goOn(search);
}
