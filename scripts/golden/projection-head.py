"""Golden values of the projection heads from torch.nn, in double precision.

    python scripts/golden/projection-head.py

writes packages/projection-head/test/golden/projection-head.json. Only results are stored; weights and features follow a
formula that the test computes too (networks.py)."""

import json
import pathlib

import torch

from networks import fill, formula, head, sample, simclr_head, single, weights

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
ROWS, FEATURES, OUTPUTS = 6, 5, 4
HEADS = {
    "simclr": simclr_head(FEATURES, FEATURES, OUTPUTS),
    "simclr of three layers, 7 wide": simclr_head(FEATURES, 7, OUTPUTS, layers=3),
    "simclr of one layer": simclr_head(FEATURES, FEATURES, OUTPUTS, layers=1),
    "moco v1": head([FEATURES, OUTPUTS]),
    "moco v2": head([FEATURES, FEATURES, OUTPUTS]),
    "general": head([FEATURES, 3, OUTPUTS], last_norm="affine"),
    "general without biases": head([FEATURES, 3, 7, OUTPUTS], bias=False),
}


def rounded(tensor):
    return sample(tensor, tensor.numel())


def case(net):
    x = single(formula("features", [ROWS, FEATURES])).requires_grad_()
    y = fill(net).train()(x)
    (y * torch.from_numpy(formula("upstream", y.shape))).sum().backward()
    named = dict(weights(net))
    return {
        "training": rounded(y.t()),
        "inference": rounded(net.eval()(x).t()),  # after the running statistics moved once
        "dx": rounded(x.grad.t()),
        "gradients": {name: rounded(tensor.grad) for name, tensor in named.items() if tensor.requires_grad},
        "running": {name: rounded(tensor) for name, tensor in named.items() if "/moving_" in name},
    }


path = pathlib.Path(__file__).parents[2] / "packages/projection-head/test/golden/projection-head.json"
path.parent.mkdir(parents=True, exist_ok=True)
path.write_text(json.dumps({name: case(net) for name, net in HEADS.items()}, separators=(",", ":")) + "\n")
