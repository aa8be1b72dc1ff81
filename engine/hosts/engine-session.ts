import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { zipSync } from 'fflate';
import { NetwrightError } from '../declaration/problem.ts';
import { text } from '../declaration/text.ts';
import type { NetwrightDocument } from '../document/schema.ts';
import { type ModelFile, mostInsideBytes, wholeFile } from '../interchange/onnx/external-data.ts';
import { checkIncoming, incomingLimits, requestId } from '../protocol/incoming.ts';
import type { RunCurves } from '../protocol/kept-run-messages.ts';
import type { Frame, RunOptions, RunStarted } from '../protocol/live-run-messages.ts';
import type {
  Answer,
  Ask,
  Certificate,
  Control,
  RequestMessage,
  RequestName,
  WhichWeights,
} from '../protocol/messages.ts';
import { chooseKernels } from '../runtime/faces.ts';
import { reportOn } from '../training/data-report.ts';
import { openData, prepareImages } from './data-files.ts';
import { partRows, samplePage, sampleSet, samplesOf, variedSet } from './document-samples.ts';
import { someDuplicates } from './duplicate-searches.ts';
import { kernelsHere } from './engine-parts.ts';
import { listFolder } from './folder-listing.ts';
import { newRunId, runsFolder, version } from './installation.ts';
import { KeptRuns } from './kept-runs.ts';
import { knownSetsHere } from './known-sets.ts';
import { type Measuring, measureApart } from './measuring.ts';
import { readModelFile, writeModelFile } from './model-files.ts';
import { createOnnxruntime, type Onnxruntime } from './onnxruntime.ts';
import { OpenedModels } from './opened-models.ts';
import type { EngineSession, Port } from './port.ts';
import { preparedImagesHere } from './prepared-images.ts';
import { Previewing } from './previewing.ts';
import { refusalOf } from './refusal.ts';
import type { RunToTrain } from './run-messages.ts';
import { type RunThread, startRun } from './run-thread.ts';
import {
  certifyModel,
  exportModel,
  pytorchFiles,
  readTrainedWeights,
  type SavedWeights,
  withFigures,
} from './trained-model.ts';

interface ExportLimits {
  readonly sent: number;
  readonly inside: number;
}

export interface SessionOptions {
  /** Where onnxruntime runs; a process of its own that the session starts when it is needed, without it. */
  readonly onnxruntime?: Onnxruntime;
  /** Where runs are kept; the person's own folder without it. */
  readonly runsFolder?: string;
  /** An export of more bytes is written where the run is kept; of more bytes of weights, in two files. */
  readonly exports?: ExportLimits;
}

/** Serves one connected studio: its questions are answered one for one, its newest run is the one that trains. */
export const openEngineSession = (port: Port, options: SessionOptions = {}): EngineSession =>
  new StudioSession(port, options);

/** A run goes on even where what it told before cannot be read. */
const untold: RunCurves = { epochs: [], steps: { width: 1, values: new Float32Array(0) }, tuned: [] };

interface ActiveRun {
  readonly id: string;
  readonly document: NetwrightDocument;
  readonly thread: RunThread;
  /** It has told its last frame … */
  isEnding(): boolean;
  /** … and its folder is as it will stay. */
  hasEnded: boolean;
}

class StudioSession implements EngineSession {
  private readonly port: Port;
  private readonly onnxruntime: Onnxruntime;
  private readonly runs: KeptRuns;
  private readonly models: OpenedModels;
  private readonly limits: ExportLimits;
  private readonly previews = new Previewing();
  private active: ActiveRun | undefined;
  /** The last measuring that was asked for, going on or done. */
  private measuring: Measuring | undefined;
  /** Runs begin and end one after the other, so that two are never active. */
  private turnover: Promise<unknown> = Promise.resolve();
  /** The newest run has its name; nobody needs to wait for it to train. */
  private labelled: Promise<void> = Promise.resolve();
  private closed: Promise<void> | undefined;

