/**
 * The part of the ONNX data model (github.com/onnx/onnx, onnx/onnx.proto3, IR version 10) that Netwright reads and
 * writes. Field numbers stand in read-model.ts and write-model.ts, side by side with the fields they fill.
 */
export interface Model {
  readonly irVersion: number;
  readonly producerName: string;
  readonly producerVersion: string;
  readonly modelVersion: number;
  readonly documentation: string;
  readonly opsets: readonly Opset[];
  readonly graph: OnnxGraph;
  readonly metadata: ReadonlyMap<string, string>;
}

export interface Opset {
  /** '' is the standard set, ai.onnx. */
  readonly domain: string;
  readonly version: number;
}

export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly ModelNode[];
  readonly initializers: readonly TensorData[];
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly values: readonly ValueInfo[];
}

export interface ModelNode {
  readonly name: string;
  readonly opType: string;
  readonly domain: string;
  /** Names of values; '' where an optional input is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: readonly Attribute[];
}

export type Attribute = { readonly name: string } & AttributeValue;
export type AttributeValue =
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'int'; readonly value: bigint }
  | { readonly kind: 'string'; readonly value: Uint8Array }
  | { readonly kind: 'tensor'; readonly value: TensorData }
  | { readonly kind: 'floats'; readonly value: readonly number[] }
  | { readonly kind: 'ints'; readonly value: readonly bigint[] }
  | { readonly kind: 'strings'; readonly value: readonly Uint8Array[] }
  | { readonly kind: 'graph'; readonly value: OnnxGraph }
  | { readonly kind: 'graphs'; readonly value: readonly OnnxGraph[] }
  /** Sparse tensors and types are passed over: `code` is their AttributeType. */
  | { readonly kind: 'unread'; readonly code: number };

/** The graphs that a node holds. */
export const graphsIn = ({ attributes }: Pick<ModelNode, 'attributes'>): readonly OnnxGraph[] =>
  attributes.flatMap((attribute) =>
    attribute.kind === 'graph' ? [attribute.value] : attribute.kind === 'graphs' ? attribute.value : [],
  );

/** What a node reads: its inputs, and what the graphs that it holds take from the one around them. */
export const valuesRead = (node: Pick<ModelNode, 'inputs' | 'attributes'>): string[] => [
  ...node.inputs,
  ...graphsIn(node).flatMap(capturedBy),
];

/** The values that a graph within a node reads and does not make. */
function capturedBy({ nodes, initializers, inputs, outputs }: OnnxGraph): string[] {
  const made = new Set(['', ...[...initializers, ...inputs].map(({ name }) => name)]);
  for (const node of nodes) for (const name of node.outputs) made.add(name);
  const read = new Set([...nodes.flatMap(valuesRead), ...outputs.map(({ name }) => name)]);
  return [...read].filter((name) => !made.has(name));
}

/** A constant tensor. Values are in `raw` (little-endian, dense) or in one of the typed lists. */
export interface TensorData {
  readonly name: string;
  readonly dims: readonly number[];
  /** Code of the element type; names in `elementTypes`. */
  readonly elementType: number;
  readonly raw: Uint8Array | undefined;
  readonly floats: Float32Array;
  /** Also what holds the narrower integers, booleans and float16 bits. */
  readonly int32s: Int32Array;
  readonly int64s: BigInt64Array;
  readonly doubles: Float64Array;
  /** Set where the values lie in another file. */
  readonly external: ExternalPlace | undefined;
}

/** Where the values of a tensor lie that are not in its file: bytes of another file beside it. */
export interface ExternalPlace {
  /** As the file names it; whoever opens it has to make sure that it is a file beside (`requireBeside`). */
  readonly location: string;
  readonly offset: number;
  /** Undefined where it goes on to the end. */
  readonly length: number | undefined;
}

export interface ValueInfo {
  readonly name: string;
  /** Undefined for sequences, maps and what has no type. */
  readonly tensor: TensorShape | undefined;
}

export interface TensorShape {
  readonly elementType: number;
  /** A number, the name of a free dimension, or '' for one without a name; undefined when even the rank is unknown. */
  readonly dims: readonly (number | string)[] | undefined;
}

/** Names of TensorProto.DataType by code. */
export const elementTypes: Readonly<Record<number, string>> = {
  1: 'float32',
  2: 'uint8',
  3: 'int8',
  4: 'uint16',
  5: 'int16',
  6: 'int32',
  7: 'int64',
  8: 'string',
  9: 'bool',
  10: 'float16',
  11: 'float64',
  12: 'uint32',
  13: 'uint64',
  14: 'complex64',
  15: 'complex128',
  16: 'bfloat16',
};
export const float32Type = 1;
export const uint8Type = 2;
export const int32Type = 6;
export const int64Type = 7;
export const boolType = 9;
export const float64Type = 11;

export const attributeCodes = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  graph: 5,
  floats: 6,
  ints: 7,
  strings: 8,
  graphs: 10,
} as const;

/** What is exported: the newest set that every onnxruntime since 1.20 runs, and the IR version that came with it. */
export const exportedOpset = 21;
export const exportedIrVersion = 10;

export const dimsProduct = (dims: readonly number[]): number => dims.reduce((product, n) => product * n, 1);

/** A dense float32 constant, `values` in row-major order. */
export const floatTensor = (name: string, dims: readonly number[], values: Float32Array): TensorData =>
  denseTensor(name, float32Type, dims, values);

/** A constant whose elements are those of `values`. Like WebAssembly, this counts on a little-endian machine. */
export function denseTensor(
  name: string,
  elementType: number,
  dims: readonly number[],
  values: Float32Array | Float64Array | BigInt64Array | Uint8Array,
): TensorData {
  const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice();
  return { ...emptyTensor(name, elementType, dims), raw };
}

/** One that has no values yet. */
export const emptyTensor = (name: string, elementType: number, dims: readonly number[]): TensorData => ({
  name,
  dims,
  elementType,
  raw: undefined,
  floats: new Float32Array(),
  int32s: new Int32Array(),
  int64s: new BigInt64Array(),
  doubles: new Float64Array(),
  external: undefined,
});

/** The values of a float32 tensor; undefined when it holds another type, lies elsewhere or has the wrong length. */
export function floatValues(tensor: TensorData): Float32Array | undefined {
  if (tensor.elementType !== float32Type || tensor.external !== undefined) return undefined;
  const count = dimsProduct(tensor.dims);
  if (tensor.raw === undefined) {
    return tensor.floats.length === count ? tensor.floats : undefined;
  }
  if (tensor.raw.byteLength !== count * 4) return undefined;
  // A copy, because the file's bytes need not be aligned.
  return new Float32Array(tensor.raw.slice().buffer);
}
