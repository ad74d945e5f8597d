"""Golden values of what a report says of features: principal components, neighbours, and distances of flipped images.

Usage: python scripts/golden/report.py
Writes packages/contrastive/test/report/golden/report.json. Needs numpy alone.
"""

import json
from pathlib import Path

import numpy as np

TARGET = Path(__file__).parents[2] / "packages/contrastive/test/report/golden/report.json"


def formula(name, shape):
    """As in networks.py, which needs torchvision."""
    h = 0x811C9DC5
    for character in name:
        h = ((h ^ ord(character)) * 0x01000193) & 0xFFFFFFFF
    x = np.uint32(h) + np.arange(np.prod(shape, dtype=int), dtype=np.uint32) * np.uint32(0x9E3779B9)
    x = (x ^ (x >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    x = (x ^ (x >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return ((x ^ (x >> np.uint32(16))) >> np.uint32(8)).reshape(shape) / 2**23 - 1


def principal_components(rows):
    """Coordinates along the first two right singular vectors; the largest entry of each is positive."""
    centred = rows - rows.mean(0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    axes = axes[:2]
    axes *= np.sign(axes[range(2), np.abs(axes).argmax(1)])[:, None]
    return centred @ axes.T


def cosines(a, b):
    unit = lambda x: x / np.linalg.norm(x, axis=1, keepdims=True)
    return unit(a) @ unit(b).T


def leave_one_out(rows, labels, k, temperature=0.1):
    """The vote of knn for each row, without it in the bank."""
    similar = cosines(rows, rows)
    np.fill_diagonal(similar, -np.inf)
    answers = []
    for row in similar:
        near = np.argsort(-row, kind="stable")[:k]
        votes = np.zeros(labels.max() + 1)
        np.add.at(votes, labels[near], np.exp(row[near] / temperature))
        answers.append(int(votes.argmax()))
    return answers


def moved(images, views):
    """Mean distance of views to their images, as a part of that between images; how often an image is found."""
    flat = lambda x: x.reshape(len(x), -1).astype(np.float64) / 255
    between = 1 - cosines(flat(images), flat(images))
    n = len(images)
    others = between.sum() / (n * (n - 1))
    to_images = 1 - cosines(flat(views), flat(images))
    return {
        "relative": float(np.diag(to_images).mean() / others),
        "otherDistance": float(others),
        "found": float((to_images.argmin(1) == np.arange(n)).mean()),
    }


def main():
    rows = np.float32(formula("rows", (60, 6)) * np.array([3, 2, 1, 0.5, 0.25, 0.1]))
    labels = np.arange(60) % 3
    rows[labels == 1] += np.float32([1, 0, 0, 0, 1, 0])
    images = ((0.5 + 0.5 * formula("images", (24, 8, 8, 1))) * 256).astype(np.uint8)
    values = {
        "components": principal_components(rows.astype(np.float64)).round(6).tolist(),
        "leaveOneOut": leave_one_out(rows.astype(np.float64), labels, 7),
        "flip": moved(images, images[:, :, ::-1]),
    }
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(json.dumps(values) + "\n")


main()
