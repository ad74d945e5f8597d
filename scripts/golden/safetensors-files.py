"""Golden values of packages/safetensors: files by the reference implementation, and their numbers by numpy and torch.

    python scripts/golden/safetensors-files.py

needs safetensors, huggingface_hub, numpy and torch. `files` are whole files in base64, with what the tensors are made of, so that the
tests write the same files: type, shape, and bytes in base64. The reference writes several texts of metadata in another
order each time, so that no file here has more than one. `refused` are files that the reference refuses. `shards` are
tensors of some sizes and the files that huggingface_hub puts them in. `widened` are numbers of each type, as bytes, with
those of numpy's conversion, which torch's must equal where it has the type."""

import base64
import json
import struct
from pathlib import Path

import numpy as np
import safetensors
import safetensors.numpy
import safetensors.torch
import torch
from huggingface_hub.serialization._base import split_state_dict_into_shards_factory

OUT = Path(__file__).parents[2] / "packages/safetensors/test/golden/safetensors.json"

NUMPY = {
    "BOOL": np.bool_,
    "U8": np.uint8,
    "I8": np.int8,
    "I16": np.int16,
    "U16": np.uint16,
    "F16": np.float16,
    "I32": np.int32,
    "U32": np.uint32,
    "F32": np.float32,
    "F64": np.float64,
    "I64": np.int64,
    "U64": np.uint64,
}
TORCH = {
    "BF16": torch.bfloat16,
    "F8_E4M3": torch.float8_e4m3fn,
    "F8_E5M2": torch.float8_e5m2,
    "F8_E8M0": torch.float8_e8m0fnu,
    "F8_E4M3FNUZ": torch.float8_e4m3fnuz,
    "F8_E5M2FNUZ": torch.float8_e5m2fnuz,
}


def text(data):
    return base64.b64encode(bytes(data)).decode()


def bytes_of(tensor):
    return tensor.contiguous().view(torch.uint8).numpy().tobytes() if tensor.numel() else b""


def tensor(dtype, shape):
    """Some numbers of a type, in the types of numpy where it has them."""
    size = int(np.prod(shape))
    if dtype in TORCH:
        values = torch.tensor([np.cos(0.7 * i) * (i + 1) for i in range(size)], dtype=torch.float32)
        return values.to(TORCH[dtype]).reshape(shape)
    return np.array([np.cos(0.7 * i) * (i + 1) for i in range(size)]).astype(np.float32).astype(
        np.int64 if dtype[0] == "U" else NUMPY[dtype]
    ).astype(NUMPY[dtype]).reshape(shape)


def file(name, tensors, metadata=None):
    """A file by the reference; tensors are (dtype, shape) by name."""
    made = {key: tensor(*one) for key, one in tensors.items()}
    in_torch = {
        key: one if isinstance(one, torch.Tensor) else torch.from_numpy(np.ascontiguousarray(one).reshape(one.shape))
        for key, one in made.items()
    }
    if all(isinstance(one, np.ndarray) for one in made.values()):
        data = safetensors.numpy.save(made, metadata)
        assert data == safetensors.torch.save(in_torch, metadata)
    else:
        data = safetensors.torch.save(in_torch, metadata)
    listed = [
        {
            "name": key,
            "dtype": tensors[key][0],
            "shape": list(tensors[key][1]),
            "bytes": text(one.tobytes() if isinstance(one, np.ndarray) else bytes_of(one)),
        }
        for key, one in made.items()
    ]
    return {"name": name, "metadata": metadata, "tensors": listed, "file": text(data)}


