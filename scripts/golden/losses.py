"""Golden values of packages/losses: NT-Xent and its gradients by PyTorch in float64.

    python scripts/golden/losses.py

`published` are values computed once from the formula of the SimCLR paper (mean over the 2n rows) for A[i][j] = sin(.1 + .7i + .3j) and
B[i][j] = sin(.25 + .7i + .35j), 4 rows of 3; the script recomputes them, so they cannot drift.
"""

import json
import math
from pathlib import Path

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
OUT = Path(__file__).parents[2] / "packages/losses/test/golden/losses.json"


def nt_xent(z1, z2, temperature):
    z = F.normalize(torch.cat([z1, z2]), dim=1)
    n = len(z1)
    logits = (z @ z.T / temperature).masked_fill(torch.eye(2 * n, dtype=torch.bool), -math.inf)
    return F.cross_entropy(logits, (torch.arange(2 * n) + n) % (2 * n))


def waves(n, d, phase, row, column, scale=1.0):
    return torch.tensor([[round(math.sin(phase + row * i + column * j) * (scale if i == 0 else 1), 6) for j in range(d)] for i in range(n)])


def case(name, z1, z2, temperature):
    z1.requires_grad_()
    z2.requires_grad_()
    loss = nt_xent(z1, z2, temperature)
    loss.backward()
    rounded = lambda x: [[float(f"{v:.8g}") for v in row] for row in x.tolist()]
    return {
        "name": f"{name}, temperature {temperature}",
        "temperature": temperature,
        "z1": rounded(z1.detach()),
        "z2": rounded(z2.detach()),
        "loss": float(f"{loss.item():.10g}"),
        "grad1": rounded(z1.grad),
        "grad2": rounded(z2.grad),
    }


A = torch.tensor([[math.sin(0.1 + 0.7 * i + 0.3 * j) for j in range(3)] for i in range(4)])
B = torch.tensor([[math.sin(0.25 + 0.7 * i + 0.35 * j) for j in range(3)] for i in range(4)])
published = {
    "ntxent_N4_d3_t0.07": 1.0992278778814562,
    "ntxent_N4_d3_t0.1": 1.2564234958310156,
    "ntxent_N4_d3_t0.2": 1.5178349252535144,
    "ntxent_N4_d3_t0.5": 1.7455473440097202,
    "ntxent_N4_d3_t1.0": 1.8398721608138908,
}
for key, value in published.items():
    assert abs(nt_xent(A, B, float(key.split("_t")[1])).item() - value) < 1e-9, key

cases = [
    case("4 pairs of 3", waves(4, 3, 0.1, 0.7, 0.3), waves(4, 3, 0.25, 0.7, 0.35), 0.5),
    case("4 pairs of 3", waves(4, 3, 0.1, 0.7, 0.3), waves(4, 3, 0.25, 0.7, 0.35), 0.07),
    case("8 pairs of 5, one row 100 times as long", waves(8, 5, 0.3, 1.3, 0.9, 100.0), waves(8, 5, 0.5, 1.25, 0.95), 0.1),
    case("3 pairs of 6", waves(3, 6, 0.3, 2.3, 1.9), waves(3, 6, 2.0, 1.1, 0.4), 0.01),
    case("2 pairs of 2", waves(2, 2, 0.3, 1.3, 0.9), waves(2, 2, 0.5, 1.25, 0.95), 0.2),
]
OUT.parent.mkdir(parents=True, exist_ok=True)
OUT.write_text(json.dumps({"published": published, "ntXent": cases}, indent=1) + "\n")
