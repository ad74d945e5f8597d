"""Golden values of packages/optim: five steps of torch.optim.SGD in float64, with another learning rate each step.

    python scripts/golden/optim.py

Weights and gradients come from formulas that the test repeats: w[i] = sin(1 + i), g of step t: cos(.3t + .5i) · (1 + t).
"""

import json
import math
from pathlib import Path

import torch

torch.set_default_dtype(torch.float64)
OUT = Path(__file__).parents[2] / "packages/optim/test/golden/optim.json"
RATES = [0.1, 0.2, 0.05, 0.3, 0.15]
SIZE = 6

CASES = {
    "plain": dict(momentum=0, weight_decay=0, nesterov=False),
    "weight decay alone": dict(momentum=0, weight_decay=0.01, nesterov=False),
    "momentum": dict(momentum=0.9, weight_decay=0, nesterov=False),
    "momentum and weight decay": dict(momentum=0.9, weight_decay=1e-2, nesterov=False),
    "Nesterov": dict(momentum=0.9, weight_decay=0, nesterov=True),
    "Nesterov and weight decay": dict(momentum=0.8, weight_decay=5e-3, nesterov=True),
}


def run(options):
    w = torch.nn.Parameter(torch.tensor([math.sin(1 + i) for i in range(SIZE)]))
    optimizer = torch.optim.SGD([w], lr=1, **options)
    weights = []
    for t, rate in enumerate(RATES):
        optimizer.param_groups[0]["lr"] = rate
        w.grad = torch.tensor([math.cos(0.3 * t + 0.5 * i) * (1 + t) for i in range(SIZE)])
        optimizer.step()
        weights.append([float(f"{v:.10g}") for v in w.tolist()])
    return weights


OUT.parent.mkdir(parents=True, exist_ok=True)
cases = [
    {"name": name, "momentum": o["momentum"], "weightDecay": o["weight_decay"], "nesterov": o["nesterov"], "weights": run(o)}
    for name, o in CASES.items()
]
OUT.write_text(json.dumps({"learningRates": RATES, "size": SIZE, "cases": cases}, indent=1) + "\n")
