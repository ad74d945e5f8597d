"""Golden values of small residual networks from torchvision, in double precision.

    python scripts/golden/resnet.py

writes packages/resnet/test/golden/resnet.json. Only results are stored; weights and images come from a formula that the test computes too:
value i of the tensor called `name` is sin(h + 0.37 i + 0.0131 i^2), with h from the FNV-1a hash of the name and i in the order of TensorFlow.js
(kernels [height, width, in, out], images [n, height, width, channels]); see `fill`.
"""

import json
import math
import pathlib

import numpy as np
import torch
from torch import nn

# A torchvision without its compiled operators fails at import where it describes them; none is used here.
register_fake, torch.library.register_fake = torch.library.register_fake, lambda *_, **__: lambda f: f
from torchvision.models.resnet import BasicBlock, Bottleneck, ResNet, resnet18, resnet34, resnet50, resnet101, resnet152  # noqa: E402

torch.library.register_fake = register_fake

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)

# Sizes are odd where that tells padding apart.
CASES = {
    "basic, ImageNet stem": dict(block="basic", depths=[1, 1, 1, 1], width=8, stem="imagenet", images=[2, 45, 34, 3]),
    "basic, CIFAR stem, grey": dict(block="basic", depths=[2, 1, 1], width=6, stem="cifar", images=[3, 11, 12, 1]),
    "bottleneck, CIFAR stem": dict(block="bottleneck", depths=[1, 2, 1], width=4, stem="cifar", images=[3, 9, 8, 3]),
    "bottleneck, ImageNet stem": dict(block="bottleneck", depths=[1, 1, 1, 1], width=4, stem="imagenet", images=[2, 64, 64, 3]),
}


def formula(name, size):
    h = 0x811C9DC5
    for character in name:
        h = ((h ^ ord(character)) * 0x01000193) & 0xFFFFFFFF
    i = np.arange(size, dtype=np.float64)
    return np.sin((h % 1000) / 100 + 0.37 * i + 0.0131 * i * i)


def fill(name, tensor):
    """Kernels get variance about 2/(k*k*out), BatchNorms values around their neutral ones."""
    if tensor.dim() == 4:
        out, inner, kh, kw = tensor.shape
        values = formula(name, tensor.numel()).reshape(kh, kw, inner, out) * math.sqrt(4 / (kh * kw * out))
        values = values.transpose(3, 2, 0, 1)
    elif name.endswith("running_var"):
        values = 1 + 0.4 * formula(name, tensor.numel())
    elif name.endswith("weight"):
        values = 1 + 0.3 * formula(name, tensor.numel())
    else:
        values = 0.2 * formula(name, tensor.numel())
    tensor.copy_(torch.tensor(values.astype(np.float32).astype(np.float64)))


def build(block, depths, width, stem, images):
    depths4 = depths + [1] * (4 - len(depths))
    net = ResNet({"basic": BasicBlock, "bottleneck": Bottleneck}[block], depths4)
    # torchvision fixes the stem at 64 channels: build the stages again at our width.
    net.inplanes = width
    kind = {"basic": BasicBlock, "bottleneck": Bottleneck}[block]
    channels = images[3]
    net.conv1 = nn.Conv2d(channels, width, 7, 2, 3, bias=False) if stem == "imagenet" else nn.Conv2d(channels, width, 3, 1, 1, bias=False)
    net.bn1 = nn.BatchNorm2d(width)
    if stem == "cifar":
        net.maxpool = nn.Identity()
    for stage in range(4):
        present = stage < len(depths)
        layer = net._make_layer(kind, width * 2**stage, depths[stage], stride=1 if stage == 0 else 2) if present else nn.Identity()
        setattr(net, f"layer{stage + 1}", layer)
    net.fc = nn.Identity()
    with torch.no_grad():
        for name, tensor in net.state_dict().items():
            if tensor.dim() > 0:
                fill(name, tensor)
    return net


def rounded(tensor):
    return [float(f"{v:.7g}") for v in tensor.detach().flatten().tolist()]


def case(images, **options):
    net = build(images=images, **options)
    x = torch.tensor((0.5 + 0.5 * formula("images", int(np.prod(images)))).astype(np.float32).astype(np.float64).reshape(images))
    x = x.permute(0, 3, 1, 2).contiguous()
    net.eval()
    inference = net(x)
    net.train()
    training = net(x)
    upstream = torch.tensor(formula("upstream", training.numel()).reshape(training.shape))
    (training * upstream).sum().backward()
    parameters = dict(net.named_parameters())
    last = f"layer{len(options['depths'])}.0"
    gradients = {}
    for name in ["conv1.weight", "bn1.weight", "layer1.0.bn2.bias", f"{last}.downsample.1.weight", f"{last}.conv1.weight"]:
        gradient = parameters[name].grad
        gradient = gradient.permute(2, 3, 1, 0) if gradient.dim() == 4 else gradient
        gradients[name] = rounded(gradient.flatten()[:64])
    state = net.state_dict()
    running = {name: rounded(state[name][:16]) for name in ["bn1.running_mean", "bn1.running_var", f"{last}.bn2.running_mean", f"{last}.bn2.running_var"]}
    return {
        **options, "images": images, "inference": rounded(inference), "training": rounded(training), "gradients": gradients, "running": running,
        "names": sorted(name for name, tensor in state.items() if tensor.dim() > 0),
    }


def trainable(constructor):
    net = constructor()
    return sum(p.numel() for name, p in net.named_parameters() if not name.startswith("fc."))


result = {
    "cases": {name: case(**options) for name, options in CASES.items()},
    "counts": {f.__name__: trainable(f) for f in [resnet18, resnet34, resnet50, resnet101, resnet152]},
}
path = pathlib.Path(__file__).parents[2] / "packages/resnet/test/golden/resnet.json"
path.parent.mkdir(parents=True, exist_ok=True)
path.write_text(json.dumps(result, separators=(",", ":")) + "\n")
