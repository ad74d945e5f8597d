"""Golden values of the projection heads from torch.nn, in double precision.

    python scripts/golden/projection-head.py

writes packages/projection-head/test/golden/projection-head.json. Only results are stored; weights and features come from a formula that the test
computes too: value i of the tensor called `name` is sin(h + 0.37 i + 0.0131 i^2), with h from the FNV-1a hash of the name and i in the order of
TensorFlow.js (kernels [in, out]).
"""

import json
import math
import pathlib

import numpy as np
import torch
from torch import nn

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
ROWS, FEATURES, OUTPUTS = 6, 5, 4


def formula(name, size):
    h = 0x811C9DC5
    for character in name:
        h = ((h ^ ord(character)) * 0x01000193) & 0xFFFFFFFF
    i = np.arange(size, dtype=np.float64)
    return np.sin((h % 1000) / 100 + 0.37 * i + 0.0131 * i * i)


def single(values):
    return torch.tensor(np.asarray(values).astype(np.float32).astype(np.float64))


def linear(number, inputs, outputs, bias):
    layer = nn.Linear(inputs, outputs, bias=bias)
    with torch.no_grad():
        values = formula(f"projection{number}/kernel", inputs * outputs).reshape(inputs, outputs) / math.sqrt(inputs)
        layer.weight.copy_(single(values.T))
        if bias:
            layer.bias.copy_(single(0.2 * formula(f"projection{number}/bias", outputs)))
    return layer


def norm(number, width, center=True):
    layer = nn.BatchNorm1d(width)
    with torch.no_grad():
        layer.weight.copy_(single(1 + 0.3 * formula(f"projection{number}.bn/gamma", width)))
        layer.bias.copy_(single(0.2 * formula(f"projection{number}.bn/beta", width) if center else np.zeros(width)))
    return layer


def heads():
    yield "simclr", nn.Sequential(
        linear(1, FEATURES, FEATURES, False), norm(1, FEATURES), nn.ReLU(), linear(2, FEATURES, OUTPUTS, False), norm(2, OUTPUTS, center=False)
    )
    yield "simclr of three layers, 7 wide", nn.Sequential(
        linear(1, FEATURES, 7, False), norm(1, 7), nn.ReLU(),
        linear(2, 7, 7, False), norm(2, 7), nn.ReLU(),
        linear(3, 7, OUTPUTS, False), norm(3, OUTPUTS, center=False),
    )
    yield "moco v1", nn.Sequential(linear(1, FEATURES, OUTPUTS, True))
    yield "moco v2", nn.Sequential(linear(1, FEATURES, FEATURES, True), nn.ReLU(), linear(2, FEATURES, OUTPUTS, True))
    yield "general", nn.Sequential(
        linear(1, FEATURES, 3, True), nn.ReLU(), linear(2, 3, OUTPUTS, False), norm(2, OUTPUTS)
    )


def rounded(tensor):
    return [float(f"{v:.7g}") for v in tensor.detach().flatten().tolist()]


result = {}
for name, head in heads():
    x = single(formula("features", ROWS * FEATURES).reshape(ROWS, FEATURES)).requires_grad_()
    y = head.train()(x)
    (y * torch.tensor(formula("upstream", ROWS * OUTPUTS).reshape(ROWS, OUTPUTS))).sum().backward()
    kernel = head[0].weight.grad.T
    # Inference after the running statistics moved once.
    result[name] = {"training": rounded(y), "inference": rounded(head.eval()(x)), "dx": rounded(x.grad), "dKernel1": rounded(kernel)}

path = pathlib.Path(__file__).parents[2] / "packages/projection-head/test/golden/projection-head.json"
path.parent.mkdir(parents=True, exist_ok=True)
path.write_text(json.dumps(result, separators=(",", ":")) + "\n")
