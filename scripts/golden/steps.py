"""Ten single training steps of small networks by PyTorch in double precision, each from a state that single precision
holds exactly.

    python scripts/golden/steps.py

writes packages/simclr/test/golden/steps-{sgd,lars}.json and packages/moco/test/golden/steps.json. `states[i]` is
everything before step i: parameters, running statistics, slots of the optimiser; `states[10]` is what the last step
left. After each step the state is rounded to single precision and the next goes on from there, so a test may start from
any of them. Images follow a formula that the tests compute too (networks.py)."""

import base64
import copy
import json
import math
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

from networks import fill, formula, head, layout, resnet, seed_for, simclr_head, single, views, weights

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
PACKAGES = Path(__file__).parents[2] / "packages"
STEPS, DEPTHS, WIDTH, OUTPUTS, TEMPERATURE, SPLITS = 10, [1, 1], 2, 6, 0.5, 2
FEATURES = WIDTH * 2 ** (len(DEPTHS) - 1)


def packed(tensors):
    """All numbers in single precision, little-endian, in base64."""
    flat = torch.cat([layout(tensor.detach()).flatten() for tensor in tensors])
    return base64.b64encode(flat.numpy().astype("<f4").tobytes()).decode()


@torch.no_grad()
def round_to_single(tensors):
    for tensor in tensors:
        tensor.copy_(tensor.float().double())


def warmup_cosine(base, warmup):
    return [
        (
            base * step / warmup
            if step < warmup
            else base / 2 * (1 + math.cos(math.pi * (step - warmup) / (STEPS - warmup)))
        )
        for step in range(STEPS)
    ]


def nt_xent(z1, z2, temperature=TEMPERATURE):
    """The mean over the 2n rows (Chen et al. 2020, equation 1)."""
    n = len(z1)
    z = F.normalize(torch.cat([z1, z2]), dim=1)
    logits = (z @ z.T / temperature).masked_fill(torch.eye(2 * n, dtype=torch.bool), -math.inf)
    return F.cross_entropy(logits, (torch.arange(2 * n) + n) % (2 * n))


class Sgd:
    """torch.optim.SGD with its slots from the start."""

    def __init__(self, parameters, decays, momentum, weight_decay):
        chosen, others = ([p for name, p in parameters.items() if decays(name) == yes] for yes in (True, False))
        groups = [{"params": chosen, "weight_decay": weight_decay}] + (
            [{"params": others, "weight_decay": 0}] if others else []
        )
        self.inner = torch.optim.SGD(groups, lr=0.0, momentum=momentum)
        for parameter in parameters.values():
            self.inner.state[parameter]["momentum_buffer"] = torch.zeros_like(parameter)
        self.slots = {
            f"momentum/{name}": self.inner.state[parameter]["momentum_buffer"] for name, parameter in parameters.items()
        }

    def step(self, rate):
        for group in self.inner.param_groups:
            group["lr"] = rate
        self.inner.step()


class Lars:
    """LARS as in google-research/simclr, lars_optimizer.py: the decayed gradient's norm, the learning rate inside the
    velocity."""

    def __init__(self, parameters, adapts, momentum, weight_decay, trust_coefficient):
        self.parameters, self.adapts = parameters, adapts
        self.momentum, self.weight_decay, self.trust_coefficient = momentum, weight_decay, trust_coefficient
        self.slots = {f"momentum/{name}": torch.zeros_like(parameter) for name, parameter in parameters.items()}

    @torch.no_grad()
    def step(self, rate):
        for name, parameter in self.parameters.items():
            gradient, trust = parameter.grad, 1.0
            if self.adapts(name):
                gradient = gradient + self.weight_decay * parameter
                norm, gradient_norm = parameter.norm(), gradient.norm()
                if norm > 0 and gradient_norm > 0:
                    trust = self.trust_coefficient * norm / gradient_norm
            velocity = self.slots[f"momentum/{name}"]
            velocity.mul_(self.momentum).add_(rate * trust * gradient)
            parameter.sub_(velocity)


def exact_steps(tensors, parameters, optimizer, rates, loss_of, after=lambda step: None):
    """Runs the steps; `tensors` are all of the state but the slots, by name."""
    state = {**tensors, **optimizer.slots}
    states, losses, gradients = [], [], []
    for step, rate in enumerate(rates):
        round_to_single(state.values())
        states.append(packed(state.values()))
        for parameter in parameters.values():
            parameter.grad = None
        loss = loss_of(step)
        loss.backward()
        losses.append(float(f"{loss.item():.10g}"))
        gradients.append(packed(parameter.grad for parameter in parameters.values()))
        optimizer.step(rate)
        after(step)
    states.append(packed(state.values()))
    return {
        "rates": rates,
        "shapes": {name: list(layout(tensor).shape) for name, tensor in state.items()},
        "parameters": list(parameters),
        "losses": losses,
        "states": states,
        "gradients": gradients,
    }


def named(**networks):
    """Name in TensorFlow.js and tensor of everything in several networks."""
    return {f"{part}/{name}": tensor for part, net in networks.items() for name, tensor in weights(net)}


