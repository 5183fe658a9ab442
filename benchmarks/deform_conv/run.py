"""Lets programs make their steps in turn, one each, and compares them step by step: a machine that slows down slows all of them.

    python3 run.py STEPS [OPTION ...] -- PROGRAM [ARGUMENT ...] -- PROGRAM [ARGUMENT ...] ...
The options are given to every program.
"""
import itertools
import statistics
import subprocess
import sys


class Program:
    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        self.name = self.process.stdout.readline().strip()

    def step(self):
        print(file=self.process.stdin, flush=True)
        return self.numbers()

    def end(self):
        """Returns the peak of the resident memory in MiB before the first step and at the end."""
        self.process.stdin.close()
        return self.numbers()

    def numbers(self):
        return [float(number) for number in self.process.stdout.readline().split()]


def main(steps, arguments):
    options, *commands = [list(g) for dashes, g in itertools.groupby(["", *arguments], lambda a: a == "--") if not dashes]
    programs = [Program(command + options[1:]) for command in commands]
    for program in programs:  # a warm-up
        program.step()
    times = [[program.step() for program in programs] for _ in range(steps)]
    memory = [program.end() for program in programs]
    print(f"{steps} steps each, in turn: medians (least)")
    for number, program in enumerate(programs):
        parts = []
        for index, name in enumerate(("forward", "backward")):
            own = [row[number][index] for row in times]
            ratio = statistics.median(row[0][index] / row[number][index] for row in times)
            parts.append(f"{name} {statistics.median(own):.0f} ({min(own):.0f}) ms, {programs[0].name} / this {ratio:.3f}")
        before, after = memory[number]
        ratio = (memory[0][1] - memory[0][0]) / max(after - before, 1)
        print(f"{program.name}: {'; '.join(parts)}; memory for it {after - before:.0f} MiB, {programs[0].name} / this {ratio:.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
