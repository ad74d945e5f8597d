"""Golden values of residual networks from torchvision, in double precision.

    python scripts/golden/resnet.py

writes packages/resnet/test/golden/resnet.json. Only results are stored: images and weights follow a formula that the
tests compute too (networks.py), and of each gradient and running statistic a few numbers are kept, spread over the
tensor."""

import hashlib
import json
import pathlib

import torch

from networks import fill, formula, images, resnet, sample, weights
from torchvision.models import resnet as torchvision

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)

# Sizes are odd where that tells padding apart.
CASES = {
    "basic, ImageNet stem": dict(block="basic", depths=[1, 1, 1, 1], width=8, stem="imagenet", images=[2, 45, 34, 3]),
    "basic, CIFAR stem, grey": dict(block="basic", depths=[2, 1, 1], width=6, stem="cifar", images=[3, 11, 12, 1]),
    "bottleneck, CIFAR stem": dict(block="bottleneck", depths=[1, 2, 1], width=4, stem="cifar", images=[3, 9, 8, 3]),
    "bottleneck, ImageNet stem, grey": dict(
        block="bottleneck", depths=[1, 1, 1, 1], width=4, stem="imagenet", images=[2, 64, 64, 1]
    ),
}
PRESETS = {
    "resnet18": dict(block="basic", depths=[2, 2, 2, 2]),
    "resnet34": dict(block="basic", depths=[3, 4, 6, 3]),
    "resnet50": dict(block="bottleneck", depths=[3, 4, 6, 3]),
    "resnet101": dict(block="bottleneck", depths=[3, 4, 23, 3]),
    "resnet152": dict(block="bottleneck", depths=[3, 8, 36, 3]),
}
SIZES = [[1, 1], [2, 3], [7, 5], [32, 31], [33, 40]]


def build(block, depths, width, stem, channels):
    return fill(resnet(depths, width, stem, channels, block))


def case(keeps, shape, **options):
    """Features in inference and, from the same state, in training, which moves the running statistics; gradients in the
    mode `gradientsIn`."""
    mode = options["gradientsIn"]
    net = build(channels=shape[3], **{key: value for key, value in options.items() if key != "gradientsIn"})
    x = images("images", shape)
    features = {}
    for name in ["inference", "training"]:
        features[name] = net.train(name == "training")(x)
        if name == mode:  # before the running statistics move, which the gradients of inference depend on
            (features[name] * torch.from_numpy(formula("upstream", features[name].shape))).sum().backward()
    named = [(name, tensor) for name, tensor in weights(net) if keeps(name)]
    gradients = {name: tensor.grad for name, tensor in named if tensor.requires_grad}
    return {
        **options,
        "images": shape,
        **{name: sample(tensor.t(), 48) for name, tensor in features.items()},
        # The largest of the whole gradient is what single precision is relative to.
        "gradients": {
            name: {"values": sample(grad), "largest": float(f"{grad.abs().max():.4g}")}
            for name, grad in gradients.items()
        },
        "running": {name: sample(tensor) for name, tensor in named if "/moving_" in name},
        "names": hashlib.sha256("\n".join(sorted(torch_names(net))).encode()).hexdigest(),
    }


def torch_names(net):
    return [name for name, tensor in net.state_dict().items() if tensor.dim() > 0]


def preset(name):
    options = PRESETS[name]
    last = f"layer4.{options['depths'][3] - 1}."
    shown = ("conv1/", "bn1/", "layer1.0.", last)
    # In training the rounding of a hundred layers would move some activation across 0, and with it the gradients.
    return case(
        lambda weight: weight.startswith(shown),
        [4, 16, 16, 3],
        **options,
        width=6,
        stem="cifar",
        gradientsIn="inference",
    )


@torch.no_grad()
def full_width(name):
    shape = [2, 96, 96, 3]
    net = build(**PRESETS[name], width=64, stem="imagenet", channels=3)
    x = images("images", shape)
    return {"images": shape, "inference": sample(net.eval()(x).t(), 48), "training": sample(net.train()(x).t(), 48)}


@torch.no_grad()
def sizes(stem):
    net = build("basic", [1, 1], 4, stem, 1).eval()
    return {f"{h}x{w}": sample(net(images("images", [2, h, w, 1])).t(), 16) for h, w in SIZES}


def trainable(constructor):
    return sum(p.numel() for name, p in constructor().named_parameters() if not name.startswith("fc."))


result = {
    "cases": {
        name: case(lambda _: True, options.pop("images"), **options, gradientsIn="training")
        for name, options in CASES.items()
    },
    "presets": {name: preset(name) for name in PRESETS},
    "sizes": {stem: sizes(stem) for stem in ["imagenet", "cifar"]},
    "counts": {name: trainable(getattr(torchvision, name)) for name in PRESETS},
    "fullWidth": {name: full_width(name) for name in PRESETS},
}
path = pathlib.Path(__file__).parents[2] / "packages/resnet/test/golden/resnet.json"
path.parent.mkdir(parents=True, exist_ok=True)
path.write_text(json.dumps(result, separators=(",", ":")) + "\n")
