import type { Params } from '../../../declaration/fields.ts';
import type { Named, OpCall, Tensor } from '../../../ops/contract.ts';
import { x } from './network.ts';

/** An op as a layer of the canvas. */
export interface LayerOf {
  readonly type: string;
  readonly params: Params;
  /** What is wired to its ports. */
  readonly wires: Readonly<Record<string, Tensor>>;
  /** Tensors of numbers that it keeps, by the names that the layer gives its weights. */
  readonly weights?: Readonly<Record<string, Float32Array>>;
  /** The same of those that are never trained. */
  readonly numbers?: Readonly<Record<string, Float32Array>>;
  /** Zeros that must be put around an image before: top, left, bottom, right. */
  readonly padded?: readonly number[];
}

/** What a rule may ask: the numbers of a tensor that is known; undefined for what is computed. */
export type KnownValues = (tensor: Tensor | undefined) => Float32Array | undefined;

/** Undefined where no layer computes this. */
export type Rule = (call: OpCall, known: KnownValues) => LayerOf | undefined;

export const list = ({ attributes }: OpCall, name: string): readonly number[] =>
  attributes[name] as readonly number[];
export const number = ({ attributes }: OpCall, name: string): number => Number(attributes[name]);
export const alone =
  (type: string, params: (call: OpCall) => Params = () => ({})): Rule =>
  (call) => ({ type, params: params(call), wires: { x: x(call) } });

/** Weights that are all known, by name; undefined where one is computed. */
export function weightsOf(
  known: KnownValues,
  tensors: Named<Tensor>,
): Record<string, Float32Array> | undefined {
  const given = Object.entries(tensors).filter((entry): entry is [string, Tensor] => entry[1] !== undefined);
  const found = given.map(([name, tensor]): [string, Float32Array | undefined] => [name, known(tensor)]);
  return found.every((entry): entry is [string, Float32Array] => entry[1] !== undefined)
    ? Object.fromEntries(found)
    : undefined;
}

/** The number that all of them are. */
export const all = (values: readonly number[]): number | undefined =>
  values.every((value) => value === values[0]) ? values[0] : undefined;
