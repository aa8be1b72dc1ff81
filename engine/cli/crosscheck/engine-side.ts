import { copyRow, rowSource } from '../../data/sources/rows.ts';
import { elementCount } from '../../declaration/tensor-type.ts';
import { requireRunnable } from '../../document/problem-text.ts';
import type { NetwrightDocument } from '../../document/schema.ts';
import { readFiles } from '../../hosts/data-files.ts';
import { prepareHere } from '../../hosts/training-thread.ts';
import { type Dataset, datasetsOf } from '../../training/dataset.ts';
import { viewOf } from '../../training/weights.ts';

/** What one side computed: values by `kind name`. */
export type Values = ReadonlyMap<string, Float32Array>;

export interface EngineRun {
  readonly kernels: string;
  readonly weights: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly trained: boolean;
    readonly values: Float32Array;
  }[];
  /** Samples of the one batch, by port. */
  readonly inputs: readonly {
    readonly port: string;
    readonly dtype: 'float32' | 'int32';
    readonly shape: readonly number[];
    readonly values: Float32Array | Int32Array;
  }[];
  readonly values: Values;
}

/**
 * Logits, then `steps` steps on one batch: losses, and of the first step gradients and statistics. All of it begins after
 * `before` steps.
 */
export async function runEngine(document: NetwrightDocument, steps: number, before = 0): Promise<EngineRun> {
  const { trainer, machine, started } = await prepareHere({
    document,
    options: {},
    run: 'crosscheck',
    compile: { evaluateBatch: document.training.batchSize },
  });
  const { plan, arena } = machine;
  for (let step = 0; step < before; step++) trainer.step();
  const values = new Map<string, Float32Array>();
  const copies = plan.weights.map((weight) => ({
    name: weight.name,
    shape: weight.shape,
    trained: weight.gradient !== undefined,
    values: viewOf(weight, arena).slice() as Float32Array,
  }));

  const datasets = new Map(
    (await datasetsOf(document, requireRunnable(document).data, readFiles)).map((dataset) => [
      dataset.node,
      dataset,
    ]),
  );
  const inputs = plan.inputs.map(({ node, port, dtype, shape }) => {
    const { samples } = datasets.get(node) as Dataset;
    const size = elementCount(shape);
    const rows = rowSource(samples, port, size);
    const values = new (dtype === 'int32' ? Int32Array : Float32Array)(samples.count * size);
    for (let row = 0; row < samples.count; row++) copyRow(rows, row, values, row * size);
    return { port, dtype, shape: [samples.count, ...shape], values };
  });
  trainer.measure();
  const { evaluate } = plan.programs;
  for (const prediction of evaluate.predictions.slice(0, 1))
    values.set('logits ', viewOf(prediction, arena).slice() as Float32Array);

  for (let step = 0; step < steps; step++) {
    trainer.step();
    values.set(`loss ${step}`, Float32Array.of(trainer.lastLoss));
    if (step > 0) continue;
    for (const weight of plan.weights) {
      const { gradient: at } = weight;
      if (at === undefined)
        values.set(`statistic ${weight.name}`, viewOf(weight, arena).slice() as Float32Array);
      else values.set(`gradient ${weight.name}`, arena.floats.slice(at, at + elementCount(weight.shape)));
    }
  }
  trainer.step();
  values.set('loss end', Float32Array.of(trainer.lastLoss));
  machine.close();
  return {
    kernels: started.kernels,
    weights: copies,
    inputs,
    values,
  };
}
