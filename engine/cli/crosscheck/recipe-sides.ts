import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NetwrightDocument } from '../../document/schema.ts';
import { assetsFolder } from '../../hosts/installation.ts';
import { pytorchFiles } from '../../hosts/trained-model.ts';
import { prepareHere } from '../../hosts/training-thread.ts';
import { exportPytorch } from '../../interchange/pytorch/export.ts';
import { runEngine, type Values } from './engine-side.ts';

/** By how much each weight changes, by its name in the exported module: on this side, and by the exported train.py. */
export interface RecipeRun {
  readonly kernels: string;
  readonly ours: Values;
  readonly theirs: Values;
}

/** Trains a document whose data are one batch, an epoch for each step, from the same weights on both sides. */
export async function runRecipe(python: string, document: NetwrightDocument): Promise<RecipeRun> {
  const start = await runEngine(document, 0);
  const before = exportPytorch(document, valuesOf(start.weights)).tensors;
  const after = exportPytorch(document, valuesOf(await trainedWeights(document))).tensors;
  const folder = mkdtempSync(join(tmpdir(), 'netwright-recipe-'));
  try {
    const files = pytorchFiles({ document, weights: start.weights, step: 0 });
    for (const [name, bytes] of files) writeFileSync(join(folder, name), bytes);
    const task = {
      inputs: start.inputs.map(({ port, dtype, shape }) => ({ port, dtype, shape })),
      names: before.map(({ name }) => name),
    };
    writeFileSync(join(folder, 'task.json'), JSON.stringify(task));
    const bytes = start.inputs.map(
      ({ values }) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
    );
    writeFileSync(join(folder, 'inputs.bin'), Buffer.concat(bytes));
    const script = join(assetsFolder, 'bench', 'torch_recipe.py');
    const { status, stderr } = spawnSync(python, [script, folder], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr.trim().slice(-2000));
    const all = new Float32Array(Uint8Array.from(readFileSync(join(folder, 'weights.bin'))).buffer);
    let end = 0;
    const theirs = before.map(({ values }) => {
      end += values.length;
      return all.subarray(end - values.length, end);
    });
    const changes = (reached: readonly Float32Array[]): Values =>
      new Map(
        before.map(({ name, values }, i) => [
          `change ${name}`,
          values.map((value, word) => (reached[i]?.[word] ?? Number.NaN) - value),
        ]),
      );
    const ours = changes(after.map(({ values }) => values));
    return { kernels: start.kernels, ours, theirs: changes(theirs) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const valuesOf = (
  weights: readonly { readonly name: string; readonly values: Float32Array }[],
): ReadonlyMap<string, Float32Array> => new Map(weights.map(({ name, values }) => [name, values]));

async function trainedWeights(document: NetwrightDocument) {
  const { trainer, machine } = await prepareHere({ document, options: {}, run: 'crosscheck' });
  for (let step = 0; step < document.training.epochs; step++) trainer.step();
  const weights = trainer
    .weights()
    .map(({ name, values }) => ({ name, values: values.slice() as Float32Array }));
  machine.close();
  return weights;
}
