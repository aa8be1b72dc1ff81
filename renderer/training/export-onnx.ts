import { create } from 'zustand';
import type { NetwrightDocument } from '../../engine/document/schema.ts';
import type { Answer, Refusal } from '../../engine/protocol/messages.ts';
import { engine, refusalOf, useRun } from '../engine/run-store.ts';
import { shell } from '../shell/current.ts';
import { situation, whyNot } from './run-commands.ts';

export type ExportedModel = Answer<'export'> & {
  readonly fileName: string;
  readonly document: NetwrightDocument;
};

interface ExportState {
  readonly phase: 'closed' | 'working' | 'done' | 'refused';
  /** The newest export, kept after the dialog is closed so that it can be opened as a model. */
  readonly exported: ExportedModel | undefined;
  readonly refusal: Refusal | undefined;
  /** Names of the files that were written. */
  readonly saved: readonly string[];
}

export const useExport = create<ExportState>(() => ({
  phase: 'closed',
  exported: undefined,
  refusal: undefined,
  saved: [],
}));

/** Has the engine write the weights as they are now to ONNX and prove them equal in onnxruntime. */
export async function exportOnnx(): Promise<void> {
  const { ring, document } = useRun.getState();
  if (whyNot('export', situation()) || !ring || !document || useExport.getState().phase === 'working') return;
  useExport.setState({ phase: 'working', refusal: undefined, saved: [] });
  try {
    const answer = await engine().request('export', { run: ring.started.run });
    const exported = { ...answer, fileName: fileNameOf(document), document };
    useExport.setState({ phase: 'done', exported });
  } catch (error) {
    useExport.setState({ phase: 'refused', refusal: refusalOf(error) });
  }
}

/** `circle.onnx`: the document's name as every file system takes it. */
export function fileNameOf({ name }: NetwrightDocument): string {
  const plain = name
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(/[^\p{Letter}\p{Number}]+/gu, '-')
    .replaceAll(/^-|-$/g, '');
  return `${plain === '' ? 'model' : plain}.onnx`;
}

export const certificateName = (onnxName: string): string =>
  `${onnxName.replace(/\.onnx$/i, '')}.certificate.json`;

/** Everything the certificate says, readable and with a line for each node. */
export const certificateJson = ({ certificate, document }: ExportedModel, onnx: string): string =>
  `${JSON.stringify({ onnx, title: document.name, ...certificate }, null, 2)}\n`;

/** Asks where to, writes the model, and its certificate beside it. */
export async function saveExport(descriptions: { onnx: string; certificate: string }): Promise<void> {
  const { exported } = useExport.getState();
  if (!exported) return;
  try {
    const model = await shell.saveFile(
      exported.onnx,
      { description: descriptions.onnx, extension: '.onnx' },
      exported.fileName,
    );
    if (!model) return;
    useExport.setState({ saved: [model.name] });
    const certificate = await shell.saveFile(
      new TextEncoder().encode(certificateJson(exported, model.name)),
      { description: descriptions.certificate, extension: '.json' },
      certificateName(model.name),
    );
    if (certificate) useExport.setState({ saved: [model.name, certificate.name] });
  } catch (error) {
    useExport.setState({ phase: 'refused', refusal: refusalOf(error) });
  }
}

export const closeExport = (): void => useExport.setState({ phase: 'closed' });
