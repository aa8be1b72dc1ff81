import { NetwrightError } from '../../declaration/problem.ts';
import { sameShape, shapeText } from '../../declaration/tensor-type.ts';
import { type Text, text } from '../../declaration/text.ts';
import type { KernelSource } from '../../runtime/faces.ts';
import { readModel, readTensorFile } from './read-model.ts';
import { type Constant, readConstant } from './reading/constant.ts';
import { UnsupportedModel } from './reading/misfit.ts';
import { type GivenInput, readGraph } from './reading/read-graph.ts';
import { GraphMachine, type GraphOutput } from './reading/run-graph.ts';

/** A file of a case, and what it is called in sentences. */
export interface CaseFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A model with inputs and the outputs that it must give for them. */
export interface ConformanceCase {
  readonly model: CaseFile;
  readonly sets: readonly { readonly inputs: readonly CaseFile[]; readonly outputs: readonly CaseFile[] }[];
}

export interface CaseResult {
  /** What the case is counted under: the operator that is missing, else the model's last. */
  readonly op: string;
  readonly outcome: 'passed' | 'failed' | 'unsupported';
  /** The largest difference found; undefined where none was measured. */
  readonly maxAbsDiff: number | undefined;
  /** Why it did not pass. */
  readonly reason: Text | undefined;
}

/** |Δ| ≤ absolute + relative · |expected|. */
export const conformanceTolerances = { relative: 1e-3, absolute: 1e-5 } as const;

/**
 * Runs a case on these kernels. A plan is made for certain shapes and indices, so the graph is read for the case's own values:
 * float32 is computed by the engine, whole numbers and conditions are worked out before. Never throws for what is in the files.
 */
export async function runCase(files: ConformanceCase, source: KernelSource): Promise<CaseResult> {
  let op = '';
  let maxAbsDiff: number | undefined;
  const failed = (reason: Text): CaseResult => ({ op, outcome: 'failed', maxAbsDiff, reason });
  try {
    const model = readModel(files.model.bytes, files.model.name);
    op = model.graph.nodes.at(-1)?.opType ?? '';
    const constants = new Set(model.graph.initializers.map(({ name }) => name));
    const ports = model.graph.inputs.filter(({ name }) => !constants.has(name));
    for (const { inputs, outputs } of files.sets) {
      const given = inputs.map(tensorOf);
      const named = new Map(given.map((constant, at) => [ports[at]?.name ?? '', constant]));
      const known = new Map(
        [...named].map(([name, constant]): [string, GivenInput] => [
          name,
          { shape: constant.shape, expected: constant },
        ]),
      );
      const machine = await GraphMachine.build(readGraph(model, files.model.name, known), source);
      let found: readonly GraphOutput[];
      try {
        found = machine.run(new Map([...named].map(([name, { values }]) => [name, values])));
      } finally {
        machine.close();
      }
      for (const [at, file] of outputs.entries()) {
        const difference = compare(found[at], tensorOf(file));
        const largest = difference.maxAbsDiff;
        if (largest !== undefined) maxAbsDiff = Math.max(maxAbsDiff ?? 0, largest);
        if (difference.reason !== undefined) return failed(difference.reason);
      }
    }
    return { op, outcome: 'passed', maxAbsDiff, reason: undefined };
  } catch (error) {
    if (!(error instanceof NetwrightError)) throw error;
    if (!(error instanceof UnsupportedModel)) return failed(error.text);
    return { op: error.ops[0] ?? op, outcome: 'unsupported', maxAbsDiff, reason: error.text };
  }
}

function tensorOf({ name, bytes }: CaseFile): Constant {
  return readConstant(readTensorFile(bytes, name), text(`${name}: the tensor`, `${name}：张量`));
}

function compare(
  found: GraphOutput | undefined,
  expected: Constant,
): { maxAbsDiff: number | undefined; reason: Text | undefined } {
  if (found === undefined) {
    return {
      maxAbsDiff: undefined,
      reason: text('The model has fewer outputs than the case.', '模型的输出少于用例。'),
    };
  }
  const { name, shape, values } = found;
  if (!sameShape(shape, expected.shape)) {
    return {
      maxAbsDiff: undefined,
      reason: text(
        `"${name}": expected the shape ${shapeText(expected.shape)}, found ${shapeText(shape)}.`,
        `“${name}”：形状应为 ${shapeText(expected.shape)}，实际为 ${shapeText(shape)}。`,
      ),
    };
  }
  let maxAbsDiff = 0;
  let worst: { at: number; excess: number } | undefined;
  const { relative, absolute } = conformanceTolerances;
  for (let i = 0; i < values.length; i++) {
    const [a, b] = [values[i], expected.values[i]];
    if (a === b || (Number.isNaN(a) && Number.isNaN(b))) continue;
    const difference = Math.abs(a - b);
    const measured = Number.isFinite(difference) ? difference : Number.MAX_VALUE;
    maxAbsDiff = Math.max(maxAbsDiff, measured);
    const excess = measured - (absolute + relative * Math.abs(b));
    if (!(excess <= 0) && excess > (worst?.excess ?? 0)) worst = { at: i, excess };
  }
  if (worst === undefined) return { maxAbsDiff, reason: undefined };
  const place = placeText(worst.at, shape);
  const [a, b] = [values[worst.at], expected.values[worst.at]];
  return {
    maxAbsDiff,
    reason: text(
      `"${name}" differs most at ${place}: expected ${b}, found ${a}.`,
      `“${name}”在 ${place} 处相差最大：应为 ${b}，实际为 ${a}。`,
    ),
  };
}

/** `[1, 0, 3]`: where in a tensor the number at this place stands. */
function placeText(at: number, shape: readonly number[]): string {
  let rest = at;
  const index = shape.toReversed().map((size) => {
    const here = rest % size;
    rest = Math.floor(rest / size);
    return here;
  });
  return shapeText(index.toReversed());
}
