import { FieldWriter } from './field-writer.ts';
import { float32Type } from './model.ts';
import { writeValueInfo } from './write-model.ts';

/**
 * The same model with more outputs: the float32 values `names`, of whatever shape. The pieces of a graph that stand
 * apart in a file are merged by every protobuf reader, so a second piece that holds nothing but outputs is appended and
 * the original bytes stay as they are.
 */
export function exposeValues(onnx: Uint8Array, names: readonly string[]): Uint8Array {
  const piece = new FieldWriter()
    .message(7, (graph) =>
      graph.messages(12, names, (w, name) =>
        writeValueInfo(w, { name, tensor: { elementType: float32Type, dims: undefined } }),
      ),
    )
    .finish();
  const exposed = new Uint8Array(onnx.length + piece.length);
  exposed.set(onnx);
  exposed.set(piece, onnx.length);
  return exposed;
}
