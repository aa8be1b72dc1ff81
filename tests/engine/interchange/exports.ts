import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { paramText } from '../../../engine/declaration/fields.ts';
import { requireRunnable } from '../../../engine/document/problem-text.ts';
import { readDocument } from '../../../engine/document/read.ts';
import type { DocumentNode, NetwrightDocument } from '../../../engine/document/schema.ts';
import { readFiles } from '../../../engine/hosts/data-files.ts';
import { kernelsHere, readPortableKernels } from '../../../engine/hosts/engine-parts.ts';
import { onnxruntimeVersion } from '../../../engine/hosts/onnxruntime.ts';
import { certify } from '../../../engine/interchange/onnx/certificate.ts';
import { exportOnnx } from '../../../engine/interchange/onnx/export.ts';
import type { EngineRecord } from '../../../engine/interchange/onnx/metadata.ts';
import type { Certificate } from '../../../engine/protocol/messages.ts';
import { kernelSource } from '../../../engine/runtime/faces.ts';
import { type Dataset, datasetsOf } from '../../../engine/training/dataset.ts';
import { prepareTraining } from '../../../engine/training/prepare.ts';
import { weightBytes } from '../../../engine/training/weights.ts';
import { onnxruntime } from '../onnx-runner.ts';

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const templateFolder = new URL('../../../assets/templates/', import.meta.url);

const fewSamples = 80;

/** A document as it is, but for images, signals and sequences, of which a few are enough; images are small where they may be. */
function withFewSamples(document: NetwrightDocument): NetwrightDocument {
  const sources = ['shapes', 'waveforms', 'sequences'];
  const takesAnySize = !document.nodes.some(({ type }) => type === 'flatten');
  const nodes = document.nodes.map((node) => {
    const source = paramText(node.params['source']);
    if (!sources.includes(source)) return node;
    const small = source === 'shapes' && takesAnySize ? { imageSize: 16 } : {};
    return { ...node, params: { ...node.params, count: fewSamples, ...small } };
  });
  return { ...document, nodes };
}

/** Networks with more channels than the first are narrowed to the second. */
const channelFields = ['outChannels', 'inChannels'];
const [manyChannels, fewChannels] = [64, 32];

/** A document as it is, but for networks with hundreds of channels, which keep their form with fewer. */
function narrowed(document: NetwrightDocument): NetwrightDocument {
  const all = [...document.nodes, ...document.blocks.flatMap(({ nodes }) => nodes)];
  const widest = Math.max(
    ...all.flatMap(({ params }) => channelFields.map((field) => Number(params[field] ?? 0))),
  );
  if (widest <= manyChannels) return document;
  const narrow = (nodes: readonly DocumentNode[]): DocumentNode[] =>
    nodes.map((node) => ({
      ...node,
      params: Object.fromEntries(
        Object.entries(node.params).map(([field, value]) => [
          field,
          channelFields.includes(field) ? Math.ceil((Number(value) * fewChannels) / widest) : value,
        ]),
      ),
    }));
  const blocks = document.blocks.map((block) => ({ ...block, nodes: narrow(block.nodes) }));
  return { ...document, nodes: narrow(document.nodes), blocks };
}

/** The templates that can be trained, by id; those of images, signals and sequences with few samples, wide ones narrowed. */
export const templates: ReadonlyMap<string, NetwrightDocument> = new Map(
  readdirSync(templateFolder)
    .filter((name) => name.endsWith('.netwright.json') && name !== 'empty.netwright.json')
    .map((name) => [
      name.replace('.netwright.json', ''),
      narrowed(withFewSamples(readDocument(readFileSync(new URL(name, templateFolder), 'utf8'), name))),
    ]),
);

/** A network with its weights at some moment, as a run would hand it over. */
export interface Trained {
  readonly document: NetwrightDocument;
  readonly datasets: readonly Dataset[];
  readonly weights: ReadonlyMap<string, Float32Array>;
  readonly engine: EngineRecord;
}

/** Trains in this thread for some epochs; none leaves the weights as they are drawn. */
export async function trained(document: NetwrightDocument, epochs: number): Promise<Trained> {
  const settled = { ...document, training: { ...document.training, epochs: Math.max(1, epochs) } };
  const { trainer, machine } = await prepareTraining({
    document: settled,
    options: { threads: 1 },
    run: 'test',
    surroundings: {
      threads: 1,
      spareBytes: Infinity,
      kernels: kernelsHere,
      spawn: () => Promise.reject(new Error('one thread is enough')),
      readFiles,
    },
  });
  while (trainer.epochsFinished < epochs) trainer.step();
  const tensors = trainer.weights();
  const engine: EngineRecord = {
    version: '1.2.3',
    step: trainer.stepsTaken,
    weightsSha256: sha256(weightBytes(tensors)),
    ...trainer.measure(),
  };
  machine.close();
  return {
    document: settled,
    datasets: await datasetsOf(settled, requireRunnable(settled).data, readFiles),
    weights: new Map(tensors.map(({ name, values }) => [name, values as Float32Array])),
    engine,
  };
}

export const exported = ({ document, weights, engine }: Trained): Uint8Array =>
  exportOnnx({ document, weights, engine }).onnx;

/** The certificate of a file against a network, with the real onnxruntime and the portable kernels. */
export async function certified(onnx: Uint8Array, against: Trained): Promise<Certificate> {
  return certify({
    file: 'a.onnx',
    onnx,
    document: against.document,
    weights: against.weights,
    weightsSha256: against.engine.weightsSha256,
    samples: new Map(against.datasets.map(({ node, samples }) => [node, samples])),
    source: kernelSource({ face: 'portable', module: await readPortableKernels() }),
    runOnnx: onnxruntime.run,
    onnxruntimeVersion,
    sha256,
  });
}
