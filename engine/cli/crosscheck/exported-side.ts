import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NetwrightDocument } from '../../document/schema.ts';
import { assetsFolder } from '../../hosts/installation.ts';
import { pytorchFiles } from '../../hosts/trained-model.ts';
import type { EngineRun } from './engine-side.ts';

/** Predictions of the module that a document is exported as. Throws with what Python said when it fails. */
export function runExported(python: string, document: NetwrightDocument, engine: EngineRun): Float32Array {
  const folder = mkdtempSync(join(tmpdir(), 'netwright-exported-'));
  try {
    const files = pytorchFiles({ document, weights: engine.weights, step: 0 });
    for (const [name, bytes] of files) writeFileSync(join(folder, name), bytes);
    const inputs = engine.inputs.filter(({ port }) => port === 'x');
    writeFileSync(
      join(folder, 'inputs.json'),
      JSON.stringify(inputs.map(({ shape, dtype }) => ({ shape, dtype }))),
    );
    const bytes = inputs.map(
      ({ values }) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
    );
    writeFileSync(join(folder, 'inputs.bin'), Buffer.concat(bytes));
    const script = join(assetsFolder, 'bench', 'torch_exported.py');
    const { status, stderr } = spawnSync(python, [script, folder], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr.trim().slice(-2000));
    return new Float32Array(Uint8Array.from(readFileSync(join(folder, 'outputs.bin'))).buffer);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
