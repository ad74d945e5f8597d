"""A MoCo v2 training step in PyTorch, for the benchmark: one direction, plain BatchNorm.

Usage: python moco_step.py '<settings as JSON>', which then speaks the protocol of serve.py.
"""

import copy
import json
import sys

import torch
from torch.nn import functional as F

from networks import MoCoHead, Network
from same_start import fill, queue_of, views_of
from serve import device_of, serve_training


def info_nce(query, key, queue, temperature, own):
    """InfoNCE of rows `[n, d]` against a queue `[k, d]`; key and queue have rows of length 1."""
    query = F.normalize(query, dim=1)
    logits = torch.cat([(query * key).sum(1, keepdim=True), query @ queue.T], dim=1) / temperature  # [n, 1 + k]
    return F.cross_entropy(logits, own)


def main():
    settings = json.loads(sys.argv[1])
    device = device_of(settings)
    network = Network(settings, MoCoHead)
    for name, parameter in network.named_parameters():
        fill(name, parameter)
    network.to(device, memory_format=torch.channels_last).train()
    follower = copy.deepcopy(network).requires_grad_(False)
    queries, keys = list(network.parameters()), list(follower.parameters())
    first, second = [view.to(device, memory_format=torch.channels_last) for view in views_of(settings)]

    queue = queue_of(settings).to(device)
    pairs, size = settings["pairs"], settings["queueSize"]
    if size % pairs != 0:
        raise ValueError(f"queueSize must be a multiple of pairs, got {size} and {pairs}")
    position = 0
    own = torch.zeros(pairs, dtype=torch.long, device=device)
    optimizer = torch.optim.SGD(
        queries,
        lr=settings["learningRate"],
        momentum=settings["momentum"],
        weight_decay=settings["weightDecay"],
        fused=True,
    )

    def step():
        """Keys first, so that their activations are freed before those of the queries are made; the key network follows
        last, as with ours."""
        nonlocal position
        optimizer.zero_grad(set_to_none=True)
        with torch.no_grad():
            key = F.normalize(follower(second), dim=1)
        loss = info_nce(network(first), key, queue, settings["temperature"], own)
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            torch._foreach_lerp_(keys, queries, 1 - settings["keyMomentum"])
            queue[position : position + pairs] = key
        position = (position + pairs) % size
        return loss.detach()

    serve_training(step, queries, device, settings["warmup"])


if __name__ == "__main__":
    main()
