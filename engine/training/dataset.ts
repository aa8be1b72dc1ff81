import type { Samples, SourceDefinition } from '../data/sources/contract.ts';
import { sourceOf } from '../data/sources/index.ts';
import { catalogue } from '../document/catalogue.ts';
import { completeParams } from '../document/check-params.ts';
import type { DocumentNode, NetwrightDocument } from '../document/schema.ts';
import { type Split, splitSamples } from './split.ts';

export interface Dataset {
  readonly source: SourceDefinition;
  readonly samples: Samples;
  readonly split: Split;
}

/** The samples of a data node, split as training splits them; undefined when the node is no data node. */
export function datasetOf(document: NetwrightDocument, node: DocumentNode): Dataset | undefined {
  const definition = catalogue.get(node.type);
  if (definition?.category !== 'data') return undefined;
  const source = sourceOf(String(completeParams(definition.fields, node.params)['source']));
  if (source === undefined) return undefined;
  const samples = source.generate(completeParams(source.fields, node.params));
  const { testShare, seed } = document.training;
  return { source, samples, split: splitSamples(samples.count, testShare, seed) };
}
