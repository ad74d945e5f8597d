"""Golden values of packages/losses: every loss and its gradients by PyTorch in float64.

    python scripts/golden/losses.py

`published` are values computed once from the formulas of the papers (means over the rows) for A[i][j] = sin(.1 + .7i +
.3j), B[i][j] = sin(.25 + .7i + .35j), 4 rows of 3, and 6 unit negatives along sin(1.3 + 1.1i + .9j); the script
recomputes them, so they cannot drift. Where a paper has a sum over rows that is not PyTorch's own function, it is
written here as the paper's double loop, not as the matrices of the package."""

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


def info_nce(z1, z2, negatives, temperature):
    q, k = F.normalize(z1, dim=1), F.normalize(z2, dim=1)
    logits = torch.cat([(q * k).sum(1, keepdim=True), q @ negatives.T], dim=1) / temperature
    return F.cross_entropy(logits, torch.zeros(len(q), dtype=torch.long))


def decoupled(z1, z2, temperature, sigma=None):
    views = torch.stack([F.normalize(z1, dim=1), F.normalize(z2, dim=1)])  # [view, image, d]
    n = len(z1)
    alike = torch.stack([views[0, i] @ views[1, i] for i in range(n)])
    weights = torch.ones(n)
    if sigma is not None:
        density = (alike.detach() / sigma).exp()
        weights = 2 - density / density.mean()
    total = 0
    for k in range(2):
        for i in range(n):
            others = torch.stack(
                [views[k, i] @ views[v, j] / temperature for v in range(2) for j in range(n) if j != i]
            )
            total = total - weights[i] * alike[i] / temperature + others.logsumexp(0)
    return total / (2 * n)


def sup_con(z1, z2, labels, temperature):
    z = F.normalize(torch.cat([z1, z2]), dim=1)
    labels = torch.cat([labels, labels])
    total = 0
    for i in range(len(z)):
        similarity = z @ z[i] / temperature
        others = [a for a in range(len(z)) if a != i]
        positives = [p for p in others if labels[p] == labels[i]]
        total = total - (similarity[positives] - similarity[others].logsumexp(0)).mean()
    return total / len(z)


def negative_cosine(z1, z2):
    return -F.cosine_similarity(z1, z2, dim=1).mean()


def barlow_twins(z1, z2, weight):
    norm = torch.nn.BatchNorm1d(z1.shape[1], affine=False)
    c = norm(z1).T @ norm(z2) / len(z1)
    on_diagonal = (torch.diagonal(c) - 1).pow(2).sum()
    return on_diagonal + weight * (c.pow(2).sum() - torch.diagonal(c).pow(2).sum())


def waves(n, d, phase, row, column, scale=1.0):
    return torch.tensor(
        [
            [round(math.sin(phase + row * i + column * j) * (scale if i == 0 else 1), 6) for j in range(d)]
            for i in range(n)
        ]
    )


def unit_waves(n, d, phase, row, column):
    return F.normalize(waves(n, d, phase, row, column), dim=1)


def rounded(x):
    return [[float(f"{v:.8g}") for v in row] for row in x.tolist()]


def case(name, views, loss, extra=None, **options):
    """`extra` is what the loss is given besides the views, `options` what its factory is given."""
    z1, z2 = (z.clone().requires_grad_() for z in views)
    value = loss(z1, z2)
    value.backward()
    settings = ", ".join(f"{key} {v}" for key, v in options.items())
    return {
        "name": ", ".join(part for part in [name, settings] if part),
        **options,
        **(extra or {}),
        "z1": rounded(z1.detach()),
        "z2": rounded(z2.detach()),
        "loss": float(f"{value.item():.10g}"),
        "grad1": rounded(z1.grad),
        "grad2": rounded(z2.grad),
    }


A = torch.tensor([[math.sin(0.1 + 0.7 * i + 0.3 * j) for j in range(3)] for i in range(4)])
B = torch.tensor([[math.sin(0.25 + 0.7 * i + 0.35 * j) for j in range(3)] for i in range(4)])
Q = F.normalize(torch.tensor([[math.sin(1.3 + 1.1 * i + 0.9 * j) for j in range(3)] for i in range(6)]), dim=1)
published = {
    "ntxent_N4_d3_t0.07": 1.0992278778814562,
    "ntxent_N4_d3_t0.1": 1.2564234958310156,
    "ntxent_N4_d3_t0.2": 1.5178349252535144,
    "ntxent_N4_d3_t0.5": 1.7455473440097202,
    "ntxent_N4_d3_t1.0": 1.8398721608138908,
    "dcl_N4_d3_t0.07": 0.6464387465358803,
    "dcl_N4_d3_t0.1": 0.8971431690683835,
    "dcl_N4_d3_t0.2": 1.2637310799954682,
    "dcl_N4_d3_t0.5": 1.5525607019074528,
    "dcl_N4_d3_t1.0": 1.6666045959193927,
    "infonce_N4_K6_t0.07": 0.5318485053169821,
    "infonce_N4_K6_t0.2": 0.8394574499912608,
}
publishedGradients = {
    "grad_ntxent_t0.5_dA": [
        [0.182642, 0.0592899, -0.0641435],
        [0.0159962, 0.0005685, -0.0121585],
        [-0.0276995, 0.0006133, 0.0313168],
        [-0.1203826, 0.0453271, 0.2095654],
    ],
    "grad_infonce_t0.2_dq": [
        [-0.0912943, 0.0935656, -0.042411],
        [-0.0176775, 0.0715249, -0.0518165],
        [-0.0435333, 0.0668512, -0.0251141],
        [-0.1482729, 0.1410719, 0.1058261],
    ],
}
formulas = {
    "ntxent": nt_xent,
    "dcl": decoupled,
    "infonce": lambda a, b, t: info_nce(a, b, Q, t),
}
for key, value in published.items():
    found = formulas[key.split("_")[0]](A, B, float(key.split("_t")[1])).item()
    assert abs(found - value) < 1e-9, (key, found)
