"""Golden values of packages/weights: files by torch.save, and their numbers by torch.

    python scripts/golden/torch-files.py

needs torch, numpy and omegaconf. `files` are whole files, compressed by zlib, in base64, with the tensors that torch.load finds in them: type
in the words of safetensors, shape, and bytes row after row, in base64. `refused` are files of which nothing may be read, with the name that the message must say; those that would run
something write a file when they do, and torch's own safe loading refuses them too. All fit in 100 kB."""

import argparse
import base64
import collections
import datetime
import io
import os
import pathlib
import pickle
import re
import struct
import sys
import types
import zipfile
import zlib
from collections import OrderedDict
from json import dumps

import numpy as np
import torch


class AnyClass(type):
    """Of classes that have a class of any name within."""

    def __getattr__(cls, name):
        return object


class Anything(types.ModuleType):
    """A module with a class of any name."""

    __path__ = []

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return AnyClass(name, (), {})


# omegaconf imports a parser of interpolations, which nothing here needs.
for name in ["", ".atn", ".atn.ATNDeserializer", ".dfa", ".dfa.DFA", ".error", ".error.ErrorListener", ".error.Errors"]:
    sys.modules[f"antlr4{name}"] = Anything(f"antlr4{name}")
for name in ["_parser", "_visitor", ".gen.OmegaConfGrammarLexer", ".gen.OmegaConfGrammarParser"]:
    sys.modules[f"omegaconf.grammar{name}"] = Anything(name)
sys.modules["omegaconf.grammar_parser"].SIMPLE_INTERPOLATION_PATTERN = re.compile("a^")

from omegaconf import OmegaConf  # noqa: E402

OUT = pathlib.Path(__file__).parents[2] / "packages/weights/test/golden/torch-files.json"

DTYPES = {
    torch.float64: "F64",
    torch.float32: "F32",
    torch.float16: "F16",
    torch.bfloat16: "BF16",
    torch.int64: "I64",
    torch.int32: "I32",
    torch.int16: "I16",
    torch.int8: "I8",
    torch.uint8: "U8",
    torch.uint16: "U16",
    torch.bool: "BOOL",
    torch.float8_e4m3fn: "F8_E4M3",
}


def text(data):
    return base64.b64encode(bytes(data)).decode()


def packed(data):
    """Compressed: the files are mostly zeros between numbers."""
    return text(zlib.compress(bytes(data), 9))


def save(value, **options):
    """The file that torch writes, without what differs from time to time."""
    file = io.BytesIO()
    torch.save(value, file, **options)
    return file.getvalue()


def save_old(value, **options):
    return save(value, _use_new_zipfile_serialization=False, **options)


def named(value, path=()):
    """The tensors by name, as packages/weights names them."""
    if isinstance(value, torch.Tensor):
        yield ".".join(path), value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from named(item, (*path, str(key)))
    elif isinstance(value, (list, tuple)):
        for i, item in enumerate(value):
            yield from named(item, (*path, str(i)))


def bytes_of(tensor):
    flat = tensor.detach().contiguous().reshape(-1)
    return flat.view(torch.uint8).numpy().tobytes() if flat.numel() else b""


def file(name, data):
    loaded = torch.load(io.BytesIO(data), weights_only=False)
    tensors = [
        {"name": key, "dtype": DTYPES[one.dtype], "shape": list(one.shape), "bytes": text(bytes_of(one))}
        for key, one in named(loaded)
    ]
    return {"name": name, "file": packed(data), "tensors": tensors}


def values(*shape, dtype=torch.float32):
    count = int(np.prod(shape))
    return (torch.arange(count, dtype=torch.float64).mul(0.7).cos() * 10).to(dtype).reshape(shape)


def state_dict():
    """Of a small network, whose BatchNorm has a count of batches."""
    torch.manual_seed(0)
    return torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3, bias=False), torch.nn.BatchNorm2d(2)).state_dict()


def every_kind():
    """A tensor of every type and layout."""
    base = values(4, 6)
    return {
        **{name: values(3, dtype=dtype) for dtype, name in DTYPES.items() if dtype not in (torch.uint16, torch.bool)},
        "U16": torch.tensor([1, 65535]).to(torch.uint16),
        "BOOL": torch.tensor([True, False, True]),
        "whole": base,
        "same": base,
        "transposed": base.t(),
        "part": base[1:3, ::2],
        "column": base[:, 5],
        "permuted": values(2, 3, 4).permute(2, 0, 1),
        "channels last": values(1, 2, 3, 4).contiguous(memory_format=torch.channels_last),
        "repeated": values(3).expand(2, 3),
        "scalar": torch.tensor(3.5),
        "none": torch.zeros(0, 3),
        "one": values(1, 1, 1),
        "parameter": torch.nn.Parameter(values(2)),
        "half, transposed": values(2, 3, dtype=torch.float16).t(),
        "long, transposed": torch.arange(6).reshape(2, 3).t(),
    }


