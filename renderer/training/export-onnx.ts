import { create } from 'zustand';
import type { Problem } from '../../engine/declaration/problem.ts';
import type { NetwrightDocument } from '../../engine/document/schema.ts';
import type { Answer } from '../../engine/protocol/messages.ts';
import type { Refusal } from '../../engine/protocol/refusal.ts';
import { fileStem } from '../document/file-stem.ts';
import { engine, refusalOf, useRun } from '../engine/run-store.ts';
import { shell } from '../shell/current.ts';
import { differenceIn } from './export-difference.ts';
import { situation, whyNot } from './run-commands.ts';

export type ExportedModel = Answer<'export'> & {
  readonly fileName: string;
  readonly document: NetwrightDocument;
};

interface ExportState {
  readonly phase: 'closed' | 'working' | 'done' | 'refused';
  /** The file takes what lies in the data's files; stays for the next export. */
  readonly preprocessing: boolean;
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
  exported: undefined,
  difference: undefined,
  refusal: undefined,
  saved: {},
}));

useRun.subscribe((run, before) => {
  if (run.document !== before.document) useExport.setState({ difference: undefined });
});

/** Has the engine write the weights as they are now to ONNX and prove them equal in onnxruntime. */
export async function exportOnnx(): Promise<void> {
  const { ring, document } = useRun.getState();
  if (whyNot('export', situation()) || !ring || !document || useExport.getState().phase === 'working') return;
  useExport.setState({ phase: 'working', refusal: undefined, saved: {} });
  try {
    const { preprocessing } = useExport.getState();
    const answer = await engine().request('export', { run: ring.started.run, preprocessing });
    const exported = { ...answer, fileName: fileNameOf(document), document };
    useExport.setState({ phase: 'done', exported, difference: differenceIn(answer.certificate) });
  } catch (error) {
    useExport.setState({ phase: 'refused', refusal: refusalOf(error) });
  }
}

/** Writes it anew, with preprocessing inside or without. */
export function choosePreprocessing(preprocessing: boolean): Promise<void> {
  useExport.setState({ preprocessing });
  return exportOnnx();
}

/** `circle.onnx` */
const fileNameOf = ({ name }: NetwrightDocument): string => `${fileStem(name, 'model')}.onnx`;

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
  const { ring } = useRun.getState();
  if (!exported || !ring) return;
  try {
    const { zip } = await engine().request('exportPytorch', { run: ring.started.run });
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