for key, value in publishedGradients.items():
    a = A.clone().requires_grad_()
    formulas[key.split("_")[1]](a, B, float(key.split("_t")[1].split("_")[0])).backward()
    assert (a.grad - torch.tensor(value)).abs().max() < 6e-8, key  # published with 7 decimals
# Closed forms: identical rows, and a queue whose keys are all the query.
same = torch.ones(4, 3)
assert abs(nt_xent(same, same, 0.1).item() - 1.9459101490553132) < 1e-9  # ln(2·4 − 1)
for k in (4096, 65536):
    unit = F.normalize(same, dim=1)
    assert abs(info_nce(same, same, unit[:1].expand(k, 3), 0.07).item() - math.log(k + 1)) < 1e-9

four = (waves(4, 3, 0.1, 0.7, 0.3), waves(4, 3, 0.25, 0.7, 0.35))
eight = (waves(8, 5, 0.3, 1.3, 0.9, 100.0), waves(8, 5, 0.5, 1.25, 0.95))  # one row 100 times as long
three = (waves(3, 6, 0.3, 2.3, 1.9), waves(3, 6, 2.0, 1.1, 0.4))
two = (waves(2, 2, 0.3, 1.3, 0.9), waves(2, 2, 0.5, 1.25, 0.95))
wide = (waves(6, 9, 0.3, 2.3, 1.9), waves(6, 9, 0.9, 2.2, 1.7))
queue = {
    3: unit_waves(6, 3, 1.3, 1.1, 0.9),
    5: unit_waves(7, 5, 0.2, 1.7, 2.9),
    6: unit_waves(1, 6, 0.4, 0.3, 1.9),
    9: unit_waves(12, 9, 2.2, 1.4, 2.1),
}
names = {
    4: "4 pairs of 3",
    8: "8 pairs of 5, one row 100 times as long",
    3: "3 pairs of 6",
    2: "2 pairs of 2",
    6: "6 pairs of 9",
}
classes = {4: [3, 1, 3, 1], 8: [0, 1, 1, 2, 0, 7, 1, 1], 3: [5, 5, 5], 2: [0, 1], 6: [2, 0, 0, 1, 2, 0]}


def cases(settings, build):
    return [build(names[len(views[0])], views, *values) for views, *values in settings]


result = {
    "published": published,
    "publishedGradients": publishedGradients,
    "ntXent": cases(
        [(four, 0.5), (four, 0.07), (eight, 0.1), (three, 0.01), (two, 0.2), (wide, 0.1)],
        lambda name, views, t: case(name, views, lambda a, b: nt_xent(a, b, t), temperature=t),
    ),
    "infoNCE": cases(
        [(four, 0.2), (four, 0.07), (eight, 0.5), (three, 0.01), (wide, 0.07)],
        lambda name, views, t: case(
            name,
            views,
            lambda a, b: info_nce(a, b, queue[views[0].shape[1]], t),
            {"negatives": rounded(queue[views[0].shape[1]])},
            temperature=t,
        ),
    ),
    "decoupled": cases(
        [
            (four, 0.5, None),
            (eight, 0.1, None),
            (three, 0.01, None),
            (wide, 0.07, None),
            (four, 0.2, 0.5),
            (eight, 0.1, 0.5),
            (wide, 0.07, 0.1),
            (two, 1.0, 2.0),
        ],
        lambda name, views, t, s: case(
            name, views, lambda a, b: decoupled(a, b, t, s), temperature=t, **({} if s is None else {"sigma": s})
        ),
    ),
    "supCon": cases(
        [(four, 0.5), (eight, 0.1), (three, 0.01), (two, 0.2), (wide, 0.07)],
        lambda name, views, t: case(
            name,
            views,
            lambda a, b: sup_con(a, b, torch.tensor(classes[len(a)]), t),
            {"labels": classes[len(views[0])]},
            temperature=t,
        ),
    ),
    "negativeCosine": cases([(four,), (eight,), (wide,)], lambda name, views: case(name, views, negative_cosine)),
    "barlowTwins": cases(
        [(four, 0.005), (eight, 0.005), (wide, 0.1), (eight, 1.0)],
        lambda name, views, w: case(name, views, lambda a, b: barlow_twins(a, b, w), **{"lambda": w}),
    ),
}
OUT.parent.mkdir(parents=True, exist_ok=True)
OUT.write_text(json.dumps(result, separators=(",", ":")).replace('{"name"', '\n{"name"') + "\n")
