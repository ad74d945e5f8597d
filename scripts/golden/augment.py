"""Golden values of packages/augment, from torchvision, Pillow and numpy.

    python scripts/golden/augment.py

writes packages/augment/test/golden/augment.json. Needs torch, torchvision, Pillow and numpy.
"""

import json
import math
from pathlib import Path

import numpy as np
import torch

import without_operators  # noqa: F401
import torchvision.transforms as T
import torchvision.transforms.functional as F
from PIL import Image

TARGET = Path(__file__).parents[2] / "packages/augment/test/golden/augment.json"
MODES = {"bilinear": F.InterpolationMode.BILINEAR, "bicubic": F.InterpolationMode.BICUBIC}
PIL_MODES = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC}
CHANGES = {
    "brightness": F.adjust_brightness,
    "contrast": F.adjust_contrast,
    "saturation": F.adjust_saturation,
    "hue": F.adjust_hue,
}


def numbers(image):
    """A `[c, h, w]` tensor as a flat list, channels innermost."""
    return [round(value, 5) for value in image.permute(1, 2, 0).flatten().tolist()]


def images():
    generator = torch.Generator().manual_seed(1)
    color = torch.rand(3, 12, 10, generator=generator).mul(10_000).round().div(10_000)
    color[:, 0, 0] = 0.5  # a grey pixel, which has no hue
    color[:, 0, 1] = 0.0
    color[:, 0, 2] = 1.0
    color[:2, 0, 3] = 0.75  # two channels share the maximum
    return color, color[:1].clone()


def crops(color, grey):
    # The whole image, one that grows, one that shrinks, one that is stretched, a single pixel.
    boxes = [(0, 0, 12, 10, 7), (1, 2, 4, 3, 6), (0, 1, 12, 9, 4), (3, 0, 2, 10, 6), (5, 5, 1, 1, 3)]
    cases = []
    for interpolation, mode in MODES.items():
        for top, left, height, width, size in boxes:
            cut = lambda image: F.resized_crop(
                image, top, left, height, width, [size, size], mode, antialias=True
            ).clamp(0, 1)
            pixels = Image.fromarray(grey[0].numpy()).crop((left, top, left + width, top + height))
            pillow = np.asarray(pixels.resize((size, size), PIL_MODES[interpolation])).clip(0, 1)
            cases.append(
                {
                    "interpolation": interpolation,
                    "crop": {"top": top, "left": left, "height": height, "width": width},
                    "size": size,
                    "color": numbers(cut(color)),
                    "flipped": numbers(F.hflip(cut(color))),
                    "grey": numbers(cut(grey)),
                    "pillow": [round(float(value), 5) for value in pillow.flatten()],
                }
            )
    return cases


def jitters(color, grey):
    factors = {"brightness": 1.35, "contrast": 0.55, "saturation": 1.8, "hue": -0.15}
    cases = [
        ({**factors, change: factor}, [change])
        for change, factor in [
            ("brightness", 0.6),
            ("brightness", 1.7),
            ("contrast", 0.4),
            ("contrast", 1.8),
            ("saturation", 0.3),
            ("saturation", 1.9),
            ("hue", -0.3),
            ("hue", 0.1),
            ("hue", 0.5),
        ]
    ]
    cases += [
        (factors, order)
        for order in [
            ["brightness", "contrast", "saturation", "hue"],
            ["hue", "saturation", "contrast", "brightness"],
            ["contrast", "hue", "brightness", "saturation"],
            ["saturation", "brightness", "hue", "contrast"],
            ["contrast", "brightness"],
            [],
        ]
    ]
    results = []
    for values, order in cases:
        jittered = {"color": color, "grey": grey}
        for change in order:
            jittered = {name: CHANGES[change](image, values[change]) for name, image in jittered.items()}
        results.append({"order": order, **values, **{name: numbers(image) for name, image in jittered.items()}})
    return results


