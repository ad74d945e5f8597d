"""Golden values of packages/weights: encoders as several libraries save them, and their features by torch.

    python scripts/golden/torch-encoders.py

needs torch and torchvision. The weights follow a formula that the tests compute too (networks.py), so that only names,
shapes and results are stored: names are those of the libraries, whose networks are built here of torchvision's blocks
(its basic block and bottleneck are theirs too). `encoders` have the options of our `resnet`, the names of the tensors in
the file by ours, and the features and outputs of the head in inference."""

import json
import pathlib

import torch
from torch import nn

from networks import bottlenecks, fill, formula, images, resnet, sample, single, weights

OUT = pathlib.Path(__file__).parents[2] / "packages/weights/test/golden/torch-encoders.json"
KINDS = {"kernel": "weight", "gamma": "weight", "beta": "bias", "moving_mean": "running_mean", "moving_variance": "running_var"}
torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)


def names_of(net, rename, prefix):
    """The name in the file of each weight that is called so in TensorFlow.js."""
    result = {}
    for name, _ in weights(net):
        layer, kind = name.split("/")
        result[name] = f"{prefix}{rename(layer)}.{KINDS[kind]}"
    return result


def stage_of(layer):
    """`layer2.0.conv1` as (2, '0.conv1'); the stem is stage 0."""
    if not layer.startswith("layer"):
        return 0, layer
    stage, rest = layer[5:].split(".", 1)
    return int(stage), rest


def in_sequence(first):
    def rename(layer):
        stage, rest = stage_of(layer)
        return {"conv1": "0", "bn1": "1"}[layer] if stage == 0 else f"{first + stage - 1}.{rest}"

    return rename


def transformers(layer):
    stage, rest = stage_of(layer)
    part = lambda name: "convolution" if name.startswith("conv") or name.endswith("downsample.0") else "normalization"
    if stage == 0:
        return f"embedder.embedder.{part(layer)}"
    block, name = rest.split(".", 1)
    inner = "shortcut" if name.startswith("downsample") else f"layer.{int(name[-1]) - 1}"
    return f"encoder.stages.{stage - 1}.layers.{block}.{inner}.{part(name)}"


def converted(layer):
    stage, rest = stage_of(layer)
    if stage == 0:
        return {"conv1": "net.0.0", "bn1": "net.0.1.0"}[layer]
    block, name = rest.split(".", 1)
    at = f"net.{stage}.blocks.{block}"
    if name.startswith("downsample"):
        return f"{at}.projection." + ("shortcut" if name.endswith("0") else "bn.0")
    number = int(name[-1])
    return f"{at}.net.{2 * (number - 1)}" if name.startswith("conv") else f"{at}.net.{2 * number - 1}.0"


shortcut = lambda rename: lambda layer: rename(layer).replace("downsample", "shortcut")
same = lambda layer: layer
SMALL = dict(depths=[1, 1], width=4, stem="imagenet", channels=3, block="basic")
CIFAR = {**SMALL, "stem": "cifar"}
DEEP = {**SMALL, "block": "bottleneck", "depths": [1, 2], "width": 2}

CASES = {
    "torchvision, basic": dict(net=SMALL, prefix="", head=[("fc", 5)]),
    "torchvision, bottleneck": dict(net=DEEP, prefix="", head=[("fc", 5)]),
    "torchvision, wide": dict(net=DEEP, inner=4, prefix="module.", head=[("fc", 5)]),
    "the stride on 1x1": dict(net=DEEP, stride_first=True, prefix="state_dict.", options={"bottleneckStride": "1x1"}),
    "another epsilon": dict(net=SMALL, epsilon=1e-3, prefix="model.", options={"epsilon": 1e-3}),
    "grey": dict(net={**SMALL, "channels": 1}, prefix=""),
    "MoCo v1": dict(net=DEEP, prefix="state_dict.module.encoder_q.", head=[("fc", 3)]),
    "MoCo v2": dict(net=DEEP, prefix="state_dict.module.encoder_q.", head=[("fc.0", 8 * 2), ("fc.2", 3)]),
    "SimCLR, converted": dict(net=DEEP, prefix="resnet.", rename=converted, head=[("fc", 5)]),
    "lightly, of torchvision": dict(net=SMALL, prefix="state_dict.backbone.", rename=in_sequence(4)),
    "lightly, its own": dict(net=CIFAR, prefix="state_dict.backbone.", rename=shortcut(in_sequence(2))),
    "lightly, its own, whole": dict(net=CIFAR, prefix="", rename=shortcut(same), head=[("linear", 5)]),
    "solo-learn": dict(net=SMALL, prefix="state_dict.backbone."),
    "solo-learn, CIFAR": dict(net=CIFAR, padding=2, prefix="state_dict.backbone."),
    "transformers, basic": dict(net=SMALL, prefix="resnet.", rename=transformers, head=[("../classifier.1", 5)]),
    "transformers, bottleneck": dict(net=DEEP, prefix="", rename=transformers),
}


@torch.no_grad()
def case(name, net, prefix, rename=same, inner=None, stride_first=False, epsilon=None, padding=None, head=(), options={}):
    built = resnet(**net)
    if net["block"] == "bottleneck":
        bottlenecks(built, inner, stride_first)
    if padding is not None:
        built.conv1.padding = (padding, padding)
    fill(built).eval()
    for module in built.modules():
        if epsilon is not None and isinstance(module, nn.BatchNorm2d):
            module.eps = epsilon
    shape = [2, 33, 30, net["channels"]] if net["stem"] == "imagenet" else [2, 9, 8, net["channels"]]
    features = built(images("images", shape))
    tensors = {
        torch_name: {"from": own, "shape": list(tensor.shape)}
        for (own, torch_name), (_, tensor) in zip(names_of(built, rename, prefix).items(), weights(built))
    }
    outputs, width = features, features.shape[1]
    for i, (layer, units) in enumerate(head):
        linear = nn.Linear(width, units)
        short = layer.replace("../", "")
        at = f"{prefix.rsplit('.', 2)[0] + '.' if prefix.count('.') > 1 else ''}{short}" if layer != short else f"{prefix}{layer}"
        linear.weight.copy_(single(formula(f"{short}/kernel", [width, units])).t())
        linear.bias.copy_(single(formula(f"{short}/bias", [units])))
        tensors[f"{at}.weight"] = {"from": f"{short}/kernel", "shape": [units, width]}
        tensors[f"{at}.bias"] = {"from": f"{short}/bias", "shape": [units]}
        outputs = linear(outputs if i == 0 else outputs.relu())
        width = units
    return {
        "name": name,
        "prefix": prefix,
        "images": shape,
        "architecture": {
            "depths": net["depths"],
            "block": net["block"],
            "width": net["width"],
            **({"innerWidth": inner or net["width"]} if net["block"] == "bottleneck" else {}),
            "stem": net["stem"],
            "channels": net["channels"],
        },
        "options": options,
        "tensors": tensors,
        "features": sample(features.t(), 64),
        **({"outputs": sample(outputs.t(), 64)} if head else {}),
    }


OUT.parent.mkdir(parents=True, exist_ok=True)
OUT.write_text(json.dumps({"encoders": [case(name, **options) for name, options in CASES.items()]}, separators=(",", ":")) + "\n")
print(OUT.stat().st_size)
