import type { FileKind, OpenedFile } from './shell.ts';

// The File System Access API, which TypeScript's DOM library does not declare in full.
interface PickerOptions {
  readonly types: readonly { readonly description: string; readonly accept: Record<string, string[]> }[];
  readonly suggestedName?: string;
}
interface FilePickers {
  readonly showOpenFilePicker?: (options: PickerOptions) => Promise<FileSystemFileHandle[]>;
  readonly showSaveFilePicker?: (options: PickerOptions) => Promise<FileSystemFileHandle>;
}
type Permission = 'granted' | 'denied' | 'prompt';
export type AskableHandle = FileSystemFileHandle & {
  queryPermission(mode: { mode: 'read' | 'readwrite' }): Promise<Permission>;
  requestPermission(mode: { mode: 'read' | 'readwrite' }): Promise<Permission>;
};

const pickers = (): FilePickers => window as unknown as FilePickers;

/** Pickers take the last extension only: `.json` for `.netwright.json`. */
function pickerOptions({ description, extension }: FileKind): PickerOptions {
  const type = extension.endsWith('json') ? 'application/json' : 'application/octet-stream';
  return { types: [{ description, accept: { [type]: [`.${extension.split('.').at(-1)}`] } }] };
}

/** What a picker answers, or undefined when the person closed it. */
async function unlessCancelled<T>(choice: Promise<T>): Promise<T | undefined> {
  try {
    return await choice;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return undefined;
    throw error;
  }
}

async function opened(file: File, handle: unknown): Promise<OpenedFile> {
  return { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()), handle };
}

export async function openFile(kind: FileKind): Promise<OpenedFile | undefined> {
  const { showOpenFilePicker } = pickers();
  if (showOpenFilePicker === undefined) return await upload(kind);
  const [handle] = (await unlessCancelled(showOpenFilePicker(pickerOptions(kind)))) ?? [];
  return handle && (await opened(await handle.getFile(), handle));
}

/** Asks for permission again where the browser forgot it; undefined when it is refused. */
export async function openHandle(handle: unknown): Promise<OpenedFile | undefined> {
  const file = handle as AskableHandle;
  if ((await file.requestPermission({ mode: 'read' })) !== 'granted') return undefined;
  return await opened(await file.getFile(), handle);
}

export async function saveFile(
  bytes: Uint8Array,
  kind: FileKind,
  suggestedName: string,
): Promise<OpenedFile | undefined> {
  const { showSaveFilePicker } = pickers();
  if (showSaveFilePicker === undefined) {
    download(bytes, suggestedName);
    return { name: suggestedName, bytes, handle: undefined };
  }
  const handle = await unlessCancelled(showSaveFilePicker({ ...pickerOptions(kind), suggestedName }));
  if (handle === undefined) return undefined;
  await writeFile(handle, bytes);
  return { name: handle.name, bytes, handle };
}

/** The browser writes beside the file and renames on close, so a failure leaves the old one whole. */
export async function writeFile(handle: unknown, bytes: Uint8Array): Promise<void> {
  const writable = await (handle as FileSystemFileHandle).createWritable();
  try {
    await writable.write(bytes as Uint8Array<ArrayBuffer>);
  } catch (error) {
    await writable.abort();
    throw error;
  }
  await writable.close();
}

function upload({ extension }: FileKind): Promise<OpenedFile | undefined> {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = `.${extension.split('.').at(-1)}`;
  return new Promise((resolve, reject) => {
    input.addEventListener('cancel', () => resolve(undefined));
    input.addEventListener('change', () => {
      const file = input.files?.[0];
      if (file === undefined) resolve(undefined);
      else opened(file, undefined).then(resolve, reject);
    });
    input.click();
  });
}

function download(bytes: Uint8Array, name: string): void {
  const url = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>]));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
