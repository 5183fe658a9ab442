// Tests draw their weights from libtorch's random numbers, which are the process's: one after the other, or a seed says nothing.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