  constructor(port: Port, options: SessionOptions) {
    this.port = port;
    this.onnxruntime = options.onnxruntime ?? createOnnxruntime();
    this.models = new OpenedModels(this.onnxruntime);
    this.limits = options.exports ?? { sent: incomingLimits.modelBytes, inside: mostInsideBytes };
    this.runs = new KeptRuns(options.runsFolder ?? runsFolder());
    port.onMessage((message) => this.receive(message));
  }

  close(): Promise<void> {
    this.measuring?.stop();
    this.previews.close();
    this.closed ??= this.inTurn(async () => {
      await this.labelled;
      await this.active?.thread.close('interrupted');
      this.active = undefined;
      this.onnxruntime.close();
      this.models.clear();
    });
    return this.closed;
  }

  private receive(unchecked: unknown): void {
    if (this.closed !== undefined) return;
    try {
      const message = checkIncoming(unchecked);
      if (message.kind === 'control') this.control(message);
      else void this.answer(message);
    } catch (error) {
      // A control has no id to be refused under; nothing happens, and the next frame shows that.
      const id = requestId(unchecked);
      if (id !== undefined) this.port.post({ kind: 'refusal', id, error: refusalOf(error) });
    }
  }

  private control(control: Control): void {
    if (this.active?.id === control.run) this.active.thread.control(control);
  }

  private async answer({ id, name, ask }: RequestMessage): Promise<void> {
    try {
      // The table and the message are typed by the same names; TypeScript cannot see that they meet.
      const handle = this.handlers[name] as (ask: unknown) => Promise<Answer<RequestName>>;
      this.port.post({ kind: 'reply', id, answer: await handle(ask) });
    } catch (error) {
      this.port.post({ kind: 'refusal', id, error: refusalOf(error) });
    }
  }

  private readonly handlers: { [N in RequestName]: (ask: Ask<N>) => Promise<Answer<N>> } = {
    hello: async () => {
      const { label } = await chooseKernels('auto', kernelsHere);
      const kernels = [...new Set([label, 'portable', 'reference'])];
      return { version, threads: availableParallelism(), kernels };
    },
    start: (ask) => this.inTurn(() => this.start(ask)),
    predict: ({ run, x, rows }) => this.runNamed(run).thread.predict(x, rows),
    predictPart: async ({ run, node, ...asked }) => {
      const { document, thread } = this.runNamed(run);
      const { x, ...told } = partRows(await samplesOf(document, node), asked);
      return { ...(await thread.predict(x, told.rows.length)), ...told };
    },
    weight: async ({ run, node, weight }) => {
      const { step, weights } = await this.runNamed(run).thread.snapshot(node);
      const found = weights.find(({ name }) => name.endsWith(`.${weight}`));
      if (found !== undefined) return { step, shape: found.shape, values: Float32Array.from(found.values) };
      throw new NetwrightError(
        'weight-unknown',
        text(
          `Node "${node}" of this run has no weight "${weight}".`,
          `此运行的节点“${node}”没有名为“${weight}”的权重。`,
        ),
      );
    },
    openData: ({ path }) => openData(path),
    listFolder: ({ path }) => listFolder(path),
    knownSets: async () => ({ sets: await knownSetsHere().list() }),
    downloadSet: async ({ set }) => ({ path: await knownSetsHere().bring(set) }),
    cancelDownload: async ({ set }) => {
      await knownSetsHere().cancel(set);
      return {};
    },
    preparing: () => Promise.resolve({ preparing: preparedImagesHere().list() }),
    cancelPreparing: ({ path }) => {
      preparedImagesHere().cancel(path);
      return Promise.resolve({});
    },
    describeData: async ({ document, node }) => reportOn(await samplesOf(document, node)),
    findDuplicates: ({ document, node }) => someDuplicates(document, node),
    browseSamples: async ({ document, node, from, epoch }) =>
      samplePage(await samplesOf(document, node), from, document.training.seed, epoch),
    samples: async ({ document, node, most, varied, first }) => {
      const dataset = await samplesOf(document, node);
      return varied === undefined
        ? sampleSet(dataset, most, first)
        : variedSet(dataset, document.training.seed, most ?? 1, varied);
    },
    preview: async ({ run, ...ask }) => {
      // A copy of the weights is all that it takes of a run.
      const trained = run === undefined ? undefined : await this.runNamed(run).thread.snapshot();
      // Data that cannot be had is as good as none.
      await prepareImages(ask.document).catch(() => {});
      return await this.previews.look({ ...ask, trained });
    },
    times: async ({ run }) => {
      const times = await this.runNamed(run).thread.times();
      return times === undefined ? {} : { times };
    },
    measure: async ({ document }) => {
      this.measuring?.stop();
      await prepareImages(document);
      this.measuring?.stop();
      this.measuring = measureApart(document);
      return await this.measuring.measured;
    },
    export: (ask) => this.export(ask),
    exportPytorch: (ask) => this.exportPytorch(ask),
    openModel: async (ask) =>
      'path' in ask ? await this.models.openAt(ask.path) : this.models.open(ask.name, ask.bytes, ask.beside),
    runModel: ({ model, on, document, sizes }) => this.models.run(model, on, document, sizes),
    modelTable: ({ model, name, bytes, sizes }) =>
      Promise.resolve(this.models.table(model, name, bytes, sizes)),
    compareModels: ({ models, on, document, sizes }) => this.models.compare(models, on, document, sizes),
    timeModel: ({ model, rows, sizes }) => this.models.time(model, rows, sizes),
    proposeSizes: ({ model }) => this.models.proposeSizes(model),
    importModel: async ({ model, sizes }) => {
      const imported = await this.models.import(model, (run) => this.runs.folderOf(run), sizes);
      await this.runs.labelNew(imported.run, imported.document.name).catch(() => {});
      return imported;
    },
    runs: () => this.list(),
    readRun: ({ run }) => this.runs.read(run),
    readHistograms: ({ run }) => this.runs.histograms(run),
    labelRun: ({ run, change }) => this.labelled.then(() => this.runs.label(run, change)),
    deleteRun: ({ run }) => this.inTurn(() => this.deleteRun(run)),
    continueRun: (ask) => this.inTurn(() => this.continueRun(ask)),
    startFromBest: (ask) => this.inTurn(() => this.startFromBest(ask)),
  };

