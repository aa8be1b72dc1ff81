import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalogue } from '../../document/catalogue.ts';
import { completeParams } from '../../document/check-params.ts';
import { flatten } from '../../document/flatten.ts';
import type { NetwrightDocument } from '../../document/schema.ts';
import { topologyOf } from '../../document/topology.ts';
import { chosen } from '../../document/training-settings.ts';
import { assetsFolder } from '../../hosts/installation.ts';
import { decay } from './cases.ts';
import type { EngineRun, Values } from './engine-side.ts';

export interface TorchRun {
  readonly version: string;
  readonly values: Values;
}

/** Has PyTorch compute the same from the same weights and samples. Throws with what Python said when it fails. */
export function runTorch(
  python: string,
  document: NetwrightDocument,
  engine: EngineRun,
  steps: number,
): TorchRun {
  const folder = mkdtempSync(join(tmpdir(), 'netwright-crosscheck-'));
  try {
    const words: (Float32Array | Int32Array)[] = [];
    let offset = 0;
    const place = (values: Float32Array | Int32Array) => {
      const at = { offset, words: values.length };
      words.push(values);
      offset += values.length;
      return at;
    };
    const weights = engine.weights.map(({ name, shape, trained, values }) => ({
      name,
      shape,
      trained,
      dtype: 'float32',
      ...place(values),
    }));
    const inputs = engine.inputs.map(({ port, dtype, shape, values }) => ({
      port,
      dtype,
      shape,
      ...place(values),
    }));
    const { definition, params } = chosen(document.training, 'optimizer');
    const task = {
      threads: availableParallelism(),
      steps,
      nodes: nodesOf(document),
      data: 'data',
      loss: 'loss',
      weights,
      inputs,
      optimizer: { type: definition.type, params },
      learningRate: document.training.learningRate,
      decay,
      // Weights of more than one dimension; biases and norms are left alone.
      decayed: weights.filter(({ shape }) => shape.length > 1).map(({ name }) => name),
    };
    writeFileSync(join(folder, 'task.json'), JSON.stringify(task));
    const bytes = words.map((values) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    writeFileSync(join(folder, 'values.bin'), Buffer.concat(bytes));
    const script = join(assetsFolder, 'bench', 'torch_crosscheck.py');
    const { status, stderr } = spawnSync(python, [script, folder], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr.trim().slice(-2000));
    return readResults(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Nodes in the order in which they are computed, each with where its inputs come from. */
function nodesOf(document: NetwrightDocument): object[] {
  const { order, into } = topologyOf(flatten(document));
  return order.map(({ id, name, type, params, frozen = false }) => ({
    id,
    name,
    type,
    frozen,
    params: completeParams(catalogue.get(type)?.fields ?? {}, params),
    inputs: Object.fromEntries((into.get(id) ?? []).map(({ from, to }) => [to.port, [from.node, from.port]])),
  }));
}

interface ResultsFile {
  readonly version: string;
  readonly results: readonly { readonly kind: string; readonly name: string; readonly words: number }[];
}

function readResults(folder: string): TorchRun {
  const { version, results } = JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8')) as ResultsFile;
  const bytes = Uint8Array.from(readFileSync(join(folder, 'results.bin')));
  const all = new Float32Array(bytes.buffer);
  let at = 0;
  const values = new Map(
    results.map(({ kind, name, words }) => {
      at += words;
      return [`${kind} ${name}`, all.subarray(at - words, at)];
    }),
  );
  return { version, values };
}
