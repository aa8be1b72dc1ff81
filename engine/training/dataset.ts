import type { Samples, SampleType, SourceDefinition } from '../data/sources/contract.ts';
import { sourceOf } from '../data/sources/index.ts';
import { NetwrightError } from '../declaration/problem.ts';
import { catalogue } from '../document/catalogue.ts';
import { completeParams } from '../document/check-params.ts';
import type { DocumentNode, NetwrightDocument } from '../document/schema.ts';
import { unevenData } from '../document/uneven-data.ts';
import { type Split, splitSamples } from './split.ts';

export interface Dataset {
  /** Id of the data node. */
  readonly node: string;
  readonly source: SourceDefinition;
  readonly sample: SampleType;
  readonly samples: Samples;
  readonly split: Split;
}

/** The samples of a data node, split as training splits them; undefined when the node is no data node. */
export function datasetOf(document: NetwrightDocument, node: DocumentNode): Dataset | undefined {
  const definition = catalogue.get(node.type);
  if (definition?.category !== 'data') return undefined;
  const source = sourceOf(String(completeParams(definition.fields, node.params)['source']));
  if (source === undefined) return undefined;
  const params = completeParams(source.fields, node.params);
  const samples = source.generate(params);
  const { testShare, seed } = document.training;
  const split = splitSamples(samples.count, testShare, seed);
  return { node: node.id, source, sample: source.sampleType(params), samples, split };
}

/**
 * The samples of several data nodes, at least one. Rows of the same number go together, so all must have equally many;
 * throws a NetwrightError with both numbers where they have not.
 */
export function datasetsOf(
  document: NetwrightDocument,
  nodes: readonly DocumentNode[],
): readonly [Dataset, ...Dataset[]] {
  const datasets = nodes.flatMap((node) => datasetOf(document, node) ?? []);
  const [first, ...more] = datasets;
  if (first === undefined) throw new Error('a runnable document has a data source');
  const other = more.find(({ samples }) => samples.count !== first.samples.count);
  if (other === undefined) return [first, ...more];
  throw new NetwrightError('data.uneven', unevenData(first.samples.count, other.samples.count));
}
