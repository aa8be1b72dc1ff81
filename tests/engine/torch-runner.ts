import { spawnSync } from 'node:child_process';
import { findTorch } from '../../engine/cli/bench/torch-side.ts';

/** A Python with torch, where there is one. */
export const torch = findTorch(undefined);

export interface TorchTensor {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32';
  readonly values: readonly number[];
}

/** An expression of inputs that it names, and the functions that it calls. */
export interface TorchTask {
  readonly helpers: readonly string[];
  readonly inputs: Readonly<Record<string, TorchTensor>>;
  readonly expression: string;
}

/** What an expression came to, or what Python said against it. */
export type TorchAnswer = { readonly outputs: readonly TorchTensor[] } | { readonly error: string };

/** Numbers travel as float64, in which every float32 is itself. */
const script = `
import json, sys
import torch
import torch.nn.functional as F

def answer(task):
    names = {"torch": torch, "F": F}
    for helper in task["helpers"]:
        exec(helper, names)
    for name, entry in task["inputs"].items():
        kind = torch.int64 if entry["dtype"] == "int32" else torch.float32
        names[name] = torch.tensor(entry["values"], dtype=torch.float64).to(kind).reshape(entry["shape"])
    try:
        outputs = eval(task["expression"], names)
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}
    outputs = outputs if isinstance(outputs, tuple) else (outputs,)
    kinds = {torch.int64: "int32", torch.float32: "float32"}
    return {
        "outputs": [
            {"shape": list(y.shape), "dtype": kinds.get(y.dtype, str(y.dtype)), "values": y.double().flatten().tolist()}
            for y in outputs
        ]
    }

with torch.no_grad():
    print(json.dumps([answer(task) for task in json.load(sys.stdin)]))
`;

/** Has Python compute them all. */
export function inTorch(python: string, tasks: readonly TorchTask[]): readonly TorchAnswer[] {
  const { status, stdout, stderr } = spawnSync(python, ['-c', script], {
    input: JSON.stringify(tasks),
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(stderr.trim().slice(-2000));
  return JSON.parse(stdout) as TorchAnswer[];
}
