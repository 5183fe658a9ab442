"""Times tools that score results, from files to figures, in turn; prints medians of the rounds, peak memory, and how many times our time others take.

    python3 run.py TOOL ROUNDS instances GT.json DT.json
    python3 run.py TOOL ROUNDS panoptic GT.json GT_FOLDER DT.json DT_FOLDER
TOOL is artifacts/panoptes. Python packages are taken along where they are installed: pycocotools, faster-coco-eval, hotcoco; panopticapi.
"""
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import time

# What takes less is run again within a round, and the median counts: half a second says little on a machine whose speed changes by the second.
SECONDS_A_ROUND = 5

HERE = os.path.dirname(os.path.abspath(__file__))


def measure(command):
    """Returns seconds, seconds of all cores, the peak of the largest process's memory in MiB, and the figures in the output's last line."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    output, errors = process.stdout.read(), process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise SystemExit(f"failed: {' '.join(command)}\n{errors}")
    result = json.loads(output.strip().splitlines()[-1])
    figures = result["stats"] if "stats" in result else [result[part][key] for part in ("All", "Things", "Stuff") for key in ("pq", "sq", "rq")]
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, figures


def compare(kind, rounds, ours, packages, arguments):
    commands = {"panoptes": ours}
    for package in packages:
        if importlib.util.find_spec(package):
            commands[package] = [sys.executable, os.path.join(HERE, "peer.py"), package, *arguments]
    results = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            runs = [measure(command)]
            while sum(run[0] for run in runs) < SECONDS_A_ROUND:
                runs.append(measure(command))
            results[name].append(sorted(runs)[len(runs) // 2])
    mine = results["panoptes"]
    for name, rows in results.items():
        ratio = statistics.median(theirs[0] / own[0] for theirs, own in zip(rows, mine))
        difference = max(abs(a - b) for a, b in zip(rows[0][3], mine[0][3]))
        print(f"{kind} {name:18} {statistics.median(r[0] for r in rows):7.3f} s (from {min(r[0] for r in rows):.3f}; of all cores "
              f"{statistics.median(r[1] for r in rows):.3f}), {statistics.median(r[2] for r in rows):5.0f} MiB; "
              f"{ratio:5.1f} times panoptes' time, largest difference of a figure {difference:.1e}", flush=True)


def main(tool, rounds, job, *files):
    if job == "instances":
        truth, detections = files
        for kind in ("bbox", "segm"):
            ours = [tool, "score", "instances", "--gt", truth, "--dt", detections, "--iou", kind, "--json"]
            compare(kind, rounds, ours, ("pycocotools", "faster_coco_eval", "hotcoco"), [truth, detections, kind])
    else:
        truth, truth_folder, detections, folder = files
        ours = [tool, "score", "panoptic", "--gt", truth, "--gt-folder", truth_folder, "--dt", detections, "--dt-folder", folder, "--json"]
        compare("PQ", rounds, ours, ("panopticapi",), [truth, truth_folder, detections, folder])


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])
