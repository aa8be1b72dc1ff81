"""The PyTorch side of `netwright bench --peer torch`: trains a network on one batch and counts its steps.

Reads one JSON object per line and answers each with one line:
    {"network": "resnet-20", "batch": 64, "optimizer": "momentum", "learningRate": 0.1, "threads": 1} -> {"version": "..."}
    {"seconds": 0.5}                                                     -> {"steps": 1234, "seconds": 0.5003}
    {"matmul": 512, "seconds": 0.5}    numpy's product of two matrices   -> {"steps": 1234, "seconds": 0.5003}
A step is what a training loop in PyTorch does: zero_grad, forward, loss, backward, step.
"""

import json
import math
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

# Of a stretch, between two looks at the clock: short against it, long against the look.
LOOK_SHARE = 1 / 40
CLASSES = 4


def mlp(sizes):
    layers = []
    for fan_in, fan_out in zip(sizes, sizes[1:]):
        layers += [nn.Linear(fan_in, fan_out), nn.ReLU(inplace=True)]
    return nn.Sequential(*layers[:-1])


def normalised(fan_in, fan_out, kernel, stride, groups=1):
    convolution = nn.Conv2d(fan_in, fan_out, kernel, stride, kernel // 2, groups=groups, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(fan_out))


class Residual(nn.Module):
    def __init__(self, fan_in, fan_out, stride):
        super().__init__()
        self.first = normalised(fan_in, fan_out, 3, stride)
        self.second = normalised(fan_out, fan_out, 3, 1)
        same = stride == 1 and fan_in == fan_out
        self.shortcut = nn.Identity() if same else normalised(fan_in, fan_out, 1, stride)

    def forward(self, x):
        y = F.relu(self.first(x), inplace=True)
        return F.relu(self.second(y) + self.shortcut(x), inplace=True)


def resnet(widths, blocks):
    layers = [normalised(3, widths[0], 3, 1), nn.ReLU(inplace=True)]
    fan_in = widths[0]
    for stage, width in enumerate(widths):
        for block in range(blocks):
            layers.append(Residual(fan_in, width, 2 if stage > 0 and block == 0 else 1))
            fan_in = width
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(fan_in, CLASSES))


def depthwise():
    layers = [normalised(3, 32, 3, 1), nn.ReLU(inplace=True)]
    fan_in = 32
    for width, stride in [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1)]:
        layers += [normalised(fan_in, fan_in, 3, stride, groups=fan_in), nn.ReLU(inplace=True)]
        layers += [normalised(fan_in, width, 1, 1), nn.ReLU(inplace=True)]
        fan_in = width
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(fan_in, CLASSES))


class Attention(nn.Module):
    def __init__(self, width, heads, length):
        super().__init__()
        self.heads = heads
        self.project = nn.Linear(width, 3 * width)
        self.output = nn.Linear(width, width)
        self.register_buffer("future", torch.ones(length, length, dtype=torch.bool).triu(1))

    def forward(self, x):
        n, t, width = x.shape
        q, k, v = self.project(x).view(n, t, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        scores = (q @ k.transpose(-2, -1)) * (1.0 / math.sqrt(q.shape[-1]))
        weights = F.softmax(scores.masked_fill(self.future, float("-inf")), dim=-1)
        return self.output((weights @ v).transpose(1, 2).reshape(n, t, width))


class Block(nn.Module):
    def __init__(self, width, heads, length):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = Attention(width, heads, length)
        self.wide = nn.Sequential(
            nn.Linear(width, 4 * width), nn.GELU(approximate="tanh"), nn.Linear(4 * width, width)
        )

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        return x + self.wide(self.norm2(x))


class Gpt(nn.Module):
    def __init__(self, layers, width, heads, length, vocabulary):
        super().__init__()
        self.tokens = nn.Embedding(vocabulary, width)
        self.position = nn.Parameter(torch.zeros(1, length, width))
        blocks = [Block(width, heads, length) for _ in range(layers)]
        self.blocks = nn.Sequential(*blocks, nn.LayerNorm(width))
        self.head = nn.Linear(width, vocabulary, bias=False)

    def forward(self, x):
        return self.head(self.blocks(self.tokens(x) + self.position)).flatten(0, 1)


def images(batch):
    return torch.randn(batch, 3, 32, 32), torch.randint(0, CLASSES, (batch,))


def rows(batch, features, classes):
    return torch.randn(batch, features), torch.randint(0, classes, (batch,))


def tokens(batch, length, vocabulary):
    sequence = torch.randint(0, vocabulary, (batch, length + 1))
    return sequence[:, :-1].contiguous(), sequence[:, 1:].reshape(-1)


NETWORKS = {
    "mlp-2-4-4-2": (lambda: mlp([2, 4, 4, 2]), lambda batch: rows(batch, 2, 2)),
    "mlp-784-512-512-10": (lambda: mlp([784, 512, 512, 10]), lambda batch: rows(batch, 784, 10)),
    "resnet-20": (lambda: resnet([16, 32, 64], 3), images),
    "resnet-18": (lambda: resnet([64, 128, 256, 512], 2), images),
    "depthwise-cnn": (depthwise, images),
    "gpt": (lambda: Gpt(4, 128, 4, 64, 65), lambda batch: tokens(batch, 64, 65)),
}
OPTIMIZERS = {
    "sgd": lambda parameters, rate: torch.optim.SGD(parameters, lr=rate),
    "momentum": lambda parameters, rate: torch.optim.SGD(parameters, lr=rate, momentum=0.9),
    "adam": lambda parameters, rate: torch.optim.Adam(parameters, lr=rate),
    "adamw": lambda parameters, rate: torch.optim.AdamW(parameters, lr=rate),
}


def counted(step, seconds):
    steps = 0
    steps_per_look = 1
    elapsed = 0.0
    started = time.perf_counter()
    while elapsed < seconds:
        for _ in range(steps_per_look):
            step()
        steps += steps_per_look
        elapsed = time.perf_counter() - started
        steps_per_look = max(1, round(seconds * LOOK_SHARE * steps / elapsed))
    return {"steps": steps, "seconds": elapsed}


def training_step(task):
    torch.set_num_threads(task["threads"])
    torch.manual_seed(1)
    network, data = NETWORKS[task["network"]]
    model = network()
    optimizer = OPTIMIZERS[task["optimizer"]](model.parameters(), task["learningRate"])
    criterion = nn.CrossEntropyLoss()
    x, y = data(task["batch"])

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()

    return step


def product(size):
    import numpy

    a = numpy.random.default_rng(1).standard_normal((size, size), dtype=numpy.float32)
    b = a.T.copy()
    return lambda: a @ b


def main():
    step = None
    for line in sys.stdin:
        task = json.loads(line)
        if "network" in task:
            step = training_step(task)
            answer = {"version": torch.__version__}
        elif "matmul" in task:
            answer = counted(product(task["matmul"]), task["seconds"])
        else:
            answer = counted(step, task["seconds"])
        print(json.dumps(answer), flush=True)


main()
