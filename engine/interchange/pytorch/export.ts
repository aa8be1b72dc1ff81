import { buildGraph } from '../../compiler/build.ts';
import { catalogue } from '../../document/catalogue.ts';
import { completeParams } from '../../document/check-params.ts';
import { requireRunnable } from '../../document/problem-text.ts';
import type { NetwrightDocument } from '../../document/schema.ts';
import type { PytorchWeight } from '../../layers/contract.ts';
import { type ModelCode, modelCode } from './model-code.ts';
import { trainCode } from './train-code.ts';

export interface PytorchTensor {
  /** As in the network's `state_dict`. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export interface PytorchModel extends Pick<ModelCode, 'network' | 'inputs'> {
  /** Python: the network's classes, and a function that loads the weights. Runs with PyTorch 1.13 and later. */
  readonly source: string;
  /** Python: trains the network as the document says, on samples that are brought. */
  readonly training: string;
  readonly tensors: readonly PytorchTensor[];
}

export const weightsFile = 'weights.safetensors';

/**
 * The part of a document that leads from its data to the predictions as a module of PyTorch; blocks become modules of
 * their own. `weights` by the names that the plan gives them. Throws a NetwrightError when the document cannot run.
 */
export function exportPytorch(
  document: NetwrightDocument,
  weights: ReadonlyMap<string, Float32Array>,
): PytorchModel {
  const analysis = requireRunnable(document);
  const code = modelCode(document, analysis);
  const { classes, network, inputs, modules } = code;
  const built = buildGraph(analysis, 'eval', 1);
  const tensors = built.weights.flatMap(({ tensor, declaration, node }): PytorchTensor[] => {
    const module = modules.get(node);
    const values = weights.get(tensor.name);
    if (module === undefined || values === undefined) return [];
    const { type = '', params = {} } = analysis.topology.nodes.get(node) ?? {};
    const layer = catalogue.get(type);
    const own = layer?.pytorchWeights?.[declaration.name] ?? { name: declaration.name };
    const row = own.zeroRow?.(completeParams(layer?.fields ?? {}, params)) ?? -1;
    return [
      asPytorch(
        module,
        own,
        declaration.shape,
        row < 0 ? values : withoutRow(values, declaration.shape, row),
      ),
    ];
  });
  const source = [header(document.name, classes), ...classes, loading(network)].join('\n\n\n');
  const training = trainCode(document, analysis, code);
  return { network, inputs, source: `${source}\n`, training, tensors };
}

function asPytorch(
  module: string,
  { name, transposed }: PytorchWeight,
  shape: readonly number[],
  values: Float32Array,
): PytorchTensor {
  const [rows, columns] = shape;
  if (transposed !== true || rows === undefined || columns === undefined)
    return { name: `${module}.${name}`, shape, values };
  const turned = Float32Array.from(
    values,
    (_, at) => values[(at % rows) * columns + Math.floor(at / rows)] as number,
  );
  return { name: `${module}.${name}`, shape: [columns, rows], values: turned };
}

function withoutRow(values: Float32Array, [, width = 1]: readonly number[], row: number): Float32Array {
  return values.slice().fill(0, row * width, (row + 1) * width);
}

const header = (
  name: string,
  classes: readonly string[],
): string => `# ${name.replaceAll(/[\r\n]+/g, ' ')}, as it was drawn and trained in Netwright.
import json
import struct

import torch
${classes.some((source) => /\bF\./.test(source)) ? 'import torch.nn.functional as F\n' : ''}from torch import nn`;

const loading = (network: string): string => `def read_tensors(path):
    """The tensors of a safetensors file, by name."""
    with open(path, "rb") as file:
        (size,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(size))
        data = bytearray(file.read())
    kinds = {"F32": torch.float32, "I32": torch.int32}
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        begin, end = entry["data_offsets"]
        flat = torch.frombuffer(data[begin:end], dtype=kinds[entry["dtype"]])
        tensors[name] = flat.reshape(entry["shape"])
    return tensors


def load_model(path="${weightsFile}"):
    """The trained network, ready to be used."""
    model = ${network}()
    missing, unexpected = model.load_state_dict(read_tensors(path), strict=False)
    missing = [name for name in missing if not name.endswith("num_batches_tracked")]
    if missing or unexpected:
        raise ValueError(f"{path}: missing {missing}, not expected {unexpected}")
    return model.eval()


if __name__ == "__main__":
    print(load_model())`;
