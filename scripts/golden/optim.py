"""Golden values of packages/optim, in float64: five steps each, with another learning rate each step.

    python scripts/golden/optim.py

writes test/golden/optim.json (torch.optim.SGD), adamw.json (torch.optim.AdamW) and lars.json (the formulas of both
forms of LARS, checked here against values published for them). Weights and gradients come from formulas that the tests
repeat: w[i] = sin(1 + i), g of step t: cos(.3t + .5i) * (1 + t)."""

import json
import math
from pathlib import Path

import numpy as np
import torch

torch.set_default_dtype(torch.float64)
OUT = Path(__file__).parents[2] / "packages/optim/test/golden"
RATES = [0.1, 0.2, 0.05, 0.3, 0.15]
SIZE = 6

START = [math.sin(1 + i) for i in range(SIZE)]
GRADIENTS = [[math.cos(0.3 * t + 0.5 * i) * (1 + t) for i in range(SIZE)] for t in range(len(RATES))]


def rounded(values):
    return [float(f"{v:.10g}") for v in values]


def write(name, **values):
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / f"{name}.json").write_text(json.dumps(values, indent=1) + "\n")


def with_torch(make):
    """The weights after each step, and the optimiser's state of the one parameter after the last."""
    w = torch.nn.Parameter(torch.tensor(START))
    optimizer = make([w])
    weights = []
    for rate, gradient in zip(RATES, GRADIENTS):
        optimizer.param_groups[0]["lr"] = rate
        w.grad = torch.tensor(gradient)
        optimizer.step()
        weights.append(rounded(w.tolist()))
    return weights, optimizer.state[w]


SGD = {
    "plain": dict(momentum=0, weight_decay=0, nesterov=False),
    "weight decay alone": dict(momentum=0, weight_decay=0.01, nesterov=False),
    "momentum": dict(momentum=0.9, weight_decay=0, nesterov=False),
    "momentum and weight decay": dict(momentum=0.9, weight_decay=1e-2, nesterov=False),
    "Nesterov": dict(momentum=0.9, weight_decay=0, nesterov=True),
    "Nesterov and weight decay": dict(momentum=0.8, weight_decay=5e-3, nesterov=True),
}


def tensorflow_momentum(momentum, weight_decay, nesterov):
    """TensorFlow's MomentumOptimizer, which the SimCLR code takes where it does not take LARS, with its l2 loss: accum
    = m accum + g, var -= lr (g + m accum)."""
    w, accumulator, weights = np.array(START), np.zeros(SIZE), []
    for rate, gradient in zip(RATES, np.array(GRADIENTS)):
        gradient = gradient + weight_decay * w
        accumulator = momentum * accumulator + gradient
        w = w - rate * (gradient + momentum * accumulator if nesterov else accumulator)
        weights.append(rounded(w))
    return weights


cases = []
for name, o in SGD.items():
    weights, _ = with_torch(lambda parameters: torch.optim.SGD(parameters, lr=1, **o))
    assert np.allclose(weights, tensorflow_momentum(**o), rtol=1e-9, atol=1e-12)
    cases.append(
        {
            "name": name,
            "momentum": o["momentum"],
            "weightDecay": o["weight_decay"],
            "nesterov": o["nesterov"],
            "weights": weights,
        }
    )
write("optim", learningRates=RATES, size=SIZE, cases=cases)

ADAMW = {
    "defaults": dict(),
    "no decay": dict(weight_decay=0),
    "other settings": dict(betas=(0.8, 0.95), eps=1e-3, weight_decay=0.1),
    "no memory of gradients": dict(betas=(0.0, 0.9), weight_decay=0.05),
}
cases = []
for name, o in ADAMW.items():
    weights, state = with_torch(lambda parameters: torch.optim.AdamW(parameters, lr=1, **o))
    beta1, beta2 = o.get("betas", (0.9, 0.999))
    cases.append(
        {
            "name": name,
            "options": {
                "beta1": beta1,
                "beta2": beta2,
                "epsilon": o.get("eps", 1e-8),
                "weightDecay": o.get("weight_decay", 0.01),
            },
            "weights": weights,
            "firstMoment": rounded(state["exp_avg"].tolist()),
            "secondMoment": rounded(state["exp_avg_sq"].tolist()),
            "step": int(state["step"]),
        }
    )