ALL = [*NUMPY, *TORCH]
files = [
    *[file(dtype, {"t": (dtype, [2, 3])}) for dtype in ALL],
    file("every type, and two names each", {f"{n}.{dtype}": (dtype, [3]) for n in "ba" for dtype in ALL}),
    file("scalars and none", {"scalar": ("F32", []), "none": ("F32", [0, 3]), "nor here": ("I64", [0])}),
    file("no tensor", {}),
    file("metadata", {"w": ("F32", [1])}, {"format": "pt"}),
    file("metadata that is empty", {"w": ("F32", [1])}, {}),
    file(
        "names",
        {
            key: ("U8", [1])
            for key in ["ä", "z", "", "10", "9", "\U0001f600", "\uffee", "日本", "a\"b\\c\n\x1f\x7f/", "__proto__", "\u2028"]
        },
        {"ключ": "Wert \U0001f600 \"\n"},
    ),
    file("names of one beginning", {"layer1.0.conv1.weight": ("F32", [2]), "layer1.0": ("F32", [1]), "layer1": ("F16", [1])}),
]


def build(header, data=b"", length=None):
    head = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(head) if length is None else length) + head + data


def info(begin, end, shape=None, dtype="U8"):
    return {"dtype": dtype, "shape": [end - begin] if shape is None else shape, "data_offsets": [begin, end]}


REFUSED = {
    "nothing": b"",
    "less than a length": b"\x08\x00\x00",
    "a header longer than the file": build({}, length=3),
    "a header over 100 MB": build({}, length=100_000_001),
    "a length of 2^63": build({}, length=2**63),
    "no JSON": build(b"{]      "),
    "an array": build(b"[]      "),
    "no UTF-8": build(b'{"\xff":1}'),
    "a mark of the byte order": build(b"\xef\xbb\xbf{}"),
    "text after the object": build(b"{}x"),
    "a tensor that is a number": build({"a": 1}),
    "a tensor without a shape": build({"a": {"dtype": "U8", "data_offsets": [0, 1]}}, b"1"),
    "a name twice in a tensor": build(b'{"a":{"dtype":"U8","dtype":"I8","shape":[1],"data_offsets":[0,1]}}', b"1"),
    "an unknown type": build({"a": info(0, 1, dtype="U9")}, b"1"),
    "a type in small letters": build({"a": info(0, 1, dtype="u8")}, b"1"),
    "a negative size": build({"a": info(0, 1, [-1])}, b"1"),
    "a fraction": build({"a": info(0, 1, [0.5])}, b"1"),
    "a text as a size": build({"a": info(0, 1, ["1"])}, b"1"),
    "more numbers than can be counted": build({"a": info(0, 1, [2**40, 2**40])}, b"1"),
    "a size of 2^64": build({"a": info(0, 1, [2**64])}, b"1"),
    "bytes that do not fit the shape": build({"a": info(0, 4, [2], "F32")}, b"1234"),
    "offsets of three": build({"a": {"dtype": "U8", "shape": [1], "data_offsets": [0, 1, 2]}}, b"1"),
    "offsets the wrong way round": build({"a": {"dtype": "U8", "shape": [1], "data_offsets": [1, 0]}}, b"1"),
    "a negative offset": build({"a": {"dtype": "U8", "shape": [1], "data_offsets": [-1, 0]}}, b"1"),
    "an overlap": build({"a": info(0, 2), "b": info(1, 3)}, b"123"),
    "the same bytes twice": build({"a": info(0, 2), "b": info(0, 2)}, b"12"),
    "a gap": build({"a": info(0, 1), "b": info(2, 3)}, b"123"),
    "a gap at the beginning": build({"a": info(1, 2)}, b"12"),
    "bytes behind the last tensor": build({"a": info(0, 1)}, b"12"),
    "an end that the file has not": build({"a": info(0, 3)}, b"12"),
    "metadata that is no text": build({"__metadata__": {"epochs": 3}}),
    "metadata that is a list": build({"__metadata__": ["a"]}),
}
refused = []
for name, data in REFUSED.items():
    try:
        safetensors.deserialize(data)
    except (safetensors.SafetensorError, OverflowError, MemoryError):
        refused.append({"name": name, "file": text(data)})
    else:
        raise AssertionError(f"the reference takes {name}")

