"""Golden values of batch normalisation from torch.nn.functional, in double precision.

    python scripts/golden/layers.py

writes packages/layers/test/golden/layers.json. Inputs are formulas that the test computes too, rounded to single
precision: x[i] of step t = offset + sin(0.1 + 0.5 t + 1.7 i + 0.011 i^2), upstream gradient g[i] = sin(0.3 + 0.9 i +
0.007 i^2), gamma[j] = 1 + 0.3 sin(1 + j), beta[j] = 0.2 sin(2 + j).

Split batches are the definition: each group goes through a batch normalisation of its own, all from the same running
statistics, which become the mean of what the groups' would be. For interleaved groups this is checked against the view
as [-1, splits * c, h, w] of MoCo's split batch normalisation."""

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


def groups(splits, splitting, n):
    """The images of each group."""
    return [
        list(range(g, n, splits)) if splitting == "interleaved" else list(range(g * n // splits, (g + 1) * n // splits))
        for g in range(splits)
    ]


def training(x, mean, variance, gamma, beta, splits, splitting):
    """The output, the channels last, and the running statistics; `x` has the channels last."""
    y, means, variances = torch.zeros_like(x), [], []
    for members in groups(splits, splitting, len(x)):
        means.append(mean.clone())
        variances.append(variance.clone())
        part = F.batch_norm(
            x[members].movedim(-1, 1), means[-1], variances[-1], gamma, beta, training=True, momentum=0.1, eps=1e-5
        )
        y = y.index_put((torch.tensor(members),), part.movedim(1, -1))
    return y, torch.stack(means).mean(0), torch.stack(variances).mean(0)


def by_view(x, gamma, beta, splits):
    first = x.movedim(-1, 1)
    view = first.reshape(-1, splits * first.shape[1], *first.shape[2:])
    y = F.batch_norm(view, None, None, gamma.repeat(splits), beta.repeat(splits), training=True, eps=1e-5)
    return y.reshape(first.shape).movedim(1, -1)


def case(shape, offset=0.0, scale=True, center=True, splits=1, splitting="interleaved", steps=1):
    """
    A training pass with gradients, the running statistics after `steps` such passes over inputs of their own, and
    inference of the first input with them; `shape` has the channels last."""
    size, c = int(np.prod(shape)), shape[-1]
    j = np.arange(c, dtype=np.float64)
    inputs = [tensor(offset + chirp(size, 0.1 + 0.5 * t, 1.7, 0.011), shape).requires_grad_() for t in range(steps)]
    gamma = tensor(1 + 0.3 * np.sin(1 + j) if scale else np.ones(c), [c]).requires_grad_()
    beta = tensor(0.2 * np.sin(2 + j) if center else np.zeros(c), [c]).requires_grad_()
    mean, variance = torch.zeros(c, dtype=torch.float64), torch.ones(c, dtype=torch.float64)
    outputs = []
    for x in inputs:
        y, mean, variance = training(x, mean, variance, gamma, beta, splits, splitting)
        outputs.append(y)
    if splitting == "interleaved":
        assert torch.allclose(outputs[0], by_view(inputs[0], gamma, beta, splits), rtol=0, atol=1e-12)
    (outputs[0] * tensor(chirp(size, 0.3, 0.9, 0.007), shape)).sum().backward()
    inference = F.batch_norm(inputs[0].movedim(-1, 1), mean, variance, gamma, beta, training=False, eps=1e-5).movedim(
        1, -1
    )
    return {
        "shape": shape,
        "offset": offset,
        "scale": scale,
        "center": center,
        "splits": splits,
        "splitting": splitting,
        "steps": steps,
        "y": rounded(outputs[0]),
        "dx": rounded(inputs[0].grad),
        "dGamma": rounded(gamma.grad) if scale else None,
        "dBeta": rounded(beta.grad) if center else None,
        "movingMean": rounded(mean),
        "movingVariance": rounded(variance),
        "inference": rounded(inference),
    }


cases = {
    "images": case([3, 2, 4, 5]),
    "rows": case([6, 4]),
    "no scale": case([2, 2, 2, 3], scale=False),
    "no center": case([2, 2, 2, 3], center=False),
    "neither": case([5, 3], scale=False, center=False),
    "far mean": case([4, 3, 3, 2], offset=1000.0),
    "three steps": case([4, 2, 2, 3], steps=3),
    "three steps, neither": case([6, 3], scale=False, center=False, steps=3),
    "eight interleaved splits": case([16, 2, 1, 3], splits=8, steps=3),
    "four contiguous splits": case([8, 2, 2, 3], splits=4, splitting="contiguous", steps=3),
    "interleaved splits of rows": case([12, 3], splits=3, steps=2),
    "contiguous splits of rows": case([12, 3], splits=3, splitting="contiguous", center=False, steps=2),
    "one image a split": case([3, 2, 2, 2], splits=3),
}
path = pathlib.Path(__file__).parents[2] / "packages/layers/test/golden/layers.json"
path.parent.mkdir(parents=True, exist_ok=True)
path.write_text(json.dumps(cases, separators=(",", ":")) + "\n")
