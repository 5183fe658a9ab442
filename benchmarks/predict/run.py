"""Runs `panoptes predict` with two models in turns; prints medians of the rounds: milliseconds an image, peak memory.

    python3 run.py TOOL MODEL OTHER_MODEL IMAGES ROUNDS WORK
"""
import json
import os
import statistics
import subprocess
import sys


def measure(tool, model, images, work):
    """Returns milliseconds an image (the network, decoding, all) and the peak of memory in MiB."""
    command = [tool, "predict", "--model", model, "--output", os.path.join(work, "found"), "--save", "coco", "--score", "0", "--json", images]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise SystemExit(f"failed: {' '.join(command)}")
    result = json.loads(output)
    seconds, count = result["seconds"], result["images"]
    return [1000 * seconds[stage] / count for stage in ("network", "post", "total")] + [usage.ru_maxrss / 1024]


def main(tool, model, other, images, rounds, work):
    runs = {name: [] for name in (model, other)}
    for _ in range(int(rounds)):
        for name, results in runs.items():
            results.append(measure(tool, name, images, work))
    for name, results in runs.items():
        network, post, total, memory = (statistics.median(column) for column in zip(*results))
        fastest = min(row[0] for row in results)
        print(f"{os.path.basename(name):24} network {network:7.1f} ms an image (from {fastest:.1f}), decoding {post:5.1f}, all {total:7.1f}; {memory:5.0f} MiB")
    ratio = statistics.median(b[0] / a[0] for a, b in zip(*runs.values()))
    print(f"the network's time by ONNX Runtime / by libtorch: {ratio:.2f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
