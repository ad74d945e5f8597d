"""Golden values of packages/augment on a picture, by torchvision on floats and by torchvision's PIL pipeline on bytes.

    python scripts/golden/augment-photo.py

writes packages/augment/test/golden/photo.json. Needs torch, torchvision, Pillow and numpy.
"""

import json
import math
from pathlib import Path

import numpy as np
import torch

import without_operators  # noqa: F401
import torchvision.transforms.functional as F
from PIL import Image, ImageFilter

from photo import HEIGHT, STRIDE, WIDTH, packed_bytes, packed_floats, photo

TARGET = Path(__file__).parents[2] / "packages/augment/test/golden/photo.json"
MODES = {"bilinear": F.InterpolationMode.BILINEAR, "bicubic": F.InterpolationMode.BICUBIC}
CHANGES = {
    "brightness": F.adjust_brightness,
    "contrast": F.adjust_contrast,
    "saturation": F.adjust_saturation,
    "hue": F.adjust_hue,
}
NEUTRAL = {"brightness": 1.0, "contrast": 1.0, "saturation": 1.0, "hue": 0.0}
PADDINGS = {"zero": "constant", "reflect": "reflect", "edge": "replicate"}
MOCO_TAPS = 23  # those of an image of 224 pixels

BYTES = photo()
PIL = Image.fromarray(BYTES)
FLOATS = F.to_tensor(PIL)  # `[3, h, w]` in [0, 1]


def case(operation, params, floats=None, pillow=None, options=None):
    """What an operation makes of the picture; with both results, how far apart the two pipelines are, in 1/255: mean
    and greatest."""
    result = {"operation": operation, "options": options or {}, "params": params}
    if floats is not None:
        floats = floats.permute(1, 2, 0).numpy()
        result["floats"] = packed_floats(floats)
    if pillow is not None:
        pillow = np.asarray(pillow)
        result["pillow"] = packed_bytes(pillow)
    if floats is not None and pillow is not None:
        apart = abs(floats.clip(0, 1) * 255 - pillow)
        result["apart"] = [round(float(apart.mean()), 3), round(float(apart.max()), 3)]
    return result


def crops():
    # The whole picture made smaller, far smaller, larger, smaller along one side and larger along the other.
    boxes = [(0, 0, 31, 27, 20), (3, 2, 27, 24, 9), (9, 6, 11, 10, 23), (1, 15, 29, 8, 17)]
    for interpolation, mode in MODES.items():
        for i, (top, left, height, width, size) in enumerate(boxes):
            flipped = i % 2 == 1
            cut = lambda image: F.resized_crop(image, top, left, height, width, [size, size], mode, antialias=True)
            turn = F.hflip if flipped else lambda image: image
            box = {"top": top, "left": left, "height": height, "width": width, "flipped": flipped}
            yield case(
                "crop",
                box,
                turn(cut(FLOATS).clamp(0, 1)),
                turn(cut(PIL)),
                {"size": size, "interpolation": interpolation},
            )


def jitters():
    ranges = {
        "brightness": ([0.2, 1.8], [0, 1, 1.3]),
        "contrast": ([0.2, 1.8], [0, 1, 1.3]),
        "saturation": ([0.2, 1.8], [0, 1, 1.3]),
        "hue": ([-0.5, -0.2, 0.1, 0.4], [-0.37, 0, 0.02, 0.5]),
    }
    for change, (both, floats) in ranges.items():
        for value in both:
            yield case(
                "colorJitter",
                {**NEUTRAL, "order": [change], change: value},
                CHANGES[change](FLOATS, value),
                CHANGES[change](PIL, value),
            )
        for value in floats:
            yield case("colorJitter", {**NEUTRAL, "order": [change], change: value}, CHANGES[change](FLOATS, value))
    values = {"brightness": 1.35, "contrast": 0.6, "saturation": 1.7, "hue": -0.08}
    for order in (["brightness", "contrast", "saturation", "hue"], ["hue", "saturation", "contrast", "brightness"]):
        image = FLOATS
        for change in order:
            image = CHANGES[change](image, values[change])
        yield case("colorJitter", {**values, "order": order}, image)


