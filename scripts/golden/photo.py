"""A small picture with what photographs have, by a formula: gradients, edges, texture, noise, plain greys and colours
at the ends of their range.

Shared by the scripts whose golden values lie beside it; they store it, so no test has to compute it.
"""

import base64

import numpy as np

HEIGHT, WIDTH = 31, 27  # no multiples of 4, at which loops over several numbers at a time end
STRIDE = 11  # of every 11 numbers one is stored: coprime to 3 and to the widths, so all columns and channels occur


def photo():
    """`[31, 27, 3]` of bytes."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH] / [[[HEIGHT]], [[WIDTH]]]
    image = np.stack([0.25 + 0.35 * y, 0.45 + 0.3 * y, 0.95 - 0.25 * y], -1)  # sky
    image += 0.12 * np.exp(-((x - 0.3) ** 2 / 0.03 + (y - 0.35) ** 2 / 0.004))[..., None]  # a cloud
    image[(x - 0.75) ** 2 + (y - 0.2) ** 2 < 0.012] = [1, 0.9, 0.2]  # sun
    hill = y > 0.6 + 0.1 * np.sin(6 * x)
    texture = 0.1 * np.sin(40 * x) * np.sin(37 * y)
    image[hill] = np.stack([0.2 + texture, 0.45 + 2 * texture, 0.1 + texture], -1)[hill]
    image[(abs(x - 0.45) < 0.11) & (abs(y - 0.6) < 0.2)] = [0.75, 0.18, 0.12]  # a house
    image[(abs(x - 0.45) < 0.04) & (abs(y - 0.7) < 0.1)] = [0.35, 0.35, 0.35]  # its door, which has no hue
    image += np.random.RandomState(5).normal(0, 0.012, image.shape)
    stripes = (x > 0.72) & (y > 0.75)
    image[stripes] = ((np.floor(x * WIDTH / 2) % 2)[..., None] * np.ones(3))[stripes]  # black and white
    return np.rint(image.clip(0, 1) * 255).astype(np.uint8)


def packed_bytes(image):
    """All bytes of an `[h, w, c]` image, in base64."""
    return base64.b64encode(np.ascontiguousarray(image, np.uint8).tobytes()).decode()


def packed_floats(image):
    """Every `STRIDE`-th number of an `[h, w, c]` image in single precision, little-endian, in base64."""
    return base64.b64encode(np.asarray(image, "<f4").flatten()[::STRIDE].tobytes()).decode()
