"""The networks of the benchmark's steps in PyTorch."""

from torch import nn
from torch.nn import functional as F


class BasicBlock(nn.Module):
    """Two 3x3 convolutions and a shortcut (He et al., 2016)."""

    expansion = 1

    def __init__(self, inputs, width, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, width, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.downsample = None
        if stride != 1 or inputs != width:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, width, 1, stride, bias=False), nn.BatchNorm2d(width))

    def forward(self, x):
        shortcut = x if self.downsample is None else self.downsample(x)
        x = F.relu(self.bn1(self.conv1(x)), inplace=True)
        x = self.bn2(self.conv2(x))
        x += shortcut
        return F.relu(x, inplace=True)


class Bottleneck(nn.Module):
    """A 3x3 convolution, with the stride, between two of 1x1, of which the last has four times as many channels."""

    expansion = 4

    def __init__(self, inputs, width, stride):
        super().__init__()
        outputs = self.expansion * width
        self.conv1 = nn.Conv2d(inputs, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, outputs, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(outputs)
        self.downsample = None
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        shortcut = x if self.downsample is None else self.downsample(x)
        x = F.relu(self.bn1(self.conv1(x)), inplace=True)
        x = F.relu(self.bn2(self.conv2(x)), inplace=True)
        x = self.bn3(self.conv3(x))
        x += shortcut
        return F.relu(x, inplace=True)


BLOCKS = {"basic": BasicBlock, "bottleneck": Bottleneck}


class Encoder(nn.Module):
    """A ResNet; features `[n, features]`. The stem for CIFAR is a 3x3 convolution, that for ImageNet one of 7x7 with
    stride 2 and a pool."""

    def __init__(self, channels, width, depths, block, stem):
        super().__init__()
        self.photos = stem == "imagenet"
        kernel, stride = (7, 2) if self.photos else (3, 1)
        self.conv1 = nn.Conv2d(channels, width, kernel, stride, kernel // 2, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        make = BLOCKS[block]
        inputs = width
        self.stages = len(depths)
        for stage, depth in enumerate(depths):
            blocks = []
            for i in range(depth):
                blocks.append(make(inputs, width * 2**stage, 2 if stage > 0 and i == 0 else 1))
                inputs = make.expansion * width * 2**stage
            setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))
        self.features = inputs

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)), inplace=True)
        if self.photos:
            x = F.max_pool2d(x, 3, 2, 1)
        for stage in range(self.stages):
            x = getattr(self, f"layer{stage + 1}")(x)
        return x.mean(dim=(2, 3))


class SimCLRHead(nn.Module):
    """The two-layer projection head of SimCLR (Chen et al., 2020): linear, BatchNorm, ReLU, linear, BatchNorm without
    shift."""

    def __init__(self, features, outputs):
        super().__init__()
        self.projection1 = nn.Linear(features, features, bias=False)
        self.bn1 = nn.BatchNorm1d(features)
        self.projection2 = nn.Linear(features, outputs, bias=False)
        self.bn2 = nn.BatchNorm1d(outputs)
        self.bn2.bias.requires_grad = False

    def forward(self, x):
        return self.bn2(self.projection2(F.relu(self.bn1(self.projection1(x)), inplace=True)))


class MoCoHead(nn.Module):
    """The projection head of MoCo v2 (Chen et al., 2020): linear, ReLU, linear, both with bias."""

    def __init__(self, features, outputs):
        super().__init__()
        self.projection1 = nn.Linear(features, features)
        self.projection2 = nn.Linear(features, outputs)

    def forward(self, x):
        return self.projection2(F.relu(self.projection1(x), inplace=True))


class Network(nn.Module):
    """Encoder and projection head: images `[n, channels, size, size]` to projections `[n, outputs]`."""

    def __init__(self, settings, head):
        super().__init__()
        self.encoder = Encoder(*(settings[name] for name in ("channels", "width", "depths", "block", "stem")))
        self.head = head(self.encoder.features, settings["outputs"])

    def forward(self, x):
        return self.head(self.encoder(x))
