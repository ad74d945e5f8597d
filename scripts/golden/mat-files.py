"""Golden MAT files of packages/image-files: small ones in the layouts of Stanford Cars and Oxford 102 Flowers, one of
many kinds of values, and some that are refused.

    pip install numpy scipy
    python scripts/golden/mat-files.py

writes test/golden/mat/*.mat by scipy.io.savemat, and test/golden/mat.json with what is in them."""

import json
from pathlib import Path

import numpy as np
from scipy.io import savemat
from scipy.sparse import csc_matrix

OUT = Path(__file__).parents[2] / "packages/image-files/test/golden"
MAT = OUT / "mat"
MAT.mkdir(parents=True, exist_ok=True)

CARS = ["AM General Hummer SUV 2000", "Acura RL Sedan 2012", "Citroën DS 1968"]
FIELDS = ["bbox_x1", "bbox_y1", "bbox_x2", "bbox_y2", "class", "fname"]


def cells(values):
    result = np.empty((1, len(values)), dtype=object)
    for i, value in enumerate(values):
        result[0, i] = value
    return result


def annotations(labels):
    """As in the development kit: a struct for each image, whose numbers are as small as they can be."""
    result = np.empty((1, len(labels)), dtype=[(field, object) for field in FIELDS])
    for i, label in enumerate(labels):
        box = [np.uint8(30 + i), np.uint8(50), np.uint16(300 + i), np.uint16(500)]
        for field, value in zip(FIELDS, [*box, np.uint8(label), f"{i + 1:05d}.jpg"]):
            result[0, i][field] = value
    return result


TRAIN = [1, 3, 2, 1, 3, 2, 1, 3, 2, 1, 2, 3]
TEST = [3, 2, 2, 1]
savemat(MAT / "cars_meta.mat", {"class_names": cells(CARS)}, do_compression=True)
savemat(MAT / "cars_train_annos.mat", {"annotations": annotations(TRAIN)}, do_compression=True)
savemat(MAT / "cars_test_annos_withlabels.mat", {"annotations": annotations(TEST)})

FLOWERS = [77, 77, 3, 102, 3, 1, 1, 102]
SETS = {"trnid": [2, 5, 6], "valid": [1, 3], "tstid": [8, 4, 7]}
savemat(MAT / "imagelabels.mat", {"labels": np.array([FLOWERS], dtype=np.uint8)}, do_compression=True)
savemat(MAT / "setid.mat", {name: np.array([ids], dtype=np.float64) for name, ids in SETS.items()})

TYPES = ["int8", "uint8", "int16", "uint16", "int32", "uint32", "float32", "float64"]
NUMBERS = {name: (np.arange(6).reshape(2, 3) * 3 - (0 if name[0] == "u" else 7)).astype(name) for name in TYPES}
for name in ("float32", "float64"):
    NUMBERS[name] = NUMBERS[name] / 4
NUMBERS["float64"][0, 0] = 1e300
struct = {"inner": {"deep": cells(["x", np.array([[1.5, 2.5]])]), "word": "yes"}, "none": np.zeros((0, 0))}
VARIOUS = {**NUMBERS, "flags": np.array([[True, False]]), "empty": "", "word": "text", "struct": struct}
savemat(MAT / "various.mat", VARIOUS, do_compression=True)
savemat(MAT / "various-plain.mat", VARIOUS)

savemat(MAT / "refused.mat", {
    "sparse": csc_matrix(np.eye(2)),
    "complex": np.array([[1 + 2j]]),
    "long": np.array([[1]], dtype=np.int64),
    "rows": np.array(["ab", "cd"]),
    "good": np.array([[1.0]]),
})
savemat(MAT / "version-4.mat", {"labels": np.array([[1.0, 2.0]])}, format="4")

expected = {
    "cars": CARS,
    "carsTrain": TRAIN,
    "carsTest": TEST,
    "flowers": FLOWERS,
    **SETS,
    "numbers": {name: values.flatten(order="F").tolist() for name, values in NUMBERS.items()},
}
(OUT / "mat.json").write_text(json.dumps(expected, indent=1) + "\n")
