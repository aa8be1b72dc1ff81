import { NetwrightError } from '../../../declaration/problem.ts';
import { shapeText } from '../../../declaration/tensor-type.ts';
import { type Text, text } from '../../../declaration/text.ts';
import { dimsProduct, elementTypes, type TensorData } from '../model.ts';
import { UnsupportedModel } from './misfit.ts';

/** Element types whose values can be known while a graph is read; the rest are refused by name. */
export type ElementType =
  | 'float32'
  | 'float64'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'bool';

/**
 * A tensor whose values are known while the graph is read: an initializer, or what follows from such and from shapes alone.
 * Whole numbers are held as float64, exact up to 2⁵³: shapes and indices are smaller, and the largest int64, which stands
 * for "up to the end", stays larger than any of them.
 */
export interface Constant {
  readonly kind: 'constant';
  readonly shape: readonly number[];
  readonly type: ElementType;
  readonly values: Float32Array | Float64Array;
  /** The initializer's name; '' where it was computed. */
  readonly name: string;
}

/** A constant of these values, which are rounded as its type asks. */
export function constantOf(
  type: ElementType,
  shape: readonly number[],
  values: ArrayLike<number>,
  name = '',
): Constant {
  const held = type === 'float32' ? Float32Array.from(values) : Float64Array.from(values);
  return { kind: 'constant', shape, type, values: held, name };
}

export const wholeNumbers = (values: readonly number[]): Constant =>
  constantOf('int64', [values.length], values);

export const isFloat = (type: ElementType): boolean => type === 'float32' || type === 'float64';

/** `float16` of `[3, 4]`: what a sentence calls an element type that there is no place for here. */
const typeNameOf = (code: number): string => elementTypes[code] ?? `type ${code}`;

const knownTypes: ReadonlySet<string> = new Set<ElementType>([
  'float32',
  'float64',
  'int8',
  'int16',
  'int32',
  'int64',
  'uint8',
  'uint16',
  'uint32',
  'uint64',
  'bool',
]);

/** The element type of that code. `what` names the tensor. Throws a NetwrightError for float16, text and the like. */
export function elementTypeOf(code: number, what: Text): ElementType {
  const found = typeNameOf(code);
  if (knownTypes.has(found)) return found as ElementType;
  throw new UnsupportedModel(
    text(
      `${what.en} holds ${found}; expected float32, whole numbers or bool.`,
      `${what.zh}的元素类型为 ${found}；应为 float32、整数或 bool。`,
    ),
  );
}

/** Numbers that all tensors known while reading may have together: a size that nobody meant costs a sentence, not the memory. */
export const mostKnownNumbers = 2 ** 28;
/** Numbers of one tensor that a node may move about or spread while the graph is read. */
export const mostMovedNumbers = 2 ** 26;

/** The values of a tensor in a file. Throws a NetwrightError that names the tensor where they are not all there. */
export function readConstant(tensor: TensorData, what: Text): Constant {
  const { dims } = tensor;
  if (tensor.external !== undefined) {
    throw new NetwrightError(
      'external-weights',
      text(
        `${what.en} keeps its values in another file; expected a model with its weights inside.`,
        `${what.zh}的数值存放在另一个文件中；应为包含全部权重的单个文件。`,
      ),
    );
  }
  const type = elementTypeOf(tensor.elementType, what);
  const count = dimsProduct(dims);
  const values = valuesOf(tensor, type);
  if (values.length === count) return constantOf(type, dims, values, tensor.name);
  throw new NetwrightError(
    'onnx-wrong-shape',
    text(
      `${what.en} has the shape ${shapeText(dims)}: expected ${count} values, found ${values.length}.`,
      `${what.zh}的形状为 ${shapeText(dims)}：应有 ${count} 个值，实际为 ${values.length} 个。`,
    ),
  );
}

function valuesOf(tensor: TensorData, type: ElementType): ArrayLike<number> {
  const { raw } = tensor;
  if (raw === undefined) return typedValues(tensor, type);
  const size = bytesOf[type];
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  // What is left over makes the count one too many, so that it is told.
  const count = Math.ceil(raw.byteLength / size);
  const whole = Math.floor(raw.byteLength / size);
  const values = type === 'float32' ? new Float32Array(count) : new Float64Array(count);
  const read = readers[type];
  for (let i = 0; i < whole; i++) values[i] = read(view, i * size);
  return values;
}

function typedValues(tensor: TensorData, type: ElementType): ArrayLike<number> {
  switch (type) {
    case 'float32':
      return tensor.floats;
    case 'float64':
      return tensor.doubles;
    case 'int64':
    case 'uint64':
    case 'uint32':
      return Float64Array.from(tensor.int64s, Number);
    default:
      return tensor.int32s;
  }
}

const bytesOf: Readonly<Record<ElementType, number>> = {
  float32: 4,
  float64: 8,
  int8: 1,
  int16: 2,
  int32: 4,
  int64: 8,
  uint8: 1,
  uint16: 2,
  uint32: 4,
  uint64: 8,
  bool: 1,
};

const readers: Readonly<Record<ElementType, (view: DataView, at: number) => number>> = {
  float32: (view, at) => view.getFloat32(at, true),
  float64: (view, at) => view.getFloat64(at, true),
  int8: (view, at) => view.getInt8(at),
  int16: (view, at) => view.getInt16(at, true),
  int32: (view, at) => view.getInt32(at, true),
  int64: (view, at) => Number(view.getBigInt64(at, true)),
  uint8: (view, at) => view.getUint8(at),
  uint16: (view, at) => view.getUint16(at, true),
  uint32: (view, at) => view.getUint32(at, true),
  uint64: (view, at) => Number(view.getBigUint64(at, true)),
  bool: (view, at) => view.getUint8(at),
};

const wholeLimits: Readonly<Partial<Record<ElementType, number>>> = {
  int8: 2 ** 8,
  int16: 2 ** 16,
  int32: 2 ** 32,
  uint8: 2 ** 8,
  uint16: 2 ** 16,
  uint32: 2 ** 32,
};

/** The values as another element type has them. */
export function cast({ shape, values }: Constant, type: ElementType): Constant {
  if (isFloat(type)) return constantOf(type, shape, values);
  if (type === 'bool')
    return constantOf(
      type,
      shape,
      Float64Array.from(values, (x) => (x === 0 ? 0 : 1)),
    );
  const size = wholeLimits[type];
  const signed = !type.startsWith('u');
  return constantOf(
    type,
    shape,
    Float64Array.from(values, (x) => {
      const whole = Math.trunc(x);
      if (size === undefined || !Number.isFinite(whole)) return whole;
      const wrapped = ((whole % size) + size) % size;
      return signed && wrapped >= size / 2 ? wrapped - size : wrapped;
    }),
  );
}