class AttributeDict(dict):
    """As Lightning's, under its name."""


class ModelCheckpoint:
    """As Lightning's, under its name: older versions have the class itself as a key."""


def stand_in(cls, module):
    cls.__module__ = module
    cls.__qualname__ = cls.__name__
    parts = module.split(".")
    for i in range(1, len(parts) + 1):
        sys.modules.setdefault(".".join(parts[:i]), types.ModuleType(".".join(parts[:i])))
    setattr(sys.modules[module], cls.__name__, cls)
    return cls


stand_in(AttributeDict, "pytorch_lightning.utilities.parsing")
stand_in(ModelCheckpoint, "pytorch_lightning.callbacks.model_checkpoint")


def of_a_trainer():
    return {
        "epoch": 12,
        "global_step": 2**40,
        "lr": 0.03,
        "arch": "resnet50",
        "args": argparse.Namespace(lr=0.03, milestones=[120, 160], out=pathlib.Path("runs/a"), cos=True, gpu=None),
        "hyper_parameters": AttributeDict(width=2, nested={"a": [1, 2]}),
        "config": OmegaConf.create({"model": {"name": "resnet", "depths": [2, 2]}, "lr": 0.1, "on": True}),
        "callbacks": {ModelCheckpoint: {"best_model_path": pathlib.PurePosixPath("b.ckpt"), "score": np.float64(0.5)}},
        "best": np.float32(91.5),
        "random": {"numpy": np.random.RandomState(0).get_state(), "kind": np.dtype("float16")},
        "when": datetime.datetime(2020, 3, 9, 12, 30),
        "took": datetime.timedelta(hours=3),
        "counts": collections.defaultdict(int, a=1),
        "seen": {1, 2, 3},
        "bytes": b"\x00\xff",
        "state_dict": OrderedDict((f"module.encoder_q.{key}", one) for key, one in state_dict().items()),
        "optimizer": {"state": {0: {"momentum_buffer": values(2)}}, "param_groups": [{"lr": 0.03, "params": [0]}]},
        "list": [values(1), (values(2), [values(3)])],
    }


def zip64(data):
    """The same zip file with all counts and places in 64 bits."""
    names = zipfile.ZipFile(io.BytesIO(data))
    body, directory = b"", b""
    for info in names.infolist():
        content, name = names.read(info), info.filename.encode()
        start = len(body)
        body += struct.pack("<IHHHHHIIIHH", 0x04034B50, 45, 0, 0, 0, 33, info.CRC, *[2**32 - 1] * 2, len(name), 20)
        body += name + struct.pack("<HHQQ", 1, 16, len(content), len(content)) + content
        directory += struct.pack(
            "<IHHHHHHIIIHHHHHII", 0x02014B50, 45, 45, 0, 0, 0, 33, info.CRC, *[2**32 - 1] * 2, len(name), 28, 0, 0, 0, 0, 2**32 - 1
        )
        directory += name + struct.pack("<HHQQQ", 1, 24, len(content), len(content), start)
    count, begin = len(names.infolist()), len(body)
    end = struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, count, count, len(directory), begin)
    locator = struct.pack("<IIQI", 0x07064B50, 0, begin + len(directory), 1)
    tail = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 0xFFFF, 0xFFFF, 2**32 - 1, 2**32 - 1, 0)
    return body + directory + end + locator + tail


def without_checksums(value):
    torch.serialization.set_crc32_options(False)
    try:
        return save(value)
    finally:
        torch.serialization.set_crc32_options(True)


small = {"w": values(2, 2), "b": values(2)}
files = [
    *[file(f"a state dict, protocol {n}", save(state_dict(), pickle_protocol=n)) for n in (2, 3, 4, 5)],
    *[file(f"a state dict, old form, protocol {n}", save_old(state_dict(), pickle_protocol=n)) for n in (2, 4)],
    file("every type and layout", save(every_kind())),
    # The types that torch has since 2.0 cannot be loaded from the old form.
    file("every type and layout, old form", save_old({k: v for k, v in every_kind().items() if k not in ("U16", "F8_E4M3")})),
    file("a trainer's, protocol 2", save(of_a_trainer())),
    file("a trainer's, protocol 4", save(of_a_trainer(), pickle_protocol=4)),
    file("a trainer's, old form", save_old(of_a_trainer())),
    file("64 bits for places", zip64(save(small))),
    file("without checksums", without_checksums(small)),
    file("a tensor alone", save(values(3))),
]


class Runs:
    """Pickles to a call."""

    def __init__(self, callee, *args):
        self.call = callee, args

    def __reduce__(self):
        return self.call


