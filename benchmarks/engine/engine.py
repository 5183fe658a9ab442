"""What Program.cs measures, in PyTorch: the best of several runs."""
import itertools, os, time, torch

torch.set_num_threads(len(os.sched_getaffinity(0)))


def report(what, unit, scale, runs, action):
    action()
    best = min(timed(action) for _ in range(runs))
    print(f"{what:<32} {best * scale:8.2f} {unit}")


def timed(action):
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def shapes():
    def convolution(output, input, kernel):
        return [(output, input, kernel, kernel), (output,), (output,)]

    result, input = convolution(64, 3, 7), 64
    for blocks, width in ((3, 64), (4, 128), (6, 256), (3, 512)):
        for block in range(blocks):
            result += convolution(width, input, 1) + convolution(width, width, 3) + convolution(4 * width, width, 1)
            result += convolution(4 * width, input, 1) if block == 0 else []
            input = 4 * width
    for lateral in (512, 1024, 2048):
        result += convolution(256, lateral, 1)
    return result + list(itertools.chain.from_iterable(convolution(256, 256, 3) for _ in range(13)))


print(f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads")
x, y, calls = torch.ones(4, 5), torch.ones(4, 5), 20_000


def add():
    for _ in range(calls):
        x + y


with torch.no_grad():
    report("add of two 4x5 tensors", "us", 1e6 / calls, 30, add)

torch.manual_seed(1)
parameters = [torch.randn(shape, requires_grad=True) for shape in shapes()]
for parameter in parameters:
    parameter.grad = torch.randn(parameter.shape)
print(f"{sum(p.numel() for p in parameters) / 1e6:.1f} M parameters in {len(parameters)} tensors")
for foreach in (False, True):
    optimizer = torch.optim.SGD(parameters, lr=1e-9, momentum=0.9, weight_decay=1e-4, foreach=foreach)
    report(f"SGD step, foreach={foreach}", "ms", 1e3, 15, optimizer.step)
report("norm of all gradients", "ms", 1e3, 15, lambda: torch.nn.utils.clip_grad_norm_(parameters, float("inf")))
