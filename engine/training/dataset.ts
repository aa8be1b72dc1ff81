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
import type { DocumentNode, NetwrightDocument, TrainingSettings } from '../document/schema.ts';
import { unevenData } from '../document/uneven-data.ts';
import type { TestPart } from '../protocol/data-messages.ts';
import { givenSplit, type Split, splitSamples } from './split.ts';

export interface Dataset {
  /** Id of the data node. */
  readonly node: string;
  readonly source: AnySource;
  readonly sample: SampleType;
  readonly samples: Samples;
  readonly split: Split;
  readonly testPart: TestPart;
  /** The first rows of a table, as they stand in the file. */
  readonly rows?: TableRows;
  /** Of a table: a sample as it stands in the file, by the names of `rows`. */
  readonly cells?: (sample: number) => readonly string[];
  /** What a person should know of the files that the samples come from. */
  readonly remarks: readonly Text[];
}

/** What decides which samples there are. */
export interface Drawn {
  readonly training: Pick<TrainingSettings, 'testShare' | 'seed'>;
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
  const { testShare, seed } = document.training;
  const sharedBy = (count: number): Split | undefined =>
    split !== undefined && split.train.length + split.test.length === count ? split : undefined;
  if (isMade(source)) {
    const made = source.generate(params);
    const parts = sharedBy(made.count) ?? splitSamples(made.count, testShare, seed);
    const augmentation = augmentationIn(params);
    const { target } = sample;
    const mixing =
      augmentation !== undefined && target.kind === 'class' && isMixed(params, sample)
        ? { most: augmentation.mixup, classes: target.classes.length, among: parts.train }
        : undefined;
    const samples = { ...made, ...(augmentation && { augmentation }), ...(mixing && { mixing }) };
    return { node: node.id, source, sample, samples, split: parts, testPart: 'random', remarks: [] };
  }
  const files = openedFiles(params) as FoundFiles;
  const content = await readFiles(source.type, files, params);
  const { all, givenTest } = countsOf(source, params);
  const labels = givenTest > 0 ? undefined : content.labels(params);
  const parts =
    sharedBy(all) ??
    (givenTest > 0 ? givenSplit(all, givenTest) : splitSamples(all, testShare, seed, labels));
  const samples = content.samples(params, parts.train);
  return {
    node: node.id,
    source,
    sample,
    samples,
    split: parts,
    testPart: givenTest > 0 ? 'given' : labels === undefined ? 'random' : 'byClass',
    ...(content.rows && { rows: content.rows }),
    ...(content.cells && { cells: (sample: number) => content.cells?.(params, sample) ?? [] }),
    remarks: content.remarks,
  };
}

/**
 * The samples of several data nodes, at least one. Rows of the same number go together, so all must have equally many;
 * throws a NetwrightError with both numbers where they have not.
 */
export async function datasetsOf(
  document: NetwrightDocument,
  nodes: readonly DocumentNode[],
  readFiles: ReadFiles,
): Promise<readonly [Dataset, ...Dataset[]]> {
  const datasets: Dataset[] = [];
  for (const node of nodes) {
    const dataset = await datasetOf(document, node, readFiles, datasets[0]?.split);
    if (dataset !== undefined) datasets.push(dataset);
  }
  const [first, ...more] = datasets;
  if (first === undefined) throw new Error('a runnable document has a data source');
  const other = more.find(({ samples }) => samples.count !== first.samples.count);
  if (other === undefined) return [first, ...more];
  throw new NetwrightError('data.uneven', unevenData(first.samples.count, other.samples.count));
}
