"""The PyTorch side of `netwright crosscheck`: computes what a Netwright document says, with the same weights and samples.

Reads from the folder in argv[1] task.json and values.bin (float32 or int32 words, little-endian); writes results.json and
results.bin: logits in evaluation, then of training the loss of each step, the gradients and the running statistics of the
first step, and the weights after the last. Weights keep the shapes that the document gives them.
"""

import json
import math
import sys
from pathlib import Path

import numpy
import torch
import torch.nn.functional as F

folder = Path(sys.argv[1])
task = json.loads((folder / "task.json").read_text())
words = numpy.fromfile(folder / "values.bin", dtype=numpy.float32)
torch.set_num_threads(task["threads"])


def tensor(entry):
    part = words[entry["offset"] : entry["offset"] + entry["words"]]
    if entry["dtype"] == "int32":
        part = part.view(numpy.int32).astype(numpy.int64)
    return torch.from_numpy(part.copy()).reshape(entry["shape"])


weights = {entry["name"]: tensor(entry) for entry in task["weights"]}
trained = [entry["name"] for entry in task["weights"] if entry["trained"]]
for name in trained:
    weights[name].requires_grad_(True)


def pair(params):
    return (params["kernelHeight"], params["kernelWidth"])


def conv2d(node, x, weight):
    p = node["params"]
    if p["padding"] == "same" and p["stride"] != 1:
        raise ValueError("same padding with a stride is not PyTorch's")
    pad = {"valid": 0, "number": p["pad"], "same": "same"}[p["padding"]]
    groups = {"all": 1, "groups": p["groups"], "depthwise": x.shape[1]}[p["connections"]]
    return F.conv2d(x, weight("weight"), weight("bias"), p["stride"], pad, p["dilation"], groups)


def batch_norm(node, x, weight, training):
    p = node["params"]
    # PyTorch writes the new statistics into the tensors it is given.
    return F.batch_norm(
        x,
        weight("runningMean"),
        weight("runningVar"),
        weight("gamma"),
        weight("beta"),
        training,
        1 - p["momentum"],
        p["epsilon"],
    )


def attention(node, x, weight):
    p = node["params"]

    def project(part):
        y = x @ weight(f"{part}.weight")
        bias = weight(f"{part}.bias")
        return y if bias is None else y + bias

    n, t, width = x.shape
    q, k, v = (project(part).view(n, t, p["heads"], -1).transpose(1, 2) for part in ("query", "key", "value"))
    scores = (q @ k.transpose(-2, -1)) / math.sqrt(q.shape[-1])
    if p["causal"]:
        scores = scores.masked_fill(torch.ones(t, t, dtype=torch.bool).triu(1), float("-inf"))
    attended = (torch.softmax(scores, -1) @ v).transpose(1, 2).reshape(n, t, width)
    y = attended @ weight("output.weight")
    bias = weight("output.bias")
    return y if bias is None else y + bias


def linear(x, weight):
    y = x @ weight("weight")
    bias = weight("bias")
    return y if bias is None else y + bias


def apply(node, inputs, training):
    def weight(name):
        return weights.get(f"{node['name']}.{name}")

    kind, p, x = node["type"], node["params"], inputs.get("x")
    if kind == "linear":
        return linear(x, weight)
    if kind == "conv2d":
        return conv2d(node, x, weight)
    if kind == "batch-norm":
        return batch_norm(node, x, weight, training and not node["frozen"])
    if kind == "layer-norm":
        return F.layer_norm(x, x.shape[-1:], weight("gamma"), weight("beta"), p["epsilon"])
    if kind == "relu":
        return F.relu(x)
    if kind == "tanh":
        return torch.tanh(x)
    if kind == "gelu":
        return F.gelu(x, approximate={"exact": "none", "tanh": "tanh"}[p["form"]])
    if kind == "max-pool":
        return F.max_pool2d(x, p.get("kernelSize", 2), p.get("stride", 2))
    if kind == "global-average-pool":
        return x.mean((2, 3))
    if kind == "flatten":
        return x.flatten(1)
    if kind == "add":
        return sum(value for _, value in sorted(inputs.items()))
    if kind == "embedding":
        return F.embedding(x, weight("weight"))
    if kind == "learned-position":
        return x + weight("weight")[: x.shape[1]]
    if kind == "multi-head-attention":
        return attention(node, x, weight)
    raise ValueError(f"the cross-check does not know the layer {kind}")


