"""The PyTorch side of `netwright bench --peer torch`: trains an MLP on one batch and counts its steps.

Reads one JSON object per line and answers each with one line:
    {"sizes": [2, 4, 4, 2], "batch": 128, "optimizer": "sgd", "learningRate": 0.1, "threads": 1} -> {"version": "..."}
    {"seconds": 0.5}                                                    -> {"steps": 1234, "seconds": 0.5003}
A step is what a training loop in PyTorch does: zero_grad, forward, loss, backward, step.
"""

import json
import sys
import time

import torch
from torch import nn

# Of a stretch, between two looks at the clock: short against it, long against the look.
LOOK_SHARE = 1 / 40


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


def train(model, optimizer, criterion, x, y, seconds):
    steps = 0
    steps_per_look = 1
    elapsed = 0.0
    started = time.perf_counter()
    while elapsed < seconds:
        for _ in range(steps_per_look):
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
        steps += steps_per_look
        elapsed = time.perf_counter() - started
        steps_per_look = max(1, round(seconds * LOOK_SHARE * steps / elapsed))
    return {"steps": steps, "seconds": elapsed}


def main():
    parts = None
    for line in sys.stdin:
        task = json.loads(line)
        if "sizes" in task:
            parts = build(task)
            answer = {"version": torch.__version__}
        else:
            answer = train(*parts, task["seconds"])
        print(json.dumps(answer), flush=True)


main()
