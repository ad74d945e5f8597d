"""Golden values of packages/simclr: one training step of a small network with NT-Xent and SGD, by PyTorch in float64.

    python scripts/golden/simclr.py

Images and weights come from formulas that the test repeats. Images are [n, height, width, channels], kernels [in, out],
as TensorFlow has them."""

import json
import math
from pathlib import Path

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
OUT = Path(__file__).parents[2] / "packages/simclr/test/golden/simclr.json"
N, SIZE, CHANNELS = 5, 4, 2
SHAPES = {
    "encoder/stem/kernel": (SIZE * SIZE * CHANNELS, 8),
    "encoder/stem/bias": (8,),
    "encoder/features/kernel": (8, 6),
    "encoder/features/bias": (6,),
    "head/hidden/kernel": (6, 5),
    "head/hidden/bias": (5,),
    "head/projection/kernel": (5, 3),
}
TEMPERATURE, RATE, MOMENTUM, DECAY = 0.2, 0.5, 0.9, 0.01


def pixel(view, i, k):
    """Pixel k of image i, channels last: a colour of the image's own under a pattern."""
    return 0.5 + 0.35 * math.sin(2.1 * i + 1.9 * (k % CHANNELS) + 1.1 * view) + 0.15 * math.sin(1.7 * k + 0.5 * i)


def images(view):
    pixels = [pixel(view, i, k) for i in range(N) for k in range(SIZE * SIZE * CHANNELS)]
    return torch.tensor(pixels).reshape(N, SIZE, SIZE, CHANNELS)


weights = {}
for index, (name, shape) in enumerate(SHAPES.items()):
    values = [0.5 * math.cos(0.7 * k * k + 2.9 * index) for k in range(math.prod(shape))]
    weights[name] = torch.tensor(values).reshape(shape).requires_grad_()


def project(x):
    x = F.relu(x.flatten(1) @ weights["encoder/stem/kernel"] + weights["encoder/stem/bias"])
    x = F.relu(x @ weights["encoder/features/kernel"] + weights["encoder/features/bias"])
    x = F.relu(x @ weights["head/hidden/kernel"] + weights["head/hidden/bias"])
    return x @ weights["head/projection/kernel"]


z1, z2 = project(images(0)), project(images(1))
z = F.normalize(torch.cat([z1, z2]), dim=1)
logits = (z @ z.T / TEMPERATURE).masked_fill(torch.eye(2 * N, dtype=torch.bool), -math.inf)
loss = F.cross_entropy(logits, (torch.arange(2 * N) + N) % (2 * N))

across = F.normalize(z1, dim=1) @ F.normalize(z2, dim=1).T
accuracy = (across.argmax(1) == torch.arange(N)).double().mean()
entropy = torch.distributions.Categorical(logits=across / TEMPERATURE).entropy().mean()

optimizer = torch.optim.SGD(weights.values(), lr=RATE, momentum=MOMENTUM, weight_decay=DECAY)
loss.backward()
rounded = lambda x: [float(f"{v:.9g}") for v in x.flatten().tolist()]
gradients = {name: rounded(w.grad) for name, w in weights.items()}
optimizer.step()

OUT.parent.mkdir(parents=True, exist_ok=True)
OUT.write_text(
    json.dumps(
        {
            "n": N,
            "size": SIZE,
            "channels": CHANNELS,
            "temperature": TEMPERATURE,
            "learningRate": RATE,
            "momentum": MOMENTUM,
            "weightDecay": DECAY,
            "shapes": SHAPES,
            "loss": float(f"{loss.item():.10g}"),
            "accuracy": accuracy.item(),
            "entropy": float(f"{entropy.item():.10g}"),
            "gradients": gradients,
            "weightsAfter": {name: rounded(w.detach()) for name, w in weights.items()},
        },
        indent=1,
    )
    + "\n"
)
