"""Golden values of packages/moco: a few training steps of a small network by MoCo, by PyTorch in float64.

    python scripts/golden/moco.py

Written down from the paper's algorithm 1 in the order of the authors' code: the queries, then the momentum update, then
the keys, the loss, the optimiser, the queue. The queue is a list of places. Images and starting weights come from
formulas that the test repeats (networks.py)."""

import json
from collections import OrderedDict
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

from networks import fill, formula, images, packed, seed_for, single, weights

torch.set_default_dtype(torch.float64)
OUT = Path(__file__).parents[2] / "packages/moco/test/golden/moco.json"
SIZE, CHANNELS, FEATURES, DIM = 4, 2, 4, 3
STEPS, SEED = 4, 5
OPTIONS = {
    "queueSize": 7,
    "momentum": 0.9,
    "temperature": 0.2,
    "learningRate": 0.1,
    "sgdMomentum": 0.9,
    "weightDecay": 0.01,
}
CASES = {
    "asymmetric": {"n": 4, "symmetric": False, "splits": 1},
    "symmetric": {"n": 3, "symmetric": True, "splits": 1},
    "split": {"n": 6, "symmetric": False, "splits": 3},
    "symmetric split": {"n": 4, "symmetric": True, "splits": 2, "queueSize": 11},
}


class SplitBatchNorm(nn.BatchNorm2d):
    """Image i is normalised with group i mod splits; running statistics move by the mean over the groups. `splits` is
    set from outside."""

    splits = 1

    def forward(self, x):
        y = torch.empty_like(x)
        means, variances = [], []
        for g in range(self.splits):
            group = x[g :: self.splits]
            y[g :: self.splits] = F.batch_norm(group, None, None, self.weight, self.bias, training=True, eps=self.eps)
            means.append(group.mean((0, 2, 3)))
            variances.append(group.transpose(0, 1).flatten(1).var(1, unbiased=True))
        with torch.no_grad():
            self.running_mean += 0.1 * (torch.stack(means).mean(0) - self.running_mean)
            self.running_var += 0.1 * (torch.stack(variances).mean(0) - self.running_var)
        return y


class Network(nn.Module):
    """Encoder and head."""

    def __init__(self, splits):
        super().__init__()
        self.encoder = fill(
            nn.Sequential(
                OrderedDict(
                    conv=nn.Conv2d(CHANNELS, FEATURES, 3, padding=1, bias=False),
                    conv_bn=SplitBatchNorm(FEATURES),
                    relu=nn.ReLU(),
                    pool=nn.AdaptiveAvgPool2d(1),
                    flat=nn.Flatten(),
                )
            )
        )
        self.encoder.conv_bn.splits = splits
        self.head = fill(nn.Sequential(OrderedDict(projection1=nn.Linear(FEATURES, DIM))))

    def forward(self, x):
        return F.normalize(self.head(self.encoder(x)), dim=1)


def permutation(n, step, view):
    return sorted(range(n), key=lambda i: seed_for(SEED, f"shuffle/{view}/{step}/{i}"))


def named(net):
    """Name in TensorFlow.js and tensor of everything in both networks."""
    return [(f"{part}/{name}", tensor) for part in ("encoder", "head") for name, tensor in weights(getattr(net, part))]


def snapshot(net):
    return {name: packed(tensor) for name, tensor in named(net)}


def run(n, symmetric, splits, queueSize, momentum, temperature, learningRate, sgdMomentum, weightDecay):
    query, key = Network(splits), Network(splits)
    optimizer = torch.optim.SGD(query.parameters(), learningRate, momentum=sgdMomentum, weight_decay=weightDecay)
    queue = list(F.normalize(single(formula("queue", (queueSize, DIM))), dim=1))
    place = 0
    steps = []
    for step in range(STEPS):
        views = {v: images(f"step {step}, view {v}", (n, SIZE, SIZE, CHANNELS)) for v in (1, 2)}
        orders = {v: permutation(n, step, v) if splits > 1 else list(range(n)) for v in (1, 2)}
        moved = False
        losses, hits, keys = [], [], {}
        spreads = []
        for own, other in [(1, 2), (2, 1)] if symmetric else [(1, 2)]:
            q = query(views[own])
            spreads.append(q.detach().std(0).mean())
            with torch.no_grad():
                if not moved:
                    for k, w in zip(key.parameters(), query.parameters()):
                        k.mul_(momentum).add_(w, alpha=1 - momentum)
                    moved, key_weights = True, snapshot(key)
                shuffled = key(views[other][orders[other]])
                keys[other] = torch.empty_like(shuffled)
                for place_in_batch, image in enumerate(orders[other]):
                    keys[other][image] = shuffled[place_in_batch]
            for i in range(n):
                logits = torch.stack([q[i] @ keys[other][i]] + [q[i] @ negative for negative in queue]) / temperature
                losses.append(-torch.log_softmax(logits, 0)[0])
                hits.append([1.0 if 0 in logits.topk(top).indices else 0.0 for top in (1, 5)])
        loss = torch.stack(losses).mean()
        optimizer.zero_grad()
        loss.backward()
        gradients = {name: packed(tensor.grad) for name, tensor in named(query) if tensor.grad is not None}
        optimizer.step()
        for view in sorted(keys):
            for row in keys[view]:
                queue[place] = row
                place = (place + 1) % queueSize
        steps.append(
            {
                "loss": float(f"{loss.item():.10g}"),
                "accuracy": [float(f"{sum(h[j] for h in hits) / len(hits):.10g}") for j in (0, 1)],
                "spread": float(f"{torch.stack(spreads).mean().item():.10g}"),
                "orders": orders,
                "gradients": gradients,
                "query": snapshot(query),
                # The weights that made this step's keys; running statistics as they were before.
                "key": {name: value for name, value in key_weights.items() if "moving" not in name},
                "keyStatistics": {name: value for name, value in snapshot(key).items() if "moving" in name},
                "queue": packed(torch.stack(queue).t()),
                "position": place,
            }
        )
    return steps


cases = {name: {**OPTIONS, **case} for name, case in CASES.items()}
OUT.parent.mkdir(parents=True, exist_ok=True)
OUT.write_text(
    json.dumps(
        {
            "size": SIZE,
            "channels": CHANNELS,
            "features": FEATURES,
            "dim": DIM,
            "seed": SEED,
            "cases": [{"name": name, **case, "steps": run(**case)} for name, case in cases.items()],
        },
        indent=0,
    )
    + "\n"
)
