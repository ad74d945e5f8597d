"""A SimCLR training step in PyTorch, for the benchmark: speaks JSON lines over stdin and stdout.

Usage: python simclr_step.py '<settings as JSON>'
Answers `ready` after the warm-up, then `{"steps": n}` with the seconds of each step, then `{"end": true}` with the peak memory.
"""

import json
import math
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

MASK = -1e9  # logit of an image with itself


class BasicBlock(nn.Module):
    """Two 3x3 convolutions and a shortcut (He et al., 2016)."""

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


class Encoder(nn.Module):
    """A ResNet of basic blocks with the CIFAR stem (3x3, stride 1, no pooling); features `[n, 8 * width]`."""

    def __init__(self, channels, width, depths):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, width, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        inputs = width
        self.stages = len(depths)
        for stage, depth in enumerate(depths):
            outputs = width * 2**stage
            blocks = [BasicBlock(inputs if i == 0 else outputs, outputs, 2 if stage > 0 and i == 0 else 1) for i in range(depth)]
            setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))
            inputs = outputs

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)), inplace=True)
        for stage in range(self.stages):
            x = getattr(self, f"layer{stage + 1}")(x)
        return x.mean(dim=(2, 3))


class Head(nn.Module):
    """The two-layer projection head of SimCLR (Chen et al., 2020): linear, BatchNorm, ReLU, linear, BatchNorm without shift."""

    def __init__(self, features, hidden, outputs):
        super().__init__()
        self.projection1 = nn.Linear(features, hidden, bias=False)
        self.bn1 = nn.BatchNorm1d(hidden)
        self.projection2 = nn.Linear(hidden, outputs, bias=False)
        self.bn2 = nn.BatchNorm1d(outputs)
        self.bn2.bias.requires_grad = False

    def forward(self, x):
        return self.bn2(self.projection2(F.relu(self.bn1(self.projection1(x)), inplace=True)))


def nt_xent(z, labels, diagonal, temperature):
    """NT-Xent over rows that stand view one first, then view two, `[2n, d]`."""
    z = F.normalize(z, dim=1)
    logits = (z @ z.T / temperature).masked_fill(diagonal, MASK)
    return F.cross_entropy(logits, labels)


def noise(count, salt):
    """Numbers in [0, 1) that every contestant computes alike: the fractional part of `43758.5453 sin(12.9898 i + salt)`."""
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


def fill(name, parameter):
    """The same starting weights for every contestant: He-uniform noise in the order of TensorFlow's kernels, BatchNorm at its identity."""
    if parameter.ndim == 1:
        return
    fan_in = parameter[0].numel()
    values = (noise(parameter.numel(), salt_of(shared_name(name))) * 2 - 1) * math.sqrt(6 / fan_in)
    if parameter.ndim == 4:  # [height, width, in, out] to [out, in, height, width]
        out, inputs, height, width = parameter.shape
        values = values.reshape(height, width, inputs, out).permute(3, 2, 0, 1)
    else:  # [in, out] to [out, in]
        values = values.reshape(parameter.shape[1], parameter.shape[0]).T
    parameter.data.copy_(values)


def views_of(settings):
    """Two views, `[n, channels, size, size]` each; the second is the first mixed with other noise, so that there is something to learn."""
    shape = (settings["pairs"], settings["size"], settings["size"], settings["channels"])
    first = noise(math.prod(shape), 1)
    second = 0.7 * first + 0.3 * noise(math.prod(shape), 2)
    return [view.reshape(shape).permute(0, 3, 1, 2).float() for view in (first, second)]


def peak_bytes():
    """Peak resident memory of this process."""
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        import resource

        # Bytes on macOS, KiB elsewhere.
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def say(**message):
    print(json.dumps(message, allow_nan=False), flush=True)


def main():
    settings = json.loads(sys.argv[1])
    device = "cuda" if settings["device"] == "gpu" and torch.cuda.is_available() else "cpu"
    if device == "cuda":
        torch.backends.cudnn.benchmark = True
        torch.set_float32_matmul_precision("high")  # TensorFlow uses TF32 there too
    torch.set_num_threads(settings["threads"])

    encoder = Encoder(settings["channels"], settings["width"], settings["depths"])
    head = Head(settings["width"] * 2 ** (len(settings["depths"]) - 1), settings["hidden"], settings["outputs"])
    network = nn.ModuleDict({"encoder": encoder, "head": head})
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
        loss = nt_xent(head(encoder(torch.cat(views))), labels, diagonal, settings["temperature"])
        loss.backward()
        optimizer.step()
        return loss.detach()

    losses = [step().item() for _ in range(settings["warmup"])]
    say(
        event="ready",
        contestant="PyTorch " + torch.__version__,
        device="gpu" if device == "cuda" else "cpu",
        parameters=sum(parameter.numel() for parameter in trained.values()),
        losses=losses,
    )
    steps = len(losses)
    for line in sys.stdin:
        message = json.loads(line)
        if message.get("end"):
            say(event="end", bytes=peak_bytes(), steps=steps)
            return
        step().item()  # after the others' turn: caches and clocks warm again
        start = time.perf_counter()
        for _ in range(message["steps"]):
            loss = step()
        last = loss.item()
        seconds = (time.perf_counter() - start) / message["steps"]
        steps += 1 + message["steps"]
        say(event="done", seconds=seconds, loss=last)


if __name__ == "__main__":
    main()
