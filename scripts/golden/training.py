"""Golden values of the trainings in packages/linear-probe, by PyTorch in float64: one step of a small network on labels,
and linear evaluation by SGD on fixed features with the recipes of both papers.

    python scripts/golden/training.py

writes test/golden/training.json. Images, features and weights come from formulas that the tests repeat. Images are
[n, height, width, channels], kernels [in, out], as TensorFlow has them."""

import json
import math
from pathlib import Path

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
OUT = Path(__file__).parents[2] / "packages/linear-probe/test/golden/training.json"


def rounded(x):
    return [float(f"{v:.9g}") for v in x.flatten().tolist()]


# One step of a small network.
N, SIZE, CHANNELS, CLASSES = 5, 4, 2, 3
SHAPES = {
    "encoder/stem/kernel": (SIZE * SIZE * CHANNELS, 8),
    "encoder/stem/bias": (8,),
    "encoder/features/kernel": (8, 6),
    "encoder/features/bias": (6,),
    "head/classifier/kernel": (6, CLASSES),
    "head/classifier/bias": (CLASSES,),
}
RATE, MOMENTUM, DECAY, SMOOTHING = 0.5, 0.9, 0.01, 0.1
LABELS = torch.tensor([i % CLASSES for i in range(N)])


def images(view):
    def pixel(i, k):
        return 0.5 + 0.35 * math.sin(2.1 * i + 1.9 * (k % CHANNELS) + 1.1 * view) + 0.15 * math.sin(1.7 * k + 0.5 * i)

    pixels = [pixel(i, k) for i in range(N) for k in range(SIZE * SIZE * CHANNELS)]
    return torch.tensor(pixels).reshape(N, SIZE, SIZE, CHANNELS)


def step(views, smoothing):
    weights = {}
    for index, (name, shape) in enumerate(SHAPES.items()):
        values = [0.5 * math.cos(0.7 * k * k + 2.9 * index) for k in range(math.prod(shape))]
        weights[name] = torch.tensor(values).reshape(shape).requires_grad_()
    x = torch.cat([images(view) for view in range(views)])
    x = F.relu(x.flatten(1) @ weights["encoder/stem/kernel"] + weights["encoder/stem/bias"])
    x = F.relu(x @ weights["encoder/features/kernel"] + weights["encoder/features/bias"])
    logits = x @ weights["head/classifier/kernel"] + weights["head/classifier/bias"]
    labels = LABELS.repeat(views)
    loss = F.cross_entropy(logits, labels, label_smoothing=smoothing)
    optimizer = torch.optim.SGD(weights.values(), lr=RATE, momentum=MOMENTUM, nesterov=True, weight_decay=DECAY)
    loss.backward()
    gradients = {name: rounded(w.grad) for name, w in weights.items()}
    optimizer.step()
    return {
        "views": views,
        "smoothing": smoothing,
        "loss": float(f"{loss.item():.10g}"),
        "accuracy": (logits.argmax(1) == labels).double().mean().item(),
        "gradients": gradients,
        "weightsAfter": {name: rounded(w) for name, w in weights.items()},
    }


# Linear evaluation on fixed features, images in their order, the last batch of an epoch smaller.
ROWS, COLUMNS, BATCH, EPOCHS = 12, 5, 5, 10
features = torch.tensor([[math.sin(1.3 * i + 0.9 * j * j) for j in range(COLUMNS)] for i in range(ROWS)])
classes = torch.tensor([i % CLASSES for i in range(ROWS)])


def linear(rate, nesterov, cosine, deviation):
    start = [deviation * math.cos(1.1 * k * k) for k in range(COLUMNS * CLASSES)]
    layer = torch.nn.Linear(COLUMNS, CLASSES)
    layer.weight.data = torch.tensor(start).reshape(COLUMNS, CLASSES).T.contiguous()
    layer.bias.data.zero_()
    base = rate * BATCH / 256
    optimizer = torch.optim.SGD(layer.parameters(), lr=base, momentum=0.9, nesterov=nesterov)
    per_epoch = math.ceil(ROWS / BATCH)
    if cosine:
        scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=EPOCHS * per_epoch)
    else:
        scheduler = torch.optim.lr_scheduler.MultiStepLR(optimizer, [6 * per_epoch, 8 * per_epoch], gamma=0.1)
    rates, losses = [], []
    for _ in range(EPOCHS):
        for x, y in zip(features.split(BATCH), classes.split(BATCH)):
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.zero_grad()
            loss = F.cross_entropy(layer(x), y)
            losses.append(loss.item())
            loss.backward()
            optimizer.step()
            scheduler.step()
    return {
        "rates": [float(f"{v:.9g}") for v in rates],
        "firstLoss": losses[0],
        "weights": rounded(layer.weight.detach().T),
        "bias": rounded(layer.bias.detach()),
    }


result = {
    "step": {
        **dict(n=N, size=SIZE, channels=CHANNELS, classCount=CLASSES),
        **dict(learningRate=RATE, momentum=MOMENTUM, weightDecay=DECAY, shapes=SHAPES),
        "cases": [step(2, 0), step(2, SMOOTHING), step(1, SMOOTHING)],
    },
    "linear": {
        **dict(rows=ROWS, columns=COLUMNS, classCount=CLASSES, batchSize=BATCH, epochs=EPOCHS),
        "mocoLinear": linear(rate=30, nesterov=False, cosine=False, deviation=0.01),
        "simclrLinear": linear(rate=0.1, nesterov=True, cosine=True, deviation=0),
    },
}
OUT.parent.mkdir(parents=True, exist_ok=True)
OUT.write_text(json.dumps(result, indent=1) + "\n")
