import { useEffect, useState } from 'react';
import { openedFiles } from '../../engine/data/sources/index.ts';
import type { Params } from '../../engine/declaration/fields.ts';
import type { FoundFiles } from '../../engine/declaration/found-files.ts';
import { splitBy } from '../../engine/document/run-length.ts';
import type { DocumentNode } from '../../engine/document/schema.ts';
import type {
  DataReport,
  Duplicates,
  SamplePage,
  SampleRange,
  SampleSet,
} from '../../engine/protocol/data-messages.ts';
import type { Answer, Ask } from '../../engine/protocol/messages.ts';
import type { Refusal } from '../../engine/protocol/refusal.ts';
import { emptyDocument } from '../document/empty-document.ts';
import { useDocumentStore } from '../document/store.ts';
import { engine, refusalOf, useRun } from '../engine/run-store.ts';

/** What can be asked of a data node by itself, wherever it stands: the engine is sent a project with nothing else in it. */
interface Asked {
  readonly samples: { readonly most: number; readonly varied?: number };
  readonly describeData: Record<string, never>;
  readonly browseSamples: { readonly from: SampleRange; readonly epoch?: number };
}

interface Told<T> {
  readonly files: string | undefined;
  readonly answer?: T;
  readonly refusal?: Refusal;
}

export interface Answered<T> {
  readonly answer: T | undefined;
  readonly refusal: Refusal | undefined;
}

/** The files that a data node takes its samples from; undefined where it takes them from elsewhere, or none was opened. */
export const filesOf = (params: Params, isFromFiles: boolean): FoundFiles | undefined =>
  isFromFiles ? openedFiles(params) : undefined;

/** Pictures and reports are of many nodes at once on a large canvas: the newest answers are kept. */
const answers = new Map<string, Promise<unknown>>();
const mostKept = 16;

/** `split`: what `splitBy` says of the settings, as JSON. */
function alone(params: Params, split: string): Ask<'describeData'> {
  const node: DocumentNode = { id: 'data', type: 'data', name: 'data', position: { x: 0, y: 0 }, params };
  const project = emptyDocument('data');
  const training = { ...project.training, ...(JSON.parse(split) as ReturnType<typeof splitBy>) };
  return { document: { ...project, nodes: [node], training }, node: node.id };
}

const useSplit = (): string => useDocumentStore((state) => JSON.stringify(splitBy(state.project.training)));

function ask<N extends keyof Asked>(name: N, params: Params, more: Asked[N], split: string) {
  const key = JSON.stringify([name, params, more, split]);
  const known = answers.get(key);
  if (known !== undefined) return known as Promise<Answer<N>>;
  const asked = engine().request(name, { ...alone(params, split), ...more } as never);
  answers.set(key, asked);
  const [oldest] = answers.keys();
  if (answers.size > mostKept && oldest !== undefined) answers.delete(oldest);
  // What failed may go better next time.
  asked.catch(() => answers.delete(key));
  return asked as Promise<Answer<N>>;
}

function useAnswer<N extends keyof Asked>(name: N, params: Params | undefined, more: Asked[N]) {
  const connected = useRun((state) => state.connection === 'open');
  const split = useSplit();
  const key = params && JSON.stringify([params, more, split]);
  const [told, setTold] = useState<Told<Answer<N>>>();
  useEffect(() => {
    if (key === undefined || !connected) return undefined;
    let current = true;
    const [given, rest] = JSON.parse(key) as [Params, Asked[N]];
    ask(name, given, rest, split).then(
      (answer) => current && setTold({ files: openedFiles(given)?.fingerprint, answer }),
      (error: unknown) =>
        current && setTold({ files: openedFiles(given)?.fingerprint, refusal: refusalOf(error) }),
    );
    return () => {
      current = false;
    };
  }, [name, key, connected, split]);
  // Of the same files, what was told before stays until the next answer is there: nothing jumps.
  const files = params && openedFiles(params)?.fingerprint;
  const isOfThese = told !== undefined && told.files === files;
  return { answer: isOfThese ? told.answer : undefined, refusal: isOfThese ? told.refusal : undefined };
}

export const useReport = (params: Params | undefined): Answered<DataReport> =>
  useAnswer('describeData', params, {});

export const useSomeSamples = (params: Params | undefined, most: number): Answered<SampleSet> =>
  useAnswer('samples', params, { most });

/** Training images as training varies them, each several times. */
export const useVariedSamples = (
  params: Params | undefined,
  most: number,
  varied: number,
): Answered<SampleSet> => useAnswer('samples', params, { most, varied });

export const useSamplePage = (
  params: Params | undefined,
  from: SampleRange,
  epoch?: number,
): Answered<SamplePage> =>
  useAnswer('browseSamples', params, { from, ...(epoch !== undefined && { epoch }) });

/** Samples that are there more than once, told as they are found: asking goes on until all have been looked at. */
export function useDuplicates(params: Params): Duplicates | undefined {
  const connected = useRun((state) => state.connection === 'open');
  const split = useSplit();
  const key = JSON.stringify(params);
  const [found, setFound] = useState<{ readonly key: string; readonly duplicates: Duplicates }>();
  useEffect(() => {
    if (!connected) return undefined;
    let current = true;
    const look = async (): Promise<void> => {
      for (let looked = 0; current && looked < 1; ) {
        const duplicates = await engine().request('findDuplicates', alone(JSON.parse(key) as Params, split));
        if (current) setFound({ key, duplicates });
        looked = duplicates.share;
      }
    };
    // Why there are no samples is told beside.
    look().catch(() => {});
    return () => {
      current = false;
    };
  }, [key, connected, split]);
  return found?.key === key ? found.duplicates : undefined;
}
