import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Text, text } from '../declaration/text.ts';
import {
  type EpochRecord,
  guideFigures,
  type Notice,
  type PartMetrics,
  type RunStarted,
  type RunState,
} from '../protocol/live-run-messages.ts';
import type { Refusal } from '../protocol/refusal.ts';
import type { Machine } from '../runtime/machine.ts';
import { passedOverText } from '../training/checkpoint-files.ts';
import { CheckpointSchedule } from '../training/checkpoint-schedule.ts';
import { outcomeOf } from '../training/outcome.ts';
import { type Prepared, type PrepareOptions, prepareTraining } from '../training/prepare.ts';
import type { RunManifest, RunResult, SavedRun } from '../training/run-folder.ts';
import type { RunRecorder } from '../training/run-recorder.ts';
import { Session } from '../training/session.ts';
import type { Trainer } from '../training/trainer.ts';
import { startBatchThread } from './batch-thread.ts';
import { readFiles } from './data-files.ts';
import { kernelsHere } from './engine-parts.ts';
import { framePeriodMs } from './frame-period.ts';
import { spawnPoolThread } from './pool-threads.ts';
import { refusalOf } from './refusal.ts';
import {
  type FromRunThread,
  folderOf,
  type RunAnswers,
  type RunOrder,
  type RunQuestion,
  type ToRunThread,
} from './run-messages.ts';
import {
  anewText,
  frozenAnewText,
  kernelsOf,
  nothingLeft,
  otherKernels,
  recorderOf,
  takeUp,
  takeWeights,
} from './run-to-train.ts';
import { spareMemoryBytes } from './spare-memory.ts';

/** Training goes on this long before messages are looked at. */
const turnMs = 20;
/** Shorter while a checkpoint is being written: that takes some thirty turns. */
const savingTurnMs = 2;
/** Where one step takes much longer, writing gets this share of its time to take several turns. */
const savingShare = 1 / 50;
/** Up to this many words of weights and optimizer state (16 MiB) a second copy of them in memory is no burden. */
const smallWords = 4 * 2 ** 20;

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Prepares a run on this machine's threads. */
export const prepareHere = (asked: Omit<PrepareOptions, 'surroundings'>): Promise<Prepared> =>
  prepareTraining({
    ...asked,
    surroundings: {
      threads: availableParallelism(),
      spareBytes: spareMemoryBytes(),
      kernels: kernelsHere,
      spawn: spawnPoolThread,
      readFiles,
      ahead: { start: startBatchThread },
    },
  });

