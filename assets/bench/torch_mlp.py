"""The PyTorch side of `netwright bench --peer torch`: trains an MLP on one batch and says how long it took.

Reads one JSON object per line and answers each with one line:
    {"sizes": [2, 4, 4, 2], "batch": 128, "optimizer": "sgd", "threads": 1}   ->  {"version": "..."}
    {"steps": 1000}                                                            ->  {"seconds": 0.31}
A step is what a training loop in PyTorch does: zero_grad, forward, loss, backward, step.
"""

import json
import sys
import time

import torch
from torch import nn


def build(task):
    torch.set_num_threads(task["threads"])
    torch.manual_seed(1)
    sizes = task["sizes"]
    layers = []
    for fan_in, fan_out in zip(sizes, sizes[1:]):
        layers += [nn.Linear(fan_in, fan_out), nn.ReLU()]
    model = nn.Sequential(*layers[:-1])
    optimizers = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}
    optimizer = optimizers[task["optimizer"]](model.parameters(), lr=task["learningRate"])
    x = torch.randn(task["batch"], sizes[0])
    y = torch.randint(0, sizes[-1], (task["batch"],))
    return model, optimizer, nn.CrossEntropyLoss(), x, y


def train(model, optimizer, criterion, x, y, steps):
    started = time.perf_counter()
    for _ in range(steps):
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
    return time.perf_counter() - started


def main():
    parts = None
    for line in sys.stdin:
        task = json.loads(line)
        if "sizes" in task:
            parts = build(task)
            answer = {"version": torch.__version__}
        else:
            answer = {"seconds": train(*parts, task["steps"])}
        print(json.dumps(answer), flush=True)


main()
