"""Golden values of packages/contrastive: a file of NumPy, a file of CSV, and how much the pixels of pictures agree.

    python scripts/golden/contrastive.py

writes packages/contrastive/test/golden/files.json. Needs numpy.
"""

import base64
import csv
import io
import json
from pathlib import Path

import numpy as np

TARGET = Path(__file__).parents[2] / "packages/contrastive/test/golden/files.json"

SIDE, GRID = 48, 20
ROWS = [
    ["path", "label", "number"],
    ["a.jpg", "cat", 1.5],
    ['quote".jpg', "comma, and", -2],
    ["line\nbreak.jpg", "carriage\rreturn", 0.25],
    ["\U0001f408.jpg", "</script>", 3],
]


def npy():
    numbers = (np.arange(15, dtype=np.float32).reshape(3, 5) - 7) / 3
    file = io.BytesIO()
    np.save(file, numbers)
    return base64.b64encode(file.getvalue()).decode()


def text():
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator="\r\n").writerows(ROWS)
    return file.getvalue()


def picture(seed, channels, contrast):
    """A picture of waves, as bytes; test/likeness.test.ts makes the same."""
    y, x, c = np.mgrid[0:SIDE, 0:SIDE, 0:channels]
    wave = np.sin(0.13 * (seed + 1) * x + 0.07 * y * (c + 1)) + np.cos(0.05 * (seed + 2) * y)
    return np.floor(127.5 + contrast * wave).astype(np.uint8)


def window(image, share, left, top):
    edges = [[int(np.floor(SIDE * (offset + share * at / GRID) + 0.5)) for at in range(GRID + 1)] for offset in (top, left)]
    cells = [
        [
            image[edges[0][r] : max(edges[0][r] + 1, edges[0][r + 1]), edges[1][k] : max(edges[1][k] + 1, edges[1][k + 1])]
            .reshape(-1, image.shape[2])
            .mean(0)
            for k in range(GRID)
        ]
        for r in range(GRID)
    ]
    return np.array(cells).ravel()


def correlation(a, b, same):
    """Of two windows, each with a grey level of noise that agrees where the images' means do."""
    n = a.size
    return float((n * np.cov(a, b, bias=True)[0, 1] + n * same) / (n * np.sqrt((a.var() + 1) * (b.var() + 1))))


def likeness(one, other):
    places = [(1, 0, 0)] + [(0.95, left, top) for top in (0, 0.025, 0.05) for left in (0, 0.025, 0.05)]
    ours, theirs = ([window(image, *place) for place in places] for image in (one, other))
    pairs = [(ours[0], one) for one in theirs] + [(one, theirs[0]) for one in ours]
    same = abs(one.mean() - other.mean()) < 2
    return max(correlation(a, b, same) for a, b in pairs)


PAIRS = [(0, 0, 3, 60), (0, 1, 3, 60), (1, 2, 1, 60), (3, 4, 3, 60), (0, 1, 3, 4), (1, 2, 1, 1), (3, 4, 3, 0.5)]

TARGET.parent.mkdir(parents=True, exist_ok=True)
TARGET.write_text(
    json.dumps(
        {
            "npy": npy(),
            "rows": ROWS,
            "csv": text(),
            "likeness": [
                {
                    "seeds": [a, b],
                    "channels": n,
                    "contrast": contrast,
                    "value": likeness(picture(a, n, contrast), picture(b, n, contrast)),
                }
                for a, b, n, contrast in PAIRS
            ],
        },
        indent=2,
    )
    + "\n"
)
