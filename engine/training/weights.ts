import type { PlannedTensor, PlannedWeight } from '../compiler/plan.ts';
import { NetwrightError } from '../declaration/problem.ts';
import { elementCount, sameShape } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import { completeParams } from '../document/check-params.ts';
import type { InitializerDefinition } from '../initializers/contract.ts';
import { initializers } from '../initializers/index.ts';
import { RandomStream, streams } from '../random/stream.ts';
import type { Arena } from '../runtime/arena.ts';
import type { NamedTensor } from './safetensors.ts';

/** The tensor's own words in the arena. */
export function viewOf(tensor: PlannedTensor, arena: Arena): Float32Array | Int32Array {
  const end = tensor.offset + elementCount(tensor.shape);
  return (tensor.dtype === 'int32' ? arena.ints : arena.floats).subarray(tensor.offset, end);
}

/** Fills every weight from its own stream of the seed, so that adding a layer does not change the others' start. */
export function initialiseWeights(
  { weights }: { readonly weights: readonly Omit<PlannedWeight, 'gradient'>[] },
  arena: Arena,
  seed: number,
): void {
  for (const [index, weight] of weights.entries()) {
    const values = viewOf(weight, arena) as Float32Array;
    if ('values' in weight.initializer) {
      values.set(weight.initializer.values);
      continue;
    }
    const { type, params } = weight.initializer;
    const definition = Object.values<InitializerDefinition>(initializers).find(
      (known) => known.type === type,
    );
    if (definition === undefined) throw new Error(`there is no initializer "${type}"`);
    const random = new RandomStream(seed, streams.initialisation, index);
    definition.fill(values, completeParams(definition.fields, params), weight, random);
    if (weight.scale !== 1) for (let i = 0; i < values.length; i++) values[i] = values[i] * weight.scale;
  }
}

/** Tensors where they lie. */
export function viewTensors(tensors: readonly PlannedTensor[], arena: Arena): NamedTensor[] {
  return tensors.map((tensor) => ({ name: tensor.name, shape: tensor.shape, values: viewOf(tensor, arena) }));
}

/** Copies of tensors as they are now. */
export function copyTensors(tensors: readonly PlannedTensor[], arena: Arena): NamedTensor[] {
  return viewTensors(tensors, arena).map((view) => ({ ...view, values: view.values.slice() }));
}

/** Writes tensors back to where the plan has those of the same name. */
export function restoreTensors(
  tensors: readonly PlannedTensor[],
  from: readonly NamedTensor[],
  arena: Arena,
): void {
  const byName = new Map(from.map((tensor) => [tensor.name, tensor]));
  for (const tensor of tensors) {
    const found = byName.get(tensor.name);
    if (found !== undefined) viewOf(tensor, arena).set(found.values);
  }
}

/**
 * The same with the tensors of another network: those of the same name and shape. Hands back the names of the weights that
 * have none; throws a NetwrightError where none has.
 */
export function restoreFitting(
  weights: readonly PlannedWeight[],
  from: readonly NamedTensor[],
  arena: Arena,
  file: string,
): string[] {
  const given = new Map(from.map(({ name, shape }) => [name, shape]));
  const fits = ({ name, shape }: PlannedWeight): boolean => {
    const found = given.get(name);
    return found !== undefined && sameShape(found, shape);
  };
  const fitting = weights.filter(fits);
  if (fitting.length > 0) {
    restoreTensors(fitting, from, arena);
    return weights.filter((weight) => !fits(weight)).map(({ name }) => name);
  }
  throw new NetwrightError(
    'weights.none-fit',
    text(
      `${file}: expected a weight of the same name and shape as one of this network, found none.`,
      `${file}：应至少有一个权重与此网络中的某个权重同名同形，但没有找到。`,
    ),
  );
}

/** All weights' float32 values in plan order, little-endian: what `weightsSha256` is the digest of. */
export function weightBytes(weights: readonly NamedTensor[]): Uint8Array {
  const words = weights.reduce((sum, { values }) => sum + values.length, 0);
  const bytes = new Uint8Array(words * 4);
  let at = 0;
  for (const { values } of weights) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  }
  return bytes;
}
