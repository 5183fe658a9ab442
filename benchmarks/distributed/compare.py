"""Compares two runs: the largest relative difference of a loss, and of a weight by its tensor's largest."""
import json
import struct
import sys

import numpy


def tensors(path):
    data = open(path, "rb").read()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    for name, entry in header.items():
        if name != "__metadata__" and entry["dtype"] == "F32":
            begin, end = entry["data_offsets"]
            yield name, numpy.frombuffer(data[8 + length + begin : 8 + length + end], numpy.float32)


def losses(run):
    lines = map(json.loads, open(f"{run}/metrics.jsonl"))
    return [{k: v for k, v in line.items() if k.startswith("loss_")} for line in lines if "loss_total" in line]


one, two = sys.argv[1:3]
pairs = list(zip(losses(one), losses(two), strict=True))
loss = max(abs(a[k] - b[k]) / max(abs(a[k]), 1e-3) for a, b in pairs for k in a)
other = dict(tensors(f"{two}/last.safetensors"))
weight = max(numpy.abs(value - other[name]).max() / max(numpy.abs(value).max(), 1e-3) for name, value in tensors(f"{one}/last.safetensors"))
same = open(f"{one}/last.safetensors", "rb").read() == open(f"{two}/last.safetensors", "rb").read()
print(f"{len(pairs)} steps: losses within {loss:.1e}, weights within {weight:.1e}{', the same bytes' if same else ''}")
