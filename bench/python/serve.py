"""The contestant's side of the protocol in Python: JSON lines over stdin and stdout, as bench/src/protocol.ts describes them."""

import json
import sys
import time

import torch


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


def device_of(settings):
    """Where to compute: on the GPU where ours does and PyTorch can; sets the threads too."""
    torch.set_num_threads(settings["threads"])
    if settings["device"] != "gpu" or not torch.cuda.is_available():
        return "cpu"
    torch.backends.cudnn.benchmark = True
    torch.set_float32_matmul_precision("high")  # TensorFlow uses TF32 there too
    return "cuda"


def serve(step, parameters, device, warmup):
    """Warms up, then does what it is asked until it is told to end. `step()` runs one and returns its loss; `parameters` are those that it trains."""
    losses = [step().item() for _ in range(warmup)]
    say(
        event="ready",
        contestant="PyTorch " + torch.__version__,
        device="gpu" if device == "cuda" else "cpu",
        parameters=sum(parameter.numel() for parameter in parameters),
        losses=losses,
    )
    steps = warmup
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
