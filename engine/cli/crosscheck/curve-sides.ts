import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { rowsOf } from '../../data/sources/rows.ts';
import { elementCount } from '../../declaration/tensor-type.ts';
import { onlyDataNode, withFilesIn } from '../../document/data-of-node.ts';
import type { NetwrightDocument } from '../../document/schema.ts';
import { chosen, settingsOf } from '../../document/training-settings.ts';
import { openData } from '../../hosts/data-files.ts';
import { samplesOf } from '../../hosts/document-samples.ts';
import { assetsFolder } from '../../hosts/installation.ts';
import { startRun } from '../../hosts/run-thread.ts';
import { openTemplateOrFile } from '../../hosts/templates.ts';
import { pytorchFiles } from '../../hosts/trained-model.ts';
import { prepareHere } from '../../hosts/training-thread.ts';
import { rateFactor } from '../../schedules/rate-factor.ts';
import type { Dataset } from '../../training/dataset.ts';
import type { Curve } from './curves.ts';

/** Called after each epoch of a run. */
type Told = (epoch: number) => void;

/** ResNet-20 with its own recipe on the images that lie there. */
export async function curveDocument(data: string, epochs: number): Promise<NetwrightDocument> {
  const { document } = await openTemplateOrFile('resnet');
  const { document: onData } = withFilesIn(document, onlyDataNode(document).id, await openData(data));
  return { ...onData, training: { ...onData.training, epochs, batchSize: 64 } };
}

export async function engineCurve(document: NetwrightDocument, seed: number, told: Told): Promise<Curve> {
  const curve: Curve[number][] = [];
  const thread = await startRun({
    document: { ...document, training: { ...document.training, seed } },
    runId: `curve-${seed}`,
    watch: 'none',
    onFrame({ epochsEnded }) {
      for (const { epoch, train, test = train } of epochsEnded) {
        curve.push({ train, test });
        told(epoch);
      }
    },
  });
  const { failure } = await thread.finished;
  await thread.close();
  if (failure !== undefined) throw new Error(failure.message.en);
  return curve;
}

/** A folder with the network as a module, the images and the recipe, for PyTorch. */
export interface TorchCurves {
  train(seed: number, told: Told): Promise<Curve>;
  remove(): void;
}

export async function torchCurves(python: string, document: NetwrightDocument): Promise<TorchCurves> {
  const folder = mkdtempSync(join(tmpdir(), 'netwright-curve-'));
  const { trainer, machine } = await prepareHere({ document, options: {}, run: 'curve' });
  for (const [name, bytes] of pytorchFiles({ document, weights: trainer.weights(), step: 0 }))
    writeFileSync(join(folder, name), bytes);
  machine.close();
  const dataset = await samplesOf(document, onlyDataNode(document).id);
  const { labels, task } = taskOf(document, dataset);
  writeImages(join(folder, 'images.bin'), dataset);
  writeFileSync(join(folder, 'labels.bin'), new Uint8Array(labels.buffer));
  writeFileSync(join(folder, 'task.json'), JSON.stringify(task));
  return {
    train: (seed, told) => trainTorch(python, folder, seed, told),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The bytes of all images, those to train on first. */
function writeImages(path: string, { sample, samples, split }: Dataset): void {
  const { from, size, start } = rowsOf(samples.x, elementCount(sample.input.shape));
  const file = openSync(path, 'w');
  for (const rows of [split.train, split.test])
    for (const row of rows) writeSync(file, from, start(row), size);
  closeSync(file);
}

/** What PyTorch is to do, with every number of the recipe as the engine has it. */
function taskOf(document: NetwrightDocument, { sample, samples, split }: Dataset) {
  const { training } = document;
  const { y, scaling, augmentation } = samples;
  if (scaling === undefined) throw new Error('images are bytes');
  const rows = [...split.train, ...split.test];
  const steps = training.epochs * Math.ceil(split.train.length / training.batchSize);
  const schedule = chosen(training, 'schedule');
  const { epochs, warmupSteps } = training;
  const factor = rateFactor(schedule.definition, schedule.params, {
    stepsPerEpoch: steps / epochs,
    steps,
    warmupSteps,
  });
  return {
    labels: Int32Array.from(rows, (row) => y[row] as number),
    task: {
      threads: availableParallelism(),
      shape: sample.input.shape,
      train: split.train.length,
      batch: training.batchSize,
      epochs,
      rates: Array.from({ length: steps }, (_, t) => training.learningRate * factor(t)),
      momentum: chosen(training, 'optimizer').params['beta'],
      l2: settingsOf(training, 'regularisation').l2,
      crop: augmentation?.crop ?? 0,
      flip: augmentation?.flip ?? false,
      scale: [...scaling.scale],
      shift: [...scaling.shift],
    },
  };
}

async function trainTorch(python: string, folder: string, seed: number, told: Told): Promise<Curve> {
  const script = join(assetsFolder, 'bench', 'torch_curve.py');
  const child = spawn(python, [script, folder, `${seed}`], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // Threads that wait by spinning take each other's time where other programs run too.
    env: { ...process.env, OMP_WAIT_POLICY: 'PASSIVE' },
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    complaints = (complaints + part).slice(-2000);
  });
  const curve: Curve[number][] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const { epoch, ...metrics } = JSON.parse(line) as Curve[number] & { readonly epoch: number };
    curve.push(metrics);
    told(epoch);
  }
  if ((await ended) !== 0) throw new Error(complaints.trim());
  return curve;
}