write("adamw", learningRates=RATES, size=SIZE, cases=cases)


def lars(
    w,
    gradients,
    rates,
    form="official",
    momentum=0.9,
    nesterov=False,
    weight_decay=1e-2,
    eta=0.001,
    decays=True,
    adapts=True,
):
    """The weights and velocities after each step, by the formulas."""
    w, v, weights, velocities = np.array(w, float), np.zeros(len(w)), [], []
    for rate, g in zip(rates, np.array(gradients, float)):
        decay = weight_decay if decays else 0
        if form == "official":
            d = g + decay * w
            norms = np.linalg.norm(w), np.linalg.norm(d)
            trust = eta * norms[0] / norms[1] if adapts and min(norms) > 0 else 1
            v = momentum * v + rate * trust * d
            w = w - (momentum * v + rate * trust * d if nesterov else v)
        else:
            norms = np.linalg.norm(w), np.linalg.norm(g)
            d = g
            if decay > 0 and min(norms) > 0:
                d = (g + decay * w) * (eta * norms[0] / (norms[1] + decay * norms[0] + 1e-8) if adapts else 1)
            v = momentum * v + d
            w = w - rate * (d + momentum * v if nesterov else v)
        weights.append(w)
        velocities.append(v)
    return weights, velocities


PUBLISHED = [[0.1, 0.2, -0.3], [-0.2, 0.1, 0.05], [0.05, -0.1, 0.2]]
official, _ = lars([0.5, -1, 2], PUBLISHED, [0.3] * 3, weight_decay=1e-4)
assert np.allclose(
    official,
    [
        [0.499816098, -1.000367437, 2.000551063],
        [0.500250707, -1.000997965, 2.000896351],
        [0.500491773, -1.001265274, 2.000606778],
    ],
    rtol=0,
    atol=1e-9,
)
popular, _ = lars([0.5, -1, 2], PUBLISHED, [0.3] * 3, form="popular", weight_decay=1e-4)
assert np.allclose(popular[0], [0.499816309, -1.000367015, 2.000550431], rtol=0, atol=1e-9)

LARS = {
    "official": dict(),
    "official, no decay": dict(weight_decay=0),
    "official, no momentum": dict(momentum=0, eta=0.1),
    "official, Nesterov": dict(nesterov=True, eta=0.1),
    "official, decayed alone": dict(adapts=False),
    "official, adapted alone": dict(decays=False, eta=0.02),
    "official, neither": dict(decays=False, adapts=False),
    "official, weights of 0": dict(start="zeros"),
    "official, gradients of 0": dict(gradients="zeros"),
    "official, all of 0": dict(start="zeros", gradients="zeros"),
    "popular": dict(form="popular"),
    "popular, no decay": dict(form="popular", weight_decay=0, adapts=False),
    "popular, no momentum": dict(form="popular", momentum=0, eta=0.1),
    "popular, Nesterov": dict(form="popular", nesterov=True, eta=0.1),
    "popular, decayed alone": dict(form="popular", adapts=False),
    "popular, neither": dict(form="popular", decays=False, adapts=False),
    "popular, weights of 0": dict(form="popular", start="zeros"),
    "popular, gradients of 0": dict(form="popular", gradients="zeros"),
}
cases = []
for name, case in LARS.items():
    o = (
        dict(form="official", momentum=0.9, nesterov=False, weight_decay=0.01, eta=0.001, decays=True, adapts=True)
        | case
    )
    start, gradients = o.pop("start", "formula"), o.pop("gradients", "formula")
    weights, velocities = lars(
        START if start == "formula" else [0] * SIZE, np.array(GRADIENTS) * (gradients == "formula"), RATES, **o
    )
    cases.append(
        {
            "name": name,
            "start": start,
            "gradients": gradients,
            "decays": o["decays"],
            "adapts": o["adapts"],
            "options": {
                "form": o["form"],
                "momentum": o["momentum"],
                "nesterov": o["nesterov"],
                "weightDecay": o["weight_decay"],
                "trustCoefficient": o["eta"],
            },
            "weights": [rounded(w) for w in weights],
            "velocities": [rounded(v) for v in velocities],
        }
    )
write("lars", learningRates=RATES, size=SIZE, cases=cases)