  private async start({ document, options, weightsOf: run }: Ask<'start'>): Promise<Answer<'start'>> {
    const id = newRunId(document.name);
    const weightsOf =
      run === undefined
        ? {}
        : { weightsOf: { run, folder: this.runs.folderOf(run), fitting: true as const } };
    const order = { document, runFolder: this.runs.folderOf(id), ...weightsOf };
    return await this.begin(id, order, document, options);
  }

  private async continueRun({ run, epochs, options }: Ask<'continueRun'>): Promise<Answer<'continueRun'>> {
    const { document: before } = await this.runs.read(run);
    const training = { ...before.training, epochs: epochs ?? before.training.epochs };
    const document = { ...before, training };
    // Its folder can be taken up only when nobody holds it any more.
    await this.leave(run);
    const resume = { runFolder: this.runs.folderOf(run), ...(epochs !== undefined && { epochs }) };
    const started = await this.begin(run, { resume }, document, options);
    const { step } = started.resumedAt ?? { step: 0 };
    return { started, document, curves: await this.runs.curvesOf(run, step).catch(() => untold) };
  }

  private async startFromBest({ run, options }: Ask<'startFromBest'>): Promise<Answer<'startFromBest'>> {
    const { document } = await this.runs.read(run);
    const id = newRunId(document.name);
    const weightsOf = { run, folder: this.runs.folderOf(run) };
    const order = { document, runFolder: this.runs.folderOf(id), weightsOf };
    const started = await this.begin(id, order, document, options);
    return { started, document, curves: untold };
  }

