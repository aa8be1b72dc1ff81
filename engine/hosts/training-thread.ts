import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EpochRecord, Refusal, RunStarted, RunState } from '../protocol/messages.ts';
import type { Machine } from '../runtime/machine.ts';
import { outcomeOf } from '../training/outcome.ts';
import { type Prepared, type PrepareOptions, prepareTraining } from '../training/prepare.ts';
import { type RunManifest, RunRecorder, type RunResult, readRun, runFiles } from '../training/run-folder.ts';
import { Session } from '../training/session.ts';
import type { Trainer } from '../training/trainer.ts';
import { kernelsHere } from './engine-parts.ts';
import { spawnPoolThread } from './pool-threads.ts';
import { refusalOf } from './refusal.ts';
import { runFolderAt } from './run-files.ts';
import type { FromRunThread, RunAnswers, RunOrder, RunQuestion, ToRunThread } from './run-messages.ts';

/** Training goes on this long before messages are looked at. */
const turnMs = 20;
/** While it trains, the folder is brought up to date this often, or as seldom as keeps the copying to a fiftieth. */
const savePeriodMs = 1000;
const saveShare = 50;

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Prepares a run on this machine's threads. */
export const prepareHere = (asked: Omit<PrepareOptions, 'surroundings'>): Promise<Prepared> =>
  prepareTraining({
    ...asked,
    surroundings: {
      threads: availableParallelism(),
      kernels: kernelsHere,
      spawn: spawnPoolThread,
    },
  });

/** One run from start to end on the thread that owns it; messages come in by `receive`, everything goes out by `post`. */
export class TrainingThread {
  private readonly post: (message: FromRunThread) => void;
  private readonly trainer: Trainer;
  private readonly machine: Machine;
  private readonly started: RunStarted;
  private readonly session: Session;
  private readonly recorder: RunRecorder | undefined;
  private closing = false;
  /** Ends the sleep that goes on while there is nothing to do. */
  private wake: () => void = () => {};
  private nextSaveMs = performance.now() + savePeriodMs;
  private savedState: RunState;
  private saving = false;
  private unsaved: Refusal | undefined;
  private isFinished = false;

  private constructor(parts: {
    prepared: Prepared;
    session: Session;
    recorder: RunRecorder | undefined;
    post: (message: FromRunThread) => void;
  }) {
    this.trainer = parts.prepared.trainer;
    this.machine = parts.prepared.machine;
    this.started = parts.prepared.started;
    this.session = parts.session;
    this.recorder = parts.recorder;
    this.savedState = parts.session.state;
    this.post = parts.post;
  }

  /** Compiles the document and makes the run's folder. Throws a NetwrightError when it cannot run. */
  static async begin(order: RunOrder, post: (message: FromRunThread) => void): Promise<TrainingThread> {
    const { run, options, watch, runFolder, resume } = order;
    const store = runFolder === undefined ? undefined : runFolderAt(runFolder);
    const saved = store !== undefined && resume ? await readRun(store) : undefined;
    const document = saved?.manifest.document ?? order.document;
    // The trainer tells of epochs before there is somebody to tell.
    const listeners: ((record: EpochRecord) => void)[] = [];
    const onEpoch = (record: EpochRecord): void => {
      for (const listen of listeners) listen(record);
    };
    const prepared = await prepareHere({ document, options, run, onEpoch });
    const { trainer, started } = prepared;
    if (saved !== undefined) trainer.restore(saved.checkpoint, `${runFolder}/${runFiles.checkpoint}`);
    const session = new Session(trainer, { run, paused: options.paused ?? false, watch });
    const manifest: RunManifest = {
      document,
      status: session.state,
      kernels: started.kernels,
      threads: started.threads,
      workers: started.workers,
      parameterCount: started.parameterCount,
      arenaBytes: started.arenaBytes,
      result: undefined,
    };
    const recorder =
      store &&
      (saved === undefined
        ? await RunRecorder.begin(store, manifest, trainer.checkpoint())
        : await RunRecorder.resume(store, manifest, saved));
    listeners.push(session.addEpoch);
    if (recorder !== undefined) listeners.push((record) => recorder.addEpoch(record));
    post({ kind: 'started', started });
    return new TrainingThread({ prepared, session, recorder, post });
  }

  receive(message: ToRunThread): void {
    switch (message.kind) {
      case 'control': {
        const before = this.session.state;
        this.session.control(message);
        if (before === 'running' && this.session.state === 'paused') this.save();
        break;
      }
      case 'question':
        this.answer(message.id, message.question);
        break;
      case 'close':
        this.closing = true;
        if (!this.session.ended)
          this.session.control({ kind: 'control', run: this.started.run, action: 'stop' });
    }
    this.wake();
  }

  /** Trains, reports and answers until it is closed. */
  async live(): Promise<void> {
    const { session } = this;
    while (!(this.closing && this.isFinished)) {
      session.advance(turnMs);
      const waitMs = session.frameWaitMs;
      if (waitMs === 0) this.post(session.takeFrame());
      if (session.ended && !this.isFinished) await this.finish();
      else if (session.state === 'running') {
        if (performance.now() >= this.nextSaveMs) this.save();
        await nextTurn();
      } else if (!this.closing) await this.sleep(waitMs === 0 ? undefined : waitMs);
    }
    this.machine.close();
  }

  private answer(id: number, question: RunQuestion): void {
    try {
      this.post({ kind: 'answer', id, answer: this.answerTo(question) });
    } catch (error) {
      this.post({ kind: 'no-answer', id, error: refusalOf(error) });
    }
  }

  private answerTo(question: RunQuestion): RunAnswers[RunQuestion['name']] {
    switch (question.name) {
      case 'predict':
        return this.trainer.predict(question.x, question.rows);
      case 'snapshot':
        return { step: this.trainer.stepsTaken, weights: this.trainer.weights() };
    }
  }

  private async finish(): Promise<void> {
    const { trainer, session, started } = this;
    const outcome = outcomeOf({ trainer, session, started }, sha256);
    if (this.recorder !== undefined) {
      const { steps, epochs, stepsPerSecond, train, test, weightsSha256, failure } = outcome;
      const result: RunResult = { steps, epochs, stepsPerSecond, train, test, weightsSha256, failure };
      try {
        await this.recorder.save(trainer.checkpoint());
        await this.recorder.setStatus(session.state, result);
        this.unsaved = undefined;
      } catch (error) {
        this.unsaved = refusalOf(error);
      }
    }
    this.isFinished = true;
    this.post({
      kind: 'finished',
      outcome: { ...outcome, ...(this.unsaved !== undefined && { unsaved: this.unsaved }) },
    });
  }

  /** Writes in the background. What fails is tried again with the next save; the end says when it never worked. */
  private save(): void {
    if (this.recorder === undefined || this.saving) return;
    this.saving = true;
    const begin = performance.now();
    const { state } = this.session;
    const work = this.recorder.save(this.trainer.checkpoint());
    const end = performance.now();
    this.nextSaveMs = end + Math.max(savePeriodMs, (end - begin) * saveShare);
    void this.saved(work, state).finally(() => {
      this.saving = false;
    });
  }

  private async saved(work: Promise<void>, state: RunState): Promise<void> {
    try {
      await work;
      if (state !== this.savedState) await this.recorder?.setStatus(state);
      this.savedState = state;
      this.unsaved = undefined;
    } catch (error) {
      this.unsaved = refusalOf(error);
    }
  }

  private sleep(ms: number | undefined): Promise<void> {
    return new Promise((resolve) => {
      const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
