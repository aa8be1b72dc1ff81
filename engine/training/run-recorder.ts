import { NetwrightError } from '../declaration/problem.ts';
import { text } from '../declaration/text.ts';
import type { RunOrigin } from '../protocol/kept-run-messages.ts';
import type { EpochRecord, Frame, RunStarted, RunState } from '../protocol/live-run-messages.ts';
import { type Checkpoint, copyCheckpoint } from './checkpoint.ts';
import { CheckpointFiles } from './checkpoint-files.ts';
import { Chronicle, scoreOf } from './chronicle.ts';
import { type FileStore, isTemporary } from './file-store.ts';
import { HistogramKeeper } from './kept-histograms.ts';
import {
  linesOf,
  manifestBytes,
  type RunManifest,
  type RunResult,
  readEpochs,
  runFiles,
  type SavedRun,
} from './run-folder.ts';

type Watched = RunStarted['watched'];

/**
 * Keeps a run's folder up to date while it trains. Calls may overlap: they are carried out one after the other.
 */
export class RunRecorder {
  private readonly store: FileStore;
  private readonly checkpoints: CheckpointFiles;
  private readonly chronicle: Chronicle;
  private readonly histograms: HistogramKeeper;
  private manifest: RunManifest;
  private lines: EpochRecord[] = [];
  /** An append failed: nobody knows how much of it is in the file. */
  private isTorn = false;
  private queue: Promise<void> = Promise.resolve();
  private bestScore: number;
  /** The best weights since the last save, in memory of their own. */
  private best: Checkpoint | undefined;
  private spare: Checkpoint | undefined;
  /** Loss of the epoch that ended last, and the step it ended with. */
  private ended: { readonly step: number; readonly score: number } | undefined;

  /** Told when the folder was deleted while it was written to; what is in memory is written anew. */
  onGone: () => void = () => {};

  private constructor(
    store: FileStore,
    manifest: RunManifest,
    checkpoints: CheckpointFiles,
    { chronicle, histograms }: { readonly chronicle: Chronicle; readonly histograms: HistogramKeeper },
  ) {
    this.store = store;
    this.chronicle = chronicle;
    this.histograms = histograms;
    this.manifest = manifest;
    this.checkpoints = checkpoints;
    this.bestScore = checkpoints.bestScore;
  }

  /** Throws when the folder holds something that is no run. */
  static async requireFree(store: FileStore): Promise<void> {
    const names = (await store.list()).filter((name) => name !== runFiles.lock && !isTemporary(name));
    if (names.length === 0 || names.includes(runFiles.manifest)) return;
    const found = names.slice(0, 3).join(', ');
    throw new NetwrightError(
      'run-folder.occupied',
      text(
        `${store.place}: expected a new or empty folder, or one with a run in it, found ${found}.`,
        `${store.place}：应为新文件夹、空文件夹或已有运行的文件夹，实际含有 ${found}。`,
      ),
    );
  }

  /** Begins a new run; one that is there already is replaced. Throws when the folder holds something else. */
  static async begin(
    store: FileStore,
    manifest: RunManifest,
    checkpoint: Checkpoint | undefined,
    { from, watched = [] }: { readonly from?: RunOrigin | undefined; readonly watched?: Watched } = {},
  ): Promise<RunRecorder> {
    await RunRecorder.requireFree(store);
    // Weights of an earlier run must never stand beside this run's document.
    const checkpoints = await CheckpointFiles.begin(store);
    await store.remove(runFiles.metrics);
    await store.remove(runFiles.histograms);
    await removeTemporary(store);
    const recorder = new RunRecorder(store, manifest, checkpoints, {
      chronicle: Chronicle.begin(from),
      histograms: new HistogramKeeper(watched),
    });
    await recorder.writeManifest();
    await recorder.save(checkpoint);
    return recorder;
  }

  /** Goes on with a run that was read from this folder; epochs after its checkpoint are taken back. */
  static async resume(
    store: FileStore,
    manifest: RunManifest,
    saved: SavedRun,
    watched: Watched = [],
  ): Promise<RunRecorder> {
    const checkpoint = saved.found?.checkpoint;
    const { epoch = 0, step = 0 } = checkpoint?.progress ?? {};
    const kept = saved.epochs.filter((record) => record.epoch <= epoch);
    await store.writeAtomic(runFiles.metrics, linesOf(kept));
    const checkpoints = await CheckpointFiles.resume(store, step);
    await removeTemporary(store);
    const chronicle = await Chronicle.resume(store, step, kept);
    const histograms = await HistogramKeeper.resume(store, watched, step);
    const recorder = new RunRecorder(store, manifest, checkpoints, { chronicle, histograms });
    if (checkpoint?.score !== undefined) recorder.ended = { step, score: checkpoint.score };
    await recorder.writeManifest();
    return recorder;
  }

  addEpoch(record: EpochRecord): void {
    this.lines.push(record);
    this.chronicle.addEpoch(record);
    this.ended = { step: record.step, score: scoreOf(record) };
  }

