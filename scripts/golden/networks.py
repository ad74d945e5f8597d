"""The networks that several scripts here compare with, in PyTorch: weights by a formula, named and laid out as in
TensorFlow.js.

testing/src/formula.ts computes the same formula, so that no weight is stored.
"""

import base64
from collections import OrderedDict

import numpy as np
import torch
from torch import nn

import without_operators  # noqa: F401
from torchvision.models.resnet import BasicBlock, Bottleneck, ResNet

BLOCKS = {"basic": BasicBlock, "bottleneck": Bottleneck}


def formula(name, shape):
    """Numbers in [-1, 1) that are exact in single precision: hashes of the name (FNV-1a) and the position (the
    finaliser of MurmurHash3)."""
    h = 0x811C9DC5
    for character in name:
        h = ((h ^ ord(character)) * 0x01000193) & 0xFFFFFFFF
    x = np.uint32(h) + np.arange(np.prod(shape, dtype=int), dtype=np.uint32) * np.uint32(0x9E3779B9)
    x = (x ^ (x >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    x = (x ^ (x >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return ((x ^ (x >> np.uint32(16))) >> np.uint32(8)).reshape(shape) / 2**23 - 1


def seed_for(seed, name):
    """FNV-1a, then the finaliser of MurmurHash3: packages/layers/src/seed-for.ts."""
    h = 0x811C9DC5
    for character in f"{seed}:{name}":
        h = ((h ^ ord(character)) * 0x01000193) & 0xFFFFFFFF
    h = ((h ^ (h >> 16)) * 0x85EBCA6B) & 0xFFFFFFFF
    h = ((h ^ (h >> 13)) * 0xC2B2AE35) & 0xFFFFFFFF
    return 1 + (h ^ (h >> 16)) % 0x7FFFFFFF


def single(values):
    """Rounded to single precision, in torch's default type."""
    return torch.from_numpy(np.asarray(values, np.float32)).to(torch.get_default_dtype())


def images(name, shape):
    """Images [n, h, w, c] in [0, 1) as torch has them, [n, c, h, w]."""
    return single(0.5 + 0.5 * formula(name, shape)).permute(0, 3, 1, 2).contiguous()


def views(name, shape):
    """Two views of images, [n, c, h, w] each: of an image squares of colour, and noise of each view's own. `shape` is
    [n, h, w, c]."""
    n, h, w, c = shape
    squares = formula(f"{name}/squares", [n, h // 4, w // 4, c]).repeat(4, axis=1).repeat(4, axis=2)
    pair = (0.5 + 0.3 * squares + 0.2 * formula(f"{name}/{view}", shape) for view in ["first", "second"])
    return [single(pixels).permute(0, 3, 1, 2).contiguous() for pixels in pair]


def layout(tensor):
    """A view of a weight as TensorFlow.js lays it out: [height, width, in, out] or [in, out]."""
    return tensor.permute(2, 3, 1, 0) if tensor.dim() == 4 else tensor.t()


def weights(net):
    """Name in TensorFlow.js and tensor of every weight and running statistic; `layout` turns kernels."""
    for path, module in net.named_modules():
        name = path.replace("_bn", ".bn")
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            yield f"{name}/kernel", module.weight
            if module.bias is not None:
                yield f"{name}/bias", module.bias
        if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
            yield f"{name}/gamma", module.weight
            if module.bias.requires_grad:
                yield f"{name}/beta", module.bias
            yield f"{name}/moving_mean", module.running_mean
            yield f"{name}/moving_variance", module.running_var


def start(name, shape, ends_block=False):
    """Kernels have the variance of He et al. for [..., out] convolutions and 1/in for [in, out]; BatchNorm's values
    vary around the neutral ones. The gamma that ends a residual block is small: deep networks otherwise magnify the
    rounding of single precision beyond any tolerance."""
    values = formula(name, shape)
    if len(shape) == 4:
        return values * np.sqrt(6 / (shape[0] * shape[1] * shape[3]))
    if len(shape) == 2:
        return values * np.sqrt(3 / shape[0])
    if name.endswith("gamma"):
        return (1 + 0.3 * values) * (0.2 if ends_block else 1)
    return 1 + 0.4 * values if name.endswith("moving_variance") else 0.2 * values


@torch.no_grad()
def fill(net):
    named = dict(weights(net))
    for name, tensor in named.items():
        view = layout(tensor)
        ends_block = name.endswith(".bn3/gamma") or (
            name.endswith(".bn2/gamma") and name.replace(".bn2/", ".bn3/") not in named
        )
        view.copy_(single(start(name, view.shape, ends_block)))
    return net


def resnet(depths, width, stem, channels, block="basic", norm=nn.BatchNorm2d):
    """torchvision's network without its classifier, of any width and number of stages; `fc` gives the features back."""
    net = ResNet(BLOCKS[block], (list(depths) + [1] * 4)[:4], norm_layer=norm)
    # torchvision fixes the stem at 64 channels: build the stages again at our width.
    net.inplanes = width
    net.conv1 = (
        nn.Conv2d(channels, width, 7, 2, 3, bias=False)
        if stem == "imagenet"
        else nn.Conv2d(channels, width, 3, 1, 1, bias=False)
    )
    net.bn1 = norm(width)
    if stem == "cifar":
        net.maxpool = nn.Identity()
    for stage in range(4):
        present = stage < len(depths)
        layer = (
            net._make_layer(BLOCKS[block], width * 2**stage, depths[stage], stride=1 if stage == 0 else 2)
            if present
            else nn.Identity()
        )
        setattr(net, f"layer{stage + 1}", layer)
    net.fc = nn.Identity()
    return net


def bottlenecks(net, inner=None, stride_first=False):
    """Other channels within the bottlenecks, or the stride on their first convolution."""
    for stage, layer in enumerate((net.layer1, net.layer2, net.layer3, net.layer4)):
        if isinstance(layer, nn.Identity):
            continue
        for block in layer:
            if inner is not None:
                channels = inner * 2**stage
                entry, out, stride = block.conv1.in_channels, block.conv3.out_channels, block.conv2.stride
                block.conv1, block.bn1 = nn.Conv2d(entry, channels, 1, bias=False), nn.BatchNorm2d(channels)
                block.conv2 = nn.Conv2d(channels, channels, 3, stride, 1, bias=False)
                block.bn2, block.conv3 = nn.BatchNorm2d(channels), nn.Conv2d(channels, out, 1, bias=False)
            if stride_first:
                block.conv1.stride, block.conv2.stride = block.conv2.stride, (1, 1)
    return net


def head(dims, hidden_norm=False, last_norm=None, bias=True):
    """Linear layers from `dims[0]` to `dims[-1]` with ReLUs between; `last_norm` is None, 'scale' (no beta) or
    'affine'."""
    layers = OrderedDict()
    for i in range(1, len(dims)):
        last = i == len(dims) - 1
        normed = last_norm is not None if last else hidden_norm
        layers[f"projection{i}"] = nn.Linear(dims[i - 1], dims[i], bias=bias and not normed)
        if normed:
            layers[f"projection{i}_bn"] = norm = nn.BatchNorm1d(dims[i])
            norm.bias.requires_grad = not (last and last_norm == "scale")
        if not last:
            layers[f"projection{i}_relu"] = nn.ReLU()
    return nn.Sequential(layers)


def simclr_head(features, hidden, outputs, layers=2):
    """The head of SimCLR: no biases, BatchNorm after every layer, the last one without beta."""
    return head([features] + [hidden] * (layers - 1) + [outputs], hidden_norm=True, last_norm="scale")


def sample(tensor, count=8):
    """Up to `count` numbers spread evenly over a tensor laid out as in TensorFlow.js, to seven digits."""
    flat = layout(tensor.detach()).flatten().tolist()
    count = min(count, len(flat))
    return [float(f"{flat[i * len(flat) // count]:.7g}") for i in range(count)]


def packed(tensor):
    """The numbers in single precision, little-endian, in base64."""
    return base64.b64encode(layout(tensor.detach()).contiguous().numpy().astype("<f4").tobytes()).decode()
