// Tests watch the number of live tensors, which is the process's: one after the other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
