"""The loss of ten steps of SimCLR that run freely from the same start, by PyTorch in single and in double precision.

    python scripts/golden/trajectories.py

writes packages/simclr/test/golden/trajectory.json. Two runs of the same arithmetic drift apart by rounding; how far
PyTorch's own two do is what a test may allow. Weights and views follow formulas that the test computes too
(networks.py)."""

import json
from pathlib import Path

import numpy as np
import torch

from networks import formula, layout, resnet, simclr_head, single, views, weights
from steps import nt_xent

torch.set_num_threads(1)
SETTINGS = {
    "images": [32, 16, 16, 3],
    "depths": [2, 2, 2, 2],
    "width": 8,
    "outputs": 32,
    "temperature": 0.5,
    "learningRate": 0.03,
    "momentum": 0.9,
    "weightDecay": 1e-4,
    "steps": 10,
}


@torch.no_grad()
def started(net, part):
    """Kernels by the formula, with the variance of He et al. in convolutions and 0.01 squared in linear layers;
    BatchNorm as it is made."""
    for name, tensor in weights(net):
        if name.endswith("/kernel"):
            view = layout(tensor)
            scale = (
                np.sqrt(6 / (view.shape[0] * view.shape[1] * view.shape[3])) if view.dim() == 4 else 0.01 * np.sqrt(3)
            )
            view.copy_(single(scale * formula(f"{part}/{name}", view.shape)))
        if name.endswith(".bn2/gamma"):
            tensor.zero_()
    return net.train()


def losses(dtype):
    torch.set_default_dtype(dtype)
    width, depths = SETTINGS["width"], SETTINGS["depths"]
    features = width * 2 ** (len(depths) - 1)
    encoder = started(resnet(depths, width, "cifar", SETTINGS["images"][3]), "encoder")
    head = started(simclr_head(features, features, SETTINGS["outputs"]), "head")
    parameters = [tensor for net in (encoder, head) for _, tensor in weights(net) if tensor.requires_grad]
    optimizer = torch.optim.SGD(
        parameters, lr=SETTINGS["learningRate"], momentum=SETTINGS["momentum"], weight_decay=SETTINGS["weightDecay"]
    )
    x = torch.cat(views("images", SETTINGS["images"]))
    curve = []
    for _ in range(SETTINGS["steps"]):
        optimizer.zero_grad()
        loss = nt_xent(*head(encoder(x)).chunk(2), SETTINGS["temperature"])
        loss.backward()
        optimizer.step()
        curve.append(loss.item())
    return curve


if __name__ == "__main__":
    float32, float64 = losses(torch.float32), losses(torch.float64)
    gaps = [abs(a - b) for a, b in zip(float32, float64)]
    for step, (a, b, gap) in enumerate(zip(float32, float64, gaps)):
        print(f"{step:2d}  {a:.7f}  {b:.7f}  {gap:.1e}")
    path = Path(__file__).parents[2] / "packages/simclr/test/golden/trajectory.json"
    path.write_text(json.dumps({**SETTINGS, "float32": float32, "float64": float64, "gaps": gaps}, indent=1) + "\n")
