"""Golden files of packages/train: event files as TensorBoard's own code writes them.

    pip install tensorboard pillow
    python scripts/golden/event-files.py

writes test/golden/event-files.json: two images as PNGs and, of each file, its bytes, where each record ends, and the
steps of its records (none for those of the file itself)."""

import base64
import io
import json
from pathlib import Path

from PIL import Image
from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter

OUT = Path(__file__).parents[2] / "packages/train/test/golden/event-files.json"
TIME = 1700000000.125
LATE = 2**53 - 1


def png(mode, size, values):
    image = Image.new(mode, size)
    image.putdata(values)
    file = io.BytesIO()
    image.save(file, "png")
    return file.getvalue()


RGB = png("RGB", (3, 2), [(40 * i, 255 - 9 * i, 7 * i) for i in range(6)])
GREY = png("L", (2, 5), [25 * i for i in range(10)])


def scalars(step, values):
    summary = Summary(value=[Summary.Value(tag=tag, simple_value=value) for tag, value in values.items()])
    return Event(wall_time=TIME, step=step, summary=summary)


def image(step, tag, data, width, height, colorspace):
    shown = Summary.Image(height=height, width=width, colorspace=colorspace, encoded_image_string=data)
    return Event(wall_time=TIME, step=step, summary=Summary(value=[Summary.Value(tag=tag, image=shown)]))


def file(events):
    out = io.BytesIO()
    writer = RecordWriter(out)
    ends = []
    for event in events:
        writer.write(event.SerializeToString())
        ends.append(out.tell())
    steps = [event.step if event.WhichOneof("what") == "summary" else None for event in events]
    return {"bytes": base64.b64encode(out.getvalue()).decode(), "ends": ends, "steps": steps}


version = Event(wall_time=TIME, file_version="brain.Event:2")
fresh = [
    version,
    scalars(0, {"loss": 5.25, "learningRate": 0.03, "metrics/contrastiveAccuracy": 0.0078125}),
    scalars(1, {"loss": float("nan"), "learningRate": float("inf"), "metrics/deep/er": float("-inf")}),
    image(1, "neighbours", RGB, 3, 2, 3),
    scalars(300, {"Verlust/α": -1e-40}),
    image(5_000_000_000, "grey", GREY, 2, 5, 1),
    scalars(LATE, {"loss": 0}),
]
start = Event(wall_time=TIME, step=300, session_log=SessionLog(status=SessionLog.START))
resumed = [version, start, start, scalars(300, {"loss": 1.5})]

OUT.parent.mkdir(exist_ok=True)
golden = {
    "rgb": base64.b64encode(RGB).decode(),
    "grey": base64.b64encode(GREY).decode(),
    "fresh": file(fresh),
    "resumed": file(resumed),
}
OUT.write_text(json.dumps(golden, indent=1) + "\n")
