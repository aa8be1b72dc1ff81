import { FieldWriter } from './field-writer.ts';
import {
  type Attribute,
  attributeCodes,
  type Model,
  type ModelNode,
  type OnnxGraph,
  type TensorData,
  type TensorShape,
  type ValueInfo,
} from './model.ts';

/** Writes a ModelProto; what `readModel` passes over is not in a Model and so is not written. */
export function writeModel(model: Model): Uint8Array {
  return new FieldWriter()
    .int(1, model.irVersion)
    .string(2, model.producerName)
    .string(3, model.producerVersion)
    .int(5, model.modelVersion)
    .string(6, model.documentation)
    .message(7, (w) => writeGraph(w, model.graph))
    .messages(8, model.opsets, (w, opset) => w.string(1, opset.domain).int(2, opset.version))
    .messages(14, [...model.metadata], (w, [key, value]) => w.string(1, key).string(2, value))
    .finish();
}

function writeGraph(w: FieldWriter, graph: OnnxGraph): void {
  w.messages(1, graph.nodes, writeNode)
    .string(2, graph.name)
    .messages(5, graph.initializers, writeTensor)
    .messages(11, graph.inputs, writeValueInfo)
    .messages(12, graph.outputs, writeValueInfo)
    .messages(13, graph.values, writeValueInfo);
}

function writeNode(w: FieldWriter, node: ModelNode): void {
  w.strings(1, node.inputs)
    .strings(2, node.outputs)
    .string(3, node.name)
    .string(4, node.opType)
    .messages(5, node.attributes, writeAttribute)
    .string(7, node.domain);
}

function writeAttribute(w: FieldWriter, attribute: Attribute): void {
  w.string(1, attribute.name);
  switch (attribute.kind) {
    case 'float':
      w.float(2, attribute.value);
      break;
    case 'int':
      w.chosenInt(3, attribute.value);
      break;
    case 'string':
      w.bytes(4, attribute.value);
      break;
    case 'tensor':
      w.message(5, (inner) => writeTensor(inner, attribute.value));
      break;
    case 'floats':
      w.floats(7, attribute.value);
      break;
    case 'ints':
      w.ints(8, attribute.value);
      break;
    case 'strings':
      for (const value of attribute.value) w.bytes(9, value);
      break;
    case 'graph':
      w.message(6, (inner) => writeGraph(inner, attribute.value));
      break;
    case 'graphs':
      w.messages(11, attribute.value, writeGraph);
      break;
    case 'unread':
      throw new Error(`attribute ${attribute.name} was not read, so it cannot be written`);
  }
  w.int(20, attributeCodes[attribute.kind]);
}

/** TensorProto.DataLocation.EXTERNAL. */
const externalLocation = 1;

export function writeTensor(w: FieldWriter, tensor: TensorData): void {
  w.ints(1, tensor.dims)
    .int(2, tensor.elementType)
    .floats(4, tensor.floats)
    .ints(5, tensor.int32s)
    .ints(7, tensor.int64s)
    .string(8, tensor.name);
  if (tensor.raw !== undefined) w.bytes(9, tensor.raw);
  w.doubles(10, tensor.doubles);
  if (tensor.external === undefined) return;
  const { location, offset, length } = tensor.external;
  const entries = [
    ['location', location],
    ['offset', `${offset}`],
    ...(length === undefined ? [] : [['length', `${length}`]]),
  ] as const;
  w.messages(13, entries, (entry, [key = '', value = '']) => entry.string(1, key).string(2, value)).int(
    14,
    externalLocation,
  );
}

export function writeValueInfo(w: FieldWriter, value: ValueInfo): void {
  w.string(1, value.name);
  const { tensor } = value;
  if (tensor !== undefined)
    w.message(2, (type) => type.message(1, (inner) => writeTensorShape(inner, tensor)));
}

function writeTensorShape(w: FieldWriter, { elementType, dims }: TensorShape): void {
  w.int(1, elementType);
  if (dims === undefined) return;
  w.message(2, (shape) =>
    shape.messages(1, dims, (dim, size) => {
      if (typeof size === 'number') dim.chosenInt(1, size);
      else dim.string(2, size);
    }),
  );
}