def blurs():
    generator = torch.Generator().manual_seed(2)
    image = torch.rand(3, 40, 4, generator=generator).mul(1_000).round().div(1_000)
    radius = 40 // 10 // 2
    padded = torch.nn.functional.pad(
        image, [radius] * 4
    )  # zeros, so that torchvision's reflection never reaches the part that is kept
    cut = lambda blurred: blurred[:, radius:-radius, radius:-radius]
    taps = 2 * radius + 1
    return {
        "image": numbers(image),
        "cases": [
            {"sigma": s, "blurred": numbers(cut(F.gaussian_blur(padded, [taps, taps], [s, s])))}
            for s in (0.1, 0.7, 2.0)
        ],
    }


def crop_distribution(height, width, area, aspect, draws=100_000):
    """Parts of the crops whose height is at most 1, 2, …, and likewise for width, top and left."""
    torch.manual_seed(3)
    image = torch.zeros(1, height, width)
    boxes = np.array([T.RandomResizedCrop.get_params(image, area, aspect) for _ in range(draws)])
    cumulative = lambda values, most: [round(float((values <= value).mean()), 4) for value in range(most + 1)]
    return {
        "size": [height, width],
        "area": area,
        "aspect": aspect,
        "top": cumulative(boxes[:, 0], height),
        "left": cumulative(boxes[:, 1], width),
        "height": cumulative(boxes[:, 2], height),
        "width": cumulative(boxes[:, 3], width),
    }


def central_crops():
    """The crop of images of an aspect ratio that no draw of the whole area has: top, left, height and width."""
    wide = [(7, 90), (5, 90), (3, 40), (1, 40), (9, 100), (11, 50), (13, 44)]
    sizes = wide + [(width, height) for height, width in wide]
    return [
        {
            "size": size,
            "aspect": aspect,
            "box": T.RandomResizedCrop.get_params(torch.zeros(1, *size), [1.0, 1.0], aspect),
        }
        for size in sizes
        for aspect in ([2 / 3, 3 / 2], [3 / 4, 4 / 3], [2 / 5, 5 / 2])
    ]


MASK = 0xFFFFFFFF


def mix(value):
    """The finaliser of MurmurHash3."""
    value = (value ^ (value >> 16)) * 0x85EBCA6B & MASK
    value = (value ^ (value >> 13)) * 0xC2B2AE35 & MASK
    return value ^ (value >> 16)


def stream(key, count):
    """The first uniform numbers of the stream of a key: the key hashed to four words, which start sfc32."""
    a, b, c, d = 0x9E3779B9, 0x243F6A88, 0xB7E15162, 0x6A09E667
    words = [word for part in key for word in (part & MASK, (part >> 32) & MASK)]
    for word in [*words, len(key), 0]:
        a = mix(a ^ word)
        b = mix((b + a) & MASK)
        c = mix(c ^ b)
        d = mix((d + c) & MASK)
        a = (a + d) & MASK
    result = []
    for i in range(8 + count):
        total = (a + b + d) & MASK
        d = (d + 1) & MASK
        a = b ^ (b >> 9)
        b = (c * 9) & MASK
        c = (((c << 21) | (c >> 11)) + total) & MASK
        if i >= 8:
            result.append(total / 2**32)
    return {"key": key, "uniform": result}


def main():
    color, grey = images()
    golden = {
        "color": numbers(color),
        "grey": numbers(grey),
        "crops": crops(color, grey),
        "jitters": jitters(color, grey),
        "grayscale": numbers(F.rgb_to_grayscale(color, 3)),
        "blur": blurs(),
        "cropDistributions": [
            crop_distribution(28, 28, [0.08, 1], [3 / 4, 4 / 3]),
            crop_distribution(20, 40, [0.2, 0.9], [3 / 4, 4 / 3]),
            crop_distribution(8, 64, [0.9, 1], [1 / 2, 2]),  # mostly the central crop that follows ten vain draws
        ],
        "centralCrops": central_crops(),
        "streams": [
            stream(key, 6) for key in ([0], [1], [1, 0], [0, 1], [-1], [7, 3, 12345, 1], [2**40 + 5, -(2**33)])
        ],
    }
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
    print(f"{TARGET.name}: {math.ceil(TARGET.stat().st_size / 1024)} KB")


if __name__ == "__main__":
    main()
