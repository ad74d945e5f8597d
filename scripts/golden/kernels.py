"""Golden values for the training kernels of packages/backend, from PyTorch: batch normalisation, alone and with
a shortcut and ReLU, strided convolution, cross-entropy.

Run with a Python that has torch: python scripts/golden/kernels.py. Writes
packages/backend/test/kernels/golden/kernels.json."""

import json
from pathlib import Path

import torch
from torch.nn import functional as F

TARGET = Path(__file__).parents[2] / "packages/backend/test/kernels/golden/kernels.json"
EPSILON = 1e-5


def wave(*shape: int, step: float, offset: float = 0.0) -> torch.Tensor:
    """Reproducible values in [-1, 1] that repeat nowhere."""
    count = int(torch.tensor(shape).prod())
    return (torch.arange(count, dtype=torch.float64) * step + offset).sin().reshape(shape)


def rounded(tensor: torch.Tensor) -> dict:
    return {"shape": list(tensor.shape), "values": [round(v, 7) for v in tensor.detach().flatten().tolist()]}


def batch_norm(n: int, h: int, w: int, c: int) -> dict:
    x = (2 * wave(n, h, w, c, step=1.7) + 3).requires_grad_()
    gamma = (1 + wave(c, step=0.9) / 2).requires_grad_()
    beta = wave(c, step=0.4, offset=1).requires_grad_()
    dy = wave(n, h, w, c, step=2.3, offset=0.5)
    mean, variance = torch.zeros(c, dtype=torch.float64), torch.ones(c, dtype=torch.float64)
    y = F.batch_norm(
        x.permute(0, 3, 1, 2), mean, variance, gamma, beta, training=True, momentum=1, eps=EPSILON
    ).permute(0, 2, 3, 1)
    y.backward(dy)
    values = {"x": x, "gamma": gamma, "beta": beta, "dy": dy, "y": y, "mean": mean, "unbiasedVariance": variance}
    values |= {"dx": x.grad, "dgamma": gamma.grad, "dbeta": beta.grad}
    return {name: rounded(value) for name, value in values.items()}


def norm_relu(*shape: int, relu: bool, shortcut: bool, offset: float = 0.0, every: int = 1) -> dict:
    """Of inputs that the test computes too, rounded to single precision; of large results one value in `every`."""
    c = shape[-1]
    single = lambda tensor: tensor.float().double().requires_grad_()
    x, dy = single(wave(*shape, step=1.7) + offset), single(wave(*shape, step=2.3, offset=0.5))
    gamma, beta = single(1 + wave(c, step=0.9) / 2), single(wave(c, step=0.4, offset=1))
    added = single(wave(*shape, step=1.1, offset=0.2))
    mean, variance = torch.ones(c, dtype=torch.float64), torch.ones(c, dtype=torch.float64)
    rows = F.batch_norm(x.reshape(-1, c), mean, variance, gamma, beta, training=True, momentum=0.1, eps=EPSILON)
    y = rows.reshape(shape) + added if shortcut else rows.reshape(shape)
    y = y.relu() if relu else y
    y.backward(dy)
    some = {"y": y, "dx": x.grad} | ({"dshortcut": added.grad} if shortcut else {})
    all = {"mean": mean, "variance": variance, "dgamma": gamma.grad, "dbeta": beta.grad}
    return {"shape": shape, "relu": relu, "shortcut": shortcut, "offset": offset, "every": every} | {
        name: rounded(value.detach().flatten()[::step])["values"]
        for values, step in ((some, every), (all, 1))
        for name, value in values.items()
    }


def convolution(h: int, w: int, size: int, stride: int, padding: int) -> dict:
    x = wave(2, h, w, 3, step=1.3).requires_grad_()
    filter = wave(size, size, 3, 5, step=0.7).requires_grad_()
    y = F.conv2d(x.permute(0, 3, 1, 2), filter.permute(3, 2, 0, 1), stride=stride, padding=padding).permute(0, 2, 3, 1)
    dy = wave(*y.shape, step=1.9, offset=0.3)
    y.backward(dy)
    values = {"x": x, "filter": filter, "dy": dy, "y": y, "dx": x.grad, "dfilter": filter.grad}
    return {"stride": stride, "padding": padding} | {name: rounded(value) for name, value in values.items()}


def cross_entropy() -> dict:
    logits = (20 * wave(4, 6, step=1.1)).requires_grad_()
    labels = torch.tensor([0, 5, 2, 2])
    dy = wave(4, step=0.8, offset=0.2)
    loss = F.cross_entropy(logits, labels, reduction="none")
    loss.backward(dy)
    values = {"logits": logits, "dy": dy, "loss": loss, "dlogits": logits.grad}
    return {"labels": labels.tolist()} | {name: rounded(value) for name, value in values.items()}


def main() -> None:
    torch.set_default_dtype(torch.float64)
    golden = {
        "batchNorm": [batch_norm(3, 3, 2, 5), batch_norm(6, 1, 1, 3)],
        "normRelu": [
            norm_relu(2, 3, 1, 37, relu=True, shortcut=False),
            norm_relu(2, 3, 1, 37, relu=True, shortcut=True),
            norm_relu(6, 40, relu=False, shortcut=False, offset=3),
            norm_relu(5, 2, 3, relu=False, shortcut=True),
            norm_relu(24, 8, 8, 21, relu=True, shortcut=True, every=211),
            norm_relu(2, 100, 100, 3, relu=True, shortcut=False, offset=100, every=419),
        ],
        "convolution": [
            convolution(7, 6, 3, 2, 1),
            convolution(5, 5, 3, 1, 1),
            convolution(6, 7, 1, 2, 0),
            convolution(9, 8, 7, 2, 3),
        ],
        "crossEntropy": cross_entropy(),
    }
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(json.dumps(golden, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