halves = np.arange(2**16, dtype=np.uint16)
brains = torch.from_numpy(halves.view(np.int16).copy()).view(torch.bfloat16)


def float32(dtype, values):
    """Numbers with their conversion; of torch and numpy alike."""
    array = np.array(values, NUMPY[dtype])
    with np.errstate(over="ignore"):
        wide = array.astype(np.float32)
    if dtype not in ("U16", "U32", "U64"):
        assert np.array_equal(torch.from_numpy(array).float().numpy(), wide, equal_nan=True)
    return {"dtype": dtype, "bytes": text(array.tobytes()), "float32": text(wide.tobytes())}


around = lambda bits: [2**bits + d for d in (-3, -2, -1, 0, 1, 2, 3)]
ties = [(2**24 + odd) * 2**shift + d for shift in (1, 20, 31, 38) for odd in (1, 3) for d in (-1, 0, 1)]
integers = [0, 1, 5, 2047, 2048, 123456789, *around(24), *around(25), *around(31)]
large = [*integers, *around(32), *around(53), *around(54), *around(62), *ties]
widened = [
    float32("BOOL", [True, False, True]),
    float32("U8", [0, 1, 255]),
    float32("I8", [-128, -1, 127]),
    float32("I16", [-32768, -1, 32767]),
    float32("U16", [0, 1, 65535]),
    float32("I32", [*integers[:-4], *[-v for v in integers[:-3]], 2**31 - 1]),
    float32("U32", [*integers, 2**32 - 1, 2**32 - 128, 2**32 - 129]),
    float32("I64", [*large, *[-v for v in large], 2**63 - 1, -(2**63)]),
    float32("U64", [*large, *around(63), 2**64 - 1, 2**64 - 2**39, 2**64 - 2**39 - 1]),
    float32("F64", [0, -0.0, 0.1, 1 / 3, -1e300, 1e-46, 7e-46, 1e39, 16777217, np.inf, -np.inf, np.nan, 3.4028235677973366e38]),
    float32("F32", [0.1, -0.0, np.inf]),
]
# All 65,536 of float16 and of bfloat16 are too many to store; sums of their bits are not.
exact = {}
for dtype, wide in {"F16": halves.view(np.float16).astype(np.float32), "BF16": brains.float().numpy()}.items():
    if dtype == "F16":
        assert np.array_equal(torch.from_numpy(halves.view(np.float16)).float().numpy(), wide, equal_nan=True)
    bits = wide.view(np.uint32).copy()
    bits[np.isnan(wide)] = 0x7FC00000  # which NaN it is differs between processors
    every = [*range(0, 2**16, 1021), *range(0, 8), *range(1020, 1028), 0x7BFF, 0x7C00, 0x7C01, 0xFC00, 0x7F7F, 0x7F80, 0x8000, 0x8001]
    exact[dtype] = {
        "some": [[b, int(bits[b])] for b in every],
        "sum": str(bits.astype(np.uint64).sum()),
        "weighted": str((bits.astype(np.uint64) * (halves.astype(np.uint64) % 1009 + 1)).sum()),
    }

shards = []
for limit, sizes in [(10, [6, 6, 2, 6, 2, 2]), (10, [4, 11, 6, 1, 30]), (10, [11, 12]), (100, [4, 11, 6]), (4, [4, 4, 0, 4]), (1, [0])]:
    split = split_state_dict_into_shards_factory(
        {f"t{i}": size for i, size in enumerate(sizes)},
        get_storage_size=lambda size: size,
        filename_pattern="model{suffix}.safetensors",
        max_shard_size=limit,
    )
    shards.append({"limit": limit, "sizes": sizes, "files": split.filename_to_tensors})

OUT.parent.mkdir(parents=True, exist_ok=True)
OUT.write_text(
    json.dumps({"files": files, "refused": refused, "shards": shards, "widened": widened, "exact": exact}, indent=1, ensure_ascii=True)
    + "\n"
)
