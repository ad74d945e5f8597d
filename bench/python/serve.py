"""The contestant's side of the protocol in Python: JSON lines over stdin and stdout, as bench/src/protocol.ts describes
them."""

import gc
import json
import multiprocessing
import sys
import time

import torch


def bytes_now():
    """Resident memory of this process, in bytes, without what was left of its building."""
    gc.collect()
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmRSS"))
    except (OSError, StopIteration):
        return peak_bytes()  # outside Linux there is no more to be had; nothing has run yet


def peak_bytes():
    """Peak resident memory of this process, and what its workers have besides what they share."""
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            peak = next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))
        for worker in multiprocessing.active_children():
            with open(f"/proc/{worker.pid}/smaps_rollup", encoding="ascii") as sizes:
                peak += sum(int(line.split()[1]) * 1024 for line in sizes if line.startswith("Private_"))
        return peak
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


def serve(run, contestant, facts, device, warmup):
    """
    Warms up, then does what it is asked until it is told to end. `run(count)` runs so many steps to their end on the
    device; what it returns is called once the clock has stopped, and tells what came out of the last."""
    bytes_before = bytes_now()
    say(
        event="ready",
        contestant=contestant,
        device="gpu" if device == "cuda" else "cpu",
        facts=facts,
        warmup=[run(1)() for _ in range(warmup)],
    )
    steps = warmup
    for line in sys.stdin:
        message = json.loads(line)
        if message.get("end"):
            say(event="end", bytes=peak_bytes(), bytesBefore=bytes_before, steps=steps)
            return
        run(1)()  # after the others' turn: caches and clocks warm again
        start = time.perf_counter()
        figures = run(message["steps"])
        seconds = (time.perf_counter() - start) / message["steps"]
        steps += 1 + message["steps"]
        say(event="done", seconds=seconds, figures=figures())


def serve_training(step, parameters, device, warmup):
    """Serves training steps. `step()` runs one and returns its loss; `parameters` are those that it trains."""

    def run(count):
        for _ in range(count):
            loss = step()
        last = loss.item()
        return lambda: {"loss": last}

    facts = {"parameters": sum(parameter.numel() for parameter in parameters)}
    serve(run, "PyTorch " + torch.__version__, facts, device, warmup)
