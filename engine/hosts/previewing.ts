import { Worker } from 'node:worker_threads';
import { NetwrightError } from '../declaration/problem.ts';
import { text } from '../declaration/text.ts';
import type { Preview } from '../protocol/messages.ts';
import type { Refusal } from '../protocol/refusal.ts';
import type { PreviewAsk } from '../training/previewer.ts';
import { partUrl } from './engine-parts.ts';
import { errorOf, refusalOf } from './refusal.ts';

export type PreviewAnswer = { readonly preview: Preview } | { readonly refused: Refusal };

interface Waiting {
  resolve(preview: Preview): void;
  reject(error: NetwrightError): void;
}

const ended = (): NetwrightError =>
  new NetwrightError(
    'preview.ended',
    text('The thread that computes previews ended unexpectedly.', '用于计算预览的线程意外终止。'),
  );

/** The thread that computes previews, started with the first question; answers come in the order of the questions. */
export class Previewing {
  private worker: Worker | undefined;
  private readonly waiting: Waiting[] = [];

  /** Rejects with a NetwrightError when it cannot be computed. */
  look(ask: PreviewAsk): Promise<Preview> {
    this.worker ??= this.start();
    const { worker } = this;
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      // The weights are a copy already, and may be large.
      const weights = ask.trained?.weights.map(({ values }) => values.buffer as ArrayBuffer) ?? [];
      worker.postMessage(ask, weights);
    });
  }

  close(): void {
    void this.worker?.terminate();
  }

  private start(): Worker {
    const worker = new Worker(partUrl('preview-worker.js'), { name: 'previews' });
    worker.on('message', (answer: PreviewAnswer) => {
      const first = this.waiting.shift();
      if ('preview' in answer) first?.resolve(answer.preview);
      else first?.reject(errorOf(answer.refused));
    });
    let why: NetwrightError | undefined;
    worker.on('error', (error: unknown) => {
      why = errorOf(refusalOf(error));
    });
    worker.on('exit', () => {
      this.worker = undefined;
      for (const asked of this.waiting.splice(0)) asked.reject(why ?? ended());
    });
    return worker;
  }
}