  /** For the curves and the ridgelines; what a frame tells of epochs comes by `addEpoch`. */
  addFrame(frame: Pick<Frame, 'steps' | 'tuned' | 'telemetry'>): void {
    this.chronicle.addFrame(frame);
    if (frame.telemetry !== undefined) this.histograms.add(frame.telemetry.step, frame.telemetry.histograms);
  }

  /** Time this process has trained the run, to be written with the next save. */
  set trainedMs(ms: number) {
    this.chronicle.trainedMs = ms;
  }

  /** Whoever watched it leaves; to be written with the next save. */
  interrupt(): void {
    this.chronicle.interrupted = true;
  }

  /** Whether the epoch that ended last was the best so far, and its weights are not kept yet. */
  get isBest(): boolean {
    return this.ended !== undefined && this.ended.score < this.bestScore;
  }

  /** Keeps a copy of the weights of the epoch that ended last, to be written by the next save. */
  keepBest(checkpoint: Checkpoint): void {
    this.best = copyCheckpoint(this.scored(checkpoint), this.best ?? this.spare);
    this.spare = undefined;
    this.bestScore = Math.min(this.bestScore, this.best.score ?? Infinity);
  }

  /**
   * Writes what has been added since the last time, and the checkpoint. Without one only the metrics. `score` is the loss
   * of weights that are not those of the step that the checkpoint stands at.
   */
  save(checkpoint: Checkpoint | undefined, score?: number): Promise<void> {
    const { best } = this;
    const writes = checkpoint === undefined ? [] : this.prepareWrites(checkpoint, score);
    const chronicle = this.chronicle.files(checkpoint?.progress.step);
    const histograms = this.histograms.take(this.store);
    return this.enqueue(async () => {
      try {
        await this.requireManifest();
        // Metrics first: lines beyond the checkpoint can be taken back, missing ones cannot be made up.
        await this.writeLines();
        for (const write of writes) await write();
        for (const [name, bytes] of chronicle) await this.store.writeAtomic(name, bytes);
        if (histograms !== undefined) await this.store.writeAtomic(runFiles.histograms, histograms);
      } catch (error) {
        this.takeBack(best);
        if (histograms !== undefined) this.histograms.putBack();
        throw error;
      }
    });
  }

  /** What could not be written as the best is still to be written, unless a better one has taken its memory. */
  private takeBack(best: Checkpoint | undefined): void {
    if (this.best === undefined && this.spare === best) {
      this.best = best;
      this.spare = undefined;
    }
    this.bestScore = Math.min(this.checkpoints.bestScore, this.best?.score ?? Infinity);
  }

  private prepareWrites(checkpoint: Checkpoint, score?: number): (() => Promise<void>)[] {
    const { best } = this;
    const last = score === undefined ? this.scored(checkpoint) : { ...checkpoint, score };
    const { step } = last.progress;
    const writes = [this.checkpoints.prepare(last, { isLast: true })];
    if (best !== undefined && best.progress.step < step) {
      writes.unshift(this.checkpoints.prepare(best, { isLast: false }));
    }
    this.bestScore = Math.min(this.bestScore, last.score ?? Infinity);
    this.spare = best ?? this.spare;
    this.best = undefined;
    return writes;
  }

  /** A checkpoint that was taken at an epoch's end carries the epoch's loss. */
  private scored(checkpoint: Checkpoint): Checkpoint {
    const { ended } = this;
    if (ended?.step !== checkpoint.progress.step || !Number.isFinite(ended.score)) return checkpoint;
    return { ...checkpoint, score: ended.score };
  }

  private async writeLines(): Promise<void> {
    const lines = this.lines;
    const [first] = lines;
    if (first === undefined) return;
    this.lines = [];
    try {
      if (this.isTorn) {
        const whole = await readEpochs(this.store);
        const kept = whole.filter(({ epoch }) => epoch < first.epoch);
        await this.store.writeAtomic(runFiles.metrics, linesOf([...kept, ...lines]));
      } else {
        await this.store.append(runFiles.metrics, linesOf(lines));
      }
      this.isTorn = false;
    } catch (error) {
      this.lines = [...lines, ...this.lines];
      this.isTorn = true;
      throw error;
    }
  }

  setStatus(status: RunState, result?: RunResult): Promise<void> {
    this.manifest = { ...this.manifest, status, result: result ?? this.manifest.result };
    return this.enqueue(() => this.writeManifest());
  }

  private enqueue(work: () => Promise<void>): Promise<void> {
    const done = this.queue.then(work);
    // A failure is reported to whoever asked for that work, and does not keep later work from being tried.
    this.queue = done.catch(() => {});
    return done;
  }

  /** Somebody may delete the folder of a run that is being trained: what is written next is to be a run again. */
  private async requireManifest(): Promise<void> {
    if ((await this.store.list()).includes(runFiles.manifest)) return;
    await this.writeManifest();
    this.onGone();
  }

  private writeManifest(): Promise<void> {
    return this.store.writeAtomic(runFiles.manifest, manifestBytes(this.manifest));
  }
}

/** What an earlier process was writing when it ended; not what another tries to take this folder with. */
async function removeTemporary(store: FileStore): Promise<void> {
  const names = (await store.list()).filter((name) => isTemporary(name) && !name.startsWith(runFiles.lock));
  for (const name of names) await store.remove(name);
}
