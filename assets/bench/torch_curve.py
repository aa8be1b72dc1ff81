"""The PyTorch side of `netwright crosscheck curve`: trains an exported module by a recipe, from weights of its own.

Reads from the folder in argv[1] model.py, weights.safetensors, task.json, images.bin (bytes [N, C, H, W], those to train on
first) and labels.bin (int32 [N]); argv[2] is the seed. Prints one JSON object per epoch.
"""

import json
import sys
from pathlib import Path

import numpy
import torch
import torch.nn.functional as F

folder, seed = Path(sys.argv[1]), int(sys.argv[2])
sys.path.insert(0, str(folder))
from model import load_model  # noqa: E402

task = json.loads((folder / "task.json").read_text())
torch.set_num_threads(task["threads"])
torch.manual_seed(seed)
random = numpy.random.default_rng(seed)

images = numpy.fromfile(folder / "images.bin", dtype=numpy.uint8).reshape(-1, *task["shape"])
labels = torch.from_numpy(numpy.fromfile(folder / "labels.bin", dtype=numpy.int32).astype(numpy.int64))
channels, height, width = task["shape"]
scale, shift = (
    numpy.array(task[name], dtype=numpy.float32).reshape(1, channels, 1, 1) for name in ("scale", "shift")
)
train_count, batch_size, crop = task["train"], task["batch"], task["crop"]
padded = numpy.pad(images[:train_count], ((0, 0), (0, 0), (crop, crop), (crop, crop)))


def standardised(batch):
    return torch.from_numpy(batch.astype(numpy.float32) * scale + shift)


def varied(rows):
    """A piece of the old size from anywhere in the image with its black border, every second one mirrored."""
    batch = numpy.empty((len(rows), channels, height, width), dtype=numpy.uint8)
    corners = random.integers(0, 2 * crop + 1, size=(len(rows), 2))
    mirrored = random.random(len(rows)) < (0.5 if task["flip"] else 0)
    for i, row in enumerate(rows):
        top, left = corners[i]
        piece = padded[row, :, top : top + height, left : left + width]
        batch[i] = piece[:, :, ::-1] if mirrored[i] else piece
    return standardised(batch)


model = load_model(folder / "weights.safetensors")
weights = [p for p in model.parameters() if p.dim() > 1]
others = [p for p in model.parameters() if p.dim() <= 1]
for weight in weights:
    torch.nn.init.kaiming_normal_(weight, mode="fan_in", nonlinearity="relu")

# The gradient of λ · Σ w² is 2λw.
groups = [{"params": weights, "weight_decay": 2 * task["l2"]}, {"params": others, "weight_decay": 0.0}]
optimizer = torch.optim.SGD(groups, lr=task["rates"][0], momentum=task["momentum"])


def penalty():
    with torch.no_grad():
        return task["l2"] * sum(float((weight * weight).sum()) for weight in weights)


def measured(loss_sum, hits, count):
    return {"loss": loss_sum / count, "accuracy": hits / count}


step = 0
for epoch in range(1, task["epochs"] + 1):
    model.train()
    order = random.permutation(train_count)
    loss_sum, hits = 0.0, 0
    for begin in range(0, train_count, batch_size):
        rows = order[begin : begin + batch_size]
        for group in optimizer.param_groups:
            group["lr"] = task["rates"][step]
        target = labels[torch.from_numpy(rows)]
        optimizer.zero_grad(set_to_none=True)
        logits = model(varied(rows))
        loss = F.cross_entropy(logits, target)
        loss_sum += (float(loss) + penalty()) * len(rows)
        hits += int((logits.argmax(1) == target).sum())
        loss.backward()
        optimizer.step()
        step += 1
    train = measured(loss_sum, hits, train_count)
    model.eval()
    loss_sum, hits = 0.0, 0
    with torch.no_grad():
        for begin in range(train_count, len(images), batch_size):
            logits = model(standardised(images[begin : begin + batch_size]))
            target = labels[begin : begin + batch_size]
            loss_sum += float(F.cross_entropy(logits, target, reduction="sum"))
            hits += int((logits.argmax(1) == target).sum())
    test = measured(loss_sum, hits, len(images) - train_count)
    test["loss"] += penalty()
    print(json.dumps({"epoch": epoch, "train": train, "test": test}), flush=True)
