"""Runs an exported model.py on given samples: argv[1] is its folder, with inputs.json and inputs.bin beside it.

Writes outputs.bin: the predictions as float32, one after the other.
"""

import json
import sys
from pathlib import Path

import numpy
import torch

folder = Path(sys.argv[1])
sys.path.insert(0, str(folder))
from model import load_model  # noqa: E402

words = numpy.fromfile(folder / "inputs.bin", dtype=numpy.float32)
inputs, at = [], 0
for entry in json.loads((folder / "inputs.json").read_text()):
    count = int(numpy.prod(entry["shape"]))
    part = words[at : at + count]
    if entry["dtype"] == "int32":
        part = part.view(numpy.int32).astype(numpy.int64)
    inputs.append(torch.from_numpy(part.copy()).reshape(entry["shape"]))
    at += count
with torch.no_grad():
    outputs = load_model(folder / "weights.safetensors")(*inputs)
outputs = outputs if isinstance(outputs, tuple) else (outputs,)
numpy.concatenate([y.float().numpy().ravel() for y in outputs]).tofile(folder / "outputs.bin")