def simclr(shape, make_optimizer, rates):
    encoder = fill(resnet(DEPTHS, WIDTH, "cifar", shape[3])).train()
    projection = fill(simclr_head(FEATURES, FEATURES, OUTPUTS)).train()
    tensors = named(encoder=encoder, head=projection)
    parameters = {name: tensor for name, tensor in tensors.items() if tensor.requires_grad}

    def loss_of(step):
        return nt_xent(*projection(encoder(torch.cat(views(f"step {step}", shape)))).chunk(2))

    settings = {"images": shape, "depths": DEPTHS, "width": WIDTH, "outputs": OUTPUTS, "temperature": TEMPERATURE}
    return {**settings, **exact_steps(tensors, parameters, make_optimizer(parameters), rates, loss_of)}


class SplitBatchNorm(nn.BatchNorm2d):
    """BatchNorm of a batch as several devices would do it: image i is in group i mod splits, and groups are made
    channels of their own."""

    def forward(self, x):
        n, c, h, w = x.shape
        mean, variance = self.running_mean.repeat(SPLITS), self.running_var.repeat(SPLITS)
        gamma, beta = self.weight.repeat(SPLITS), self.bias.repeat(SPLITS)
        y = F.batch_norm(
            x.reshape(n // SPLITS, SPLITS * c, h, w), mean, variance, gamma, beta, True, self.momentum, self.eps
        )
        self.running_mean.copy_(mean.view(SPLITS, c).mean(0))
        self.running_var.copy_(variance.view(SPLITS, c).mean(0))
        return y.reshape(x.shape)


def moco(shape, rates, queue_size, key_momentum, temperature, momentum, decay, seed):
    """MoCo v2 by algorithm 1 of MoCo: optimiser, then the momentum update, then the keys join the queue [d, K]."""
    encoder = fill(resnet(DEPTHS, WIDTH, "cifar", shape[3], norm=SplitBatchNorm)).train()
    projection = fill(head([FEATURES, FEATURES, OUTPUTS])).train()
    query, keys = nn.Sequential(encoder, projection), nn.Sequential(copy.deepcopy(encoder), copy.deepcopy(projection))
    queue = F.normalize(single(formula("queue", [OUTPUTS, queue_size])), dim=0)
    tensors = {
        **named(encoder=encoder, head=projection),
        **{f"key/{name}": tensor for name, tensor in named(encoder=keys[0], head=keys[1]).items()},
    }
    parameters = {
        name: tensor for name, tensor in tensors.items() if tensor.requires_grad and not name.startswith("key/")
    }
    n, made = shape[0], {}

    def loss_of(step):
        order = torch.tensor(sorted(range(n), key=lambda i: seed_for(seed, f"shuffle/2/{step}/{i}")))
        first, second = views(f"step {step}", shape)
        with torch.no_grad():
            k = F.normalize(keys(second[order]), dim=1)[order.argsort()]
        q = F.normalize(query(first), dim=1)
        made[step] = k
        logits = torch.cat([(q * k).sum(1, keepdim=True), q @ queue], dim=1) / temperature
        return F.cross_entropy(logits, torch.zeros(n, dtype=torch.long))

    @torch.no_grad()
    def after(step):
        for k, q in zip(keys.parameters(), query.parameters()):
            k.mul_(key_momentum).add_(q, alpha=1 - key_momentum)
        places = (step * n + torch.arange(n)) % queue_size
        queue[:, places] = made[step].T

    optimizer = Sgd(parameters, lambda _: True, momentum, decay)
    return {
        "images": shape,
        "depths": DEPTHS,
        "width": WIDTH,
        "outputs": OUTPUTS,
        "temperature": temperature,
        "momentum": momentum,
        "weightDecay": decay,
        "splits": SPLITS,
        "queueSize": queue_size,
        "keyMomentum": key_momentum,
        "seed": seed,
        "positions": [step * n % queue_size for step in range(STEPS + 1)],
        **exact_steps({**tensors, "queue/rows": queue}, parameters, optimizer, rates, loss_of, after),
    }


def is_kernel(name):
    return name.endswith("/kernel")


def write(package, name, result):
    path = PACKAGES / package / "test/golden" / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(result, separators=(",", ":")) + "\n")
    print(path.name, f"{path.stat().st_size / 1e3:.0f} kB", result["losses"])


if __name__ == "__main__":
    # Rates and sizes at which rounding stays small: in so small networks some gradient easily cancels to almost 0.
    # Weight decay is large, so that one left out shows.
    momentum, decay, trust = 0.9, 0.01, 0.02
    sgd = simclr([16, 8, 8, 3], lambda parameters: Sgd(parameters, is_kernel, momentum, decay), warmup_cosine(0.1, 3))
    write("simclr", "steps-sgd", {"momentum": momentum, "weightDecay": decay, **sgd})
    lars = simclr(
        [12, 8, 8, 3], lambda parameters: Lars(parameters, is_kernel, momentum, decay, trust), warmup_cosine(0.2, 3)
    )
    write("simclr", "steps-lars", {"momentum": momentum, "weightDecay": decay, "trustCoefficient": trust, **lars})
    # The keys' momentum is small, so that they move; batches of 8 wrap in a queue of 20.
    rates = [0.02 * (1 + math.cos(math.pi * step / STEPS)) for step in range(STEPS)]
    write(
        "moco",
        "steps",
        moco(
            [8, 8, 8, 3],
            rates,
            queue_size=20,
            key_momentum=0.9,
            temperature=0.2,
            momentum=momentum,
            decay=decay,
            seed=3,
        ),
    )
