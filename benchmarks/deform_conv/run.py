"""Compares the passes of programs, forward and backward, which step in turn (see ../turns.py).

    python3 run.py STEPS [OPTION ...] -- PROGRAM [ARGUMENT ...] -- PROGRAM [ARGUMENT ...] ...
A step tells the milliseconds of both passes, the end the peak of the resident memory in MiB before the first step and at the end.
"""
import os
import statistics
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from turns import take_turns  # noqa: E402: the folder above is known only now


def main(steps, arguments):
    names, times, memory = take_turns(steps, arguments, warm_up=1)
    print(f"{steps} steps each, in turn: medians (least)")
    for number, name in enumerate(names):
        parts = []
        for index, part in enumerate(("forward", "backward")):
            own = [row[number][index] for row in times]
            ratio = statistics.median(row[0][index] / row[number][index] for row in times)
            parts.append(f"{part} {statistics.median(own):.0f} ({min(own):.0f}) ms, {names[0]} / this {ratio:.3f}")
        before, after = memory[number]
        ratio = (memory[0][1] - memory[0][0]) / max(after - before, 1)
        print(f"{name}: {'; '.join(parts)}; memory for it {after - before:.0f} MiB, {names[0]} / this {ratio:.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