MARK = "/tmp/contrastive-a-pickle-ran"
COMMAND = f"touch {MARK}"


def zipped(pickled, compression=zipfile.ZIP_STORED, extra=()):
    """A zip file as torch's with another pickle."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        archive.writestr(zipfile.ZipInfo("archive/data.pkl"), pickled, compression)
        for name, content in extra:
            archive.writestr(zipfile.ZipInfo(f"archive/{name}"), content, compression)
        archive.writestr(zipfile.ZipInfo("archive/version"), b"3\n", compression)
    return out.getvalue()


def old(pickled):
    """An old file with another pickle."""
    first = [pickle.dumps(one, 2) for one in (0x1950A86A20F9469CFC6C, 1001, {"little_endian": True})]
    return b"".join(first) + pickled + pickle.dumps([], 2)


def encrypted(data):
    """The same zip file with the bit set that says so."""
    out = bytearray(data)
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := out.find(signature, at + 1)) >= 0:
            out[at + place] |= 1
    return bytes(out)


short = lambda name: b"\x8c" + bytes([len(name)]) + name.encode()
big_endian = dict(extra=[("byteorder", b"big")])
storage = lambda length: (
    b"(" + short("storage") + b"ctorch\nFloatStorage\n" + short("0") + short("cpu") + b"J" + struct.pack("<i", length) + b"tQ"
)


def tensor_pickle(length=4, offset=0, shape=(2, 2), strides=(2, 1)):
    """A tensor with what a file may lie about."""
    number = lambda n: pickle.dumps(n, 2)[2:-1]
    numbers = lambda all: b"(" + b"".join(map(number, all)) + b"t"
    made = storage(length) + number(offset) + numbers(shape) + numbers(strides) + b"\x89ccollections\nOrderedDict\n)R"
    return b"\x80\x02}" + short("w") + b"ctorch._utils\n_rebuild_tensor_v2\n(" + made + b"tRs."


def with_data(pickled, data=bytes(16)):
    return zipped(pickled, extra=[("data/0", data)])


assert torch.load(io.BytesIO(with_data(tensor_pickle())), weights_only=False)["w"].shape == (2, 2)

def doubling_lists():
    """A list of two lists of two lists and so on: 2^60 in all, in 500 bytes; the innermost one is empty."""
    lists = [bytes([*b"](h", i, *b"h", i, *b"eq", i + 1]) for i in range(60)]
    return b"\x80\x02]q\x00" + b"".join(b"0" + one for one in lists) + b"."


RUNS = {
    "os.system": (save({"w": Runs(os.system, COMMAND)}), "posix.system"),
    "os.system, old form": (save_old({"w": Runs(os.system, COMMAND)}), "posix.system"),
    "os.system, protocol 4": (save({"w": Runs(os.system, COMMAND)}, pickle_protocol=4), "posix.system"),
    "builtins.eval within a state dict": (
        save({"state_dict": OrderedDict(w=values(1), b=Runs(eval, f"__import__('os').system('{COMMAND}')"))}),
        "builtins.eval",
    ),
    "a call within arguments": (
        save({"args": argparse.Namespace(a=[{"b": Runs(OrderedDict, [("c", Runs(os.system, COMMAND))])}])}),
        "posix.system",
    ),
    "getattr": (save({"w": Runs(getattr, Runs(__import__, "os"), "system")}), "builtins.getattr"),
    "a name behind an allowed module": (
        zipped(b"\x80\x04" + short("torch") + short("serialization.os.system") + b"\x93" + short(COMMAND) + b"\x85R."),
        "torch.serialization.os.system",
    ),
    "a name with a dot": (zipped(b"\x80\x02ccollections\nOrderedDict.fromkeys\n."), "collections.OrderedDict.fromkeys"),
    "an instance of protocol 0": (zipped(f"(S'{COMMAND}'\nios\nsystem\n.".encode()), "0x53"),
    "an instance of protocol 0, by a short text": (
        zipped(b"(U" + bytes([len(COMMAND)]) + COMMAND.encode() + b"ios\nsystem\n."),
        "os.system",
    ),
    "a partial function": (save({"w": __import__("functools").partial(os.system, COMMAND)}), "functools.partial"),
    "a subprocess": (save([Runs(__import__("subprocess").call, ["touch", MARK])]), "subprocess.call"),
    "a loader": (save({"w": Runs(torch.load, "x")}), "torch.serialization.load"),
    "a class in the place of a function": (
        zipped(b"\x80\x02cbuiltins\nexec\n" + short(COMMAND) + b"\x85\x81."),
        "builtins.exec",
    ),
}
REFUSED = {
    "a whole model": (save(torch.nn.Linear(1, 1)), "torch.nn.modules.linear.Linear"),
    "a tensor in a namespace": (save({"args": argparse.Namespace(w=values(1))}), "argparse.Namespace"),
    "a tensor in a set": (save({"args": {values(1)}}), "a set"),
    "a tensor as an attribute": (zipped(tensor_pickle()[:-1] + tensor_pickle()[2:-1] + b"b."), "attributes"),
    "a shape that is a namespace": (
        with_data(
            b"\x80\x02ctorch._utils\n_rebuild_tensor_v2\n(" + storage(4) + b"K\x00cargparse\nNamespace\n)\x81K\x01\x85\x89NtR."
        ),
        "argparse.Namespace",
    ),
    "complex numbers": (save({"w": torch.zeros(2, dtype=torch.complex64)}), "torch.ComplexFloatStorage"),
    "a sparse tensor": (save({"w": values(2, 2).to_sparse()}), "torch._utils._rebuild_sparse_tensor"),
    "compressed": (zipped(tensor_pickle(), zipfile.ZIP_DEFLATED), "method 8"),
    "encrypted": (encrypted(save(small)), "an encrypted one"),
    "a program": (zipped(b"\x80\x02N.", extra=[("constants.pkl", b"\x80\x02).")]), "TorchScript"),
    "another order of bytes": (zipped(tensor_pickle(), **big_endian), "'big'"),
    "a zip file of another kind": (zipped(b"").replace(b"data.pkl", b"data.txt"), "NAME/data.pkl"),
    "a pickle of something else": (pickle.dumps({"w": 1}, 2), "a dictionary"),
    "a pickle of protocol 0": (zipped(pickle.dumps({"w": 1}, 0)), "0x70"),
    "a tar archive": (b"w\x00".ljust(257, b"\x00") + b"ustar\x0000".ljust(255, b"\x00"), "another"),
    "nothing": (b"", "an empty file"),
    "text": (b"hello, world", "another"),
    "a storage that is not there": (zipped(tensor_pickle()), "none"),
    "a storage of another size": (with_data(tensor_pickle(length=5)), "16"),
    "a tensor beyond its storage": (with_data(tensor_pickle(offset=1)), "20"),
    "strides beyond the storage": (with_data(tensor_pickle(strides=(3, 1))), "20"),
    "a shape that cannot be counted": (with_data(tensor_pickle(shape=(2**40, 2**40), strides=(0, 0))), "e+24"),
    "a shape that fills all memory": (with_data(tensor_pickle(shape=(2**34,), strides=(0,))), "17179869184"),
    "a negative shape": (with_data(tensor_pickle(shape=(-2, 2))), "-2"),
    "a negative offset": (with_data(tensor_pickle(offset=-1)), "-1"),
    "more strides than sides": (with_data(tensor_pickle(strides=(2, 1, 1))), "strides"),
    "lists that double": (zipped(doubling_lists()), "more"),
    "lists in lists": (zipped(b"\x80\x02" + b"]" * 3000 + b"a" * 2999 + b"."), "more"),
    "no end": (zipped(b"\x80\x02]q\x00"), "without its end"),
    "an empty stack": (zipped(b"\x80\x02R."), "none"),
    "a mark that is not there": (zipped(b"\x80\x02e."), "none"),
    "a value that was not remembered": (zipped(b"\x80\x02h\x05."), "none"),
    "an integer without end": (zipped(b"\x80\x02\x8b\xff\xff\xff\x7f."), "2147483647"),
    "a text without end": (zipped(b"\x80\x02X\xff\xff\xff\x7fabc."), "without its end"),
    "protocol 6": (zipped(b"\x80\x06N."), "protocol 6"),
    "a buffer elsewhere": (zipped(b"\x80\x05\x97."), "buffer"),
    "two storages of one key": (
        zipped(b"\x80\x02(" + storage(4) + storage(5) + b"t."),
        "two",
    ),
    "old form, another count": (old(b"\x80\x02" + storage(4) + b".")[:-4] + b"]U\x010a.\x05" + bytes(7 + 16), "5"),
    "old form, a key of no storage": (old(b"\x80\x02N.")[:-4] + b"]U\x010a." + bytes(8), "text"),
}


def refused(name, data, says, runs):
    """Torch itself refuses what would run something."""
    if runs:
        try:
            torch.load(io.BytesIO(data), weights_only=True)
        except Exception:
            pass
        else:
            raise AssertionError(f"torch takes {name}")
    assert not os.path.exists(MARK), name
    return {"name": name, "file": packed(data), "says": says, "runs": runs}


result = {
    "files": files,
    "refused": [
        *[refused(name, data, says, True) for name, (data, says) in RUNS.items()],
        *[refused(name, data, says, False) for name, (data, says) in REFUSED.items()],
    ],
}
OUT.parent.mkdir(parents=True, exist_ok=True)
OUT.write_text(dumps(result, indent=0) + "\n")
print(OUT.stat().st_size)
