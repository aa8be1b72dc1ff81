import { useEffect, useState } from 'react';
import { sampleTypeOf, sourceOf } from '../../engine/data/sources/index.ts';
import { paramText } from '../../engine/declaration/fields.ts';
import { elementCount } from '../../engine/declaration/tensor-type.ts';
import type { Text } from '../../engine/declaration/text.ts';
import { catalogue } from '../../engine/document/catalogue.ts';
import { completeParams } from '../../engine/document/check-params.ts';
import { splitBy } from '../../engine/document/run-length.ts';
import type { DocumentNode, NetwrightDocument } from '../../engine/document/schema.ts';
import type { SampleSet } from '../../engine/protocol/data-messages.ts';
import type { Refusal } from '../../engine/protocol/refusal.ts';
import { engine, refusalOf, useRun } from '../engine/run-store.ts';

export interface SamplesState {
  readonly samples: SampleSet | undefined;
  /** What the data is called, such as Circle. */
  readonly title: Text | undefined;
  readonly refusal: Refusal | undefined;
}

const waitMs = 200;
/** Where samples are no points of a picture, so many show what kind they are; others are sent when they are looked at. */
const mostSamples = 200;
const mostNumbers = 2 ** 22;

export function dataNodeOf({ nodes }: NetwrightDocument): DocumentNode | undefined {
  return nodes.find(({ type }) => catalogue.get(type)?.category === 'data');
}

/** Whether the first loss compares the network's answer with the inputs of the data, rather than with its targets. */
export function isAskedForInput(document: NetwrightDocument): boolean {
  const loss = document.nodes.find(({ type }) => catalogue.get(type)?.category === 'loss');
  const target = document.wires.find(({ to }) => to.node === loss?.id && to.port === 'target');
  return target?.from.node === dataNodeOf(document)?.id && target?.from.port === 'x';
}

/** What decides which samples there are, how they are split, and which of them are sent. */
const samplesKey = ({ training }: NetwrightDocument, node: DocumentNode, first: HeldOut): string =>
  JSON.stringify([node.id, node.type, node.params, splitBy(training), mostOf(node) && first]);

/** How many samples to ask for; undefined for all, where each is a point of a picture. */
function mostOf({ params }: DocumentNode): number | undefined {
  const source = sourceOf(paramText(params['source']));
  if (source === undefined) return undefined;
  const type = sampleTypeOf(source, completeParams(source.fields, params));
  const size = elementCount(type?.input.shape ?? []);
  return size <= 2 ? undefined : Math.max(1, Math.min(mostSamples, Math.floor(mostNumbers / size)));
}

type HeldOut = 'validation' | 'test';

/**
 * The samples of a document's data node, in the split that training uses; asked for anew when either changes. Where not all
 * are sent, those of the part `first` are.
 */
export function useSamples(document: NetwrightDocument, first: HeldOut): SamplesState {
  const connected = useRun((state) => state.connection === 'open');
  const node = dataNodeOf(document);
  const key = node && samplesKey(document, node, first);
  const [answer, setAnswer] = useState<{ key: string; samples?: SampleSet; refusal?: Refusal }>();
  useEffect(() => {
    if (!node || key === undefined || !connected || answer?.key === key) return undefined;
    let current = true;
    const timer = setTimeout(
      () => {
        const most = mostOf(node);
        engine()
          .request('samples', { document, node: node.id, first, ...(most !== undefined && { most }) })
          .then(
            (samples) => current && setAnswer({ key, samples }),
            (error: unknown) => current && setAnswer({ key, refusal: refusalOf(error) }),
          );
      },
      answer === undefined ? 0 : waitMs,
    );
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [document, node, key, connected, answer, first]);
  const source = node?.params['source'];
  return {
    samples: key === undefined ? undefined : answer?.samples,
    title: typeof source === 'string' ? sourceOf(source)?.title : undefined,
    refusal: answer?.refusal,
  };
}
