"""What every contestant starts with: the weights, the views, the queue. As bench/src/same-start.ts has it."""

import math

import torch
from torch.nn import functional as F


def noise(count, salt):
    """Numbers in [0, 1) that every contestant computes alike: the fractional part of `43758.5453 sin(12.9898 i +
    salt)`."""
    x = torch.sin(torch.arange(count, dtype=torch.float64) * 12.9898 + salt) * 43758.5453
    return x - x.floor()


def shared_name(name):
    """`encoder.layer1.0.conv1.weight` as `encoder/layer1.0.conv1/kernel`, the name that it has for all contestants."""
    model, _, rest = name.partition(".")
    return f"{model}/{rest.rpartition('.')[0]}/kernel"


def salt_of(name):
    """A number from 0 to 999 for a parameter's name."""
    salt = 0
    for letter in name:
        salt = (salt * 31 + ord(letter)) % 1000
    return salt


@torch.no_grad()
def fill(name, parameter):
    """The same starting weights for every contestant: He-uniform noise in the order of TensorFlow's kernels, BatchNorm
    at its identity, biases 0."""
    if parameter.ndim == 1:
        parameter.fill_(0 if name.endswith(".bias") else 1)
        return
    fan_in = parameter[0].numel()
    values = (noise(parameter.numel(), salt_of(shared_name(name))) * 2 - 1) * math.sqrt(6 / fan_in)
    if parameter.ndim == 4:  # [height, width, in, out] to [out, in, height, width]
        out, inputs, height, width = parameter.shape
        values = values.reshape(height, width, inputs, out).permute(3, 2, 0, 1)
    else:  # [in, out] to [out, in]
        values = values.reshape(parameter.shape[1], parameter.shape[0]).T
    parameter.copy_(values)


def views_of(settings):
    """Two views, `[n, channels, size, size]` each; the second is the first mixed with other noise, so that there is
    something to learn."""
    shape = (settings["pairs"], settings["size"], settings["size"], settings["channels"])
    first = noise(math.prod(shape), 1)
    second = 0.7 * first + 0.3 * noise(math.prod(shape), 2)
    return [view.reshape(shape).permute(0, 3, 1, 2).float() for view in (first, second)]


def queue_of(settings):
    """The queue that every contestant starts with, `[queueSize, outputs]` with rows of length 1: noise."""
    shape = (settings["queueSize"], settings["outputs"])
    return F.normalize((noise(math.prod(shape), 3) * 2 - 1).reshape(shape), dim=1).float()
