"""Lets programs make their steps in turn, one each, so that they are compared step by step: a machine that slows down slows all of them."""
import itertools
import subprocess


class Program:
    """A program that tells its name, then a line of numbers for each line it is given, and at the end one of its memory."""

    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        self.name = self.process.stdout.readline().strip()

    def step(self):
        print(file=self.process.stdin, flush=True)
        return self.numbers()

    def end(self):
        self.process.stdin.close()
        return self.numbers()

    def numbers(self):
        return [float(number) for number in self.process.stdout.readline().split()]


def take_turns(steps, arguments, warm_up):
    """Runs [OPTION ...] -- PROGRAM [ARGUMENT ...] -- PROGRAM [ARGUMENT ...] ...; the options are given to every program.

    Returns the programs' names, the numbers of each step of each program (times[step][program]), and those of their memory.
    """
    options, *commands = [list(g) for dashes, g in itertools.groupby(["", *arguments], lambda a: a == "--") if not dashes]
    programs = [Program(command + options[1:]) for command in commands]
    for _ in range(warm_up):
        for program in programs:
            program.step()
    times = [[program.step() for program in programs] for _ in range(steps)]
    return [program.name for program in programs], times, [program.end() for program in programs]
