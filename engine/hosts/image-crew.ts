import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { imageHeader } from '../data/readers/image-header.ts';
import { type ImageSize, sizeImage } from '../data/readers/size-image.ts';
import type { Text } from '../declaration/text.ts';
import { partUrl } from './engine-parts.ts';
import { decodeImage } from './image-decoder.ts';

export interface ImageTask {
  readonly bytes: Uint8Array;
  readonly name: string;
  readonly size: ImageSize;
}

/** [C, side, side], or what is wrong with the image. */
export type ImageAnswer = Uint8Array<ArrayBuffer> | Text;

/** So many images are decoded here: threads would take longer to start. */
const few = 48;
/** Pixels of images that are decoded at once, and of one from which on it counts as large. */
const mostPixelsAtOnce = 50_000_000;
const largePixels = 4_000_000;
/** Decoders never give back what an image has taken, so that large ones are left to a few. */
const forLarge = 4;

interface Seat {
  readonly worker: Worker;
  readonly takesLarge: boolean;
  job: Job | undefined;
}

interface Job {
  readonly task: ImageTask;
  readonly pixels: number;
  resolve(answer: ImageAnswer): void;
  reject(error: unknown): void;
}

/** Threads that decode images and bring them to size. */
export class ImageCrew {
  /** Images that may wait, so that none of the threads ever does. */
  readonly depth: number;
  private readonly seats: Seat[];
  private readonly waiting: Job[] = [];
  private pixels = 0;

  constructor(images: number) {
    const threads = images <= few ? 0 : availableParallelism();
    this.depth = Math.max(1, 4 * threads);
    this.seats = Array.from({ length: threads }, (_, i) => this.seat(i));
  }

  size(task: ImageTask): Promise<ImageAnswer> {
    if (this.seats.length === 0) return sizeImage(task.bytes, task.name, task.size, decodeImage);
    const { width, height } = imageHeader(task.bytes) ?? { width: 0, height: 0 };
    return new Promise((resolve, reject) => {
      this.waiting.push({ task, pixels: Math.min(width * height, mostPixelsAtOnce), resolve, reject });
      this.handOut();
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.seats.map(({ worker }) => worker.terminate()));
  }

  private seat(number: number): Seat {
    const worker = new Worker(partUrl('image-worker.js'), { name: `images ${number}` });
    const seat: Seat = { worker, takesLarge: number < forLarge, job: undefined };
    worker.on('message', (answer: ImageAnswer) => this.settle(seat, (job) => job.resolve(answer)));
    worker.on('error', (error) => this.settle(seat, (job) => job.reject(error)));
    worker.on('exit', () =>
      this.settle(seat, (job) => job.reject(new Error('a thread that decodes images ended'))),
    );
    return seat;
  }

  private settle(seat: Seat, how: (job: Job) => void): void {
    const { job } = seat;
    if (job === undefined) return;
    seat.job = undefined;
    this.pixels -= job.pixels;
    how(job);
    this.handOut();
  }

  private handOut(): void {
    for (let next = this.waiting[0]; next !== undefined; next = this.waiting[0]) {
      const { task, pixels } = next;
      const isLarge = pixels > largePixels;
      const seat = this.seats.find(({ job, takesLarge }) => job === undefined && (takesLarge || !isLarge));
      if (seat === undefined || this.pixels + pixels > mostPixelsAtOnce) return;
      this.waiting.shift();
      this.pixels += pixels;
      seat.job = next;
      seat.worker.postMessage(task);
    }
  }
}
