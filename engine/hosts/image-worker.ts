import { parentPort } from 'node:worker_threads';
import { sizeImage } from '../data/readers/size-image.ts';
import type { ImageAnswer, ImageTask } from './image-crew.ts';
import { decodeImage } from './image-decoder.ts';

/** Entry of a thread that decodes images, one at a time. */
const port = parentPort;
if (port === null) throw new Error('image-worker is started as a worker thread');

async function answer({ bytes, name, size }: ImageTask): Promise<void> {
  const sized: ImageAnswer = await sizeImage(bytes, name, size, decodeImage);
  port?.postMessage(sized, sized instanceof Uint8Array ? [sized.buffer] : []);
}

port.on('message', (task: ImageTask) => void answer(task));
