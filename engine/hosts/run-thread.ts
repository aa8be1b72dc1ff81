import { Worker } from 'node:worker_threads';
import { NetwrightError } from '../declaration/problem.ts';
import { type Text, text } from '../declaration/text.ts';
import { analyseDocument, hasErrors } from '../document/analyse.ts';
import type { Frame, Prediction, RunOptions, RunStarted, StepTimes } from '../protocol/live-run-messages.ts';
import type { Control } from '../protocol/messages.ts';
import type { Refusal } from '../protocol/refusal.ts';
import { type Cadence, defaultCadence } from '../training/checkpoint-schedule.ts';
import { readManifest } from '../training/run-folder.ts';
import { prepareImages } from './data-files.ts';
import { partUrl } from './engine-parts.ts';
import { newLockToken, unlockFolder } from './folder-lock.ts';
import { errorOf, refusalOf } from './refusal.ts';
import { runFolderAt } from './run-files.ts';
import {
  type Close,
  type FinishedRun,
  type FromRunThread,
  folderOf,
  type RunOrder,
  type RunQuestion,
  type RunToTrain,
  type ToRunThread,
  type WeightSnapshot,
} from './run-messages.ts';

export type StartRun = RunToTrain & {
  readonly options?: RunOptions;
  readonly runId: string;
  /** Whether frames carry histograms from the start; `all` without it. A `watch` control changes it. */
  readonly watch?: 'all' | 'none';
  readonly cadence?: Cadence;
  readonly onFrame?: (frame: Frame) => void;
};

/** A run on a thread of its own. */
export interface RunThread {
  readonly started: RunStarted;
  control(control: Control): void;
  /** [rows, columns] for inputs x [rows, …input shape], with the weights as they are. */
  predict(x: Float32Array, rows: number): Promise<Prediction>;
  /** A copy of the weights as they are. */
  /** All weights as they are now, or those of a node. */
  snapshot(node?: string): Promise<WeightSnapshot>;
  /** Where the time of its steps goes; undefined before one was timed. */
  times(): Promise<StepTimes | undefined>;
  /** Resolves at the end, whatever it is; predictions and snapshots can be had until `close`. Never rejects. */
  readonly finished: Promise<FinishedRun>;
  /** Stops what is still going on, with a checkpoint, and ends the thread. */
  close(as?: Close['as']): Promise<void>;
}

/** What it will be trained on is brought to size on this thread, which can tell how far that is and be told to stop. */
async function prepareFor(train: RunToTrain): Promise<void> {
  const document =
    'resume' in train
      ? (await readManifest(runFolderAt(train.resume.runFolder)).catch(() => undefined))?.document
      : train.document;
  // What is wrong with a document or a folder is told by the thread.
  if (document !== undefined && !hasErrors(analyseDocument(document))) await prepareImages(document);
}

/** Starts a run. Rejects with a NetwrightError, which carries all problems, when the document cannot run. */
export async function startRun({
  runId,
  options,
  watch,
  cadence,
  onFrame,
  ...train
}: StartRun): Promise<RunThread> {
  const order: RunOrder = {
    run: runId,
    train,
    options: options ?? {},
    watch: watch ?? 'all',
    cadence: cadence ?? defaultCadence,
    lockToken: newLockToken(),
  };
  const folder = folderOf(train);
  await prepareFor(train);
  return await new Promise((resolve, reject) => {
    const worker = new Worker(partUrl('run-worker.js'), { workerData: order, name: `run ${runId}` });
    const link = new ThreadLink(worker, onFrame ?? (() => {}), resolve, reject);
    worker.on('message', (message: FromRunThread) => link.receive(message));
    worker.on('error', (error: unknown) => link.lost(refusalOf(error)));
    worker.on('messageerror', (error) => link.lost(refusalOf(error)));
    worker.on('exit', () => {
      const free = folder === undefined ? Promise.resolve() : unlockFolder(folder, order.lockToken);
      void free.then(() => link.exited());
    });
  });
}

const crashed = (reason: Text): Refusal => ({
  code: 'run.crashed',
  message: text(
    `The thread of this run ended unexpectedly (${reason.en.replace(/\.$/, '')}); its last checkpoint is kept.`,
    `该运行的线程意外终止（${reason.zh.replace(/。$/, '')}）；最近一次检查点仍保留。`,
  ),
  problems: [],
});

interface Waiting {
  resolve(answer: unknown): void;
  reject(error: NetwrightError): void;
}

