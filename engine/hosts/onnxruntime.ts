import { fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { NetwrightError } from '../declaration/problem.ts';
import { text } from '../declaration/text.ts';
import type { ModelFile } from '../interchange/onnx/external-data.ts';
import type { NamedTensors, OnnxAnswers, RunOnnx } from '../interchange/onnx/run-onnx.ts';
import { partUrl } from './engine-parts.ts';
import type { FromOrtChild, OrtJob, OrtProcess } from './ort-messages.ts';

/**
 * The parent's side of onnxruntime: starts its process when there is work, keeps it for a few seconds of more work, and
 * turns a refusal, a crash or silence into a NetwrightError.
 */
export interface OnnxruntimeOptions {
  /** How to start the process; by default Node's own fork. Electron's utility process brings its own way. */
  readonly start?: () => OrtProcess;
  /** Silence after which the process counts as hung, for one call of `run`. */
  readonly timeoutMs?: number;
  /** How long an idle process is kept. */
  readonly idleMs?: number;
}

export interface Onnxruntime {
  readonly run: RunOnnx;
  /** Ends the process; jobs under way are refused. A later `run` starts another. */
  close(): void;
}

interface Waiting {
  resolve(answers: OnnxAnswers): void;
  reject(error: NetwrightError): void;
  readonly timer: NodeJS.Timeout;
}

export function createOnnxruntime(options: OnnxruntimeOptions = {}): Onnxruntime {
  const { start = () => forkOrtChild(), timeoutMs = 5 * 60_000, idleMs = 5_000 } = options;
  let current: OrtProcess | undefined;
  let idle: NodeJS.Timeout | undefined;
  let nextId = 1;
  const waiting = new Map<number, Waiting>();

  /** Lets go of the process and refuses what it still owed. */
  function drop(reason: string): void {
    clearTimeout(idle);
    current = undefined;
    const owed = [...waiting.values()];
    waiting.clear();
    for (const job of owed) {
      clearTimeout(job.timer);
      job.reject(ended(reason));
    }
  }

  function settle(message: FromOrtChild): void {
    const job = waiting.get(message.id);
    if (job === undefined) return;
    waiting.delete(message.id);
    clearTimeout(job.timer);
    if (waiting.size === 0) {
      current?.hold(false);
      idle = setTimeout(close, idleMs).unref();
    }
    if ('answers' in message) job.resolve(message.answers);
    else job.reject(refused(message.error));
  }

  function running(): OrtProcess {
    if (current !== undefined) return current;
    const started = start();
    started.onMessage((message) => {
      if (started === current) settle(message);
    });
    started.onExit((reason) => {
      if (started === current) drop(reason);
    });
    current = started;
    return started;
  }

  function close(reason = 'it was closed'): void {
    const ending = current;
    drop(reason);
    ending?.kill();
  }

  function run(
    model: Uint8Array,
    feeds: readonly NamedTensors[],
    wanted?: readonly string[],
    outside?: Pick<ModelFile, 'beside' | 'folder'>,
  ): ReturnType<RunOnnx> {
    clearTimeout(idle);
    return new Promise((resolve, reject) => {
      const id = nextId++;
      const timer = setTimeout(() => close(`no answer within ${timeoutMs / 1000} s`), timeoutMs);
      waiting.set(id, { resolve, reject, timer });
      const { folder, beside } = outside ?? {};
      const files = folder === undefined ? beside : undefined;
      const job: OrtJob = { model, feeds, wanted, folder, files };
      try {
        const target = running();
        target.hold(true);
        target.post({ id, job });
      } catch (error) {
        close(error instanceof Error ? error.message : String(error));
      }
    });
  }

  return { run, close: () => close() };
}

const refused = (reason: string): NetwrightError =>
  new NetwrightError(
    'onnxruntime-refused',
    text(`onnxruntime cannot run this model: ${reason}`, `onnxruntime 无法运行该模型：${reason}`),
  );

const ended = (reason: string): NetwrightError =>
  new NetwrightError(
    'onnxruntime-ended',
    text(
      `The onnxruntime process ended before it answered: ${reason}. Training and documents are not affected.`,
      `onnxruntime 进程在给出结果之前已结束：${reason}。训练与文档不受影响。`,
    ),
  );

/** Of the process's last words, what is worth repeating. */
const stderrKept = 2000;

/** Starts the process with Node's fork. */
export function forkOrtChild(file: string | URL = partUrl('ort-child.js')): OrtProcess {
  const child = fork(file, [], {
    serialization: 'advanced',
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let lastWords = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    lastWords = (lastWords + chunk).slice(-stderrKept);
  });
  let startError: Error | undefined;
  child.on('error', (error) => (startError = error));
  return {
    post: (message) => {
      child.send(message, (error) => {
        if (error !== null) child.kill('SIGKILL');
      });
    },
    onMessage: (listener) => child.on('message', (message) => listener(message as FromOrtChild)),
    onExit: (listener) => {
      let told = false;
      const tell = (reason: string): void => {
        if (told) return;
        told = true;
        listener(reason);
      };
      child.once('error', (error) => tell(error.message));
      child.once('close', (code, signal) => {
        const how = startError?.message ?? (signal === null ? `exit code ${code}` : `signal ${signal}`);
        const words = lastWords.trim();
        tell(words === '' ? how : `${how}: ${words}`);
      });
    },
    hold: (held) => {
      if (held) {
        child.ref();
        child.channel?.ref();
      } else {
        child.unref();
        child.channel?.unref();
        // The pipe is a handle of its own.
        (child.stderr as { unref?: () => void } | null)?.unref?.();
      }
    },
    kill: () => child.kill('SIGKILL'),
  };
}

/** The version of the onnxruntime that runs models. */
export const onnxruntimeVersion: string = (
  createRequire(import.meta.url)('onnxruntime-node/package.json') as { readonly version: string }
).version;
