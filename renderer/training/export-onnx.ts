import { create } from 'zustand';
import type { Problem } from '../../engine/declaration/problem.ts';
import type { NetwrightDocument } from '../../engine/document/schema.ts';
import type { EpochRecord } from '../../engine/protocol/live-run-messages.ts';
import type { Answer, WhichWeights } from '../../engine/protocol/messages.ts';
import type { Refusal } from '../../engine/protocol/refusal.ts';
import { fileStem } from '../document/file-stem.ts';
import { engine, refusalOf, useRun } from '../engine/run-store.ts';
import { shell } from '../shell/current.ts';
import { differenceIn } from './export-difference.ts';
import { situation, whyNot } from './run-commands.ts';

/** Whose weights are written. */
export interface ExportSource {
  readonly run: string;
  readonly document: NetwrightDocument;
  readonly weights: WhichWeights;
  /** Of a kept run: what it is called, and the epoch whose weights can be written instead of the last. */
  readonly kept?: { readonly name: string; readonly best: EpochRecord | undefined };
}

export type ExportedModel = Answer<'export'> &
  Pick<ExportSource, 'document'> & {
    readonly source: ExportSource;
    readonly fileName: string;
  };

interface ExportState {
  readonly phase: 'closed' | 'working' | 'done' | 'refused';
  /** The file takes what lies in the data's files; stays for the next export. */
  readonly preprocessing: boolean;
  /** Of the newest export, also while it is being written. */
  readonly source: ExportSource | undefined;
  /** The newest export, kept after the dialog is closed so that it can be opened as a model. */
  readonly exported: ExportedModel | undefined;
  /** Of the newest export, while its run is shown: the first node at which it is not what the engine computes. */
  readonly difference: Problem | undefined;
  readonly refusal: Refusal | undefined;
  /** Names of the files that were written. */
  readonly saved: { readonly model?: string; readonly certificate?: string; readonly pytorch?: string };
}

export const useExport = create<ExportState>(() => ({
  phase: 'closed',
  preprocessing: false,
  source: undefined,
  exported: undefined,
  difference: undefined,
  refusal: undefined,
  saved: {},
}));

useRun.subscribe((run, before) => {
  if (run.document !== before.document) useExport.setState({ difference: undefined });
});

/** Has the engine write the weights of the run that is shown, as they are now, and prove them equal in onnxruntime. */
export async function exportOnnx(): Promise<void> {
  const { ring, document } = useRun.getState();
  if (whyNot('export', situation()) || !ring || !document) return;
  await write({ run: ring.started.run, document, weights: 'last' });
}

/** The same with what a run has saved: its last weights first, in the dialog also those of its best epoch. */
export const exportKept = (
  run: string,
  document: NetwrightDocument,
  kept: ExportSource['kept'],
): Promise<void> => write({ run, document, weights: 'last', ...(kept && { kept }) });

async function write(source: ExportSource): Promise<void> {
  if (useExport.getState().phase === 'working') return;
  useExport.setState({ phase: 'working', source, refusal: undefined, saved: {} });
  // Closed meanwhile, it stays closed; another that was begun since is the one that counts.
  const end = (phase: 'done' | 'refused', state: Partial<ExportState>): void => {
    const now = useExport.getState();
    if (now.source === source)
      useExport.setState({ ...state, phase: now.phase === 'closed' ? 'closed' : phase });
  };
  try {
    const { run, weights, document } = source;
    const { preprocessing } = useExport.getState();
    const answer = await engine().request('export', { run, weights, preprocessing });
    const exported = { ...answer, fileName: fileNameOf(source), document, source };
    const difference = isShown(source) ? differenceIn(answer.certificate) : undefined;
    end('done', { exported, difference });
  } catch (error) {
    end('refused', { refusal: refusalOf(error) });
  }
}

/** Whether the run is the one whose network the canvas tells of. */
export const isShown = ({ document, run }: ExportSource): boolean => {
  const { ring, document: shown } = useRun.getState();
  return ring?.started.run === run && shown === document;
};

/** Writes it anew, with preprocessing inside or without. */
export async function choosePreprocessing(preprocessing: boolean): Promise<void> {
  useExport.setState({ preprocessing });
  await writeAnew({});
}

/** Writes other weights of the same run. */
export const chooseWeights = (weights: WhichWeights): Promise<void> => writeAnew({ weights });

async function writeAnew(change: Partial<ExportSource>): Promise<void> {
  const { source } = useExport.getState();
  if (source !== undefined) await write({ ...source, ...change });
}

/** `circle.onnx` */
const fileNameOf = ({ kept, document }: ExportSource): string =>
  `${fileStem(kept?.name ?? document.name, 'model')}.onnx`;

export const certificateName = (onnxName: string): string =>
  `${onnxName.replace(/\.onnx$/i, '')}.certificate.json`;

/** Everything the certificate says, readable and with a line for each node. */
export const certificateJson = ({ certificate, document }: ExportedModel, onnx: string): string =>
  `${JSON.stringify({ onnx, title: document.name, ...certificate }, null, 2)}\n`;

/** Asks where to and writes the model. One file to a click: browsers refuse a second save dialog after one. */
export const saveModel = (description: string): Promise<void> =>
  save(
    'model',
    ({ onnx, fileName }) => onnx && { bytes: onnx, description, extension: 'onnx', name: fileName },
  );

/** The same for its certificate, named after the model as it was saved. */
export const saveCertificate = (description: string): Promise<void> =>
  save('certificate', (exported) => {
    const model = useExport.getState().saved.model ?? exported.fileName;
    return {
      bytes: new TextEncoder().encode(certificateJson(exported, model)),
      description,
      extension: 'json',
      name: certificateName(model),
    };
  });

/** The same network as a module of PyTorch, in a zip. */
export async function savePytorch(description: string): Promise<void> {
  const { exported } = useExport.getState();
  if (!exported) return;
  try {
    const { run, weights } = exported.source;
    const { zip } = await engine().request('exportPytorch', { run, weights });
    const name = `${exported.fileName.replace(/\.onnx$/i, '')}-pytorch.zip`;
    const written = await shell.saveFile(zip, { description, extension: 'zip' }, name);
    if (!written || useExport.getState().exported !== exported) return;
    const { saved } = useExport.getState();
    useExport.setState({ saved: { ...saved, pytorch: written.name }, refusal: undefined });
  } catch (error) {
    useExport.setState({ refusal: refusalOf(error) });
  }
}

interface ExportFile {
  readonly bytes: Uint8Array;
  readonly description: string;
  readonly extension: string;
  readonly name: string;
}

/** A file that cannot be written leaves the export as it is, to be saved elsewhere. */
async function save(
  part: 'model' | 'certificate',
  fileOf: (exported: ExportedModel) => ExportFile | undefined,
) {
  const { exported } = useExport.getState();
  const file = exported && fileOf(exported);
  if (!file) return;
  const { bytes, description, extension, name } = file;
  try {
    const written = await shell.saveFile(bytes, { description, extension }, name);
    if (!written || useExport.getState().exported !== exported) return;
    useExport.setState({
      saved: { ...useExport.getState().saved, [part]: written.name },
      refusal: undefined,
    });
  } catch (error) {
    useExport.setState({ refusal: refusalOf(error) });
  }
}

export const closeExport = (): void => useExport.setState({ phase: 'closed' });