/** Lets the thread answer questions meanwhile: over many samples it takes long. */
export async function measureInTurns(trainer: Trainer): Promise<PartMetrics> {
  for (const steps = trainer.measuring(); ; await nextTurn()) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

const stillTraining = ({ message }: Refusal): Text =>
  text(
    `No checkpoint could be written: ${message.en} Training goes on, and the next checkpoint will be tried again.`,
    `检查点写入失败：${message.zh}训练会继续，下一次检查点将重新尝试写入。`,
  );

const folderGone = text(
  "The run's folder was deleted while it trained. It is written anew; the figures of earlier epochs are lost.",
  '训练期间运行文件夹被删除。现已重新写入，但之前各轮的记录已丢失。',
);

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
  private readonly schedule: CheckpointSchedule;
  private savedState: RunState;
  /** The save that is going on. */
  private saving: Promise<void> | undefined;
  private unsaved: Refusal | undefined;
  private isFinished = false;

  private constructor(parts: {
    prepared: Prepared;
    session: Session;
    recorder: RunRecorder | undefined;
    order: RunOrder;
    post: (message: FromRunThread) => void;
  }) {
    this.trainer = parts.prepared.trainer;
    this.machine = parts.prepared.machine;
    this.started = parts.prepared.started;
    this.session = parts.session;
    this.recorder = parts.recorder;
    this.savedState = parts.session.state;
    this.post = parts.post;
    this.schedule = new CheckpointSchedule(parts.order.cadence, {
      stepsPerEpoch: this.started.stepsPerEpoch,
      step: this.trainer.stepsTaken,
      nowMs: performance.now(),
    });
  }

  /** Compiles the document and makes the run's folder. Throws a NetwrightError when it cannot run. */
  static async begin(order: RunOrder, post: (message: FromRunThread) => void): Promise<TrainingThread> {
    const { run, train, options, watch } = order;
    const saved = 'resume' in train ? await takeUp(train.resume, order.lockToken) : undefined;
    const document = 'resume' in train ? (saved as SavedRun).manifest.document : train.document;
    // The trainer tells of epochs before there is somebody to tell.
    const listeners: ((record: EpochRecord) => void)[] = [];
    const onEpoch = (record: EpochRecord): void => {
      for (const listen of listeners) listen(record);
    };
    const prepared = await prepareHere({
      document,
      options: { ...options, kernels: options.kernels ?? (saved ? kernelsOf(saved.manifest) : 'auto') },
      run,
      onEpoch,
    });
    const { trainer } = prepared;
    const found = saved?.found;
    const taken = await takeWeights(train, trainer);
    if (found !== undefined) trainer.restore(found.checkpoint, found.file);
    if (saved !== undefined && trainer.finished) throw nothingLeft(folderOf(train) as string, trainer);
    const { stepsTaken: step, epochsFinished: epoch } = trainer;
    const started = {
      ...prepared.started,
      ...(saved && { resumedAt: { step, epoch } }),
      ...(taken && { from: taken.from }),
    };
    const session = new Session(trainer, {
      run,
      paused: options.paused ?? false,
      watch,
      framePeriodMs: framePeriodMs(started.workers),
    });
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
    const recorder = await recorderOf(order, manifest, saved, trainer, {
      from: taken?.from,
      watched: started.watched,
    });
    if (taken !== undefined && taken.anew.length > 0)
      session.notify({ severity: 'info', message: anewText(taken.anew) });
    const frozenAnew = saved === undefined ? frozenAnewText(trainer, taken) : undefined;
    if (frozenAnew !== undefined) session.notify({ severity: 'info', message: frozenAnew });
    const passedOver = found && passedOverText(found);
    if (passedOver !== undefined) session.notify({ severity: 'warning', message: passedOver });
    if (saved !== undefined && saved.manifest.kernels !== started.kernels) {
      const message = otherKernels(saved.manifest.kernels, started.kernels);
      session.notify({ severity: 'warning', message });
    }
    const thread = new TrainingThread({ prepared: { ...prepared, started }, session, recorder, order, post });
    listeners.push(session.addEpoch);
    if (recorder !== undefined)
      recorder.onGone = () => thread.tell({ severity: 'warning', message: folderGone });
    if (recorder !== undefined) listeners.push((record) => thread.epochEnded(record, recorder));
    post({ kind: 'started', started });
    return thread;
  }

  receive(message: ToRunThread): void {
    switch (message.kind) {
      case 'control': {
        const before = this.session.state;
        this.session.control(message);
        if (before === 'running' && this.session.state === 'paused') void this.saveThis();
        break;
      }
      case 'question':
        this.answer(message.id, message.question);
        break;
      case 'close':
        this.closing = true;
        if (this.session.ended) break;
        if (message.as === 'interrupted') this.recorder?.interrupt();
        this.session.control({ kind: 'control', run: this.started.run, action: 'stop' });
    }
    this.wake();
  }

  /** Trains, reports and answers until it is closed. */
  async live(): Promise<void> {
    const { session } = this;
    while (!(this.closing && this.isFinished)) {
      const begin = performance.now();
      session.advance(this.saving ? savingTurnMs : turnMs, this.recorder && this.schedule.untilStep);
      const elapsedMs = performance.now() - begin;
      const waitMs = session.frameWaitMs;
      if (waitMs === 0) this.tellFrame();
      if (session.ended && !this.isFinished) await this.finish();
      else if (session.state === 'running') {
        if (this.schedule.isDue(this.trainer.stepsTaken, performance.now())) {
          // Time passes meanwhile; a step that somebody asked for would.
          if (this.trainer.stepsTaken >= this.schedule.untilStep) await this.saving;
          this.save();
        }
        const until = performance.now() + elapsedMs * savingShare;
        do await nextTurn();
        while (this.saving !== undefined && performance.now() < until);
      } else if (!this.closing) await this.sleep(waitMs === 0 ? undefined : waitMs);
    }
    this.machine.close();
  }

  private tellFrame(): void {
    const frame = this.session.takeFrame();
    this.recorder?.addFrame(frame);
    this.post(frame);
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
        return { step: this.trainer.stepsTaken, weights: this.trainer.weights(question.node) };
      case 'times':
        return this.trainer.callTimes.read();
    }
  }

  private async finish(): Promise<void> {
    const { trainer, session, started } = this;
    const outcome = outcomeOf({ trainer, session, started }, await measureInTurns(trainer), sha256);
    if (this.recorder !== undefined) {
      const { steps, epochs, stepsPerSecond, train, validation, test, weightsSha256, ending, failure } =
        outcome;
      const result: RunResult = {
        steps,
        epochs,
        stepsPerSecond,
        train,
        ...(validation && { validation }),
        test,
        weightsSha256,
        ending,
        failure,
      };
      try {
        this.recorder.trainedMs = session.elapsedMs;
        const score = trainer.wentBack ? guideFigures(outcome)?.loss : undefined;
        await this.recorder.save(trainer.checkpoint(), score);
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

  /** Keeps the weights of the best epoch: a copy of small ones until the next save, large ones in the folder at once. */
  private epochEnded(record: EpochRecord, recorder: RunRecorder): void {
    recorder.addEpoch(record);
    const begin = performance.now();
    if (!recorder.isBest || !this.schedule.mayKeepBest(begin)) return;
    const { weightWords, stateWords } = this.machine.plan;
    if (weightWords.words + stateWords.words > smallWords) this.save();
    else {
      const checkpoint = this.trainer.checkpoint();
      if (checkpoint !== undefined) recorder.keepBest(checkpoint);
    }
    this.schedule.keptBest(performance.now() - begin);
  }

  /** What a pause stands at is saved, even if an earlier save is still going on. */
  private async saveThis(): Promise<void> {
    await this.saving;
    this.save();
  }

  /** Writes in the background. What fails is tried again with the next save. */
  private save(): void {
    if (this.recorder === undefined || this.saving !== undefined) return;
    const begin = performance.now();
    const { state, elapsedMs } = this.session;
    this.recorder.trainedMs = elapsedMs;
    const work = this.recorder.save(this.trainer.checkpoint());
    const end = performance.now();
    this.schedule.taken(this.trainer.stepsTaken, end, end - begin);
    this.saving = this.saved(work, state).finally(() => {
      const now = performance.now();
      this.schedule.written(now, now - end);
      this.saving = undefined;
    });
  }

  private async saved(work: Promise<void>, state: RunState): Promise<void> {
    try {
      await work;
      if (state !== this.savedState) await this.recorder?.setStatus(state);
      this.savedState = state;
      if (this.unsaved !== undefined) {
        const message = text('Checkpoints are being written again.', '检查点已恢复写入。');
        this.tell({ severity: 'info', message });
      }
      this.unsaved = undefined;
    } catch (error) {
      const why = refusalOf(error);
      // Said once, not at every try.
      if (this.unsaved === undefined) this.tell({ severity: 'warning', message: stillTraining(why) });
      this.unsaved = why;
    }
  }

  private tell(notice: Notice): void {
    this.session.notify(notice);
    this.wake();
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