  private async begin(
    id: string,
    train: RunToTrain,
    document: NetwrightDocument,
    options: RunOptions,
  ): Promise<RunStarted> {
    this.measuring?.stop();
    // The first frames may come before it is known that it could start.
    let isEnding = false;
    const onFrame = (frame: Frame): void => {
      isEnding = frame.state !== 'running' && frame.state !== 'paused';
      this.port.post(frame);
    };
    const thread = await startRun({ ...train, options, runId: id, onFrame });
    // Only a run that could start takes the place of the one before it.
    const previous = this.active;
    const active: ActiveRun = { id, document, thread, isEnding: () => isEnding, hasEnded: false };
    void thread.finished.then(() => {
      active.hasEnded = true;
    });
    this.active = active;
    if (previous !== undefined) void this.inTurn(() => previous.thread.close());
    // A run whose name cannot be written is still a run.
    if (!('resume' in train)) this.labelled = this.runs.labelNew(id, document.name).catch(() => {});
    return thread.started;
  }

  private async list(): Promise<Answer<'runs'>> {
    await this.labelled;
    if (this.active?.isEnding()) await this.active.thread.finished;
    return await this.runs.list();
  }

  private async deleteRun(run: string): Promise<Answer<'deleteRun'>> {
    await this.labelled;
    const { active } = this;
    if (active?.id === run && active.isEnding()) await active.thread.finished;
    if (active?.id === run && active.hasEnded) await this.leave(run);
    await this.runs.remove(run);
    return {};
  }

  /** Ends the thread of a run, where it is the one that is active. */
  private async leave(run: string): Promise<void> {
    if (this.active?.id !== run) return;
    const { thread } = this.active;
    this.active = undefined;
    await thread.close();
  }

  private async weightsOf(run: string, which: WhichWeights): Promise<SavedWeights> {
    const { active } = this;
    const isActive = active?.id === run;
    const known = isActive && active.isEnding() ? await active.thread.finished : undefined;
    if (!isActive || which === 'best') return await readTrainedWeights(await this.runs.present(run), which);
    const { document, thread } = active;
    return { document, ...(await thread.snapshot()), known, notice: undefined };
  }

  private async export({ run, weights, preprocessing: inside }: Ask<'export'>): Promise<Answer<'export'>> {
    const { known, notice, ...trained } = await this.weightsOf(run, weights);
    const { document, step } = trained;
    const model = await withFigures(trained, known);
    const { onnx, beside, preprocessing } = await exportModel(model, {
      inside,
      mostInside: this.limits.inside,
    });
    const told = { step, preprocessing, ...(notice && { notice }) };
    const prove = (file: ModelFile, name: string): Promise<Certificate> =>
      certifyModel(model, file, name, this.onnxruntime);
    if (beside === undefined && onnx.length <= this.limits.sent) {
      const certificate = await prove(wholeFile(onnx), `${document.name}.onnx`);
      return { ...told, onnx, certificate };
    }
    // What no message can carry is written where the run is kept, and its place is told.
    const path = join(this.runs.folderOf(run), 'export', 'model.onnx');
    await writeModelFile(path, onnx, beside);
    const files = [path, ...(beside === undefined ? [] : [join(dirname(path), beside.name)])];
    const sizeBytes = onnx.length + (beside?.data.length ?? 0);
    const certificate = await prove(await readModelFile(path), path);
    return { ...told, written: { files, sizeBytes }, certificate };
  }

  private async exportPytorch({ run, weights }: Ask<'exportPytorch'>): Promise<Answer<'exportPytorch'>> {
    const files = pytorchFiles(await this.weightsOf(run, weights));
    return { zip: zipSync(Object.fromEntries(files)), files: [...files.keys()] };
  }

  private runNamed(id: string): ActiveRun {
    if (this.active?.id === id) return this.active;
    throw new NetwrightError(
      'run-unknown',
      text(
        `There is no run "${id}" here any more; press Train to start another.`,
        `此处已没有运行“${id}”；请重新开始训练。`,
      ),
    );
  }

  /** Does the work when all that was asked for before is done, whether it succeeded or not. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.turnover.then(work, work);
    this.turnover = done.catch(() => {});
    return done;
  }
}
