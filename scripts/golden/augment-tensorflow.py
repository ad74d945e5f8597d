"""Golden values of packages/augment for what is SimCLR's own: TensorFlow's jitter, blur and crop, put together as in
google-research/simclr.

    python scripts/golden/augment-tensorflow.py

writes packages/augment/test/golden/tensorflow.json. Needs tensorflow and numpy.
"""

import json
import math
import os
from pathlib import Path

import numpy as np

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
import tensorflow as tf  # noqa: E402

from photo import HEIGHT, STRIDE, WIDTH, packed_bytes, packed_floats, photo  # noqa: E402

TARGET = Path(__file__).parents[2] / "packages/augment/test/golden/tensorflow.json"
BYTES = photo()
FLOATS = tf.image.convert_image_dtype(BYTES, tf.float32)
FORMS = ("simclr-v1", "simclr-v2")
NEUTRAL = {"contrast": 1.0, "saturation": 1.0, "hue": 0.0}
DRAWS = 200_000


def change(image, name, value, form):
    if name == "brightness":
        changed = tf.image.adjust_brightness(image, value) if form == "simclr-v1" else image * value
    else:
        changed = {
            "contrast": tf.image.adjust_contrast,
            "saturation": tf.image.adjust_saturation,
            "hue": tf.image.adjust_hue,
        }[name](image, value)
    return tf.clip_by_value(changed, 0.0, 1.0)


def jitter(form, params):
    image = FLOATS
    for name in params["order"]:
        image = change(image, name, params[name], form)
    return {"form": form, "params": params, "floats": packed_floats(image)}


def jitters():
    for form, values in (("simclr-v1", [-0.7, -0.1, 0.4]), ("simclr-v2", [0.0, 0.3, 1.7])):
        for value in values:
            yield jitter(form, {**NEUTRAL, "brightness": value, "order": ["brightness"]})
    for name, values in (
        ("contrast", [0.2, 0.9, 1.8]),
        ("saturation", [0.0, 0.2, 1.3, 1.8]),
        ("hue", [-0.5, -0.2, 0.05, 0.2, 0.5]),
    ):
        for value in values:
            yield jitter("simclr-v2", {**NEUTRAL, "brightness": 1.0, name: value, "order": [name]})
    for form, brightness in (("simclr-v1", 0.3), ("simclr-v2", 1.4)):
        values = {"brightness": brightness, "contrast": 0.6, "saturation": 1.7, "hue": -0.08}
        for order in (
            ["brightness", "contrast", "saturation", "hue"],
            ["hue", "saturation", "contrast", "brightness"],
            ["saturation", "hue", "brightness", "contrast"],
        ):
            yield jitter(form, {**values, "order": order})


def blurs():
    for kernel_size, sigma in ((224 // 10, 0.1), (224 // 10, 1.0), (224 // 10, 2.0), (HEIGHT // 10, 1.5)):
        radius = int(kernel_size / 2)
        taps = tf.exp(-tf.range(-radius, radius + 1, dtype=tf.float32) ** 2 / (2 * sigma**2))
        taps /= tf.reduce_sum(taps)
        image = FLOATS[None]
        for shape in ([1, -1, 1, 1], [-1, 1, 1, 1]):
            image = tf.nn.depthwise_conv2d(
                image, tf.tile(tf.reshape(taps, shape), [1, 1, 3, 1]), strides=[1] * 4, padding="SAME"
            )
        yield {"kernelSize": 2 * radius + 1, "params": sigma, "floats": packed_floats(image[0].numpy().clip(0, 1))}


def boxes(height, width):
    """`[DRAWS, 4]`: top, left, height and width of crops. The aspect ratio is relative to that of the views, which are
    square; not to that of the image."""
    box = tf.constant([0.0, 0.0, 1.0, 1.0], shape=[1, 1, 4])

    def draw(i):
        begin, size, _ = tf.image.stateless_sample_distorted_bounding_box(
            [height, width, 3],
            box,
            seed=tf.stack([i, tf.constant(7, tf.int64)]),
            min_object_covered=0.1,
            aspect_ratio_range=(3 / 4, 4 / 3),
            area_range=(0.08, 1.0),
            max_attempts=100,
            use_image_if_no_bounding_boxes=True,
        )
        return tf.concat([begin[:2], size[:2]], 0)

    dataset = tf.data.Dataset.range(DRAWS).map(draw, num_parallel_calls=2).batch(10_000)
    return np.concatenate([batch.numpy() for batch in dataset])


def table(values):
    """Parts of the values that are at most each of some: all of them, or some 50 of which none hides a value with a
    part of its own."""
    distinct, counts = np.unique(values, return_counts=True)
    if len(distinct) > 60:
        frequent = distinct[counts > len(values) / 100]
        quantiles = np.quantile(values, np.linspace(0, 1, 41), method="inverted_cdf")
        distinct = np.unique(np.concatenate([quantiles, frequent, frequent - 1]))
    return {"at": [int(x) for x in distinct], "share": [round(float((values <= x).mean()), 5) for x in distinct]}


def crop_distribution(height, width):
    drawn = boxes(height, width)
    columns = {
        "top": drawn[:, 0],
        "left": drawn[:, 1],
        "height": drawn[:, 2],
        "width": drawn[:, 3],
        "area": drawn[:, 2] * drawn[:, 3],
    }
    correlation = float(np.corrcoef(drawn[:, 2], drawn[:, 3])[0, 1])
    return {
        "size": [height, width],
        **{name: table(values) for name, values in columns.items()},
        "correlation": round(correlation, 5),
    }


def main():
    golden = {
        "size": [HEIGHT, WIDTH],
        "pixels": packed_bytes(BYTES),
        "stride": STRIDE,
        "jitters": [*jitters()],
        "grayscale": packed_floats(tf.tile(tf.image.rgb_to_grayscale(FLOATS), [1, 1, 3])),
        "blurs": [*blurs()],
        "draws": DRAWS,
        "crops": [crop_distribution(*size) for size in ((375, 500), (500, 333), (224, 224), (32, 32))],
    }
    TARGET.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
    print(f"{TARGET.name}: {len(golden['jitters'])} jitters, {math.ceil(TARGET.stat().st_size / 1024)} KB")


if __name__ == "__main__":
    main()
