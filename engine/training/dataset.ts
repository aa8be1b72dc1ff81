import type { Content, TableRows } from '../data/readers/contract.ts';
import { augmentationIn } from '../data/sources/augment.ts';
import type { AnySource, Samples, SampleType } from '../data/sources/contract.ts';
import { countsOf, isMade, openedFiles, sampleTypeOf, sourceOf } from '../data/sources/index.ts';
import { isMixed } from '../data/sources/mixup.ts';
import { type Params, paramText } from '../declaration/fields.ts';
import type { FoundFiles } from '../declaration/found-files.ts';
import { NetwrightError } from '../declaration/problem.ts';
import type { Text } from '../declaration/text.ts';
import { catalogue } from '../document/catalogue.ts';
import { completeParams } from '../document/check-params.ts';
import type { SplitSettings } from '../document/run-length.ts';
import type { DocumentNode } from '../document/schema.ts';
import { unevenData } from '../document/uneven-data.ts';
import type { PartOrigin } from '../protocol/data-messages.ts';
import { type Split, splitSamples } from './split.ts';

export interface Dataset {
  /** Id of the data node. */
  readonly node: string;
  readonly source: AnySource;
  readonly sample: SampleType;
  readonly samples: Samples;
  readonly split: Split;
  /** How the parts came about that are not trained on. */
  readonly origins: { readonly validation: PartOrigin; readonly test: PartOrigin };
  /** The first rows of a table, as they stand in the file. */
  readonly rows?: TableRows;
  /** Of a table: a sample as it stands in the file, by the names of `rows`. */
  readonly cells?: (sample: number) => readonly string[];
  /** What a person should know of the files that the samples come from. */
  readonly remarks: readonly Text[];
}

/** What decides which samples there are. */
export interface Drawn {
  readonly training: SplitSettings & { readonly seed: number };
}

/** Reads files that were opened before. Throws a NetwrightError where they are gone or are others than those. */
export type ReadFiles = (type: string, files: FoundFiles, params: Params) => Promise<Content>;

/**
 * The samples of a data node, split as training splits them; undefined when the node is no data node, or has none yet.
 * Throws a NetwrightError where its files cannot be read. `split` is that of another node whose samples go with these.
 */
export async function datasetOf(
  document: Drawn,
  node: DocumentNode,
  readFiles: ReadFiles,
  split?: Split,
): Promise<Dataset | undefined> {
  const definition = catalogue.get(node.type);
  if (definition?.category !== 'data') return undefined;
  const source = sourceOf(paramText(completeParams(definition.fields, node.params)['source']));
  if (source === undefined) return undefined;
  const params = completeParams(source.fields, node.params);
  const sample = sampleTypeOf(source, params);
  if (sample === undefined) return undefined;
  const counts = countsOf(source, params);
  const isShared = split !== undefined && countOf(split) === counts.all;
  if (isMade(source)) {
    const made = source.generate(params);
    const parts = isShared ? split : splitSamples(counts, document.training);
    const augmentation = augmentationIn(params);
    const { target } = sample;
    const mixing =
      augmentation !== undefined && target.kind === 'class' && isMixed(params, sample)
        ? { most: augmentation.mixup, classes: target.classes.length, among: parts.train }
        : undefined;
    const samples = { ...made, ...(augmentation && { augmentation }), ...(mixing && { mixing }) };
    const origins = { validation: 'random', test: 'random' } as const;
    return { node: node.id, source, sample, samples, split: parts, origins, remarks: [] };
  }
  const files = openedFiles(params) as FoundFiles;
  const content = await readFiles(source.type, files, params);
  const labels = content.labels(params);
  const parts = isShared ? split : splitSamples(counts, document.training, labels);
  const samples = content.samples(params, parts.train);
  return {
    node: node.id,
    source,
    sample,
    samples,
    split: parts,
    origins: {
      validation: originOf(counts.givenValidation, labels),
      test: originOf(counts.givenTest, labels),
    },
    ...(content.rows && { rows: content.rows }),
    ...(content.cells && { cells: (sample: number) => content.cells?.(params, sample) ?? [] }),
    remarks: [...content.remarks, ...(content.remarksOnUse?.(params, parts.train) ?? [])],
  };
}

const countOf = ({ train, validation, test }: Split): number =>
  train.length + validation.length + test.length;

const originOf = (given: number, labels: Int32Array | undefined): PartOrigin =>
  given > 0 ? 'given' : labels === undefined ? 'random' : 'byClass';

/**
 * The samples of those of several data nodes that have some. Rows of the same number go together, so all must have equally
 * many; throws a NetwrightError with both numbers where they have not.
 */
export async function datasetsIn(
  document: Drawn,
  nodes: readonly DocumentNode[],
  readFiles: ReadFiles,
): Promise<readonly Dataset[]> {
  const datasets: Dataset[] = [];
  for (const node of nodes) {
    const dataset = await datasetOf(document, node, readFiles, datasets[0]?.split);
    if (dataset !== undefined) datasets.push(dataset);
  }
  const [first] = datasets;
  const other = datasets.find(({ samples }) => samples.count !== first?.samples.count);
  if (first === undefined || other === undefined) return datasets;
  throw new NetwrightError('data.uneven', unevenData(first.samples.count, other.samples.count));
}

/** The same for a document that can run, which has samples. */
export async function datasetsOf(
  ...of: Parameters<typeof datasetsIn>
): Promise<readonly [Dataset, ...Dataset[]]> {
  const [first, ...more] = await datasetsIn(...of);
  if (first === undefined) throw new Error('a runnable document has a data source');
  return [first, ...more];
}
