"""Lets programs paste an image's masks in turn, one image each, and compares times and masks.

    python3 run.py FOLDER ROUNDS PROGRAM [ARGUMENT ...] -- PROGRAM [ARGUMENT ...] ...
Each writes its masks to FOLDER as bytes, in a file named *.masks.
"""
import glob
import itertools
import os
import statistics
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from turns import Program  # noqa: E402: the folder above is known only now


def main(folder, rounds, arguments):
    commands = [list(g) for dashes, g in itertools.groupby(arguments, lambda a: a == "--") if not dashes]
    programs = [Program(command) for command in commands]  # the first writes what the others read before it says its name
    for _ in range(30):  # a warm-up: .NET compiles what is called often a second time
        programs[0].step()
    for program in programs[1:]:
        program.step()
    times = [[program.step()[0] for program in programs] for _ in range(rounds)]
    for program in programs:
        program.process.stdin.close()
        if program.process.wait():
            sys.exit(f"{program.name} failed")
    print(f"{rounds} rounds, in turn: median (least to most), load {os.getloadavg()[0]:.1f}")
    for number, program in enumerate(programs):
        own = [row[number] for row in times]
        ratio = statistics.median(row[number] / row[0] for row in times)
        print(f"{program.name}: {statistics.median(own):.2f} ({min(own):.2f} to {max(own):.2f}) ms, {ratio:.1f} times {programs[0].name}'s")
    masks = {os.path.basename(path): open(path, "rb").read() for path in glob.glob(folder + "/*.masks")}
    ours = int.from_bytes(masks.pop("panoptes.masks"), "big")
    for name, other in sorted(masks.items()):
        different = (ours ^ int.from_bytes(other, "big")).bit_count()
        print(f"{name}: {different} of {len(other)} pixels differ, {ours.bit_count()} are foreground")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3:])
