"""Lets programs make their training steps in turn, one each, and compares them step by step: a machine that slows down slows all of them.

    python3 run.py STEPS [OPTION ...] -- PROGRAM [ARGUMENT ...] -- PROGRAM [ARGUMENT ...] ...
The options are given to every program.
"""
import itertools
import statistics
import subprocess
import sys

WARM_UP = 2


class Program:
    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        self.name = self.process.stdout.readline().strip()

    def step(self):
        print(file=self.process.stdin, flush=True)
        return float(self.process.stdout.readline())

    def end(self):
        """Returns the peak of the resident memory in MiB."""
        self.process.stdin.close()
        return float(self.process.stdout.readline())


def main(steps, arguments):
    options, *commands = [list(g) for dashes, g in itertools.groupby(["", *arguments], lambda a: a == "--") if not dashes]
    programs = [Program(command + options[1:]) for command in commands]
    for _ in range(WARM_UP):
        for program in programs:
            program.step()
    times = [[program.step() for program in programs] for _ in range(steps)]
    memory = [program.end() for program in programs]
    columns = list(zip(*times))
    print(f"{steps} steps each, in turn; medians")
    for program, column, peak in zip(programs, columns, memory):
        ratio = statistics.median(a / b for a, b in zip(columns[0], column))
        print(f"{program.name:30} {statistics.median(column):7.0f} ms, from {min(column):.0f} to {max(column):.0f}; {peak:5.0f} MiB; "
              f"{programs[0].name} / this: time {ratio:.2f}, memory {memory[0] / peak:.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
