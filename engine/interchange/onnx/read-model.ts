import { text } from '../../declaration/text.ts';
import { type BesideFiles, filled } from './external-data.ts';
import { type FieldReader, type Fields, notOnnx, readMessage } from './field-reader.ts';
import {
  type Attribute,
  type AttributeValue,
  attributeCodes,
  type ExternalPlace,
  type Model,
  type ModelNode,
  type OnnxGraph,
  type Opset,
  type TensorData,
  type TensorShape,
  type ValueInfo,
} from './model.ts';

/**
 * Reads a ModelProto, and the values that it keeps in files beside it. `file` names the bytes in errors. What Netwright has no use for is passed over, so the result
 * describes a model but need not hold all of it: to change a foreign file, append to its bytes (expose-values.ts).
 */
export function readModel(bytes: Uint8Array, file: string, beside: BesideFiles = new Map()): Model {
  let irVersion = 0;
  let producerName = '';
  let producerVersion = '';
  let modelVersion = 0;
  let documentation = '';
  const opsets: Opset[] = [];
  const metadata = new Map<string, string>();
  // A graph that comes in several pieces is one graph: protobuf merges them, and so does onnxruntime.
  const graph = emptyGraph();
  let graphFound = false;

  readMessage(bytes, file, 'model', {
    1: (f) => (irVersion = f.int()),
    2: (f) => (producerName = f.string()),
    3: (f) => (producerVersion = f.string()),
    5: (f) => (modelVersion = f.int()),
    6: (f) => (documentation = f.string()),
    7: (f) => {
      graphFound = true;
      readGraph(f, 'graph', graph);
    },
    8: (f) => {
      let domain = '';
      let version = 0;
      f.message(`opset_import[${opsets.length}]`, {
        1: (inner) => (domain = inner.string()),
        2: (inner) => (version = inner.int()),
      });
      opsets.push({ domain, version });
    },
    14: (f) => {
      let key = '';
      let value = '';
      f.message(`metadata_props[${metadata.size}]`, {
        1: (inner) => (key = inner.string()),
        2: (inner) => (value = inner.string()),
      });
      metadata.set(key, value);
    },
  });

  if (!graphFound) {
    const length = `${bytes.length}`;
    throw notOnnx(
      file,
      text(`in its ${length} bytes`, `在其 ${length} 字节中`),
      text('a model with a graph', '带有计算图的模型'),
      text('none', '没有计算图'),
    );
  }
  if (opsets.length === 0) {
    throw notOnnx(
      file,
      text('in model.opset_import', 'model.opset_import 处'),
      text('at least one operator set', '至少一个算子集'),
      text('none', '空'),
    );
  }
  // Bytes in front that look like fields of no meaning can swallow it: no model of any program is without.
  if (irVersion < 1) {
    throw notOnnx(
      file,
      text('in model.ir_version', 'model.ir_version 处'),
      text('the version of the format', '格式版本'),
      text('none', '空'),
    );
  }
  return {
    irVersion,
    producerName,
    producerVersion,
    modelVersion,
    documentation,
    opsets,
    graph: {
      ...graph,
      initializers: graph.initializers.map((tensor) => filled(tensor, beside, file)),
    },
    metadata,
  };
}

interface GraphDraft {
  name: string;
  readonly nodes: ModelNode[];
  readonly initializers: TensorData[];
  readonly inputs: ValueInfo[];
  readonly outputs: ValueInfo[];
  readonly values: ValueInfo[];
}

const emptyGraph = (): GraphDraft => ({
  name: '',
  nodes: [],
  initializers: [],
  inputs: [],
  outputs: [],
  values: [],
});

function readGraph(field: FieldReader, place: string, graph: GraphDraft): OnnxGraph {
  field.message(place, {
    1: (f) => graph.nodes.push(readNode(f, `node[${graph.nodes.length}]`)),
    2: (f) => (graph.name = f.string()),
    5: (f) => graph.initializers.push(readTensor(f, `initializer[${graph.initializers.length}]`)),
    11: (f) => graph.inputs.push(readValueInfo(f, `input[${graph.inputs.length}]`)),
    12: (f) => graph.outputs.push(readValueInfo(f, `output[${graph.outputs.length}]`)),
    13: (f) => graph.values.push(readValueInfo(f, `value_info[${graph.values.length}]`)),
  });
  return graph;
}

function readNode(field: FieldReader, place: string): ModelNode {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes: Attribute[] = [];
  let name = '';
  let opType = '';
  let domain = '';
  field.message(place, {
    1: (f) => inputs.push(f.string()),
    2: (f) => outputs.push(f.string()),
    3: (f) => (name = f.string()),
    4: (f) => (opType = f.string()),
    5: (f) => attributes.push(readAttribute(f, `attribute[${attributes.length}]`)),
    7: (f) => (domain = f.string()),
  });
  return { name, opType, domain, inputs, outputs, attributes };
}

