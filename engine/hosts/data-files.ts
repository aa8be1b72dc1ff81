import { type Content, dataError, type Reader } from '../data/readers/contract.ts';
import { readerOf, recognise } from '../data/readers/index.ts';
import type { AnySource, SourceProblem } from '../data/sources/contract.ts';
import { openedFiles, sourceOf, sourceProblemOf } from '../data/sources/index.ts';
import { defaultParams, type Params, paramText } from '../declaration/fields.ts';
import type { FoundFiles } from '../declaration/found-files.ts';
import { NetwrightError } from '../declaration/problem.ts';
import { text } from '../declaration/text.ts';
import { completeParams } from '../document/check-params.ts';
import type { DocumentNode, NetwrightDocument } from '../document/schema.ts';
import { data } from '../layers/data.ts';
import type { DataReport, OpenedData } from '../protocol/data-messages.ts';
import { reportOn } from '../training/data-report.ts';
import { datasetOf, type ReadFiles } from '../training/dataset.ts';
import { duplicatesIn } from '../training/duplicates.ts';
import { knownClassesAt } from './known-sets.ts';
import { openSourceFiles } from './source-files.ts';

/** What was read last on this thread: the studio asks for the same samples again and again. */
const remembered = new Map<string, Content>();
const mostRemembered = 2;

const keyOf = (reader: Reader, { path, fingerprint }: FoundFiles, params: Params): string =>
  JSON.stringify([reader.type, path, fingerprint, ...reader.readBy.map((field) => params[field])]);

function remember(key: string, content: Content): Content {
  remembered.delete(key);
  remembered.set(key, content);
  const [oldest] = remembered.keys();
  if (remembered.size > mostRemembered && oldest !== undefined) remembered.delete(oldest);
  return content;
}

/** Looks at a file or a folder. Throws a NetwrightError where it holds no samples that can be used. */
export async function openData(path: string): Promise<OpenedData> {
  const opened = await openSourceFiles(path);
  const reader = await recognise(opened);
  const params = completeParams(sourceOf(reader.type)?.fields ?? {}, {});
  const content = await reader.read(opened, params);
  const files: FoundFiles = {
    path: opened.path,
    fingerprint: opened.fingerprint(),
    ...namedClasses(content.found, knownClassesAt(opened.path)),
  };
  remember(keyOf(reader, files, params), content);
  return { source: reader.type, files };
}

/** With what the numbers of its classes stand for, where the files do not say it. */
function namedClasses(found: Content['found'], names: readonly string[] | undefined): Content['found'] {
  const [column, ...more] = found.columns;
  if (names === undefined || column?.values.length !== names.length) return found;
  return { ...found, columns: [{ ...column, values: [...names] }, ...more] };
}

/** Reads files that were opened before; a thread of its own, as every run has, reads them anew. */
export const readFiles: ReadFiles = async (type, files, params) => {
  const reader = readerOf(type);
  if (reader === undefined) throw new Error(`there is no reader for ${type}`);
  const key = keyOf(reader, files, params);
  const known = remembered.get(key);
  if (known !== undefined) return remember(key, known);
  const opened = await openSourceFiles(files.path);
  const content = await reader.read(opened, params);
  if (opened.fingerprint() !== files.fingerprint) throw changed(files, content);
  return remember(key, content);
};

/**
 * Has the images of a document prepared on this thread, which can tell how far it is and be told to stop; threads that are
 * started then find them done.
 */
export async function prepareImages({ nodes }: NetwrightDocument): Promise<void> {
  for (const node of nodes) {
    const source = node.type === data.type ? sourceOf(paramText(node.params['source'])) : undefined;
    if (source === undefined || readerOf(source.type)?.sizesImages !== true) continue;
    const params = completeParams(source.fields, node.params);
    const files = openedFiles(params);
    if (files !== undefined) await readFiles(source.type, files, params);
  }
}

export interface OpenedFile extends OpenedData {
  readonly report: DataReport;
}

/** What lies at a path, as it would be trained on with the settings that a new project has. */
export async function openedReport(path: string): Promise<OpenedFile> {
  const opened = await openData(path);
  const params = { ...defaultParams(data.fields), ...opened };
  const node: DocumentNode = { id: 'data', type: data.type, name: 'data', position: { x: 0, y: 0 }, params };
  const dataset = await datasetOf({ training: { testShare: 0.2, seed: 1 } }, node, readFiles);
  if (dataset === undefined) throw unusable(opened);
  const report = reportOn(dataset);
  const { remarks } = duplicatesIn(dataset);
  return { ...opened, report: { ...report, remarks: [...report.remarks, ...remarks] } };
}

/** Files that were read, but hold nothing that could be learnt as they are. */
function unusable({ source, files }: OpenedData): NetwrightError {
  const definition = sourceOf(source) as AnySource;
  const { wrong } = sourceProblemOf(
    definition,
    completeParams(definition.fields, { files }),
  ) as SourceProblem;
  return new NetwrightError(
    'data.unusable',
    text(`${files.path}: ${wrong.en}`, `${files.path}：${wrong.zh}`),
  );
}

function changed(files: FoundFiles, { found }: Content): Error {
  const count = ({ train, validation = 0, test }: Content['found']): number => train + validation + test;
  const [expected, now] = [count(files), count(found)];
  const [en, zh] =
    expected === now
      ? ['others of the same number', '数量相同但内容不同的样本']
      : [`${now} others`, `${now} 个不同的样本`];
  return dataError(
    'changed',
    files.path,
    text(
      `expected the ${expected} samples that were there when it was opened, found ${en}; open it again to use them`,
      `应为打开时的 ${expected} 个样本，实际为${zh}；如需使用请重新打开`,
    ),
  );
}
