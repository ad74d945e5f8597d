"""Golden files of packages/image-files: parquet files as others write them, and what is in them.

    pip install numpy pillow pyarrow datasets
    python scripts/golden/image-files.py

writes test/golden/parquet/datasets.parquet (by Hugging Face's datasets), one file for each compression (by pyarrow),
and test/golden/parquet.json with their rows. The images are PNGs of 8 x 8 whose pixels follow from a formula that the
tests repeat: byte i of image n is (37 n + 11 i + i * i) % 256."""

import base64
import io
import json
from pathlib import Path

import datasets
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

OUT = Path(__file__).parents[2] / "packages/image-files/test/golden"
PARQUET = OUT / "parquet"
NAMES = ["ant", "bee", "cat"]


def png(n):
    i = np.arange(8 * 8 * 3)
    pixels = ((37 * n + 11 * i + i * i) % 256).astype(np.uint8).reshape(8, 8, 3)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "png", optimize=True)
    return file.getvalue()


ROWS = [{"image": {"bytes": png(n), "path": f"{n}.png"}, "label": n % 3} for n in range(7)]
ROWS[2]["image"]["path"] = None
ROWS[6]["image"] = ROWS[0]["image"]  # twice the same, for dictionaries
WITH_NULLS = [dict(row) for row in ROWS]
WITH_NULLS[1] = {"image": None, "label": 1}
WITH_NULLS[4] = {"image": {"bytes": None, "path": "4.png"}, "label": 1}

features = datasets.Features({"image": datasets.Image(), "label": datasets.ClassLabel(names=NAMES)})
PARQUET.mkdir(parents=True, exist_ok=True)
datasets.Dataset.from_list(ROWS, features=features).to_parquet(PARQUET / "datasets.parquet", batch_size=3)

image = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
with_nulls = pa.table(
    {
        "image": pa.array([row["image"] for row in WITH_NULLS], image),
        "label": pa.array([row["label"] for row in WITH_NULLS], pa.int64()),
    }
)
plain = pa.table(
    {
        "class": pa.array([row["label"] for row in ROWS], pa.uint8()),
        "png": pa.array([row["image"]["bytes"] for row in ROWS], pa.binary()),
    }
)
OPTIONS = {"store_schema": False, "row_group_size": 3, "write_statistics": False}
for codec in ["none", "snappy", "gzip", "zstd", "brotli", "lz4"]:
    pq.write_table(
        with_nulls,
        PARQUET / f"{codec}.parquet",
        compression=codec,
        data_page_version="2.0" if codec == "zstd" else "1.0",
        use_dictionary=codec in ("gzip", "lz4"),
        **OPTIONS,
    )
pq.write_table(plain, PARQUET / "plain.parquet", data_page_size=100, **OPTIONS | {"row_group_size": 7})


def expected(rows):
    text = lambda value: value and base64.b64encode(value).decode()
    return [
        {
            "bytes": text((row["image"] or {}).get("bytes")),
            "path": (row["image"] or {}).get("path"),
            "label": row["label"],
        }
        for row in rows
    ]


golden = {"classNames": NAMES, "rows": expected(ROWS), "withNulls": expected(WITH_NULLS)}
(OUT / "parquet.json").write_text(json.dumps(golden, indent=1) + "\n")
