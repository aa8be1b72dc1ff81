import { availableParallelism } from 'node:os';
import { NetwrightError } from '../declaration/problem.ts';
import { text } from '../declaration/text.ts';
import type { NetwrightDocument } from '../document/schema.ts';
import type { InspectedModel } from '../interchange/onnx/inspect.ts';
import { type ModelRows, runModel } from '../interchange/onnx/run-model.ts';
import { checkIncoming, requestId } from '../protocol/incoming.ts';
import type { Answer, Ask, Control, RequestMessage, RequestName } from '../protocol/messages.ts';
import { chooseKernels } from '../runtime/faces.ts';
import { sampleSet, samplesOf } from './document-samples.ts';
import { kernelsHere } from './engine-parts.ts';
import { newRunId, runFolderFor, version } from './installation.ts';
import { type Measuring, measureApart } from './measuring.ts';
import { createOnnxruntime, type Onnxruntime } from './onnxruntime.ts';
import { describeModel, inspectBytes, testRows } from './opened-model.ts';
import type { EngineSession, Port } from './port.ts';
import { refusalOf } from './refusal.ts';
import { type RunThread, startRun } from './run-thread.ts';
import { certifyModel, exportModel, measureModel } from './trained-model.ts';

/** Models are held whole in memory; the one that was opened longest ago gives way. */
const mostModels = 8;

export interface SessionOptions {
  /** Where onnxruntime runs; a process of its own that the session starts when it is needed, without it. */
  readonly onnxruntime?: Onnxruntime;
  /** Folder for a new run of that name. */
  readonly runFolderFor?: (runId: string) => string;
}

/** Serves one connected studio: its questions are answered one for one, its newest run is the one that trains. */
export const openEngineSession = (port: Port, options: SessionOptions = {}): EngineSession =>
  new StudioSession(port, options);

interface ActiveRun {
  readonly id: string;
  readonly document: NetwrightDocument;
  readonly thread: RunThread;
}

class StudioSession implements EngineSession {
  private readonly port: Port;
  private readonly onnxruntime: Onnxruntime;
  private readonly folderFor: (runId: string) => string;
  private readonly models = new Map<string, InspectedModel>();
  private nextModel = 1;
  private active: ActiveRun | undefined;
  /** The last measuring that was asked for, going on or done. */
  private measuring: Measuring | undefined;
  /** Runs begin and end one after the other, so that two are never active. */
  private turnover: Promise<unknown> = Promise.resolve();
  private closed: Promise<void> | undefined;

  constructor(port: Port, options: SessionOptions) {
    this.port = port;
    this.onnxruntime = options.onnxruntime ?? createOnnxruntime();
    this.folderFor = options.runFolderFor ?? runFolderFor;
    port.onMessage((message) => this.receive(message));
  }

  close(): Promise<void> {
    this.measuring?.stop();
    this.closed ??= this.inTurn(async () => {
      await this.active?.thread.close();
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
    samples: ({ document, node, most }) => Promise.resolve(sampleSet(samplesOf(document, node), most)),
    times: async ({ run }) => {
      const times = await this.runNamed(run).thread.times();
      return times === undefined ? {} : { times };
    },
    measure: ({ document }) => {
      this.measuring?.stop();
      this.measuring = measureApart(document);
      return this.measuring.measured;
    },
    export: ({ run }) => this.export(this.runNamed(run)),
    openModel: ({ name, bytes }) => {
      const model = inspectBytes(bytes, name);
      const id = `model-${this.nextModel++}`;
      this.models.set(id, model);
      const [oldest] = this.models.keys();
      if (this.models.size > mostModels && oldest !== undefined) this.models.delete(oldest);
      return Promise.resolve(describeModel(model, id));
    },
    runModel: ({ model, on }) => {
      const opened = this.modelNamed(model);
      const rows: ModelRows = 'data' in on ? testRows(opened) : on;
      return runModel(opened, rows, this.onnxruntime.run);
    },
  };

  private async start({ document, options }: Ask<'start'>): Promise<Answer<'start'>> {
    this.measuring?.stop();
    const id = newRunId(document.name);
    const thread = await startRun({
      document,
      options,
      runId: id,
      runFolder: this.folderFor(id),
      onFrame: (frame) => this.port.post(frame),
    });
    // Only a run that could start takes the place of the one before it.
    const previous = this.active;
    this.active = { id, document, thread };
    if (previous !== undefined) void this.inTurn(() => previous.thread.close());
    return thread.started;
  }

  private async export({ document, thread }: ActiveRun): Promise<Answer<'export'>> {
    const model = await measureModel({ document, ...(await thread.snapshot()) });
    const onnx = exportModel(model);
    const certificate = await certifyModel(model, onnx, `${document.name}.onnx`, this.onnxruntime);
    return { onnx, certificate };
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

  private modelNamed(id: string): InspectedModel {
    const model = this.models.get(id);
    if (model !== undefined) return model;
    throw new NetwrightError(
      'model-unknown',
      text(
        `The model "${id}" is not open any more; open its file again.`,
        `模型“${id}”已不再打开；请重新打开其文件。`,
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
