import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { NamedTensors, OnnxAnswers, TensorValue } from '../interchange/onnx/run-onnx.ts';
import type { FromOrtChild, OrtJob, ToOrtChild } from './ort-messages.ts';

/**
 * The process that onnxruntime lives in. It answers jobs one after the other and ends when its parent lets go of it;
 * a crash in the native library takes down this process only.
 */
interface ParentPort {
  postMessage(message: FromOrtChild): void;
  on(event: 'message', listener: (event: { readonly data: ToOrtChild }) => void): void;
}

/** Electron's utility processes have a port where Node's forked ones have process.send. */
const parentPort = (process as { readonly parentPort?: ParentPort }).parentPort;

const reply: (message: FromOrtChild) => void =
  parentPort === undefined ? (message) => process.send?.(message) : parentPort.postMessage.bind(parentPort);

function listen(onMessage: (message: ToOrtChild) => void): void {
  if (parentPort !== undefined) parentPort.on('message', (event) => onMessage(event.data));
  else process.on('message', (message) => onMessage(message as ToOrtChild));
}

/** One thread, as every result is small, and silent: what matters comes back as an error. */
const options: InferenceSession.SessionOptions = {
  executionProviders: ['cpu'],
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  logSeverityLevel: 4,
};

/** A model in memory has no folder of its own. */
function optionsOf({ folder, files }: OrtJob): InferenceSession.SessionOptions {
  if (folder !== undefined) {
    return { ...options, extra: { session: { model_external_initializers_file_folder_path: folder } } };
  }
  // A leading ./ is taken away here but not from the places that the model names.
  const externalData = [...(files ?? [])].map(([location, data]) => ({ path: `./${location}`, data }));
  return externalData.length === 0 ? options : { ...options, externalData };
}

async function run(job: OrtJob): Promise<OnnxAnswers> {
  const { model, feeds, wanted } = job;
  const session = await InferenceSession.create(model, optionsOf(job));
  try {
    const outputs: NamedTensors[] = [];
    const eachMs: number[] = [];
    for (const feed of feeds) {
      const tensors = Object.fromEntries(
        Object.entries(feed).map(([name, value]) => [name, toTensor(value)]),
      );
      const started = performance.now();
      const answer = await (wanted === undefined ? session.run(tensors) : session.run(tensors, wanted));
      eachMs.push(performance.now() - started);
      outputs.push(
        Object.fromEntries(Object.entries(answer).map(([name, tensor]) => [name, fromTensor(name, tensor)])),
      );
    }
    return { outputs, eachMs };
  } finally {
    await session.release();
  }
}

function toTensor({ data, dims, dtype }: TensorValue): Tensor {
  const type = dtype ?? (data instanceof Float32Array ? 'float32' : undefined);
  // The constructor's types want each element type with its own array type; it checks the pair itself.
  if (type !== undefined) return new Tensor(type as 'float32', data as Float32Array, dims);
  return new Tensor(data as Float32Array, dims);
}

function fromTensor(name: string, tensor: InferenceSession.OnnxValueMapType[string]): TensorValue {
  if (!(tensor instanceof Tensor)) throw new Error(`output ${name} is not a tensor`);
  return { dims: [...tensor.dims], data: tensor.data, dtype: tensor.type };
}

async function answer({ id, job }: ToOrtChild): Promise<void> {
  try {
    reply({ id, answers: await run(job) });
  } catch (error) {
    reply({ id, error: error instanceof Error ? error.message : String(error) });
  }
}

let queue = Promise.resolve();
listen((message) => {
  queue = queue.then(() => answer(message));
});
if (parentPort === undefined) process.on('disconnect', () => process.exit(0));