def blurs():
    def blurred(sigma, border, taps):
        """torchvision's blur of the picture with something else around it, so far out that its own reflection stays
        outside."""
        radius = taps // 2
        around = torch.nn.functional.pad(FLOATS[None], [radius] * 4, mode=PADDINGS[border])[0]
        return F.gaussian_blur(around, [taps, taps], [sigma, sigma])[:, radius:-radius, radius:-radius]

    for sigma in (0.1, 0.5, 1.0, 2.0):
        yield case(
            "gaussianBlur",
            sigma,
            F.gaussian_blur(FLOATS, [MOCO_TAPS] * 2, [sigma] * 2),
            None,
            {"border": "reflect", "kernelSize": MOCO_TAPS},
        )
    yield case(
        "gaussianBlur", 1.3, F.gaussian_blur(FLOATS, [7, 7], [1.3, 1.3]), None, {"border": "reflect", "kernelSize": 7}
    )
    yield case("gaussianBlur", 1.3, blurred(1.3, "zero", MOCO_TAPS), None, {"border": "zero", "kernelSize": MOCO_TAPS})
    yield case("gaussianBlur", 2.0, blurred(2.0, "zero", 2 * (HEIGHT // 10 // 2) + 1), None, {"border": "zero"})
    for sigma in (0.1, 0.5, 1.0, 2.0):
        pillow = PIL.filter(ImageFilter.GaussianBlur(radius=sigma))  # MoCo's: three box filters instead of a Gaussian
        yield case(
            "gaussianBlur",
            sigma,
            blurred(sigma, "edge", MOCO_TAPS),
            pillow,
            {"border": "edge", "kernelSize": MOCO_TAPS},
        )


def others():
    yield case("flip", True, F.hflip(FLOATS), F.hflip(PIL))
    yield case("grayscale", True, F.rgb_to_grayscale(FLOATS, 3), F.to_grayscale(PIL, 3))
    yield case("solarize", True, F.solarize(FLOATS, 0.5), F.solarize(PIL, 128))
    yield case("solarize", True, F.solarize(FLOATS, 0.7), None, {"threshold": 0.7})
    mean, std = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
    yield case("normalize", None, F.normalize(FLOATS, mean, std), None, {"mean": mean, "std": std})


def policy(params, *steps):
    """Several operations one after the other, as a policy has them: on floats all the way, and on bytes with a rounding
    after each."""
    floats, pillow = FLOATS, PIL
    for step in steps:
        floats, pillow = step(floats).clamp(0, 1), step(pillow)
    result = case("policy", params, floats, pillow)
    return {name: value for name, value in result.items() if name not in ("operation", "options")}


def policies():
    box = {"top": 2, "left": 4, "height": 27, "width": 21, "flipped": False}
    crop = lambda image: F.resized_crop(image, 2, 4, 27, 21, [24, 24], MODES["bilinear"], antialias=True)
    values = {"brightness": 1.2, "contrast": 0.8, "saturation": 1.3, "hue": 0.05}
    order = ["contrast", "hue", "brightness", "saturation"]
    jitter = [lambda image, change=change: CHANGES[change](image, values[change]) for change in order]
    params = {"crop": box, "colorJitter": {**values, "order": order}, "grayscale": False, "flip": True}
    grey = lambda image: F.rgb_to_grayscale(image, 3)
    yield {"policy": "mocoV2", **policy({**params, "gaussianBlur": 0}, crop, *jitter, F.hflip)}
    yield {"policy": "mocoV1", **policy({**params, "grayscale": True}, crop, grey, *jitter, F.hflip)}


def main():
    cases = [*crops(), *jitters(), *blurs(), *others()]
    golden = {
        "size": [HEIGHT, WIDTH],
        "pixels": packed_bytes(BYTES),
        "stride": STRIDE,
        "cases": cases,
        "policies": [*policies()],
    }
    TARGET.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
    print(f"{TARGET.name}: {len(cases)} cases, {math.ceil(TARGET.stat().st_size / 1024)} KB")


if __name__ == "__main__":
    main()