function readAttribute(field: FieldReader, place: string): Attribute {
  let name = '';
  let code = 0;
  let float = 0;
  let int = 0n;
  let string: Uint8Array = new Uint8Array();
  let tensor: TensorData | undefined;
  const floats: Float32Array[] = [];
  const ints: BigInt64Array[] = [];
  const strings: Uint8Array[] = [];
  const graph = emptyGraph();
  const graphs: OnnxGraph[] = [];
  field.message(place, {
    1: (f) => (name = f.string()),
    2: (f) => (float = f.float()),
    3: (f) => (int = f.int64()),
    4: (f) => (string = f.bytes()),
    5: (f) => (tensor = readTensor(f, 't')),
    6: (f) => readGraph(f, 'g', graph),
    7: (f) => floats.push(f.floats()),
    8: (f) => ints.push(f.int64s()),
    9: (f) => strings.push(f.bytes()),
    11: (f) => graphs.push(readGraph(f, `graphs[${graphs.length}]`, emptyGraph())),
    20: (f) => (code = f.int()),
  });
  const value = (): AttributeValue => {
    switch (code) {
      case attributeCodes.float:
        return { kind: 'float', value: float };
      case attributeCodes.int:
        return { kind: 'int', value: int };
      case attributeCodes.string:
        return { kind: 'string', value: string };
      case attributeCodes.floats:
        return { kind: 'floats', value: floats.flatMap((run) => [...run]) };
      case attributeCodes.ints:
        return { kind: 'ints', value: ints.flatMap((run) => [...run]) };
      case attributeCodes.strings:
        return { kind: 'strings', value: strings };
      case attributeCodes.graph:
        return { kind: 'graph', value: graph };
      case attributeCodes.graphs:
        return { kind: 'graphs', value: graphs };
      default:
        return tensor !== undefined && code === attributeCodes.tensor
          ? { kind: 'tensor', value: tensor }
          : { kind: 'unread', code };
    }
  };
  return { name, ...value() };
}

function readTensor(field: FieldReader, place: string): TensorData {
  const draft = tensorDraft();
  field.message(place, draft.fields);
  return draft.tensor();
}

/** Reads a file that is one TensorProto. */
export function readTensorFile(bytes: Uint8Array, file: string): TensorData {
  const draft = tensorDraft();
  readMessage(bytes, file, 'tensor', draft.fields);
  return draft.tensor();
}

/** What the fields of a TensorProto fill, and the tensor when they have. */
function tensorDraft(): { readonly fields: Fields; tensor(): TensorData } {
  const dims: number[] = [];
  let name = '';
  let elementType = 0;
  let raw: Uint8Array | undefined;
  let isExternal = false;
  const entries = new Map<string, string>();
  const floats: Float32Array[] = [];
  const int32s: Int32Array[] = [];
  const int64s: BigInt64Array[] = [];
  const doubles: Float64Array[] = [];
  const fields: Fields = {
    1: (f) => {
      for (const size of f.int64s()) dims.push(f.sizeOf(size));
    },
    2: (f) => (elementType = f.int()),
    4: (f) => floats.push(f.floats()),
    5: (f) => int32s.push(f.int32s()),
    // Unsigned numbers have a field of their own and are written alike.
    7: (f) => int64s.push(f.int64s()),
    8: (f) => (name = f.string()),
    9: (f) => (raw = f.bytes()),
    10: (f) => doubles.push(f.doubles()),
    11: (f) => int64s.push(f.int64s()),
    13: (f) => {
      let [key, value] = ['', ''];
      f.message(`external_data[${entries.size}]`, {
        1: (inner) => (key = inner.string()),
        2: (inner) => (value = inner.string()),
      });
      entries.set(key, value);
    },
    14: (f) => (isExternal = f.int() === 1),
  };
  const tensor = (): TensorData => ({
    name,
    dims,
    elementType,
    raw,
    floats: Float32Array.from(joined(floats)),
    int32s: Int32Array.from(joined(int32s)),
    int64s: BigInt64Array.from(joined(int64s)),
    doubles: Float64Array.from(joined(doubles)),
    external: isExternal ? placeOf(entries) : undefined,
  });
  return { fields, tensor };
}

function placeOf(entries: ReadonlyMap<string, string>): ExternalPlace {
  const length = entries.get('length');
  return {
    location: entries.get('location') ?? '',
    offset: Number(entries.get('offset') ?? 0),
    length: length === undefined ? undefined : Number(length),
  };
}

function* joined<T>(runs: readonly Iterable<T>[]): Generator<T> {
  for (const run of runs) yield* run;
}

function readValueInfo(field: FieldReader, place: string): ValueInfo {
  let name = '';
  let tensor: TensorShape | undefined;
  field.message(place, {
    1: (f) => (name = f.string()),
    2: (f) =>
      f.message('type', {
        1: (type) => (tensor = readTensorShape(type)),
      }),
  });
  return { name, tensor };
}

function readTensorShape(field: FieldReader): TensorShape {
  let elementType = 0;
  let dims: (number | string)[] | undefined;
  field.message('tensor_type', {
    1: (f) => (elementType = f.int()),
    2: (f) => {
      const found: (number | string)[] = [];
      f.message('shape', {
        1: (dim) => {
          let size: number | string = '';
          dim.message(`dim[${found.length}]`, {
            1: (inner) => (size = inner.sizeOf(inner.int64())),
            2: (inner) => (size = inner.string()),
          });
          found.push(size);
        },
      });
      dims = found;
    },
  });
  return { elementType, dims };
}
