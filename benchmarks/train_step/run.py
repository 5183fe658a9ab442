"""Compares the training steps of programs, which step in turn (see ../turns.py).

    python3 run.py STEPS [OPTION ...] -- PROGRAM [ARGUMENT ...] -- PROGRAM [ARGUMENT ...] ...
A step tells its milliseconds, the end the peak of the resident memory in MiB.
"""
import os
import statistics
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from turns import take_turns  # noqa: E402: the folder above is known only now


def main(steps, arguments):
    names, times, memory = take_turns(steps, arguments, warm_up=2)
    columns = [[time for (time,) in column] for column in zip(*times)]
    print(f"{steps} steps each, in turn; medians")
    for name, column, (peak,) in zip(names, columns, memory):
        ratio = statistics.median(a / b for a, b in zip(columns[0], column))
        print(f"{name:30} {statistics.median(column):7.0f} ms, from {min(column):.0f} to {max(column):.0f}; {peak:5.0f} MiB; "
              f"{names[0]} / this: time {ratio:.2f}, memory {memory[0][0] / peak:.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
