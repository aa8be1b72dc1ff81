import type { Preparation, RawRows, Samples } from '../../data/sources/contract.ts';
import { rawRows } from '../../data/sources/rows.ts';
import type { Tensor } from '../../ops/contract.ts';
import type { ForwardPath } from './forward-path.ts';
import {
  type Attribute,
  boolType,
  denseTensor,
  float32Type,
  float64Type,
  int64Type,
  type ModelNode,
  type TensorData,
  uint8Type,
  type ValueInfo,
} from './model.ts';

/** How the values of an input are made of what lies in files, and what kind of values lies there. */
export interface RawInput {
  readonly preparation: Preparation;
  readonly type: RawRows['type'];
}

/** What the network's inputs are made of, by their names; nothing of samples that are made from numbers alone. */
export function rawInputs(
  { built, inputs }: ForwardPath,
  samples: ReadonlyMap<string, Samples>,
): ReadonlyMap<string, RawInput> {
  return new Map(
    inputs.flatMap(({ tensor, name }): [string, RawInput][] => {
      const from = built.inputs.find((input) => input.tensor === tensor);
      const found = from?.port === 'x' ? samples.get(from.node) : undefined;
      const raw = found && rawRows(found);
      if (raw === undefined || found?.preparation === undefined) return [];
      return [[name, { preparation: found.preparation, type: raw.type }]];
    }),
  );
}

/** What the values that the network takes are called in a graph that makes them of raw ones. */
export const preparedName = (input: string): string => `${input}.prepared`;

/** The raw input that stands in the place of a prepared one: bytes, or numbers in the units of the files. */
export function rawInfo(
  name: string,
  dims: readonly (number | string)[],
  { preparation, type }: RawInput,
): ValueInfo {
  const raw = hasCategories(preparation) ? [dims[0] as number | string, preparation.length] : dims;
  return { name, tensor: { elementType: type === 'uint8' ? uint8Type : float64Type, dims: raw } };
}

const hasCategories = (preparation: Preparation): boolean =>
  preparation.some(({ categories }) => categories !== undefined);

/** What is done to one number of the prepared input. */
interface Step {
  /** Of the raw input. */
  readonly column: number;
  readonly scale: number;
  readonly shift: number;
  /** What stands for NaN. */
  readonly missing: number;
  /** Set where it is 1 at this category and 0 at others. */
  readonly category: number | undefined;
}

const stepsOf = (preparation: Preparation): readonly Step[] =>
  preparation.flatMap(({ scale = 1, shift = 0, missing = 0, categories }, column): Step[] =>
    categories === undefined
      ? [{ column, scale, shift, missing, category: undefined }]
      : // No category has the number −1, so a missing one is 0 everywhere.
        categories.map((_, category) => ({ column, scale: 1, shift: 0, missing: -1, category })),
  );

const fillsGaps = (preparation: Preparation): boolean =>
  preparation.some(({ missing, categories }) => missing !== undefined || categories !== undefined);

/** The sizes that raw values have when they are prepared. */
export const preparedShape = (dims: readonly number[], preparation: Preparation): readonly number[] =>
  hasCategories(preparation) ? [dims[0] ?? 1, stepsOf(preparation).length] : dims;

/** Makes the values of an input of raw ones, to the bits that the nodes below make; bytes by a table, as the readers do. */
export function rowsPreparer(
  preparation: Preparation,
  { dims, data }: { readonly dims: readonly number[]; readonly data: Uint8Array | Float64Array },
): () => Float32Array {
  const steps = stepsOf(preparation);
  const fills = fillsGaps(preparation);
  const prepared = ({ scale, shift, missing, category }: Step, raw: number): number => {
    const value = fills && Number.isNaN(raw) ? missing : raw;
    if (category !== undefined) return value === category ? 1 : 0;
    return value * scale + shift;
  };
  const rows = dims[0] ?? 1;
  const rawSize = data.length / Math.max(1, rows);
  const channelSize = rawSize / Math.max(1, preparation.length);
  const tables =
    data instanceof Uint8Array
      ? steps.map((step) => Float32Array.from({ length: 256 }, (_, byte) => prepared(step, byte)))
      : undefined;
  return () => {
    const values = new Float32Array(rows * steps.length * channelSize);
    let to = 0;
    for (let row = 0; row < rows; row++) {
      for (const [at, step] of steps.entries()) {
        const start = row * rawSize + step.column * channelSize;
        const table = tables?.[at];
        for (let i = start; i < start + channelSize; i++)
          values[to++] = table === undefined ? prepared(step, data[i] as number) : table[data[i] as number];
      }
    }
    return values;
  };
}

/**
 * Nodes that make the values of an input of what lies in files. They reckon in float64 and round once at the end, as the
 * readers do: so the network is given the same bits. Their constants are nodes, for the initializers are the weights.
 */
export function preprocessing(name: string, tensor: Tensor, { preparation, type }: RawInput): ModelNode[] {
  const steps = stepsOf(preparation);
  // One number for each channel or column, behind the batch.
  const along = [steps.length, ...tensor.shape.slice(2).map(() => 1)];
  const nodes: ModelNode[] = [];
  const add = (opType: string, what: string, inputs: string[], attributes: Attribute[] = []): string => {
    const output = `${name}.${what}`;
    nodes.push({ name: output, opType, domain: '', inputs, outputs: [output], attributes });
    return output;
  };
  const constant = (what: string, value: TensorData): string =>
    add('Constant', what, [], [{ name: 'value', kind: 'tensor', value }]);
  const numbers = (what: string, of: (step: Step) => number): string =>
    constant(what, denseTensor('', float64Type, along, Float64Array.from(steps, of)));
  const cast = (what: string, from: string, to: number): string =>
    add('Cast', what, [from], [{ name: 'to', kind: 'int', value: BigInt(to) }]);

  let value = type === 'float64' ? name : cast('numbers', name, float64Type);
  if (hasCategories(preparation)) {
    const columns = BigInt64Array.from(steps, ({ column }) => BigInt(column));
    const at = constant('column', denseTensor('', int64Type, [steps.length], columns));
    value = add('Gather', 'columns', [value, at], [{ name: 'axis', kind: 'int', value: 1n }]);
  }
  if (fillsGaps(preparation)) {
    const isMissing = add('IsNaN', 'isMissing', [value]);
    value = add('Where', 'filled', [isMissing, numbers('missing', ({ missing }) => missing), value]);
  }
  const filled = value;
  value = add('Mul', 'scaled', [value, numbers('scale', ({ scale }) => scale)]);
  value = add('Add', 'shifted', [value, numbers('shift', ({ shift }) => shift)]);
  if (hasCategories(preparation)) {
    const isCategory = Uint8Array.from(steps, ({ category }) => (category === undefined ? 0 : 1));
    const chosen = constant('isCategory', denseTensor('', boolType, along, isCategory));
    const isIt = add('Equal', 'isIt', [filled, numbers('category', ({ category = 0 }) => category)]);
    value = add('Where', 'encoded', [chosen, cast('ones', isIt, float64Type), value]);
  }
  cast('prepared', value, float32Type);
  return nodes;
}
