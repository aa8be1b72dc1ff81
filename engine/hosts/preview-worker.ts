import { parentPort } from 'node:worker_threads';
import { chooseKernels } from '../runtime/faces.ts';
import { type PreviewAsk, Previewer } from '../training/previewer.ts';
import { readFiles } from './data-files.ts';
import { kernelsHere } from './engine-parts.ts';
import type { PreviewAnswer } from './previewing.ts';
import { refusalOf } from './refusal.ts';
import { spareMemoryBytes } from './spare-memory.ts';

/** Entry of the thread that computes what nodes make of a sample. */
const port = parentPort;
if (port === null) throw new Error('preview-worker is started as a worker thread');
const previewer = chooseKernels('auto', kernelsHere).then(
  (source) => new Previewer(source, spareMemoryBytes, readFiles),
);

async function answer(ask: PreviewAsk): Promise<PreviewAnswer> {
  try {
    return { preview: await (await previewer).look(ask) };
  } catch (error) {
    return { refused: refusalOf(error) };
  }
}

let before: Promise<unknown> = Promise.resolve();
port.on('message', (ask: PreviewAsk) => {
  before = before.then(async () => port.postMessage(await answer(ask)));
});
