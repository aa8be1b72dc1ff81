import type { Params, ParamValue } from '../../declaration/fields.ts';
import type { FoundFiles } from '../../declaration/found-files.ts';
import { arrays } from './arrays.ts';
import { blobs } from './blobs.ts';
import { cifar } from './cifar.ts';
import { circle } from './circle.ts';
import type {
  AnySource,
  FileSourceDefinition,
  SampleCounts,
  SampleType,
  SourceDefinition,
  SourceProblem,
} from './contract.ts';
import { idx } from './idx.ts';
import { images } from './images.ts';
import { line } from './line.ts';
import { moons } from './moons.ts';
import { randomLabels } from './random-labels.ts';
import { randomSamples } from './random-samples.ts';
import { sequences } from './sequences.ts';
import { shapeImages } from './shapes.ts';
import { spirals } from './spirals.ts';
import { square } from './square.ts';
import { table } from './table.ts';
import { triangle } from './triangle.ts';
import { waveforms } from './waveforms.ts';
import { xor } from './xor.ts';

/** Every source that is made from numbers alone, and every one that lies in files: the only lists. */
export const sources = {
  line,
  circle,
  triangle,
  square,
  xor,
  spirals,
  moons,
  blobs,
  shapes: shapeImages,
  waveforms,
  sequences,
  'random-labels': randomLabels,
  'random-samples': randomSamples,
} as const satisfies Record<string, SourceDefinition>;

export const fileSources = { idx, cifar, images, table, arrays } as const satisfies Record<
  string,
  FileSourceDefinition
>;

export const allSources: readonly AnySource[] = [
  ...Object.values<SourceDefinition>(sources),
  ...Object.values<FileSourceDefinition>(fileSources),
];

const byType: ReadonlyMap<string, AnySource> = new Map(allSources.map((source) => [source.type, source]));

export const sourceOf = (type: string): AnySource | undefined => byType.get(type);

/** Made from numbers alone. */
export const isMade = (source: AnySource): source is SourceDefinition => 'generate' in source;

/** The files that a Data node was given; undefined where none was opened. */
export function openedFiles(
  params: Readonly<Record<string, ParamValue | undefined>>,
): FoundFiles | undefined {
  const { files } = params;
  return typeof files === 'object' && files.path !== '' ? files : undefined;
}

/** Why files give no samples as they are to be used; undefined where they do, or where none were opened. */
export function sourceProblemOf(source: AnySource, params: Params): SourceProblem | undefined {
  const files = openedFiles(params);
  if (isMade(source) || files === undefined) return undefined;
  const type = source.sampleType({ ...params, files });
  return 'wrong' in type ? type : undefined;
}

/** What one sample is; undefined where files have not been opened, or give none as they are to be used. */
export function sampleTypeOf(source: AnySource, params: Params): SampleType | undefined {
  if (isMade(source)) return source.sampleType(params);
  const files = openedFiles(params);
  if (files === undefined) return undefined;
  const type = source.sampleType({ ...params, files });
  return 'wrong' in type ? undefined : type;
}

const nothingGiven = { givenValidation: 0, givenTest: 0 } as const;

export function countsOf(source: AnySource, params: Params): SampleCounts {
  if (isMade(source)) return { all: Number(params['count']), ...nothingGiven };
  const files = openedFiles(params);
  if (files === undefined) return { all: 0, ...nothingGiven };
  const { train, validation = 0, test } = files;
  const all = train + validation + test;
  return source.counts?.({ ...params, files }) ?? { all, givenValidation: validation, givenTest: test };
}
