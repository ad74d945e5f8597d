"""A SimCLR training step in PyTorch, for the benchmark.

Usage: python simclr_step.py '<settings as JSON>', which then speaks the protocol of serve.py.
"""

import json
import platform
import sys

import torch
from torch.nn import functional as F

from networks import Network, SimCLRHead
from same_start import fill, views_of
from serve import device_of, say, serve_training

MASK = -1e9  # logit of an image with itself


def nt_xent(z, labels, diagonal, temperature):
    """NT-Xent over rows that stand view one first, then view two, `[2n, d]`."""
    z = F.normalize(z, dim=1)
    logits = (z @ z.T / temperature).masked_fill(diagonal, MASK)
    return F.cross_entropy(logits, labels)


def without_bfloat16(device):
    """Why bfloat16 is no contest here: below AVX-512 PyTorch takes minutes for a step of it. None where it is one."""
    capability = torch.backends.cpu.get_cpu_capability()
    if device == "cpu" and platform.machine() in ("x86_64", "AMD64") and not capability.startswith("AVX512"):
        return f"PyTorch computes bfloat16 without instructions for it on this processor ({capability}), in minutes a step"
    return None


def main():
    settings = json.loads(sys.argv[1])
    device = device_of(settings)
    half = settings["precision"] == "bfloat16"
    if half and (reason := without_bfloat16(device)) is not None:
        say(event="absent", reason=reason)
        return
    network = Network(settings, SimCLRHead)
    trained = {name: parameter for name, parameter in network.named_parameters() if parameter.requires_grad}
    for name, parameter in trained.items():
        fill(name, parameter)
    network.to(device, memory_format=torch.channels_last).train()
    views = [view.to(device, memory_format=torch.channels_last) for view in views_of(settings)]

    pairs = settings["pairs"]
    labels = torch.arange(2 * pairs, device=device).roll(pairs)
    diagonal = torch.eye(2 * pairs, dtype=torch.bool, device=device)
    groups = [
        {"params": [p for p in trained.values() if p.ndim > 1], "weight_decay": settings["weightDecay"]},
        {"params": [p for p in trained.values() if p.ndim == 1], "weight_decay": 0},
    ]
    optimizer = torch.optim.SGD(groups, lr=settings["learningRate"], momentum=settings["momentum"], fused=True)

    def step():
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast(device, dtype=torch.bfloat16, enabled=half):
            projections = network(torch.cat(views))
        loss = nt_xent(projections.float(), labels, diagonal, settings["temperature"])
        loss.backward()
        optimizer.step()
        return loss.detach()

    serve_training(step, trained.values(), device, settings["warmup"])


if __name__ == "__main__":
    main()