data = {entry["port"]: tensor(entry) for entry in task["inputs"]}


def forward(training):
    values = {}
    for node in task["nodes"]:
        if node["type"] == "data":
            continue
        inputs = {}
        for port, (source, output) in node["inputs"].items():
            inputs[port] = data[output] if source == task["data"] else values[source]
        if node["id"] == task["loss"]:
            return inputs["prediction"], inputs["target"]
        values[node["id"]] = apply(node, inputs, training)
    raise ValueError("no loss")


def loss_of(logits, target):
    return F.cross_entropy(logits.reshape(-1, logits.shape[-1]), target.reshape(-1), ignore_index=-100)


class MovingAverage:
    """v = β v + (1 − β) g; w = w − rate · v. PyTorch's dampening leaves out the first step."""

    def __init__(self, parameters, rate, beta):
        self.parameters, self.rate, self.beta = parameters, rate, beta
        self.velocities = [torch.zeros_like(p) for p in parameters]

    def zero_grad(self):
        for parameter in self.parameters:
            parameter.grad = None

    @torch.no_grad()
    def step(self):
        for parameter, velocity in zip(self.parameters, self.velocities):
            velocity.mul_(self.beta).add_(parameter.grad, alpha=1 - self.beta)
            parameter.sub_(velocity, alpha=self.rate)


def optimizer():
    chosen = task["optimizer"]
    p, rate = chosen["params"], task["learningRate"]
    parameters = [weights[name] for name in trained]
    kind = chosen["type"]
    if kind == "sgd":
        return torch.optim.SGD(parameters, lr=rate)
    if kind == "momentum":
        if p["form"] == "average":
            return MovingAverage(parameters, rate, p["beta"])
        return torch.optim.SGD(parameters, lr=rate, momentum=p["beta"])
    if kind == "nesterov":
        return torch.optim.SGD(parameters, lr=rate, momentum=p["beta"], nesterov=True)
    if kind == "adagrad":
        return torch.optim.Adagrad(parameters, lr=rate, eps=p["epsilon"])
    if kind == "rmsprop":
        return torch.optim.RMSprop(parameters, lr=rate, alpha=p["beta"], eps=p["epsilon"], momentum=p.get("momentum", 0))
    if kind == "adam":
        return torch.optim.Adam(parameters, lr=rate, betas=(p["beta1"], p["beta2"]), eps=p["epsilon"])
    if kind == "adamw":
        decayed = [weights[name] for name in trained if name in task["decayed"]]
        others = [weights[name] for name in trained if name not in task["decayed"]]
        groups = [{"params": decayed, "weight_decay": task["decay"]}, {"params": others, "weight_decay": 0.0}]
        return torch.optim.AdamW(groups, lr=rate, betas=(p["beta1"], p["beta2"]), eps=p["epsilon"])
    raise ValueError(f"the cross-check does not know the optimizer {kind}")


results, parts = [], []


def keep(kind, name, values):
    # A copy: PyTorch goes on writing into gradients and statistics.
    flat = values.detach().reshape(-1).to(torch.float32).numpy().copy()
    results.append({"kind": kind, "name": name, "words": int(flat.size)})
    parts.append(flat)


with torch.no_grad():
    keep("logits", "", forward(False)[0])
update = optimizer()
for step in range(task["steps"]):
    update.zero_grad()
    loss = loss_of(*forward(True))
    keep("loss", str(step), loss)
    loss.backward()
    if step == 0:
        for name in trained:
            keep("gradient", name, weights[name].grad)
        for entry in task["weights"]:
            if not entry["trained"]:
                keep("statistic", entry["name"], weights[entry["name"]])
    update.step()
with torch.no_grad():
    keep("loss", "end", loss_of(*forward(True)))

(folder / "results.json").write_text(json.dumps({"version": torch.__version__, "results": results}))
numpy.concatenate(parts).tofile(folder / "results.bin")
