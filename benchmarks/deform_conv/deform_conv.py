"""What Program.cs does, with torchvision's operator."""
import argparse
import sys
import time

import torch
from torchvision.ops import deform_conv2d

parser = argparse.ArgumentParser()
for name, standard in (("height", 100), ("width", 167), ("channels", 256), ("batch", 1), ("threads", 2)):
    parser.add_argument("--" + name, type=int, default=standard)
options = parser.parse_args()
torch.set_num_threads(options.threads)
torch.manual_seed(0)

size = (options.height, options.width)
x = torch.randn(options.batch, options.channels, *size, requires_grad=True)
offset = torch.randn(options.batch, 18, *size, requires_grad=True)
mask = torch.rand(options.batch, 9, *size, requires_grad=True)
weight = (torch.randn(options.channels, options.channels, 3, 3) * 0.02).requires_grad_()
bias = torch.randn(options.channels, requires_grad=True)
gradient = torch.randn(options.batch, options.channels, *size)


def peak():
    """The most memory the process ever had, in MiB."""
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))


print("torchvision", flush=True)
before = peak()
for _ in sys.stdin:
    for leaf in (x, offset, mask, weight, bias):
        leaf.grad = None
    start = time.perf_counter()
    y = deform_conv2d(x, offset, weight, bias, padding=1, mask=mask)
    middle = time.perf_counter()
    y.backward(gradient)
    end = time.perf_counter()
    print(f"{(middle - start) * 1e3:.1f} {(end - middle) * 1e3:.1f}", flush=True)
    del y
print(f"{before:.0f} {peak():.0f}")