/** The near end of a run's thread. */
class ThreadLink implements RunThread {
  readonly finished: Promise<FinishedRun>;
  private readonly worker: Worker;
  private readonly onFrame: (frame: Frame) => void;
  private readonly accept: (thread: RunThread) => void;
  private readonly refuse: (error: NetwrightError) => void;
  private readonly waiting = new Map<number, Waiting>();
  private readonly ended: Promise<void>;
  private resolveFinished: (outcome: FinishedRun) => void = () => {};
  private resolveEnded: () => void = () => {};
  private startedAs: RunStarted | undefined;
  private lastFrame: Frame | undefined;
  private outcome: FinishedRun | undefined;
  private lostTo: Refusal | undefined;
  private hasExited = false;
  private nextId = 1;

  constructor(
    worker: Worker,
    onFrame: (frame: Frame) => void,
    accept: (thread: RunThread) => void,
    refuse: (error: NetwrightError) => void,
  ) {
    this.worker = worker;
    this.onFrame = onFrame;
    this.accept = accept;
    this.refuse = refuse;
    this.finished = new Promise((resolve) => {
      this.resolveFinished = resolve;
    });
    this.ended = new Promise((resolve) => {
      this.resolveEnded = resolve;
    });
  }

  get started(): RunStarted {
    if (this.startedAs === undefined) throw new Error('the run has not started');
    return this.startedAs;
  }

  control(control: Control): void {
    this.post(control);
  }

  predict(x: Float32Array, rows: number): Promise<Prediction> {
    return this.ask({ name: 'predict', x, rows }) as Promise<Prediction>;
  }

  snapshot(node?: string): Promise<WeightSnapshot> {
    return this.ask({ name: 'snapshot', ...(node !== undefined && { node }) }) as Promise<WeightSnapshot>;
  }

  times(): Promise<StepTimes | undefined> {
    return this.ask({ name: 'times' }) as Promise<StepTimes | undefined>;
  }

  close(as: Close['as'] = 'stopped'): Promise<void> {
    this.post({ kind: 'close', as });
    return this.ended;
  }

  receive(message: FromRunThread): void {
    switch (message.kind) {
      case 'started':
        this.startedAs = message.started;
        this.accept(this);
        break;
      case 'refused':
        this.lost(message.error);
        break;
      case 'frame':
        this.lastFrame = message;
        this.onFrame(message);
        break;
      case 'finished':
        this.outcome = message.outcome;
        this.resolveFinished(message.outcome);
        break;
      case 'answer':
        this.settle(message.id, (waiting) => waiting.resolve(message.answer));
        break;
      case 'no-answer':
        this.settle(message.id, (waiting) => waiting.reject(errorOf(message.error)));
    }
  }

  /** Remembers why; the thread's exit, which follows, tells everyone. */
  lost(why: Refusal): void {
    this.lostTo ??= why;
  }

  exited(): void {
    this.hasExited = true;
    const why = this.lostTo ?? crashed(text('exit', '线程退出'));
    if (this.startedAs === undefined) this.refuse(errorOf(why));
    else if (this.outcome === undefined) this.failRun(crashed(why.message), this.startedAs);
    for (const id of this.waiting.keys()) this.settle(id, (waiting) => waiting.reject(errorOf(why)));
    this.resolveEnded();
  }

  private failRun(failure: Refusal, started: RunStarted): void {
    const { lastFrame } = this;
    const outcome: FinishedRun = {
      state: 'failed',
      steps: lastFrame?.step ?? 0,
      epochs: lastFrame?.epoch ?? 0,
      stepsPerSecond: lastFrame?.stepsPerSecond ?? 0,
      train: undefined,
      test: undefined,
      ending: undefined,
      weightsSha256: '',
      failure,
      arenaBytes: started.arenaBytes,
      kernels: started.kernels,
      threads: started.threads,
      workers: started.workers,
    };
    this.outcome = outcome;
    if (lastFrame !== undefined) {
      const nothing = { epochsEnded: [], steps: new Float32Array(0), tuned: [] };
      this.onFrame({ ...lastFrame, ...nothing, state: 'failed', secondsLeft: 0, failure });
    }
    this.resolveFinished(outcome);
  }

  private ask(question: RunQuestion): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.hasExited) {
        reject(
          new NetwrightError(
            'run.closed',
            text('This run is closed; start it again.', '该运行已关闭；请重新开始。'),
          ),
        );
        return;
      }
      const id = this.nextId++;
      this.waiting.set(id, { resolve, reject });
      this.post({ kind: 'question', id, question });
    });
  }

  private settle(id: number, how: (waiting: Waiting) => void): void {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (waiting !== undefined) how(waiting);
  }

  private post(message: ToRunThread): void {
    this.worker.postMessage(message);
  }
}
