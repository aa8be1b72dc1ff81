"""Trains an exported model.py by its train.py, on given samples: argv[1] is their folder, with task.json and inputs.bin.

Writes weights.bin: the tensors that the task names, as float32, after training from weights.safetensors.
"""

import json
import sys
from pathlib import Path

import numpy

folder = Path(sys.argv[1])
sys.path.insert(0, str(folder))
import torch  # noqa: E402
import train  # noqa: E402
from model import load_model  # noqa: E402

task = json.loads((folder / "task.json").read_text())
words = numpy.fromfile(folder / "inputs.bin", dtype=numpy.float32)
names = {"x": train.INPUTS[0], "y": train.TARGETS[0]}
data, at = {}, 0
for entry in task["inputs"]:
    count = int(numpy.prod(entry["shape"]))
    part = words[at : at + count]
    if entry["dtype"] == "int32":
        part = part.view(numpy.int32).astype(numpy.int64)
    data[names[entry["port"]]] = torch.from_numpy(part.copy()).reshape(entry["shape"])
    at += count
network = load_model(folder / "weights.safetensors")
train.train(network, data)
state = network.state_dict()
numpy.concatenate([state[name].float().numpy().ravel() for name in task["names"]]).tofile(folder / "weights.bin")
