import { parentPort, workerData } from 'node:worker_threads';
import { proposeSizes } from '../interchange/onnx/import/propose-sizes.ts';
import { latencyOf, timedRuns } from '../interchange/onnx/latency.ts';
import { preparedShape, rowsPreparer } from '../interchange/onnx/preprocessing.ts';
import { readModel } from '../interchange/onnx/read-model.ts';
import { readGraph } from '../interchange/onnx/reading/read-graph.ts';
import { GraphMachine } from '../interchange/onnx/reading/run-graph.ts';
import type { TensorValue } from '../interchange/onnx/run-onnx.ts';
import { type TimedInput, timedNetwork } from '../interchange/onnx/timed-network.ts';
import type { ProposedSizes } from '../protocol/model-messages.ts';
import { chooseKernels } from '../runtime/faces.ts';
import { kernelsHere } from './engine-parts.ts';
import { importOnnx, keepImported, remarksOn, tryImported } from './imported-model.ts';
import type { ModelAnswer, ModelOrder, ModelWork, ModelWorks } from './model-work.ts';
import { refusalOf } from './refusal.ts';

/** Entry of the thread that works on one opened model. */
const port = parentPort;
if (port === null) throw new Error('model-worker is started as a worker thread');
const post = (answer: ModelAnswer): void => port.postMessage(answer);

async function importModel({
  onnx,
  file,
  folder,
  sizes,
}: ModelWorks['import']['ask']): Promise<ModelWorks['import']['answer']> {
  const imported = await importOnnx(onnx, file, sizes);
  await keepImported(imported, folder, file);
  const { document, model } = imported;
  return {
    document,
    trial: model && (await tryImported(imported, model)),
    remarks: remarksOn(imported),
  };
}

interface FedInput {
  readonly name: string;
  readonly shape: readonly number[];
  /** Raw values are prepared anew each time. */
  readonly values: () => ArrayLike<number>;
}

function fedInput({ name, preparation }: TimedInput, { dims, data }: TensorValue): FedInput {
  if (preparation === undefined) {
    const values = Float64Array.from(data as Float32Array, Number);
    return { name, shape: dims, values: () => values };
  }
  const raw = { dims, data: data as Uint8Array | Float64Array };
  return { name, shape: preparedShape(dims, preparation), values: rowsPreparer(preparation, raw) };
}

async function time({ onnx, file, feed }: ModelWorks['time']['ask']): Promise<ModelWorks['time']['answer']> {
  const source = await chooseKernels('auto', kernelsHere);
  const { network, inputs } = timedNetwork(readModel(onnx.bytes, file, onnx.beside), file);
  const fed = inputs.flatMap((input) => {
    const value = feed[input.from];
    return value === undefined ? [] : [fedInput(input, value)];
  });
  const given = new Map(fed.map(({ name, shape }) => [name, { shape }]));
  const machine = await GraphMachine.build(readGraph(network, file, given), source);
  try {
    const run = (): number => {
      const begin = performance.now();
      machine.run(new Map(fed.map(({ name, values }) => [name, values()])));
      return performance.now() - begin;
    };
    // The first run finds caches cold, as it does in onnxruntime.
    run();
    const runs = timedRuns(run());
    return { latency: latencyOf(Array.from({ length: runs }, run)), kernels: source.label };
  } finally {
    machine.close();
  }
}

function answerTo({ work, ask }: ModelOrder): Promise<ModelWorks[ModelWork]['answer']> | ProposedSizes {
  switch (work) {
    case 'import':
      return importModel(ask);
    case 'proposeSizes':
      return proposeSizes(readModel(ask.onnx.bytes, ask.file, ask.onnx.beside), ask.file);
    case 'time':
      return time(ask);
  }
}

try {
  post({ answer: await answerTo(workerData as ModelOrder) });
} catch (error) {
  post({ refused: refusalOf(error) });
}
