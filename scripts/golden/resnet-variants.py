"""Golden values of residual networks that are not built as torchvision's, by torch in double precision.

    python scripts/golden/resnet-variants.py

writes packages/resnet/test/golden/variants.json: options of our `resnet`, the shape of the images, and features in
inference. Weights and images follow the formula of networks.py."""

import json
import pathlib

import torch
from torch import nn

from networks import bottlenecks, fill, images, resnet, sample

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
SMALL = dict(depths=[1, 1], width=4, stem="imagenet", block="basic")
DEEP = dict(depths=[1, 2], width=4, stem="imagenet", block="bottleneck")
CASES = [
    {**SMALL, "stem": "cifar", "stemPadding": 2},
    {**SMALL, "stem": "cifar", "stemPadding": 0},
    {**SMALL, "stemPadding": 1},
    {**SMALL, "stemPadding": 0},
    {**SMALL, "epsilon": 0.01},
    {**DEEP, "innerWidth": 6},
    {**DEEP, "bottleneckStride": "1x1"},
    {**DEEP, "innerWidth": 2, "bottleneckStride": "1x1", "epsilon": 0.001},
]


@torch.no_grad()
def case(options):
    net = resnet(options["depths"], options["width"], options["stem"], 3, options["block"])
    if options["block"] == "bottleneck":
        bottlenecks(net, options.get("innerWidth"), options.get("bottleneckStride") == "1x1")
    if "stemPadding" in options:
        net.conv1.padding = (options["stemPadding"],) * 2
    fill(net).eval()
    for module in net.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.eps = options.get("epsilon", 1e-5)
    shape = [2, 35, 30, 3] if options["stem"] == "imagenet" else [2, 9, 8, 3]
    return {"options": options, "images": shape, "inference": sample(net(images("images", shape)).t(), 48)}


path = pathlib.Path(__file__).parents[2] / "packages/resnet/test/golden/variants.json"
path.write_text(json.dumps([case(options) for options in CASES], separators=(",", ":")) + "\n")
