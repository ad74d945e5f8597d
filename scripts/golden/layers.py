"""Golden values of batch normalisation from torch.nn.functional, in double precision.

    python scripts/golden/layers.py

writes packages/layers/test/golden/layers.json. Inputs are formulas that the test computes too, rounded to single precision:
x[i] = offset + sin(0.1 + 1.7 i + 0.011 i^2), upstream gradient g[i] = sin(0.3 + 0.9 i + 0.007 i^2),
gamma[j] = 1 + 0.3 sin(1 + j), beta[j] = 0.2 sin(2 + j).
"""

import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

torch.set_num_threads(1)


def chirp(size, start, slope, bend):
    i = np.arange(size, dtype=np.float64)
    return np.sin(start + slope * i + bend * i * i)


def tensor(values, shape):
    return torch.tensor(values.astype(np.float32).astype(np.float64).reshape(shape))


def rounded(t):
    return [float(f"{v:.7g}") for v in t.detach().flatten().tolist()]


def case(shape, offset=0.0, scale=True, center=True):
    """One training pass with gradients, the running statistics after it, and inference with them; `shape` has the channels last."""
    size, c = int(np.prod(shape)), shape[-1]
    j = np.arange(c, dtype=np.float64)
    x = tensor(offset + chirp(size, 0.1, 1.7, 0.011), shape).requires_grad_()
    gamma = tensor(1 + 0.3 * np.sin(1 + j) if scale else np.ones(c), [c]).requires_grad_()
    beta = tensor(0.2 * np.sin(2 + j) if center else np.zeros(c), [c]).requires_grad_()
    mean, variance = torch.zeros(c, dtype=torch.float64), torch.ones(c, dtype=torch.float64)
    first = lambda t: t.movedim(-1, 1)
    y = F.batch_norm(first(x), mean, variance, gamma, beta, training=True, momentum=0.1, eps=1e-5).movedim(1, -1)
    (y * tensor(chirp(size, 0.3, 0.9, 0.007), shape)).sum().backward()
    inference = F.batch_norm(first(x), mean, variance, gamma, beta, training=False, eps=1e-5).movedim(1, -1)
    return {
        "shape": shape, "offset": offset, "scale": scale, "center": center,
        "y": rounded(y), "dx": rounded(x.grad),
        "dGamma": rounded(gamma.grad) if scale else None, "dBeta": rounded(beta.grad) if center else None,
        "movingMean": rounded(mean), "movingVariance": rounded(variance), "inference": rounded(inference),
    }


cases = {
    "images": case([3, 2, 4, 5]),
    "rows": case([6, 4]),
    "no scale": case([2, 2, 2, 3], scale=False),
    "no center": case([2, 2, 2, 3], center=False),
    "neither": case([5, 3], scale=False, center=False),
    "far mean": case([4, 3, 3, 2], offset=1000.0),
}
path = pathlib.Path(__file__).parents[2] / "packages/layers/test/golden/layers.json"
path.parent.mkdir(parents=True, exist_ok=True)
path.write_text(json.dumps(cases, separators=(",", ":")) + "\n")
