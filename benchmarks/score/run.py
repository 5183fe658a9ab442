"""Times tools that score COCO results, from files to statistics, in turn; prints medians, peak memory and ratios to the first.

    python3 run.py TOOL GT.json DT.json [ROUNDS]
TOOL is artifacts/panoptes. Python packages are taken along where they are installed: pycocotools, faster-coco-eval, hotcoco.
"""
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))


def measure(command):
    """Returns seconds, the peak of the resident memory in MiB, and the statistics that the last line of the output holds."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise SystemExit(f"failed: {' '.join(command)}")
    return time.perf_counter() - start, usage.ru_maxrss / 1024, json.loads(output.strip().splitlines()[-1])["stats"]


def main(tool, truth, detections, rounds=5):
    for kind in ("bbox", "segm"):
        commands = {"panoptes": [tool, "score", "instances", "--gt", truth, "--dt", detections, "--iou", kind, "--json"]}
        for package in ("pycocotools", "faster_coco_eval", "hotcoco"):
            if importlib.util.find_spec(package):
                commands[package] = [sys.executable, os.path.join(HERE, "peer.py"), package, truth, detections, kind]
        results = {name: [] for name in commands}
        for _ in range(rounds):
            for name, command in commands.items():
                results[name].append(measure(command))
        ours = results["panoptes"]
        for name, rows in results.items():
            ratio = statistics.median(theirs[0] / mine[0] for theirs, mine in zip(rows, ours))
            difference = max(abs(a - b) for a, b in zip(rows[0][2], ours[0][2]))
            print(f"{kind} {name:18} {statistics.median(r[0] for r in rows):7.3f} s (from {min(r[0] for r in rows):.3f}), "
                  f"{statistics.median(r[1] for r in rows):5.0f} MiB; {ratio:5.1f} times panoptes' time, largest difference of a figure {difference:.1e}")


if __name__ == "__main__":
    main(*sys.argv[1:4], *map(int, sys.argv[4:5]))
