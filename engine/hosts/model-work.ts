import { Worker } from 'node:worker_threads';
import { NetwrightError } from '../declaration/problem.ts';
import { type Text, text } from '../declaration/text.ts';
import type { NetwrightDocument } from '../document/schema.ts';
import type { ModelFile } from '../interchange/onnx/external-data.ts';
import type { NamedTensors } from '../interchange/onnx/run-onnx.ts';
import type { Latency, ProposedSizes, Sizes } from '../protocol/model-messages.ts';
import type { Refusal } from '../protocol/refusal.ts';
import { partUrl } from './engine-parts.ts';
import type { ImportTrial } from './imported-model.ts';
import { errorOf, refusalOf } from './refusal.ts';

/** What is asked of the thread that works on an opened model, and what it answers. */
export interface ModelWorks {
  /** Makes a project of it, and a run folder that holds its weights. */
  import: {
    ask: { onnx: ModelFile; file: string; folder: string; sizes: Sizes };
    answer: {
      document: NetwrightDocument;
      trial: ImportTrial | undefined;
      remarks: readonly Text[];
    };
  };
  /** Looks for numbers that its open sizes may have. */
  proposeSizes: { ask: { onnx: ModelFile; file: string }; answer: ProposedSizes };
  /** Times the engine on an input. */
  time: {
    ask: { onnx: ModelFile; file: string; feed: NamedTensors };
    answer: { latency: Latency; kernels: string };
  };
}

export type ModelWork = keyof ModelWorks;
export type ModelOrder = { [W in ModelWork]: { work: W; ask: ModelWorks[W]['ask'] } }[ModelWork];
export type ModelAnswer =
  | { readonly answer: ModelWorks[ModelWork]['answer'] }
  | { readonly refused: Refusal };

const ended = (): NetwrightError =>
  new NetwrightError(
    'model-work.ended',
    text(
      'The thread that worked on the model ended unexpectedly, most likely for want of memory.',
      '处理该模型的线程意外终止，很可能是内存不足。',
    ),
  );

/** Does it on a thread of its own, so that nothing else waits for it. */
export function workOnModel<W extends ModelWork>(
  work: W,
  ask: ModelWorks[W]['ask'],
): Promise<ModelWorks[W]['answer']> {
  const worker = new Worker(partUrl('model-worker.js'), { workerData: { work, ask }, name: 'model' });
  return new Promise((resolve, reject) => {
    worker.on('message', (message: ModelAnswer) => {
      if ('answer' in message) resolve(message.answer as ModelWorks[W]['answer']);
      else reject(errorOf(message.refused));
    });
    worker.on('error', (error: unknown) => reject(errorOf(refusalOf(error))));
    // After an answer this changes nothing.
    worker.on('exit', () => reject(ended()));
  });
}
